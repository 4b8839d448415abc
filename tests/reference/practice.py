"""Practice between contacts: pathways that need no empathy, and a plan that chooses among them (S9, S11)."""

from __future__ import annotations

import math

from .chance import PLAN, PRACTICE, happens, normal
from .people import Client
from .turns import logistic
from .world import PATHWAYS, World


class Practice:
    """A week's practice of one client in one step. `carrier` is an agent, or "leaflet"."""

    def __init__(self, world: World, p: dict, client: Client, step: dict, agents: list[str], week: int) -> None:
        self.world, self.p, self.client, self.step, self.week = world, p, client, step, week
        self.guided = "human" in agents
        self.carrier = agents[-1] if agents else "leaflet"  # the assistant where there is one
        self.bond = client.bonds.get(self.carrier)
        self.rival = p["/rival/contact_only"]

    def practise(self) -> None:
        if self.p["/attribution/absent/pathways"]:
            return
        if self.step["bundle"]:
            done = self.slots()
            self.client.practised = sum(done)
            share = self.client.practised / len(done)
            self.client.week_gain += self.p["/practice/rate"] * share * responsive(self.p, self.client)
        elif self.step["offers"]:
            self.practise_offers()

    def slots(self) -> list[bool]:
        """Which of the week's slots are practised."""
        words = self.world.chance.words(self.client.id, PRACTICE, week=self.week)[: self.p["/practice/slots"]]
        chance = logistic(self.logit())
        return [happens(word, chance) for word in words]

    def logit(self) -> float:
        p, client = self.p, self.client
        logit = p["/practice/intercept"] + p["/practice/trust"] * (self.trust() - p["/practice/trust_reference"])
        logit += p["/practice/motivation"] * (client.motivation - p["/practice/motivation_reference"])
        logit -= p["/practice/fading"] * client.weeks_in_care
        if self.guided:
            logit += p["/practice/guided"]
        if self.bond and self.bond.contacts > 0 and not self.rival:
            usual = p[f"/{self.carrier}/reference/compassion"]
            logit += p["/practice/compassion"] * (self.bond.compassion - usual)
        return logit + client.effects.get("practice", 0.0)

    def trust(self) -> float:
        if self.bond is None:
            return self.p["/practice/leaflet_trust"]
        return self.p[f"/rival/trust_{self.carrier}"] if self.rival else self.bond.trust_before

    def practise_offers(self) -> None:
        p, client = self.p, self.client
        done = self.slots()
        offers = self.step["offers"]
        dealt = [offers[slot % len(offers)] for slot in range(len(done))]
        given = [self.chosen()] * len(done) if self.step["plan"] else dealt
        client.practised = sum(done)
        for name in offers:
            practised = sum(each for each, to in zip(done, given, strict=True) if to == name)
            x = practised / max(1, dealt.count(name))
            if self.step["plan"]:
                client.plan_load[name] = full_gain(p, name) * with_more(x)
            if name == "expressive_writing":
                client.written[0] = x
            else:
                client.week_gain += full_gain(p, name) * with_more(x) * responsive(p, client) * self.fit(name)

    def fit(self, name: str) -> float:
        """To this client; focusing works by insight and by the carrier's curiosity."""
        if name != "focusing":
            return self.client.fit[name]
        known = self.bond is not None and self.bond.contacts > 0 and not self.rival
        usual = self.p["/practice/focusing/curiosity"]
        above = (self.bond.curiosity if known else usual) - usual
        works = self.p["/practice/focusing/base"] + self.client.insight
        return self.client.fit[name] * works * logistic(self.p["/practice/focusing/slope"] * above)

    def chosen(self) -> str:
        """Thompson sampling: the pathway that would bring most if its fit were as drawn; ties go to the first."""
        words = self.world.chance.words(self.client.id, PLAN, week=self.week)
        best, most = "", -math.inf
        for name, word in zip(PATHWAYS, words, strict=True):
            weight = self.client.plan_weight[name]
            drawn = self.client.plan_sum[name] / weight + normal(word) / math.sqrt(weight)
            if name in self.step["offers"] and full_gain(self.p, name) * drawn > most:
                best, most = name, full_gain(self.p, name) * drawn
        return best


def full_gain(p: dict, name: str) -> float:
    """gamma_m."""
    return p["/practice/rate"] * p[f"/practice/share/{name}"]


def with_more(x: float) -> float:
    """Practising more than the usual share of slots, as under a plan, brings less than in proportion."""
    return x if x <= 1 else math.sqrt(x)


def responsive(p: dict, client: Client) -> float:
    return p["/practice/fixed_share"] + p["/practice/responsiveness_share"] * client.responsiveness


def pay_writing(p: dict, client: Client) -> None:
    """Expressive writing of the last four weeks, a quarter each; then this week begins without any."""
    paid = full_gain(p, "expressive_writing") * sum(map(with_more, client.written)) / 4
    client.week_gain += paid * responsive(p, client) * client.fit["expressive_writing"]
    client.written = [0.0, *client.written[:3]]


def learn_fit(p: dict, client: Client) -> None:
    """What the measurement says of last week's practice: a normal belief, updated."""
    fell = client.phq9_before - client.phq9
    for name, load in client.plan_load.items():
        client.plan_weight[name] += load**2 / p["/practice/plan/noise_sd"] ** 2
        client.plan_sum[name] += load * fell / p["/practice/plan/noise_sd"] ** 2
        client.plan_load[name] = 0.0
