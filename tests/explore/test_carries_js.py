"""One description of what an explorer carries: Python and the page make the same of the same data, part by part."""

from __future__ import annotations

import base64
import json
import warnings
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import VIEWS, Explorer
from lmmteach.explore.needs.beta import complete_subjects

from .node import STATIC, run_js

CARRIES = json.loads((STATIC.parent / "carries.json").read_text(encoding="utf-8"))
MADE = """
const { opened, fitted } = await module("own/study.js");
const { payload } = await module("own/payload.js");
return given.cases.map(({ bytes, formula, method, time }) => {
  const { table } = opened(Buffer.from(bytes, "base64"));
  const study = fitted({ table, formula, method, time });
  const views = given.views[study.fit.G.length];
  return Object.fromEntries(Object.entries(views).map(([name, view]) => [name, payload(study, view)]));
});
"""
LIKELIHOODS = """
const { deviance } = await module("maths/model.js");
return given.map(([pooled, settings]) =>
  settings.map(({ G, sigma2 }) => ["ML", "REML"].map((method) => deviance(pooled, G, sigma2, method))));
"""
COEFFICIENTS = """
const { gls, leastSquares } = await module("maths/ideas/gls.js");
return given.map(([pooled, part, settings]) => [leastSquares(part),
  ...settings.map(({ G, sigma2 }) => { const { beta, se } = gls(pooled, part, G, sigma2); return { beta, se }; })]);
"""


def data(gaps: bool = True) -> pd.DataFrame:
    """A study with a factor, a number, a truth and gaps."""
    rng = np.random.default_rng(14)
    i, t = np.divmod(np.arange(60 * 5), 5)
    b = rng.normal(size=(60, 2)) * [20.0, 4.0]
    made = pd.DataFrame(
        {
            "who": [f"p{k:03d}" for k in i], "week": 2.0 * t, "arm": np.array(["drug", "placebo"])[i % 2],
            "age": rng.integers(20, 60, 60)[i], "dose": np.array([0.5, 1.0, 2.5])[i % 3], "w": rng.normal(size=len(t)),
            "y": (200 + 3 * t + b[i, 0] + b[i, 1] * t + 9 * rng.normal(size=len(t))).round(1),
        }
    )  # fmt: skip
    return made[(i % 4 > 0) | ((t != 3) & (t != i % 5))] if gaps else made


