"""What a view adds to G and sigma2: dials, prompts, presets, names, and their refusals."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lmmteach
from lmmteach import ParameterError
from lmmteach.explore import (
    MARGINAL,
    VIEWS,
    Answer,
    Explorer,
    Flags,
    Panel,
    Pick,
    Preset,
    Prompt,
    Slider,
    View,
    explore,
)

DIALLED = View(
    "Where is zero?",
    panels=(Panel("equation", "The model"), Panel("code", "In Python")),
    free=("G11",),
    dials=(
        Slider("origin", "t₀", "time origin", low=lambda f: f["first"], high=lambda f: f["last"], value=2, step=1),
        Pick("drawn", "Draw", (("people", "People"), ("readings", "Readings")), "people"),
        Flags("removed", "Visits taken away", lambda f: f["times"]),
    ),
    presets=(
        Preset("Late", lambda f: {"origin": f["last"], "G11": 2 * f["G11"]}),
        Preset("Early", lambda f: {"origin": 0}),
    ),
    prompt=Prompt("Does V change?", (Answer("Yes", "It does not."), Answer("No", "Right.", right=True)), ("origin",)),
)  # fmt: skip


@pytest.fixture
def explorer(framingham: lmmteach.Fit) -> Explorer:
    return framingham.explore(view=DIALLED)


def test_dials_start_where_the_view_says(explorer: Explorer) -> None:
    assert explorer.dials == {"origin": 2.0, "drawn": "people", "removed": []}


def test_dials_start_where_the_caller_says(framingham: lmmteach.Fit) -> None:
    moved = framingham.explore(view=DIALLED, origin=5, removed=[10, 0])
    assert moved.dials == {"origin": 5.0, "drawn": "people", "removed": [0.0, 10.0]}


def test_moving_one_dial_leaves_the_others_and_is_heard_once(explorer: Explorer) -> None:
    heard = []
    explorer.observe(lambda change: heard.append(change["new"]), "dials")
    explorer.move(origin=7, sigma2=300)
    explorer.dials = {"drawn": "readings"}
    assert heard == [
        {"origin": 7.0, "drawn": "people", "removed": []},
        {"origin": 7.0, "drawn": "readings", "removed": []},
    ]


@pytest.mark.parametrize(
    ("dial", "says"),
    [
        ({"origin": 11}, "origin cannot be 11.*from 0 to 10"),
        ({"origin": "late"}, "origin must be made of numbers"),
        ({"origin": [1, 2]}, "origin cannot be"),
        ({"origin": float("nan")}, "not finite"),
        ({"drawn": "both"}, "drawn cannot be 'both'.*'people', 'readings'"),
        ({"removed": "0"}, "removed must be a list"),
        ({"removed": [0, 3]}, "removed cannot hold 3"),
        ({"orign": 3}, "has no orign.*origin"),
    ],
)
def test_a_bad_dial_says_what_it_takes_and_changes_nothing(explorer: Explorer, dial: dict, says: str) -> None:
    before = explorer._state()
    with pytest.raises(ParameterError, match=says):
        explorer.move(seed=9, **dial)
    assert explorer._state() == before


def test_dials_must_be_a_mapping(explorer: Explorer) -> None:
    with pytest.raises(ParameterError, match="mapping"):
        explorer.dials = 3
    with pytest.raises(ParameterError, match="no dial 'age'"):
        explorer.dials = {"age": 3}


def test_presets_move_dials_and_parameters(explorer: Explorer, framingham: lmmteach.Fit) -> None:
    late, early = explorer._data["view"]["presets"]
    assert late["dials"] == {"origin": 10.0}
    assert late["G"][0][0] == pytest.approx(2 * framingham.G.iloc[0, 0])
    assert early == {"label": "Early", "dials": {"origin": 0}}


@pytest.mark.parametrize(
    ("given", "fine"), [(0, True), (1, True), (-1, True), (2, False), (True, False), ("Yes", False)]
)
def test_a_prediction_is_an_answers_place(explorer: Explorer, given: object, fine: bool) -> None:
    assert explorer.prediction is None
    if fine:
        explorer.prediction = given
        assert explorer.prediction == given
    else:
        with pytest.raises(ParameterError, match="Give 0 to 1"):
            explorer.prediction = given


def test_a_prompt_about_what_is_not_there_is_left_out(sleep: lmmteach.Fit) -> None:
    """A random intercept has no G12 to raise: nothing may stay locked behind a question that cannot be answered."""
    assert sleep.explore()._data["view"]["prompt"] is None


def test_code_names_the_view_and_what_differs_from_usual(framingham: lmmteach.Fit) -> None:
    started = framingham.explore(colour="sex", seed=3)
    space = {"fit": framingham}
    exec("\n".join(started.code().splitlines()[1:]), space)
    again, wanted = space["explorer"]._state(), started._state()
    np.testing.assert_allclose(again.pop("G"), wanted.pop("G"), rtol=1e-11)
    assert again.pop("sigma2") == pytest.approx(wanted.pop("sigma2"), rel=1e-11)
    assert again == wanted
    assert "fit.explore()" in started.code()
    assert "fit.explore(view=view)" in framingham.explore(view=DIALLED).code()
    # A name says nothing until the gallery has it.
    assert "fit.explore(view=view)" in framingham.explore(view=replace(DIALLED, name="alike")).code()


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_by_name(name: str, framingham: lmmteach.Fit) -> None:
    """Each opens, names itself in its code, asks what one answer or the screen decides, and carries valid presets."""
    view = VIEWS[name]
    explorer = explore(framingham if view.needs_fit else None, name)
    declared = explorer._data["view"]
    assert view is MARGINAL or repr(name) in explorer.code()
    prompt = declared["prompt"]
    assert prompt is not None, "every explorer asks for a prediction"
    always = [answer["right"] for answer in prompt["answers"]].count(True)
    assert always == 1 or (always == 0 and prompt["reads"]), "the answer is one, or is read off the screen"
    assert all(answer["why"] for answer in prompt["answers"])
    for preset in declared["presets"]:
        moves = {key: preset[key] for key in ("G", "sigma2") if key in preset}
        explorer.move(**moves, **preset["dials"], allow_not_psd=True)
    assert len(explorer.to_png()) > 5000


def test_code_of_a_view_that_moves_nothing_of_G_leaves_it_out(framingham: lmmteach.Fit) -> None:
    explorer = framingham.explore("structures")
    assert explorer.code().splitlines()[1:] == ["explorer = fit.explore('structures')"]
    explorer.move(seed=4)
    assert explorer.code().splitlines()[-1] == "explorer.move(seed=4)"


def test_a_view_without_a_fit_has_no_G_to_set() -> None:
    explorer = explore(None, "hierarchy")
    for state in ({"G": 2.0}, {"sigma2": 3.0}):
        with pytest.raises(ParameterError, match=rf"has no {next(iter(state))}: it shows no fit.*school"):
            explorer.move(**state)
        with pytest.raises(ParameterError, match="it shows no fit"):
            explore(None, "hierarchy", **state)


def test_a_panels_own_fits_warn_nobody() -> None:
    data = lmmteach.load_sleepstudy().assign(late=lambda frame: (frame.days > 4).map({True: "late", False: "early"}))
    fit = lmmteach.lmm("reaction ~ days + late + (1 + late | subject)", data, time="days")
    with warnings.catch_warnings():
        warnings.simplefilter("error", lmmteach.LmmWarning)
        assert fit.explore("two visits")._data["extra"]["ridge"]


def test_an_unknown_view_names_those_there_are(framingham: lmmteach.Fit) -> None:
    with pytest.raises(ParameterError, match=r"no explorer called 'spagetti'.*'marginal'"):
        framingham.explore("spagetti")


def test_a_panel_that_is_not_registered_is_named(framingham: lmmteach.Fit) -> None:
    with pytest.raises(ParameterError, match=r"'Mine' asks for a panel 'endz'.*registry\.js.*'equation'"):
        framingham.explore(View("Mine", (Panel("endz", "Ends"),)))


def test_a_view_of_a_fit_needs_one() -> None:
    with pytest.raises(ParameterError, match=r"'G moves V' shows a fit.*fit.explore"):
        explore(None)


def test_the_frame_for_another_page(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    frame = framingham.explore().embed(tmp_path / "v.html", height=640)
    known = r'<iframe src="\./v\.html" title="G moves V: [^"]+" width="100%" height="640" .*></iframe>'
    assert re.fullmatch(known, frame)
    text = (tmp_path / "v.html").read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert data
    assert json.loads(data[1])["chrome"] is False


def test_columns_to_colour_by(framingham: lmmteach.Fit) -> None:
    """Those that do not change within a subject: sex by its levels, baseline age in thirds, never the response."""
    columns = framingham.explore()._data["people"]["columns"]
    assert [column["name"] for column in columns] == ["age", "sex"]
    age, sex = columns
    assert sex["levels"] == ["female", "male"]
    rows = framingham.design.frame.groupby(framingham.design.codes).first()
    assert [sex["levels"][k] for k in sex["of"]] == rows["sex"].tolist()
    assert len(age["levels"]) == 3
    third = [sum(k == level for k in age["of"]) / 200 for level in range(3)]
    assert min(third) > 0.2


def test_the_declaration_contributing_shows(framingham: lmmteach.Fit) -> None:
    """About ten lines, and it works as printed."""
    page = Path(lmmteach.__file__).parent.parent / "CONTRIBUTING.md"
    [code] = re.findall(r"```python\n([^`]*View\([^`]*)```", page.read_text(encoding="utf-8"))
    space: dict = {}
    exec(code, space)
    declared = framingham.explore(space["ALIKE"])._data["view"]
    assert declared["free"] == ["G11", "sigma2"]
    assert len(declared["prompt"]["answers"]) == 2
    assert 8 <= len(code.split("View(\n")[1].splitlines()) <= 12
