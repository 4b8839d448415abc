"""Pictures: they repeat, carry imprint and units, hide no group, and keep the text of a scenario in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
from helpers import TINY
from report_fixture import ARMS, HOSTILE, FakeResults, hostile

import hybridcare as hc
from hybridcare import plots, plots_base, plots_pathway
from hybridcare.plots_close import close

UNITS = ("points", "%", "week", "0 to 1", "−1 to 1", "hours", "percentage points", "ratio of rates", "number",
         "standard deviation", "per client", "per 100 clients", "clients")  # fmt: skip


@pytest.fixture(scope="module")
def figures() -> list[plots.Figure]:
    return plots.all_figures(FakeResults())


@pytest.fixture(scope="module")
def hostile_figures() -> list[plots.Figure]:
    return plots.all_figures(hostile())


@pytest.fixture(scope="module")
def real() -> hc.Results:
    return hc.Experiment("hybrid_vs_human_vs_ai", replicates=2, clients=80).run(progress=False)


def test_the_same_results_give_the_same_pictures(figures: list[plots.Figure]) -> None:
    again = plots.all_figures(FakeResults())  # drawn after the others: no counter may leak from one to the next
    assert [f.name for f in again] == [f.name for f in figures]
    for one, other in zip(figures, again, strict=True):
        assert one.svg() == other.svg(), one.name


def test_other_results_give_other_pictures() -> None:
    assert plots.course(FakeResults()).svg() != plots.course(FakeResults(seed=2)).svg()


def test_every_picture_carries_its_imprint(figures: list[plots.Figure]) -> None:
    results = FakeResults()
    for figure in figures:
        words = " ".join("".join(text.itertext()) for text in ElementTree.fromstring(figure.svg()).iter()
                         if text.tag.endswith("}text"))  # fmt: skip
        for needed in (results.experiment.calibration, "Driving assumption (the scenario author's words): chi_h",
                       "hybridcare 0.1.0", "scenario 5ce7a11e5ce7a11e", "seed 20260101"):  # fmt: skip
            assert needed in words, (figure.name, needed)


def test_every_quantity_has_a_unit(figures: list[plots.Figure]) -> None:
    drawn = [figure for figure in figures if figure.spec]
    assert len(drawn) >= 14
    for figure in drawn:
        for titles in axis_titles(figure.spec):
            words = " ".join(t for t in titles if t)
            assert any(unit in words for unit in UNITS), (figure.name, titles)


def axis_titles(spec: dict) -> Iterator[list[str]]:
    """For each view and each of x and y with a quantity: the titles that its layers give that axis."""
    for part in ("hconcat", "vconcat"):
        for view in spec.get(part, []):
            yield from axis_titles(view)
    if "spec" in spec:
        yield from axis_titles(spec["spec"])
    layers = spec.get("layer", [spec] if "encoding" in spec else [])
    for channel in ("x", "y"):
        found = [layer["encoding"][channel] for layer in layers if channel in layer.get("encoding", {})]
        found = [f for f in found if f.get("type") == "quantitative"]
        numbered = all(f.get("axis", {}).get("labels", True) for f in found)  # else it shares the axis of another panel
        if found and numbered:
            yield [" ".join(t) if isinstance(t := f.get("title"), list) else t or "" for f in found]


def test_the_check_of_units_sees_a_bare_axis() -> None:
    bare = {"layer": [{"encoding": {"x": {"field": "estimate", "type": "quantitative", "title": "value"}}}]}
    assert list(axis_titles(bare)) == [["value"]]


def test_no_picture_hides_a_group(figures: list[plots.Figure]) -> None:
    results = FakeResults()
    arms = {arm[1] for arm in ARMS}
    cultures = set(plots_base.culture_labels(results).values())
    for figure in (plots.course_by_culture(results), plots.outcomes(results), plots.satisfaction(results)):
        drawn = {str(row) for data in figure.spec["datasets"].values() for row in map(tuple, map(dict.values, data))}
        text = re.sub(r"\\n|\s+", " ", " ".join(drawn))
        assert all(" ".join(arm.split()) in text for arm in arms), figure.name
        assert set(figure.table["clients"]) == cultures
        assert set(figure.table["arm"]) - {"any arm"} == arms
    assert not any("cell 1" in f.svg() for f in figures), "an arm that exists only for the split"


def test_cultures_are_named_by_distance_alone(figures: list[plots.Figure]) -> None:
    labels = plots_base.culture_labels(FakeResults())
    assert labels["reference"] == "expression distance 0 (reference)"
    assert labels["near"] == "expression distance 0.35"
    assert not any(name in f.svg() for f in figures for name in ("farthest", ">near<"))


def test_the_headline_draws_band_points_and_noise() -> None:
    results = FakeResults()
    figure = plots.headline(results)
    rows = [row for data in figure.spec["datasets"].values() for row in data]
    band = next(row for row in rows if "high" in row)
    assert (round(band["estimate"], 6), round(band["high"], 6)) == (-0.55, 0.02)
    points = [row for row in rows if "noise_low" in row]
    assert len(points) == len(results.experiment.variants)
    assert "simulation noise" in figure.svg()
    assert "interval" not in figure.svg().lower()


def test_deterioration_stands_beside_its_noise_only_rate() -> None:
    figure = plots.outcomes(FakeResults())
    noise = figure.table[figure.table["outcome"].str.contains("from noise alone")]
    assert set(noise["value"]) == {"2.1 %"}
    assert "black tick" in figure.caption


def test_arms_have_colours_of_their_own() -> None:
    colours = plots_base.arm_colours(FakeResults())
    assert list(colours) == [arm[0] for arm in ARMS]
    assert len(set(colours.values())) == len(colours)


def test_pictures_are_valid_vega_lite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots_base, "VALIDATE", True)
    assert plots.all_figures(FakeResults())


def test_the_label_at_the_end_of_an_axis_stands_under_its_tick() -> None:
    """As the middle ones do: drawn from 0 to 1, ticks at both ends."""
    data = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]})
    chart = alt.Chart(data).mark_point().encode(x=alt.X("x:Q", axis=alt.Axis(format="%", values=[0, 0.5, 1])), y="y:Q")
    svg = close(chart, [], name="ends", title="", caption="", alt_text="", table=data).svg()
    anchors = {label: anchor for anchor, label in re.findall(r'<text text-anchor="(\w+)"[^>]*>(\d+%)</text>', svg)}
    assert anchors == {"0%": "middle", "50%": "middle", "100%": "middle"}


@pytest.mark.parametrize("name", ["headline", "course_by_culture", "erosion", "misrecognition"])
def test_a_picture_goes_out_as_svg_png_and_html(tmp_path: Path, name: str) -> None:
    figure = getattr(plots, name)(FakeResults())
    assert figure.save(tmp_path / "a.svg").read_text().startswith("<svg ")
    assert figure.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    page = figure.save(tmp_path / "a.html").read_text()
    assert len(page) > 100_000, "the libraries are inside"
    assert not re.search(r"<(script|link)[^>]*(src|href)=", page), "nothing is fetched"
    assert plots.pathways(FakeResults())[1].save(tmp_path / "b.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match=r"\.svg, \.png or \.html"):
        figure.save(tmp_path / "a.jpeg")
    assert figure.chart.to_dict()


def test_text_of_a_scenario_stays_text(hostile_figures: list[plots.Figure]) -> None:
    for figure in hostile_figures:
        tree = ElementTree.fromstring(figure.svg())  # well-formed
        tags = {element.tag.split("}")[-1] for element in tree.iter()}
        assert not tags & {"script", "image", "foreignObject", "a", "iframe"}, figure.name
        assert not any(name.startswith("on") for element in tree.iter() for name in element.attrib), figure.name
        assert "\u202e" not in figure.svg()


def test_text_of_a_scenario_cannot_end_the_script_of_a_page() -> None:
    assert "<script>" in HOSTILE and "</script>" in HOSTILE
    page = plots.headline(hostile()).html()
    assert "</script><" not in page.replace("</script></body>", "")
    assert "alert(1)" in page and "<script>alert" not in page


def test_ids_are_unique_over_all_pictures(figures: list[plots.Figure]) -> None:
    ids = [name for figure in figures for name in re.findall(r'\bid="([^"]+)"', figure.svg())]
    assert len(ids) == len(set(ids)) >= len(ARMS)
    used = {name for figure in figures for name in re.findall(r"url\(#([^)]+)\)", figure.svg())}
    assert used <= set(ids)


def test_a_service_shows_the_way_in() -> None:
    results = hc.Experiment("front_door").alone()
    human, assistant = (plots.pathway(results, arm) for arm in (0, 1))
    for words in ("in need", "seeks help", "waiting list", "when a slot is free", "every week"):
        assert words in human.svg(), words
    assert "when a slot is free" not in assistant.svg() and "if weeks_in_step" in assistant.svg()


def test_boxes_of_a_pathway_do_not_overlap_and_every_way_is_drawn() -> None:
    scenario = hc.load("stepped_care")
    for index in range(len(scenario.core.arms)):
        graph = scenario.core.pathway(index)
        boxes, chips = plots_pathway.layout(graph)
        placed = [*boxes, *chips.values()]
        for i, a in enumerate(placed):
            for b in placed[i + 1 :]:
                apart = (a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y
                         or b.y + b.height <= a.y)  # fmt: skip
                assert apart, (a.name, b.name)
        assert {b.name for b in boxes} == {s["name"] for s in graph["steps"] if s["exit"] == "none"}


def test_guards_and_loops_are_in_the_picture() -> None:
    results = FakeResults()
    graph = results.experiment.pathway(1)
    graph["steps"].append({**graph["steps"][-1], "name": "more", "label": "more care"})
    graph["transitions"] = [
        {"name": "up", "from": "care", "to": "more", "when": "phq9 >= 15", "priority": 1},
        {"name": "back", "from": "more", "to": "care", "when": "phq9 < 10", "priority": 1},
    ]
    results.experiment.pathway = lambda arm: graph
    svg = plots.pathway(results, 1).svg()
    assert "if phq9 &gt;= 15" in svg and "if phq9 &lt; 10" in svg
    assert [w.words[0] for w in plots_pathway.arrows(graph)].count("leaves") == 2


def test_real_results_fill_every_picture(real: hc.Results) -> None:
    drawn = {figure.name: figure for figure in plots.all_figures(real)}
    for name in ("headline", "split", "course", "course-by-culture", "outcomes-main", "dropout", "trust", "erosion",
                 "erosion-by-culture", "erosion-risk", "misrecognition", "excess-no-distance",
                 "excess-perfect-recognition", "satisfaction", "hours", "pathway-0", "estimands", "nnt", "leaving",
                 "erosion-starts", "erosion-rules", "calibration", "recognition", "harm", "echo", "accounts",
                 "equity"):  # fmt: skip
        assert len(drawn[name].table), name
        assert drawn[name].alt and drawn[name].caption and drawn[name].svg().startswith("<svg ")


def test_views_draw_themselves(real: hc.Results) -> None:
    assert real.plot().name == "headline"
    assert real.trust_erosion(by="culture").plot().name == "erosion-by-culture"
    assert real.trust_erosion(by=None).plot().name == "erosion"
    assert real.misrecognition().plot().name == "misrecognition"
    contrast = real.contrast("hybrid", "human").plot()
    shown = contrast.table.iloc[0, 2]
    row = real.contrast("hybrid", "human").table(metric="phq9").iloc[0]
    assert shown == plots_base.signed(row["estimate"], 3)


@pytest.mark.parametrize("choice", [{"arms": ["waiting"]}, {"arms": ["ai"]}, {"variants": ["default"]}, {}])
def test_small_experiments_draw_what_they_have(choice: dict[str, Any]) -> None:
    experiment = hc.Experiment("hybrid_vs_human_vs_ai", replicates=1, clients=40, **choice)
    results = experiment.run(progress=False, twins=False)
    drawn = plots.all_figures(results)
    assert {"course", "outcomes-main"} <= {figure.name for figure in drawn}
    assert all(figure.svg() for figure in drawn)


def test_other_scenarios_draw_too() -> None:
    assert len(plots.all_figures(hc.Experiment(hc.Scenario.of(TINY)).run(progress=False))) >= 15


@pytest.fixture(scope="module")
def service() -> hc.Results:
    return hc.Experiment("front_door", replicates=2, clients=60).run(progress=False)


def test_a_service_has_pictures_of_access_and_of_its_calendar(service: hc.Results) -> None:
    access, calendar = plots.access(service), plots.calendar(service.access())
    assert access and calendar
    assert {"served", "gave up waiting at least once"} <= set(access.table["outcome"])
    assert "on the waiting list, clients" in calendar.table.columns
    for figure in (access, calendar):
        for titles in axis_titles(figure.spec):
            assert any(unit in " ".join(titles) for unit in UNITS), (figure.name, titles)
        assert "not yet calibrated" in figure.svg()


def test_noise_is_not_drawn_where_nothing_can_be(service: hc.Results) -> None:
    figure = plots.access(service)
    assert figure
    ends = [row["noise_low"] for rows in figure.spec["datasets"].values() for row in rows if "noise_low" in row]
    assert min(end for end in ends if end is not None) >= 0


def test_numbers_are_set_with_care() -> None:
    assert plots_base.number(-1234.5) == "−1,234.50"
    assert plots_base.number(-0.0001) == "0.00"
    assert plots_base.number(float("nan")) == "—"
    assert plots_base.signed(0.1) == "+0.10"
    assert plots_base.signed(0.0) == "0.00"
    assert plots_base.percent(0.125, 1) == "12.5 %"
    assert plots_base.clean("a\u202eb\x00c\n d") == "a b c d"
    assert plots_base.clean("x" * 100, 10) == "x" * 9 + "…"
    assert pd.isna(float("nan"))


def test_ids_are_named_after_their_picture() -> None:
    raw = '<svg width="1"><g clip-path="url(#clip{0})"/><clipPath id="clip{0}"/><clipPath id="clip{0}1"/></svg>'
    one, other = (plots_base._name_ids(raw.format(start), "course", "x") for start in (3, 12))
    assert one == other
    assert 'id="course-1"' in one and "url(#course-1)" in one and 'id="course-2"' in one


def test_a_pathway_says_all_that_a_step_does() -> None:
    step = {"human": {"every_weeks": 1, "minutes": 50, "dose": 1, "per_week": 2, "fade": 0.1}, "assistant": None,
            "comparator": "none", "bundle": False, "offers": ["mindfulness", "expressive_writing"], "plan": True,
            "feedback": True, "coached": True, "review_every": 4, "review_minutes": 15}  # fmt: skip
    words = " ".join(plots_pathway.step_lines(step))
    for needed in ("2 times a week", "usage fades", "exercises: mindfulness, expressive writing", "personalised plan",
                   "progress feedback", "coaches the human", "every 4 weeks, 15 minutes"):  # fmt: skip
        assert needed in words, words
