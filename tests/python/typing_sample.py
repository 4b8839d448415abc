"""What a user writes, held to strict types by test_types.py. Never run."""

from pathlib import Path

import hybridcare as hc

scenario: hc.Scenario = hc.load("hybrid_vs_human_vs_ai")
experiment = hc.Experiment(scenario, arms={"human": {}, "hybrid": {}}, replicates=4, seed=1)
results: hc.Results = experiment.run(progress=False)
name: str = results.experiment.name
seconds: float = results.kernel_seconds
folder: Path = results.save("results/mine", overwrite=True)
table = results.contrast("hybrid", "human").table()
ours: list[str] = hc.bundled()
harm = results.harm(by="culture").table()
clients = results.weeks(sample=5)
text: str = scenario.text()
digest: str = scenario.hash
figure: str = hc.evidence().entry("te_overall").figure
used_by: list[str] = [use.name for use in hc.evidence().used_by("te_overall")]
targets_only: hc.Evidence = hc.evidence().where(use="target")


def report(error: hc.ConfigError) -> str:
    return f"{error.where}: {error}"
