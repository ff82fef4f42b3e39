"""What a verdict reads off the screen: every prompt's readings, run by Node on the states a student can reach."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore

from .node import STATIC, run_js

READ = """
const { SEEN } = await module("frame/registry.js");
const { judged } = await module("maths/seen/verdict.js");
return given.map(({ reads, from, now, data, answers, prediction, chosen }) => {
  const read = SEEN[reads].read({ from, now, data });
  return { ...read, verdict: read.seen && judged(answers, prediction, chosen, read) };
});
"""
PROMPTED = {name: view for name, view in VIEWS.items() if view.prompt is not None}


def case(fit: lmmteach.Fit | None, name: str, after: dict[str, Any], before: dict[str, Any] | None = None,
         prediction: int = 0, chosen: int = 0) -> dict[str, Any]:  # fmt: skip
    """A view's data, the state it starts in, and the same with `after` changed (a dial or a trait)."""
    data = explore(fit, name)._data
    prompt = data["view"]["prompt"]

    def state(changed: dict[str, Any]) -> dict[str, Any]:
        out = {**data["start"], "dials": dict(data["start"]["dials"])}
        for key, value in changed.items():
            (out["dials"] if key in out["dials"] else out)[key] = value
        return out

    first = state(before or {})
    then = state({**(before or {}), **after})
    return {"reads": prompt["reads"], "answers": prompt["answers"], "data": data, "from": first, "now": then,
            "prediction": prediction, "chosen": chosen}  # fmt: skip


def read(cases: list[dict[str, Any]], folder: Path) -> list[Any]:
    return run_js(READ, cases, folder)


@pytest.mark.parametrize("name", PROMPTED)
def test_every_prompt_names_a_panel_a_reading_and_words_that_the_reading_can_say(name: str) -> None:
    view = PROMPTED[name]
    prompt = view.prompt
    assert prompt is not None
    asked = {panel.panel for panel in view.panels}
    assert prompt.asks in asked, f"Prompt(asks=...) of {name!r} names one of its view's panels: {sorted(asked)}"
    registry = (STATIC / "frame" / "registry.js").read_text(encoding="utf-8")
    line = re.search(rf'^  {prompt.reads}: \{{ read: \w+, of: "(\w+)" \}},$', registry, re.MULTILINE)
    assert line, (
        f"Prompt(reads={prompt.reads!r}) of {name!r} is not in SEEN of static/frame/registry.js, which lists the "
        "readings; a new one is a file in static/maths/seen/ and two lines there"
    )
    assert line[1] == prompt.asks, "a page of that view brings the reading with the panel"
    source = (STATIC / "maths" / "seen" / f"{prompt.reads}.js").read_text(encoding="utf-8")
    known = set(re.findall(r'"([\w.]+)"', source)) | {"0.75"} | {"ri", "rirs", "cs", "ar1"}
    for answer in prompt.answers:
        assert set(answer.fits) <= known, answer.text
    assert any(answer.fits for answer in prompt.answers), f"no Answer(fits=...): {prompt.reads}.js says one of {known}"
    assert sum(answer.right for answer in prompt.answers) <= 1
    right = [answer for answer in prompt.answers if answer.right]
    assert not right or right[0].fits, "what is right on every screen can be seen on one"


@pytest.mark.parametrize(
    ("G", "words", "right"),
    [
        ([[1200, -30], [-30, 2.5]], "falls", 3),  # the turning point, 12, lies after the last visit
        ([[1200, -60], [-60, 12]], "fallsrises", 1),
        ([[1200, -0.6], [-0.6, 12]], "rises", 0),
        ([[1200, -0.5], [-0.5, 0.1]], "stays", 2),
    ],
)
def test_the_course_of_the_sd_is_read_not_assumed(
    framingham: lmmteach.Fit, tmp_path: Path, G: Any, words: str, right: int
) -> None:
    cases = [case(framingham, "slopes", {"G": G}, prediction=k, chosen=right) for k in range(4)]
    for k, one in enumerate(read(cases, tmp_path)):
        assert one["seen"] == [words]
        assert one["verdict"] == {"right": [right], "saw": True, "came": "true" if k == right else "false"}
        assert G[0][1] in one["tell"], "the sentence holds this screen's number"
    curve = case(framingham, "slopes", {})["data"]["curve"]
    sd = np.sqrt(np.einsum("ia,ab,ib->i", curve["Z"], G, curve["Z"]) + framingham.sigma2)
    assert pytest.approx(sd[0]) in read(cases[:1], tmp_path)[0]["tell"]


