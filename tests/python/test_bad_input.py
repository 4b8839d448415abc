"""Each mistake of a user's is answered with one line that says where, exit code 2, no traceback, nothing left behind.

The mistakes of the lists go through the command line in this process, some of each list (`REAL`) through a process of
its own, as everything does that concerns the process itself. The tests run as root too, where chmod forbids nothing:
hence paths below a file, /dev/full, /proc, limits on file size and a small tmpfs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import CARE, TINY, changed, hybridcare, in_process, left_behind, refusal, text, tiny


def guarded(when: str) -> bytes:
    return text(changed("/pathway/transitions", {"up": {"from": "care", "to": "completed", "when": when}}))


def stepped(steps: dict[str, Any]) -> bytes:
    return text(tiny(pathway={"start": "care", "steps": steps}, arms={"human": {}}, headline=None))


#: Cases that are run as a user runs them.
REAL = {
    "not UTF-8", "out of range in an arm", "text in a number", "seed out of range", "unknown option",
    "missing file", "file name that is not UTF-8", "out missing", "unknown command",
}  # fmt: skip


def answer(case: str, *arguments: str, cwd: Path) -> str:
    run = hybridcare if case in REAL else in_process
    return refusal(run(*arguments, cwd=cwd))


PLAIN = text(TINY)
BROKEN_AT = len(PLAIN) - 30

#: name of the case: the file's bytes, what the message must contain
FILES: dict[str, tuple[bytes, list[str]]] = {
    "broken JSON": (PLAIN[:BROKEN_AT] + b"]" + PLAIN[BROKEN_AT:], [f"bad.json:1:{BROKEN_AT + 1}:", "not JSON"]),
    "broken in line 3": (b'{\n  "format": 1,\n  "name" 3\n}', ["bad.json:3:", "not JSON"]),
    "truncated JSON": (PLAIN[:200], ["bad.json:1:", "not JSON"]),
    "empty file": (b"", ["bad.json:1:1:", "not JSON"]),
    "text after the end": (PLAIN + b" x", ["bad.json:1:", "not JSON"]),
    "not UTF-8": (PLAIN.replace(b"Tiny", b"T\xffny"), ["bad.json:1:", "UTF-8"]),
    "UTF-16": (json.dumps(TINY).encode("utf-16"), ["bad.json:1:1:", "UTF-8"]),
    "nested too deep": (b"[" * 100_000 + b"]" * 100_000, ["bad.json:1:", "deeper than 64"]),
    "too large": (b" " * (5 << 20) + PLAIN, ["bad.json", "MiB"]),
    "duplicate key": (PLAIN.replace(b'"seed": 7', b'"seed": 7, "seed": 8'), ["bad.json#/seed:", "duplicate key"]),
    "unknown key": (text(tiny(replicats=3)), ["bad.json#/replicats:", "nearest: 'replicates'"]),
    "unknown field": (text(changed("/course/harmm", 0.1)), ["bad.json#/course/harmm:", "nearest: 'harm'"]),
    "wrong type": (text(changed("/clients", "many")), ["bad.json#/clients:", "expected a number"]),
    "wrong type of a field": (text(changed("/course/harm", True)), ["bad.json#/course/harm:", "expected a number"]),
    "a list": (b"[1, 2]", ["bad.json:", "expected an object"]),
    "not a whole number": (text(tiny(clients=1.5)), ["bad.json#/clients:", "whole number"]),
    "NaN": (text(changed("/course/harm", float("nan"))), ["bad.json:1:", "not JSON"]),
    "infinity": (text(changed("/course/harm", float("inf"))), ["bad.json:1:", "not JSON"]),
    "1e999": (PLAIN.replace(b'"harm": 0', b'"harm": 1e999'), ["bad.json:1:", "1e999", "too large"]),
    "out of range": (text(changed("/course/harm", -3)), ["bad.json#/course/harm:", "-3 is outside [0, 2] points"]),
    "out of range in an arm": (
        text(changed("/arms/ai/assistant", {"repaired": 2})),
        ["bad.json#/arms/ai/assistant/repaired:", "2 is outside [0, 1]"],
    ),
    "out of range in a variant": (
        text(changed("/variants/no_harm/course/harm", 9)),
        ["bad.json#/variants/no_harm/course/harm:", "9 is outside"],
    ),
    "shares that do not sum to 1": (text(changed("/cultures/far/share", 0.4)), ["bad.json#/cultures:", "sum to 0.9"]),
    "no clients": (text(tiny(clients=0)), ["bad.json#/clients:", "0 is outside [1, "]),
    "no arms": (text(tiny(arms={})), ["bad.json#/arms:", "0 is outside [1, "]),
    "unknown arm": (text(changed("/headline/arm", "hybird")), ["bad.json#/headline/arm:", "nearest: 'hybrid'"]),
    "unreachable step": (stepped({"care": CARE, "more": {"weeks": 3}}), ["bad.json#/pathway:", "'more'", "reached"]),
    "no way to an exit": (
        stepped({"care": {"weeks": 3, "then": "more"}, "more": {"weeks": 3, "then": "care"}}),
        ["bad.json#/pathway:", "cannot reach the exit"],
    ),
    "unknown step": (stepped({"care": {**CARE, "then": "mor"}}), ["/pathway/steps/care/then:", "unknown step"]),
    "overlapping guards": (
        text(
            changed(
                "/pathway/transitions",
                {
                    "a": {"from": "care", "to": "completed", "when": "phq9 >= 5"},
                    "b": {"from": "care", "to": "completed", "when": "phq9 >= 9"},
                },
            )
        ),
        ["bad.json#/pathway", "'a' and 'b'", "same week"],
    ),
    "plan without exercises": (stepped({"care": {**CARE, "plan": True}}), ["/steps/care/plan:", "at least"]),
    "feedback to nobody": (stepped({"care": {"weeks": 3, "feedback": True}}), ["/steps/care/feedback:", "nobody"]),
    "guard on an agent whom no step meets": (
        stepped({"care": {"weeks": 3}}).replace(
            b'"start"', b'"transitions":{"t": {"from": "care", "to": "completed", "when": "human_missed > 1"}},"start"'
        ),
        ["bad.json#/pathway:", "'human_missed'", "no step has contacts with a human"],
    ),
    "guard with unknown variable": (
        guarded("weeks_in_step > 2 and phq >= 15"),
        ["bad.json#/pathway/transitions/up/when:", "column 23:", "nearest: 'phq9'"],
    ),
    "guard that ends early": (guarded("phq9 >= "), ["/transitions/up/when:", "column 9:"]),
    "guard that is a number": (guarded("phq9 + 3"), ["/transitions/up/when:", "column 1:"]),
    "another format": (text(tiny(format=2)), ["bad.json#/format:", "format 2 is unknown"]),
}


def test_cases_that_are_run_as_a_user_does_exist() -> None:
    assert REAL <= {*FILES, *TABLES, *OPTIONS, *COMMANDS}


@pytest.mark.parametrize("case", FILES)
def test_file_is_refused(case: str, tmp_path: Path) -> None:
    content, expected = FILES[case]
    (tmp_path / "bad.json").write_bytes(content)
    for arguments in (["validate", "bad.json"], ["run", "bad.json", "--out", "results"]):
        message = answer(case, *arguments, cwd=tmp_path)
        for part in expected:
            assert part in message
    assert left_behind(tmp_path) == ["bad.json"]


ARRIVALS = {"service": {"arrivals_file": "t.csv"}, "headline": None}
AGES: dict[str, Any] = {"attributes": {"age": {"levels": ["young", "old"]}}, "joint_shares": "t.csv"}

#: name of the case: members of the scenario that names t.csv, the table's bytes, what the message must contain
TABLES: dict[str, tuple[dict[str, Any], bytes, list[str]]] = {
    "missing column": (ARRIVALS, b"week\n1\n", ["t.csv:1:", "column 'clients' is missing; found: week"]),
    "text in a number": (ARRIVALS, b"week,clients\n1,3\n2,many\n", ["t.csv:3: column 'clients'", "'many'", "[0, "]),
    "negative count": (ARRIVALS, b"week,clients\n1,-3\n", ["t.csv:2: column 'clients'", "-3 is outside"]),
    "more than a number holds": (ARRIVALS, b"week,clients\n1,1e999\n", ["t.csv:2:", "beyond what a number can hold"]),
    "a gap in the weeks": (ARRIVALS, b"week,clients\n1,3\n3,4\n", ["t.csv:3: column 'week'", "expected 2"]),
    "not UTF-8": (AGES, b"age,share\n\xff,1\n", ["t.csv:2: column 'age'", "no UTF-8"]),
    "unknown level": (AGES, b"age,share\nodl,1\n", ["t.csv:2:", "unknown age 'odl'; nearest: 'old'"]),
    "levels that stand twice": (AGES, b"age,share\nold,.5\nold,.5\n", ["t.csv:3:", "stand twice"]),
    "shares that do not sum to 1": (AGES, b"age,share\nold,.5\n", ["bad.json#/joint_shares:", "sum to 0.5"]),
    "too many rows": (ARRIVALS, b"week,clients\n" + b"1,1\n" * 1_000_000, ["t.csv:", "more than"]),
    "out of the folder": ({**AGES, "joint_shares": "../t.csv"}, b"", ["bad.json#/joint_shares:", "without '..'"]),
    "out of the folder, of a service": (
        {"service": {"slots_file": "/etc/passwd"}, "headline": None},
        b"",
        ["bad.json#/service/slots_file:", "no place in the scenario's folder"],
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_table_beside_a_scenario_is_refused(case: str, tmp_path: Path) -> None:
    members, table, expected = TABLES[case]
    (tmp_path / "bad.json").write_bytes(text(tiny(**members)))
    (tmp_path / "t.csv").write_bytes(table)
    message = answer(case, "run", "bad.json", "--out", "results", cwd=tmp_path)
    for part in expected:
        assert part in message
    assert left_behind(tmp_path) == ["bad.json", "t.csv"]


#: name of the case: arguments behind "tiny.json" of `run`, what the message must contain
OPTIONS: dict[str, tuple[list[str], list[str]]] = {
    "no clients": (["--clients", "0"], ["--clients", "0 is outside [1, "]),
    "negative clients": (["--clients", "-1"], ["--clients", "-1 is negative"]),
    "too many clients": (["--clients", "1" + 400 * "0"], ["--clients", "outside"]),
    "no replicates": (["--replicates", "0"], ["--replicates", "0 is outside [1, "]),
    "seed out of range": (["--seed", "4294967296"], ["--seed", "outside [0, 4294967295]"]),
    "not a number": (["--seed", "seven"], ["--seed", "integer"]),
    "too many threads": (["--threads", "5000"], ["--threads", "outside [0, 1024]"]),
    "negative threads": (["--threads", "-2"], ["--threads", "outside [0, 1024]"]),
    "unknown option": (["--replicate", "3"], ["--replicate"]),
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with nothing but a good scenario file in it."""
    (tmp_path / "tiny.json").write_bytes(PLAIN)
    return tmp_path


