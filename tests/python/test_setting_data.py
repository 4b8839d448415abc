"""A service's figures as a CSV file: read strictly, with errors that are never 0 and messages that say the line."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import hybridcare as hc
from hybridcare.setting_csv import MOST_BYTES, read_service, share_error, template
from hybridcare.setting_figures import figures


def read(folder: Path, content: str | bytes) -> Any:
    file = folder / "mine.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_service(file)


def test_the_template_names_every_figure_and_can_be_read(tmp_path: Path) -> None:
    found = read(tmp_path, template())
    assert [row.figure.name for row in found.rows] == list(figures())
    assert all(row.se > 0 and row.note == "invented" for row in found.rows)
    for each in figures().values():
        assert f"# {each.name} ({each.unit}): {each.definition}" in template()
        assert each.discrepancy > 0 and each.why.startswith("assumed")


def test_the_example_says_that_it_is_invented() -> None:
    file = Path(__file__).resolve().parents[2] / "scenarios" / "examples" / "service_figures" / "figures.csv"
    assert "INVENTED" in file.read_text("utf-8").splitlines()[0]
    assert all(row.note.startswith("invented") for row in read_service(file).rows)


@pytest.mark.parametrize("content", [
    b"figure,value,n\ndropout,0.25,400\n",
    b"\xef\xbb\xbffigure,value,n\r\ndropout,0.25,400\r\n",
    b' Figure , VALUE,"n"\n"dropout", 0.25 ,"400"\n',
    b"# a remark, with a comma\n\nvalue,figure,n,,\n.25,dropout,400,,\n,,,,\n",
    b"figure,value,n,sd,from,to,note\ndropout,2.5e-1,400",
], ids=["plain", "from a spreadsheet", "quotes and spaces", "remarks and empty rows", "short row"])  # fmt: skip
def test_ways_to_write_the_same(content: bytes, tmp_path: Path) -> None:
    (row,) = read(tmp_path, content).rows
    assert (row.figure.name, row.value, row.n) == ("dropout", 0.25, 400)


def test_standard_errors() -> None:
    """By hand: Agresti & Coull 1998 for 0 and 5 of 10; a large share is that of the binomial."""
    assert share_error(0, 10) == pytest.approx(math.sqrt(0.13877 * 0.86123 / 13.8415), rel=1e-4)
    assert share_error(0.5, 10) == pytest.approx(0.5 / math.sqrt(13.8415), rel=1e-4)
    assert share_error(0.3, 10**6) == pytest.approx(math.sqrt(0.21 / 10**6), rel=1e-4)
    assert share_error(1, 1) > 0.2


def test_errors_of_means_spreads_medians_and_intervals(tmp_path: Path) -> None:
    rows = read(tmp_path, "figure,value,n,sd,from,to\nphq9_entry_mean,15,400,5,,\nphq9_entry_sd,5,201,,,\n"
                          "wait_median,3,100,4,,\ndropout,0.2,,,0.1,0.3\nrecovery,0.4,80,,0.3,0.5\n").rows  # fmt: skip
    assert [row.se for row in rows] == pytest.approx([0.25, 0.25, 0.4 * math.sqrt(math.pi / 2), 0.2 / 3.919928,
                                                      0.2 / 3.919928], rel=1e-6)  # fmt: skip
    assert rows[3].interval == (0.1, 0.3) and rows[3].n is None and rows[4].n == 80


HEAD = "figure,value,n,sd,from,to,note\n"


@pytest.mark.parametrize(("content", "says"), [
    ("", "mine.csv: is empty; the first row is figure,value"),
    (HEAD, "holds no figure below the header"),
    ("figure;value;n\ndropout;0,3;100\n", r"mine.csv:1: cells are separated by commas.*semicolons"),
    ("figur,value\n", "mine.csv:1: unknown column 'figur'; nearest: 'figure'"),
    ("figure,n\n", "lacks the column 'value'"),
    ("figure,value,value\n", "column 'value' stands there twice"),
    (HEAD + "dropot,0.3,10\n", "mine.csv:2: unknown figure 'dropot'; nearest: 'dropout'"),
    (HEAD + "dropout,0.3,10\n# x\ndropout,0.4,10\n", "mine.csv:4: figure 'dropout' stands there twice.* line 2"),
    (HEAD + "dropout,,10\n", "has no value"),
    (HEAD + 'dropout,"0,31",10\n', "value 0,31 has a comma: write a decimal point"),
    (HEAD + "dropout,0,31,420,,,,\n", "needs no sd.*A decimal comma looks like that"),
    ("figure,value,n\ndropout,0,31,420\n", "has 4 cells where the header has 3; a decimal comma"),
    (HEAD + "dropout,31,10\n", r"value 31 of 'dropout' is outside \[0, 1\] share; a share is 0.41"),
    (HEAD + "dropout,31 %,10\n", "is a percentage: write a share"),
    (HEAD + "phq9_entry_mean,28,10,5\n", r"outside \[0, 27\] points"),
    (HEAD + "dropout,-0.1,10\n", "outside"),
    (HEAD + "dropout,nan,10\n", "'nan' is no number"),
    (HEAD + "dropout,1e999,10\n", "is no number"),
    (HEAD + "dropout,0_1,10\n", "'0_1' is no number"),
    (HEAD + "dropout,٠.٣,10\n", "is no number"),
    (HEAD + "dropout,=1+1,10\n", "'=1.1' is no number"),
    (HEAD + "dropout,0.3,0\n", "n '0' .*no whole number"),
    (HEAD + "dropout,0.3,12.5\n", "n '12.5'"),
    (HEAD + 'dropout,0.3,"1,200"\n', "n '1,200'.*without marks for thousands"),
    (HEAD + "dropout,0.3,\n", "needs n, the people it was counted in, or from and to"),
    (HEAD + "dropout,0.3,10,0.2\n", "needs no sd"),
    (HEAD + "sessions_mean,7,10\n", "is a mean and needs sd"),
    (HEAD + "sessions_mean,7,10,0\n", "needs sd.*above 0"),
    (HEAD + "phq9_entry_sd,5,1\n", "n of 2 or more"),
    (HEAD + "dropout,0.3,,,0.1,\n", "has one end of its 95 % interval"),
    (HEAD + "dropout,0.3,,,0.4,0.5\n", "does not lie in its interval"),
    (HEAD + "dropout,0.3,,,0.3,0.3\n", "interval of 'dropout' has no width: from and to are both 0.3; give one that"),
    (HEAD + "dropout,0.3,,,0.4,0.2\n", "does not lie in its interval from 0.4 to 0.2"),
    (HEAD + "sessions_mean,7,10,3,6,8\n", "say the same twice"),
    (HEAD + f"dropout,0.3,10,,,,{'x' * 501}\n", "has 501 characters, more than 500"),
    (HEAD + 'dropout,0.3,10,,,,"open\n', "mine.csv:2: is no CSV"),
    ((HEAD + "dropout,0.3,10,,,,caf\u00e9\n").encode("latin-1"), "mine.csv:2: is not UTF-8"),
    ((HEAD + "dropout,0.3,10\n").encode("utf-16"), "is not UTF-8"),
    ((HEAD + "dropout,0.3,10\n").encode("utf-16-le"), "mine.csv:1: holds a zero byte"),
])  # fmt: skip
def test_bad_files_are_refused_with_line_and_remedy(content: str | bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(hc.ConfigError, match=says):
        read(tmp_path, content)


def test_large_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(hc.ConfigError, match="larger than 1 MiB"):
        read(tmp_path, HEAD + "#" * MOST_BYTES)
    with pytest.raises(hc.ConfigError, match="cannot be read: no such file.*--template"):
        read_service(tmp_path / "none.csv")
    with pytest.raises(hc.ConfigError, match="is a folder"):
        read_service(tmp_path)
