"""What `hybridcare list` shows: all that is bundled, by kind, a line each."""

from __future__ import annotations

from pathlib import Path

from helpers import in_process

import hybridcare as hc
from hybridcare.claim_files import bundled_claims
from hybridcare.profiles import bundled_profiles
from hybridcare.study_door import bundled_studies


def test_all_that_is_bundled_is_listed_by_kind(tmp_path: Path) -> None:
    listed = in_process("list", cwd=tmp_path).stdout.splitlines()
    heads = [at for at, line in enumerate(listed) if not line.startswith("  ")]
    parts = [listed[a + 1 : b] for a, b in zip(heads, [*heads[1:], len(listed)], strict=True)]
    assert [listed[at].split(":")[0].split()[-1] for at in heads] == ["Scenarios", "Studies", "profiles", "paper"]
    names = [[line.split(":")[0].strip() for line in part] for part in parts]
    assert names == [hc.bundled(), bundled_studies(), bundled_profiles(), bundled_claims()]
    assert all(line.split(": ", 1)[1] for part in parts for line in part), "what each is about"