@pytest.mark.parametrize("case", OPTIONS)
def test_option_is_refused(case: str, work: Path) -> None:
    arguments, expected = OPTIONS[case]
    message = answer(case, "run", "tiny.json", "--out", "results", *arguments, cwd=work)
    for part in expected:
        assert part in message
    assert left_behind(work) == ["tiny.json"]


#: name of the case: the whole command, what the message must contain
COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    "missing file": (["run", "none.json", "--out", "results"], ["none.json", "no such file"]),
    "folder as file": (["validate", "."], ["hybridcare: .: is a folder"]),
    "file below a file": (["validate", "tiny.json/x.json"], ["tiny.json/x.json", "not a directory"]),
    "unknown bundled name": (["validate", "hybrid_vs_human_vs_ay"], ["nearest: 'hybrid_vs_human_vs_ai'"]),
    "file name that is not UTF-8": (["validate", os.fsdecode(b"none\xff.json")], ["none?.json", "no such file"]),
    "out missing": (["run", "tiny.json"], ["--out"]),
    "out empty": (["run", "tiny.json", "--out", "", "--overwrite"], ["--out: is empty"]),
    "out below a file": (["run", "tiny.json", "--out", "tiny.json/results"], ["/results", "cannot be written"]),
    "out is a file": (["run", "tiny.json", "--out", "tiny.json"], ["tiny.json", "not a folder"]),
    "out is a device": (["run", "tiny.json", "--out", "/dev/full"], ["/dev/full", "not a folder"]),
    "out where nobody may write": (["run", "tiny.json", "--out", "/proc/results"], ["/proc", "cannot be written"]),
    "out is the root": (["run", "tiny.json", "--out", "/", "--overwrite"], ["/"]),
    "new onto a full device": (["new", "--from", "tiny.json", "--out", "/dev/full"], ["/dev/full", "no space"]),
    "new onto a file": (["new", "--from", "tiny.json", "--out", "tiny.json"], ["tiny.json", "already"]),
    "new below a file": (["new", "--from", "tiny.json", "--out", "tiny.json/x"], ["tiny.json/x", "cannot be written"]),
    "new from an unknown name": (["new", "--from", "hybrid"], ["unknown scenario 'hybrid'"]),
    "diff with a missing file": (["diff", "tiny.json", "none.json"], ["none.json", "no such file"]),
    "unknown field": (["field", "/course/harmm"], ["nearest: '/course/harm'"]),
    "a word no field mentions": (["field", "--search", "xyzzy"], ["xyzzy"]),
    "field without a path": (["field"], ["PATH", "--search"]),
    "unknown command": (["rum", "tiny.json"], ["rum"]),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_command_is_refused(case: str, work: Path) -> None:
    arguments, expected = COMMANDS[case]
    message = answer(case, *arguments, cwd=work)
    for part in expected:
        assert part.lower() in message.lower()
    assert left_behind(work) == ["tiny.json"]
    assert (work / "tiny.json").read_bytes() == PLAIN