CASES = [
    (data(), "y ~ arm*week + age*week + (1 + week | who)", "REML", None),
    (data(False), "y ~ arm*week + (1 + week | who)", "ML", None),
    (data().sample(frac=1, random_state=1), "y ~ dose + week + I(week^2) + (1 | who)", "REML", None),
    (data(), "log(y) ~ arm + w + (1 + w || who)", "REML", "week"),
    (lmmteach.load_sleepstudy(), "reaction ~ days + (1 + days | subject)", "REML", None),
    (pd.read_csv(Path(__file__).parents[1] / "reference/data/Orthodont.csv"), "distance ~ Sex*I(age - 11) + "
     "(1 + I(age - 11) | Subject)", "REML", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, lmmteach.Fit, dict[str, Any], dict[str, Any]]]:
    """(where, fit, Python's, the page's), for each view of each case."""
    texts = [frame.to_csv(index=False) for frame, *_ in CASES]
    cases = [
        {"bytes": base64.b64encode(text.encode()).decode(), "formula": formula, "method": method, "time": time}
        for text, (_, formula, method, time) in zip(texts, CASES, strict=True)
    ]
    views = {q: {name: view.open(q) for name, view in VIEWS.items() if view.needs_fit} for q in (1, 2)}
    made = run_js(MADE, {"cases": cases, "views": views}, tmp_path_factory.mktemp("carries"))
    found = []
    for text, (_, formula, method, time), ours in zip(texts, CASES, made, strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", lmmteach.LmmWarning)
            fit = lmmteach.lmm(formula, pd.read_csv(StringIO(text)), method, time=time)
            found += [
                (f"{name} of {formula}", fit, Explorer(fit, name)._data, carried) for name, carried in ours.items()
            ]
    return found


def rule(path: tuple[str, ...]) -> tuple[str, str]:
    """The path of the description that covers a place, and how nearly the two agree there."""
    for end in range(len(path), 0, -1):
        key = ".".join(path[:end])
        if key in CARRIES:
            return key, CARRIES[key][0]
    raise AssertionError(f"carries.json does not say what {'.'.join(path)} is")


def parts(value: Any, path: tuple[str, ...] = ()) -> dict[str, list[tuple[tuple[str, ...], Any]]]:
    """All that is carried, by the part of the description it belongs to."""
    found: dict[str, list[tuple[tuple[str, ...], Any]]] = {}
    whole = path and rule_or_none(path)
    if whole and whole[1] in ("likelihood", "basis", "search"):
        return {whole[0]: [(path, value)]}
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if below is None:
        return {rule(path)[0]: [(path, value)]}
    for key, one in below:
        for name, places in parts(one, (*path, str(key))).items():
            found.setdefault(name, []).extend(places)
    return found


def rule_or_none(path: tuple[str, ...]) -> tuple[str, str] | None:
    try:
        return rule(path)
    except AssertionError:
        return None


TOLERANCE = {"exactly": 1e-12, "nearly": 1e-9, "estimate": 1e-6, "rounded": 2e-6}


def test_each_part_agrees_as_nearly_as_described(both: list[Any]) -> None:
    seen: set[str] = set()
    for where, _, ours, theirs in both:
        one, other = parts(ours), parts(theirs)
        assert one.keys() == other.keys(), where
        for name, places in one.items():
            seen.add(name)
            if (how := CARRIES[name][0]) not in TOLERANCE:
                continue
            mine, page = dict(places), dict(other[name])
            assert mine.keys() == page.keys(), f"{where}: {name}"
            for group, pairs in alike(mine, page).items():
                numbers = [abs(a) for a, b in pairs if is_number(a)]
                size = max(numbers, default=0.0)
                for a, b in pairs:
                    same = abs(a - b) <= TOLERANCE[how] * size if is_number(a) and is_number(b) else a == b
                    assert same, f"{where}: {name} ({group}): {a} is not {b}"
    assert seen == {name for name, how in CARRIES.items() if name and how[0] != "python"}


def test_what_python_alone_carries_is_described_too() -> None:
    """Of a fit whose R is not sigma2 I, which the page does not make."""
    fit = lmmteach.lmm("y ~ arm*week", data(), groups="who", time="week", residual="arh1")
    found = set(parts(Explorer(fit)._data))
    assert {name for name, how in CARRIES.items() if name and how[0] == "python"} <= found


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def alike(ours: dict[tuple[str, ...], Any], theirs: dict[tuple[str, ...], Any]) -> dict[str, list[tuple[Any, Any]]]:
    """Pairs of values, by their path without the numbers in it: what stands in one list is of one size."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for path, one in ours.items():
        found.setdefault(".".join(step for step in path if not step.isdigit()), []).append((one, theirs[path]))
    return found


def settings(fit: lmmteach.Fit) -> list[dict[str, Any]]:
    """Some G and sigma2, the fit's among them, one without any difference between people."""
    G = np.diag(np.concatenate([np.diag(one) for one in (fit.G.values() if isinstance(fit.G, dict) else [fit.G])]))
    each = [(1.0, 1.0), (0.3, 2.0), (4.0, 0.2), (0.0, 1.5)]
    return [{"G": (a * G).tolist(), "sigma2": b * fit.sigma2} for a, b in each]


def test_the_likelihood_is_the_same_function(both: list[Any], tmp_path: Path) -> None:
    asked = []
    for _, fit, ours, theirs in both:
        pairs = [(ours["likelihood"], theirs["likelihood"])]
        ridge = ours["extra"].get("ridge"), theirs["extra"].get("ridge")
        pairs += zip(ridge[0]["likelihood"], ridge[1]["likelihood"], strict=True) if ridge[0] else []
        asked += [[one, settings(fit)] for pair in pairs for one in pair]
    found = run_js(LIKELIHOODS, asked, tmp_path)
    assert len(found) > 100
    for one, other in zip(found[::2], found[1::2], strict=True):
        np.testing.assert_allclose(np.array(one, dtype=float), np.array(other, dtype=float), rtol=1e-10)
    for one, other in zip(asked[::2], asked[1::2], strict=True):
        counts = [sorted(pattern["m"] for pattern in pooled["patterns"]) for pooled in (one[0], other[0])]
        assert counts[0] == counts[1]


def test_the_coefficients_are_the_same(both: list[Any], tmp_path: Path) -> None:
    asked = []
    for _, fit, ours, theirs in both:
        for name in ours["extra"].get("beta", {"parts": ()})["parts"]:
            for carried in (ours, theirs):
                part = carried["extra"]["beta"]["parts"][name]
                asked.append([part.get("likelihood", carried["likelihood"]), part, settings(fit)])
                assert part["subjects"] == (fit.n_subjects if name == "all" else len(complete_subjects(fit.design)))
    found = run_js(COEFFICIENTS, asked, tmp_path)
    assert len(found) == 2 * 9  # six fits, three of them with complete subjects beside others
    for one, other in zip(found[::2], found[1::2], strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_allclose(a["beta"], b["beta"], rtol=0, atol=1e-7 * np.abs(b["se"]).max())
            np.testing.assert_allclose(a["se"], b["se"], rtol=1e-8)


def test_the_search_goes_downhill_to_the_same_place(both: list[Any]) -> None:
    paths = [(ours["extra"]["hill"], theirs["extra"]["hill"]) for _, _, ours, theirs in both if "hill" in ours["extra"]]
    assert len(paths) == len(CASES)
    for ours, theirs in paths:
        for one in (ours, theirs):
            assert (np.diff([step["deviance"] for step in one["path"]]) < 0).all()
        assert theirs["path"][-1]["deviance"] == pytest.approx(ours["path"][-1]["deviance"], abs=1e-3)
