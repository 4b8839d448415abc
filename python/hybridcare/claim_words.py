"""Verdicts on claims in words: the share of sets, what it depends on, what the rivals say, what could refute it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcare import claim_verdicts as rule
from hybridcare.claim_runs import ENSEMBLE, NOT_REFITTED, SWITCH
from hybridcare.claim_sets import PRIOR

if TYPE_CHECKING:
    from hybridcare.claim_files import Claim
    from hybridcare.claim_results import ClaimResult

KIND = {rule.SUPPORTED: "supported", rule.CONTRADICTED: "contradicted", rule.DEPENDS: "depends",
        rule.ASSUMED: "assumed"}  # fmt: skip
MARK = "No set was fitted to data: these are shares of a prior, and no finding."
FITTED_MARK = ("The sets fit published figures, which do not tell this model from rivals in which empathy does "
               "nothing: shares say what follows from sets that fit, and are no finding.")  # fmt: skip


def mark(fitted: bool) -> str:
    """What stands first beside every verdict."""
    return FITTED_MARK if fitted else MARK


def named(claim: Claim, path: str) -> str:
    """A parameter in words: loss by distance of the assistant (Δ_A)."""
    from hybridcare.drivers import words_for
    from hybridcare.report_words import greek

    uncertain = claim.uncertain.get(path)
    if not path.startswith("/"):
        return path
    if uncertain is None or not uncertain.words:
        return words_for(path, uncertain.symbol if uncertain else "")
    return f"{uncertain.words} ({greek(uncertain.symbol)})" if uncertain.symbol else uncertain.words


def value(claim: Claim, path: str, number: float) -> str:
    """A parameter's value with three digits, on the scale on which it is shown."""
    uncertain = claim.uncertain.get(path)
    return _figure(uncertain.shown(number) if uncertain else number)