def test_a_positive_covariance_does_not_answer_for_a_negative_one(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    one = read([case(framingham, "slopes", {"G": [[1200, 40], [40, 12]]})], tmp_path)[0]
    assert one["seen"] is None
    assert "below 0" in one["tell"][0]


def test_which_entries_change(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    start = {"G": [[800, 0], [0, 6]], "sigma2": 700}
    moves = [{"G": [[800, 10], [10, 6]]}, {"G": [[800, 0.01], [0.01, 6]]}, {"G": [[900, 10], [10, 6]]}]
    far, little, mixed = read([case(framingham, "marginal", one, start, 1, 1) for one in moves], tmp_path)
    assert far["seen"] == ["late"]
    assert far["verdict"] == {"right": [1], "saw": True, "came": "true"}
    assert little["seen"] is None
    assert "Too little" in little["tell"][0]
    assert mixed["seen"] is None
    assert "More than" in mixed["tell"][0]


def test_an_impossible_G_with_and_without_a_possible_V(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    room = explore(framingham, "strange results")._data["facts"]["room"]
    settings = [-0.5 * room, -3 * room]
    cases = [case(framingham, "strange results", {"G": [[400, 0], [0, g]]}, prediction=k, chosen=0)
             for g in settings for k in (0, 1, 2)]  # fmt: skip
    came = [one["verdict"]["came"] for one in read(cases, tmp_path)]
    assert came == ["false", "true", "here", "here", "true", "false"], "a right observation is not called wrong"


def test_coefficients_move_with_gaps_and_stand_still_without(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    G = [[3000, 0], [0, 20]]
    gaps, none = read(
        [case(framingham, "estimates", {"G": G}, {"data": data}, 2, 0) for data in ("all", "complete")], tmp_path
    )
    assert (gaps["seen"], none["seen"]) == (["both"], ["intervals"])
    assert (gaps["verdict"]["saw"], none["verdict"]["saw"]) == (False, True)
    assert gaps["verdict"]["came"] == none["verdict"]["came"] == "true"


def test_a_covariance_alone_moves_nothing_where_all_weigh_the_same(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    """Then "move it further" would be the wrong advice: no G12 moves a coefficient or its interval."""
    G = framingham.G.to_numpy()
    apart = {"G": [[float(G[0, 0]), -30.0], [-30.0, float(G[1, 1])]]}
    none, gaps = read([case(framingham, "estimates", apart, {"data": data}) for data in ("complete", "all")], tmp_path)
    assert none["seen"] is None
    assert "alone moves no coefficient" in none["tell"][0]
    assert gaps["seen"] == ["both"] or "Too little" in gaps["tell"][0]


def test_a_term_in_the_level_alone_moves_without_gaps(tmp_path: Path) -> None:
    """Complete visits are not enough: sex in the level but not in the slope weighs by G."""
    data = lmmteach.load_framingham("standin")
    whole = data[data.groupby("id")["year"].transform("size") == 6]
    fit = lmmteach.lmm("cholesterol ~ sex + year + (1 + year | id)", whole)
    (one,) = read([case(fit, "estimates", {"G": [[3000, 0], [0, 20]]}, prediction=2, chosen=2)], tmp_path)
    assert one["seen"] == ["both"]
    assert (one["verdict"]["came"], one["verdict"]["saw"]) == ("true", True)


def test_others_of_the_gallery(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    riddle = {"school": 35, "classroom": 5, "pupil": 60}
    leaving = {"mechanism": "MAR", "share": 0.3, "strength": 1.5}
    intercept = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    G = framingham.G.to_numpy()
    steep = {"G": [[float(G[0, 0]), float(G[0, 1])], [float(G[0, 1]), 6 * float(G[1, 1])]]}
    cases = {
        "pupil": case(None, "hierarchy", riddle),
        "olslow": case(framingham, "dropout", leaving),
        "0.75": case(intercept, "random intercept", {"G": [[900]], "sigma2": 300}),
        "changes": case(framingham, "conditional", steep),
        "smaller": case(framingham, "shrinkage", {"sigma2": 2 * framingham.sigma2}),
        "rho": case(framingham, "time origin", {"origin": 10}),
        "fluct": case(framingham, "layers", {"spacing": 0.25}),
        "between": case(framingham, "individuals", {"lines": "own"}),
        "REML": case(framingham, "hill", {"along": "G22"}),
        "rirs": case(framingham, "structures", {"curve": "late", "compare": ["ar1", "rirs"]}),
        "leans": case(framingham, "residuals", {"data": "kinds", "show": "b"}),
        "neighbours": case(framingham, "spaghetti", {"rows": ""}),
    }
    for words, one in zip(cases, read(list(cases.values()), tmp_path), strict=True):
        assert one["seen"] == [words], (words, one["tell"])


def test_where_the_question_is_not_met_nothing_is_judged(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    cases = [
        case(None, "hierarchy", {"school": 90}),
        case(framingham, "dropout", {"mechanism": "MNAR"}),
        case(framingham, "dropout", {"mechanism": "MAR", "strength": -2}),
        case(framingham, "structures", {"curve": "sd"}),
        case(framingham, "residuals", {"show": "b"}),
        case(framingham, "hill", {"along": "sigma2"}),
        case(framingham, "layers", {"spacing": 4}),
        case(framingham, "time origin", {"origin": 0.01}),
        case(framingham, "two visits", {"visits": "three"}),
        case(framingham, "strange results", {"G": [[400, 0], [0, 2]]}),
    ]
    for one in read(cases, tmp_path):
        assert one["seen"] is None
        assert one["tell"]
