"""hybridcare: what follows if human therapists and AI assistants share the care of people with depression?

    >>> import hybridcare as hc
    >>> results = hc.demo()                              # the bundled experiment
    >>> results.contrast("hybrid", "human").table()      # estimate, simulation noise, envelope
    >>> results.trust_erosion(by="culture").plot()

A simulator of what would follow from stated assumptions: no predictor of persons. Units: symptoms are PHQ-9 points
(0 to 27, fewer is better), time is weeks. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # "as" says to a type checker that the name is meant for users
    from hybridcare.calibrate_ensemble import Ensemble as Ensemble, ensemble as ensemble
    from hybridcare.calibrate_ensemble import bundled_ensembles as bundled_ensembles
    from hybridcare.calibrate_priors import Priors as Priors, priors as priors
    from hybridcare.calibration import Calibration as Calibration, calibrate as calibrate
    from hybridcare.claim_files import bundled_claims as bundled_claims
    from hybridcare.claim_studies import Claims as Claims, claims as claims
    from hybridcare.comparison import Comparison as Comparison, compare as compare
    from hybridcare.ensemble_run import EnsembleRun as EnsembleRun
    from hybridcare.errors import Cancelled as Cancelled, ConfigError as ConfigError
    from hybridcare.evaluation import Evaluation as Evaluation, evaluate as evaluate
    from hybridcare.evidence_base import Evidence as Evidence, evidence as evidence
    from hybridcare.experiment import Experiment as Experiment, demo as demo
    from hybridcare.explanation import Explanation as Explanation, explain as explain
    from hybridcare.parameters import fields as fields, guard_variables as guard_variables
    from hybridcare.profiles import Profile as Profile, bundled_profiles as bundled_profiles, profile as profile
    from hybridcare.results import Results as Results
    from hybridcare.rivals_contest import Contest as Contest, contest as contest
    from hybridcare.rivals_designs import Discrimination as Discrimination, discriminate as discriminate
    from hybridcare.rivals_fit import RivalFit as RivalFit, rival_fits as rival_fits
    from hybridcare.rivals_fit import rivals_that_fit as rivals_that_fit
    from hybridcare.scenario import Scenario as Scenario, bundled as bundled, load as load
    from hybridcare.setting import SettingCheck as SettingCheck, check_setting as check_setting
    from hybridcare.study import Study as Study
    from hybridcare.study_door import bundled_studies as bundled_studies
    from hybridcare.study_door import load_study as load_study
    from hybridcare.study_door import open_sweep as open_sweep
    from hybridcare.sweep_results import SweepResults as SweepResults
    from hybridcare.targets import Target as Target, TargetRuns as TargetRuns
    from hybridcare.targets import bundled_targets as bundled_targets
    from hybridcare.targets import simulate_targets as simulate_targets
    from hybridcare.trial import Trial as Trial
    from hybridcare.validation import Validation as Validation
    from hybridcare.validation import validate_model as validate_model

    __version__: str
if TYPE_CHECKING:
    from hybridcare.calibrate_ensemble import Ensemble, bundled_ensembles, ensemble
    from hybridcare.calibrate_priors import Priors, priors
    from hybridcare.calibration import Calibration, calibrate
    from hybridcare.claim_files import bundled_claims
    from hybridcare.claim_studies import Claims, claims
    from hybridcare.comparison import Comparison, compare
    from hybridcare.ensemble_run import EnsembleRun
    from hybridcare.errors import Cancelled, ConfigError
    from hybridcare.evaluation import Evaluation, evaluate
    from hybridcare.experiment import Experiment, demo
    from hybridcare.explanation import Explanation, explain
    from hybridcare.parameters import fields, guard_variables
    from hybridcare.profiles import Profile, bundled_profiles, profile
    from hybridcare.results import Results
    from hybridcare.rivals_contest import Contest, contest
    from hybridcare.rivals_designs import Discrimination, discriminate
    from hybridcare.rivals_fit import RivalFit, rival_fits, rivals_that_fit
    from hybridcare.runner import run_study
    from hybridcare.scenario import Scenario, bundled, load
    from hybridcare.setting import SettingCheck, check_setting
    from hybridcare.study import Study
    from hybridcare.study_door import bundled_studies, load_study, open_sweep
    from hybridcare.study_folder import merge_studies
    from hybridcare.study_plan import Plan
    from hybridcare.study_read import Runs, open_runs
    from hybridcare.sweep_results import SweepResults
    from hybridcare.targets import Target, TargetRuns, bundled_targets, simulate_targets
    from hybridcare.trial import Trial
    from hybridcare.validation import Validation, validate_model

_HOME = {
    "Calibration": "calibration",
    "Cancelled": "errors",
    "Claims": "claim_studies",
    "Comparison": "comparison",
    "ConfigError": "errors",
    "Contest": "rivals_contest",
    "Discrimination": "rivals_designs",
    "Ensemble": "calibrate_ensemble",
    "EnsembleRun": "ensemble_run",
    "Evaluation": "evaluation",
    "Evidence": "evidence_base",
    "Experiment": "experiment",
    "Explanation": "explanation",
    "Plan": "study_plan",
    "Priors": "calibrate_priors",
    "Profile": "profiles",
    "Results": "results",
    "RivalFit": "rivals_fit",
    "Runs": "study_read",
    "Scenario": "scenario",
    "SettingCheck": "setting",
    "Study": "study",
    "SweepResults": "sweep_results",
    "Target": "targets",
    "TargetRuns": "targets",
    "Trial": "trial",
    "Validation": "validation",
    "bundled": "scenario",
    "bundled_claims": "claim_files",
    "bundled_ensembles": "calibrate_ensemble",
    "bundled_profiles": "profiles",
    "bundled_studies": "study_door",
    "bundled_targets": "targets",
    "calibrate": "calibration",
    "check_setting": "setting",
    "claims": "claim_studies",
    "compare": "comparison",
    "contest": "rivals_contest",
    "demo": "experiment",
    "discriminate": "rivals_designs",
    "ensemble": "calibrate_ensemble",
    "evaluate": "evaluation",
    "evidence": "evidence_base",
    "explain": "explanation",
    "fields": "parameters",
    "guard_variables": "parameters",
    "load": "scenario",
    "load_study": "study_door",
    "merge_studies": "study_folder",
    "open_runs": "study_read",
    "open_sweep": "study_door",
    "priors": "calibrate_priors",
    "profile": "profiles",
    "rival_fits": "rivals_fit",
    "rivals_that_fit": "rivals_fit",
    "run_study": "runner",
    "simulate_targets": "targets",
    "validate_model": "validation",
}

__all__ = [*sorted(_HOME), "__version__"]


def _found(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("hybridcare.core").build_info()["version"]
    if name in _HOME:
        value = getattr(importlib.import_module(f"hybridcare.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    from hybridcare.names import unknown

    raise AttributeError(unknown("name in hybridcare", name, __all__))


if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = _found


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})  # what completion should offer