def _figure(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")


def percent(share: float) -> str:
    return "—" if share != share else f"{100 * share:.0f} %"


def depends_on(found: ClaimResult) -> str:
    """What the verdict hangs on, in a few words: distance loss of the assistant (Δ_A), above 0.34; the model (R0)."""
    parts = []
    claim, split = found.claim, found.split
    if found.driver is not None:
        parts.append(named(claim, found.driver))
        if split is not None and split.tells:
            parts[0] += f", {'above' if split.above else 'below'} {value(claim, split.path, split.threshold)}"
    share = found.parts[found.deciding.name]
    if found.verdict.otherwise == rule.DEPENDS and len(found.parts) > 1 and not _most(share) and not parts:
        parts.append(f"its condition “{found.deciding.name.replace('_', ' ')}”, held in {percent(share)}")
    if differing(found):
        parts.append(f"the model ({', '.join(differing(found))})")
    return "; ".join(parts)


def differing(found: ClaimResult) -> list[str]:
    """Rivals that answer otherwise than the default model: held in 90 % of the sets of one, and not of the other."""
    return [name for name, counted in found.rivals.items() if _held(counted) != _held(found.ensemble)]


def _most(share: float) -> bool:
    return share >= 0.9


def _held(counted: rule.Counted) -> bool:
    return 10 * counted.holds >= 9 * counted.sets


def headline(found: ClaimResult) -> str:
    """E5 depends on ...: holds in 48 % of 128 parameter sets (95 % interval 39 to 57 %)."""
    low, high = found.ensemble.interval()
    kind, on = found.verdict.kind, depends_on(found)
    first = {rule.SUPPORTED: "supported", rule.CONTRADICTED: "contradicted",
             rule.ASSUMED: f"merely assumed (without the prior's say: {found.verdict.otherwise})",
             rule.DEPENDS: f"depends on {on or 'several numbers together'}"}[kind]  # fmt: skip
    return (f"{found.claim.id}, {found.claim.title}: {first}. It holds in {percent(found.ensemble.share)} of "
            f"{found.ensemble.sets} parameter sets ({_worth(found)}95 % interval of having drawn so few: "
            f"{100 * low:.0f} to {percent(high)}), {others(found.ensemble)}.")  # fmt: skip


def _worth(found: ClaimResult) -> str:
    """Of sets that were drawn by weight: how many equally likely ones would say as much."""
    worth = min(found.ensemble.effective, float(found.ensemble.sets))
    return f"{worth:.0f} effective; " if found.runs.fitted else ""


def others(counted: rule.Counted) -> str:
    """What of the sets in which the claim does not hold."""
    between = counted.sets - counted.holds - counted.opposite
    return f"the opposite in {percent(counted.opposite / counted.sets)}" + ", and neither in the others" * bool(between)


def sentences(found: ClaimResult) -> list[str]:
    """Everything that must be said of a verdict, the most important first."""
    asked = (_parts, _figures, _prior, _driver, _models, _refuters, _noise, _largest, _breakeven, _failed)
    return [headline(found), mark(found.runs.fitted), *(line for say in asked if (line := say(found)))]


def _parts(found: ClaimResult) -> str:
    if len(found.parts) < 2:
        return ""
    label = {name: found.claim.effects[name].label for name in found.parts}
    each = "; ".join(f"{name.replace('_', ' ')} (“{label[name]}”) in {percent(share)}"
                     for name, share in found.parts.items())  # fmt: skip
    return f"All of its conditions must hold. Each by itself does: {each} of the sets."


def _figures(found: ClaimResult) -> str:
    """What the published figures changed: the same claim over the prior, simulated."""
    before = found.judged.get(PRIOR)
    if before is None:
        return ""
    counted = before.counted
    same = rule.same_share(found.ensemble, counted)
    return (f"Before any published figure was looked at it holds in {percent(counted.share)} of {counted.sets} sets of "
            "the prior. " + ("That is within 10 points: the figures say nothing of this claim, and the answer was "
                             "assumed." if same else "The figures moved it by more than 10 points."))  # fmt: skip


def _prior(found: ClaimResult) -> str:
    prior, counted = found.claim.prior, found.put_in
    if prior.kind == "none" and found.runs.fitted:
        return ""  # it was simulated: _figures
    if prior.kind == "none":
        return f"The prior alone says nothing here: {prior.why}."
    if prior.kind == "sum" and counted is not None:
        same = rule.same_share(found.ensemble, counted)
        return (f"The prior alone, without any simulation, says {percent(counted.share)} (of {counted.sets:,} draws): "
                f"{prior.why}." + (" That is within 10 points of what was simulated." if same else ""))
    path = named(found.claim, prior.paths[0])
    off = found.judged[SWITCH].counted
    if counted is None:
        return (f"With {path} switched off the effect is not exactly gone, and the claim holds in {percent(off.share)} "
                f"of the sets: its sign was not put in by this number alone ({prior.why}).")
    sign = found.sign
    size = f" The sign is right in {percent(sign.share)} of the sets; the size was not put in." if sign else ""
    return (f"With {path} switched off the effect is exactly gone in every set: its sign was put in ({prior.why}), and "
            f"the prior alone would say that the claim holds in {percent(counted.share)} of the sets." + size)


def _driver(found: ClaimResult) -> str:
    split, claim = found.split, found.claim
    if split is not None and split.tells:
        text = (f"It holds rather where {named(claim, split.path)} is {'above' if split.above else 'below'} "
                f"{value(claim, split.path, split.threshold)}")
        if split.second:
            path, at, side = split.second
            text += f"; {side} that it also turns on {named(claim, path)}, at {value(claim, path, at)}"
        return (f"{text}. That sorts {percent(split.right)} of the sets right, {percent(split.tested)} of sets that "
                f"were left out; always giving the commoner answer, {percent(split.blind)}.")  # fmt: skip
    bar = rule.chance_rho(len(found.features), len(found.features.columns))
    told = [(path, rho) for path, rho in found.ranks[:3] if abs(rho) > bar]
    start = "" if split is None else "No drawn number tells by itself in which sets it holds. "
    if not told:
        return start + "No drawn number moves the effect beyond chance in so few sets."
    listed = ", ".join(f"{named(claim, path)} ({rho:+.2f})".replace("-", "−") for path, rho in told)
    what = f"“{found.deciding.label}”" if len(found.parts) > 1 else "the effect"
    return f"{start}The size of {what} goes with {listed} (rank correlation over sets)."


def _models(found: ClaimResult) -> str:
    shares = ", ".join(f"{model.name} {percent(found.judged[model.name].counted.share)}"
                       for model in found.runs.models if model.kind in ("rival", "elasticity"))  # fmt: skip
    other = differing(found)
    verb = "answers" if len(other) == 1 else "answer"
    say = f" {', '.join(other)} {verb} otherwise than the default." if other else ""
    return (f"Under the rivals, and with b_E fixed (R2 is b_E 3), it holds in: {shares} of the sets.{say} "
            f"{_fits(found)}")  # fmt: skip


def _fits(found: ClaimResult) -> str:
    """Which of the rivals may speak against the claim."""
    if not found.runs.fitted:
        return "No rival was fitted, so none can be ruled out."
    rivals = [model for model in found.runs.models if model.kind == "rival"]
    out = [model.name for model in rivals if not model.counts]
    bare = [model.name for model in rivals if model.status == NOT_REFITTED]
    return ((f"{', '.join(out)} {_does(out)} not fit the published figures and {_does(out)} not count. " if out else
             "None of them is ruled out by the published figures. ")
            + (f"{', '.join(bare)} {'was' if len(bare) == 1 else 'were'} not refitted." if bare else
               "Each was refitted, and has sets of its own.") + " With b_E fixed nothing was refitted.")  # fmt: skip


def _does(names: list[str]) -> str:
    return "does" if len(names) == 1 else "do"


def _refuters(found: ClaimResult) -> str:
    opposite = found.judged[ENSEMBLE].opposite
    text = f"What would refute it: {found.claim.refute}"
    if not opposite.any():
        what = "sets that fit can" if found.runs.fitted else "this prior can"
        return f"{text} None of the {len(opposite)} drawn sets does, so that {what} hardly refute it."
    verb = "does" if opposite.sum() == 1 else "do"
    return f"{text} {int(opposite.sum())} of the {len(opposite)} drawn sets {verb}{_where(found)}."


def _where(found: ClaimResult) -> str:
    """Where the refuting sets lie: the parameter that tells them best, if one does."""
    told = found.refuting
    if told is None or not told.tells:
        return ""
    side = "above" if told.above else "below"
    return f", rather where {named(found.claim, told.path)} is {side} {value(found.claim, told.path, told.threshold)}"


def _noise(found: ClaimResult) -> str:
    close = found.judged[ENSEMBLE].close
    if not close.any():
        return ""
    return (f"In {int(close.sum())} of the {len(close)} sets an effect lies within two standard errors of simulation "
            f"noise of a margin: another seed could move them across ({found.runs.replicates} replicates of "
            f"{found.runs.clients} clients an arm).")  # fmt: skip


def _largest(found: ClaimResult) -> str:
    if not found.largest:
        return ""
    total = sum(found.largest.values())
    each = ", ".join(f"{name} in {percent(count / max(total, 1))}" for name, count in found.largest.items())
    return f"The largest of them is: {each} of the sets."


def _breakeven(found: ClaimResult) -> str:
    asked = found.claim.breakeven
    if asked is None:
        return ""
    claim, effect = found.claim, found.claim.effects[asked["effect"]]
    what = f"{named(claim, asked['path'])} at which “{effect.label}” is {_figure(asked['at'])} {effect.unit}"
    if found.breakeven is None:
        return f"Break-even, {what}: not told by these sets."
    at, error = found.breakeven
    factor = claim.uncertain[asked["path"]].factor
    if not factor.low <= at <= factor.high:
        return f"Break-even, {what}: outside of what was drawn."
    low, high = (value(claim, asked["path"], at + shift * error) for shift in (-2, 2))
    here = value(claim, asked["path"], at)
    return f"Break-even, {what}: {here} ({low} to {high}; all else at its mean, straight line)."


def _failed(found: ClaimResult) -> str:
    count = len(found.runs.failures)
    if not count:
        return ""
    model, at = next(iter(found.runs.failures))
    runs = "1 run failed and holds" if count == 1 else f"{count} runs failed and hold"
    return f"{runs} nothing; the first, set {at} of {model}: {found.runs.failures[model, at]}"
