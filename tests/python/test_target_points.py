"""Parameter sets handed to the targets: what they get wrong is said, and no study becomes another one."""

from __future__ import annotations

import numpy as np
import pytest
from hybridcare.errors import ConfigError
from hybridcare.target_readings import jackknife
from hybridcare.targets import simulate_targets

#: What a point gets wrong, and a word of the answer.
WRONG = {
    '{"course": {"mesurement_sd": 1}}': "nearest: 'measurement_sd'",
    '{"course": {"measurement_sd": -1}}': "/course/measurement_sd",
    '{"course": 3}': "expected an object",
    '{"human": {"quality": {"technique": "x"}}}': "/human/quality/technique",
}


@pytest.mark.parametrize("names", ["phq9_retest", "null_competence", "r_alliance"])
def test_what_a_point_gets_wrong_is_found_whatever_is_asked_for(names: str) -> None:
    """Closed forms run nothing, and still read the point; an arm that is shifted from a text is no fault of ours."""
    runs = simulate_targets(list(WRONG), names=names, clients=4, replicates=2)
    for number, words in enumerate(WRONG.values()):
        assert words in runs.failures[number], runs.failures
    assert np.isnan(runs.value).all()
    for size in ({"clients": 10**9}, {"seed": 10**12}, {"replicates": 10**9}):
        with pytest.raises(ConfigError, match="is outside"):
            simulate_targets(["{}"], names=names, **size)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"arms": {"humann": {"course": {"harm": 0}}}}', "nearest: 'human'"),
        ('{"arms": {"human": 3}}', "#/arms/human"),
        ('{"arms": 3}', "expected an object by arm"),
        ('{"pathway": {"steps": {"care": {"human": null}}}}', "/pathway"),
        ('{"intake": {"kind": "service"}}', "/intake/kind"),
        ('{"weeks": 20}', "/weeks"),
        ('{"seed": 4}', "/seed"),
    ],
)
def test_a_point_cannot_change_what_a_study_is(text: str, words: str) -> None:
    """Psychotherapy without a therapist, other people than the published, another length: no study of the target."""
    with pytest.raises(ConfigError, match="point 0") as error:
        simulate_targets([text], names="r_alliance", clients=4, replicates=2)
    assert words in str(error.value)


def test_a_size_too_large_for_one_study_is_no_fault_of_the_point() -> None:
    """The part of the echo has twice the clients: refused before any work, and not as a failure of the point."""
    with pytest.raises(ConfigError, match="12000000 is outside"):
        simulate_targets(["{}"], names="r_alliance", clients=6_000_000, replicates=2)


@pytest.mark.filterwarnings("error")
def test_few_clients_leave_an_infinite_reading_without_noise_and_without_a_warning() -> None:
    value, noise = jackknife(np.array([[0.4, np.inf, 0.3], [0.4, 0.5, 0.3]]))
    assert value.tolist() == [0.4, 0.4] and np.isnan(noise[0]) and noise[1] > 0