def test_more_memory_than_any_machine_has_is_refused_before_it_is_taken(tmp_path: Path) -> None:
    arms = {f"arm_{i}": {"label": f"{i}"} for i in range(32)}
    variants = {f"variant_{i}": {} for i in range(15)}
    huge = tiny(arms=arms, variants=variants, weeks=520, replicates=100_000, headline=None)
    (tmp_path / "huge.json").write_bytes(text(huge))
    message = refusal(hybridcare("run", "huge.json", "--out", "results", cwd=tmp_path))
    assert "GiB" in message and "machine" in message
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1 << 20  # KiB: of the largest child so far
    assert left_behind(tmp_path) == ["huge.json"]


def test_unknown_instruction_set_in_the_environment(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYBRIDCARE_ISA", "avx1024")
    message = refusal(hybridcare("run", "tiny.json", "--out", "results", cwd=work))
    assert "avx1024" in message and "baseline" in message
    assert left_behind(work) == ["tiny.json"]


def test_a_folder_with_something_in_it_is_left_alone(work: Path) -> None:
    (work / "results").mkdir()
    (work / "results" / "thesis.txt").write_text("years of work")
    assert "not empty" in refusal(hybridcare("run", "tiny.json", "--out", "results", cwd=work))
    message = refusal(hybridcare("run", "tiny.json", "--out", "results", "--overwrite", cwd=work))
    assert "not a hybridcare results folder" in message
    assert (work / "results" / "thesis.txt").read_text() == "years of work"
    assert left_behind(work) == ["results", "tiny.json"]


def test_overwrite_keeps_what_is_not_ours(work: Path) -> None:
    assert hybridcare("run", "tiny.json", "--out", "results", "--rows", "--quiet", cwd=work).returncode == 0
    assert {"clients.parquet", "weeks.parquet", "drivers.csv"} <= set(left_behind(work / "results"))
    (work / "results" / "notes.csv").write_text("my own")
    message = refusal(hybridcare("run", "tiny.json", "--out", "results", "--overwrite", cwd=work))
    assert "notes.csv" in message and "not written by hybridcare" in message
    (work / "results" / "notes.csv").unlink()
    again = hybridcare("run", "tiny.json", "--out", "results", "--overwrite", "--no-drivers", "--quiet", cwd=work)
    assert again.returncode == 0
    assert not {"clients.parquet", "weeks.parquet", "drivers.csv"} & set(left_behind(work / "results"))
    assert left_behind(work) == ["results", "tiny.json"]


@pytest.mark.parametrize("rows", [[], ["--rows"]])
def test_limit_on_file_size(work: Path, rows: list[str]) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    run = ("run", "tiny.json", "--out", "results", "--no-drivers", *rows)
    message = refusal(hybridcare(*run, cwd=work, preexec_fn=limit))
    assert "results" in message and "too large" in message
    assert left_behind(work) == ["tiny.json"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A disk of 200 KiB, or a skip with the reason where mounting is refused."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no command mount; test_limit_on_file_size covers the same code")
    if done.returncode != 0:
        pytest.skip(f"mount refused ({done.stderr.strip()}); test_limit_on_file_size covers the same code")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("folder", ["results", "deep/er/results"])
def test_full_disk(small_disk: Path, work: Path, folder: str) -> None:
    message = refusal(hybridcare("run", "tiny.json", "--out", small_disk / folder, "--no-drivers", cwd=work))
    assert "no space left" in message
    assert left_behind(small_disk) == []


def test_full_standard_output(work: Path) -> None:
    with open("/dev/full", "w") as full:
        result = hybridcare("schema", cwd=work, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 2
    assert "no space left" in result.stderr and "Traceback" not in result.stderr


def test_a_reader_that_leaves_early_is_no_mistake(work: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        result = hybridcare("schema", cwd=work, capture_output=False, stdout=pipe, stderr=subprocess.PIPE)
    assert result.returncode == 0
    assert result.stderr == ""


def test_closed_streams_are_no_mistake(work: Path) -> None:
    run = ("run", "tiny.json", "--out", "results", "--no-drivers", "--quiet")
    result = hybridcare(*run, cwd=work, preexec_fn=closing(0, 1, 2))
    assert result.returncode == 0
    assert "Traceback" not in result.stdout + result.stderr
    summary = json.loads((work / "results" / "summary.json").read_text())  # and no line of ours went into a file
    assert summary["name"] == "tiny"


@pytest.mark.parametrize("closed", [1, 2])
def test_one_closed_stream_is_no_mistake(work: Path, closed: int) -> None:
    result = hybridcare("new", "--from", "tiny.json", "--out", "copy.json", cwd=work, preexec_fn=closing(closed))
    assert result.returncode == 0
    assert "Traceback" not in result.stdout + result.stderr
    assert json.loads((work / "copy.json").read_text())["name"] == "tiny"


def closing(*numbers: int) -> Callable[[], None]:
    """Closes these of a process's streams before it begins."""

    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


def test_a_file_whose_name_is_not_utf_8(work: Path) -> None:
    os.rename(work / "tiny.json", os.fsencode(work) + b"/tiny\xff.json")
    result = hybridcare("validate", os.fsdecode(b"tiny\xff.json"), cwd=work)
    assert result.returncode == 0 and result.stdout.startswith("tiny?.json: valid")
