"""Questions to fits nobody thought of: however factors are coded, means are mean predictions and contrasts L beta."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import lmmteach

from .verdict import cases, judged

CODINGS = ["{}", "C({})", "C({}, sum)", "C({}, poly)", "C({}, treatment)", 'C({}, ref="{last}")']
LEVELS = {"arm": ["a", "b]", "c:d"], "site": ["n", "s"]}
SHAPES = [
    "{arm} + {site}",
    "{arm}*{site}",
    "{arm}*age + {site}",
    "{site}*t + {arm}:{site}",
    "{arm}*{site}*t",
    "0 + {arm} + {site}:t",
]
ODD = [
    None,
    True,
    0,
    1.5,
    -1,
    float("nan"),
    1e300,
    "",
    "x",
    "arm",
    b"arm",
    [],
    {},
    ["arm"],
    {"arm": "z"},
    {"t": "late"},
    np.eye(2),
    object(),
]


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Two dozen people in two factors, no cell empty, and their three visits; some are missing."""
    rng = np.random.default_rng(8)
    person = pd.DataFrame({"arm": np.resize(LEVELS["arm"], 24), "site": np.repeat(LEVELS["site"], 12)})
    person["age"], person["b"] = rng.normal(50, 8, 24).round(), rng.normal(0, 2, 24)
    rows = person.loc[np.repeat(np.arange(24), 3)].rename_axis("id").reset_index()
    rows["t"] = np.tile([0.0, 1.0, 2.0], 24)
    rows["y"] = 5 + rows.t * (rows.arm == "a") + 0.1 * rows.age + rows.b + rng.normal(size=72)
    return rows.drop(index=[4, 17, 40]).drop(columns="b")


def coded(data: Any) -> dict[str, str]:
    return {name: data.draw(st.sampled_from(CODINGS)).format(name, last=LEVELS[name][-1]) for name in LEVELS}


def grid(people: pd.DataFrame, **held: Any) -> pd.DataFrame:
    """Each pair of levels at the mean of the numbers, unless they are held elsewhere."""
    pairs = itertools.product(*LEVELS.values())
    cells = pd.DataFrame(list(pairs), columns=list(LEVELS)).assign(t=people.t.mean(), age=people.age.mean(), id=0)
    return cells.assign(**held)


@cases(6)
@given(data=st.data(), shape=st.sampled_from(SHAPES), factor=st.sampled_from(sorted(LEVELS)), late=st.booleans())
def test_marginal_means_are_mean_predictions(
    people: pd.DataFrame, data: Any, shape: str, factor: str, late: bool
) -> None:
    fit = lmmteach.lmm(f"y ~ {shape.format(**coded(data))} + (1 | id)", people)
    held = {"t": 2.0} if late and re.search(r"[*:]t", shape) else {}
    found = fit.marginal_means(factor, at=held)
    cells = grid(people, **held)
    cells["mean"] = fit.predict(cells, level="marginal").to_numpy()
    expected = cells.groupby(factor)["mean"].mean()[LEVELS[factor]]
    assert np.allclose(found["Estimate"], expected, atol=1e-8 * np.abs(expected).max())
    pairs = fit.marginal_means(factor, at=held, contrasts="pairwise")
    differences = [a - b for a, b in itertools.combinations(expected, 2)]
    assert np.allclose(pairs["Estimate"], differences, atol=1e-8 * np.abs(expected).max())


@cases(4)
@given(data=st.data(), shape=st.sampled_from(SHAPES))
def test_a_coding_changes_no_mean(people: pd.DataFrame, data: Any, shape: str) -> None:
    """Nor its standard error and degrees of freedom: the model is the same."""
    one, other = (lmmteach.lmm(f"y ~ {shape.format(**coded(data))} + (1 | id)", people, method="ML") for _ in range(2))
    assert one.deviance == pytest.approx(other.deviance, abs=1e-6)
    columns = ["Estimate", "Std. Error", "df"]
    tables = [fit.marginal_means("arm", "site")[columns].to_numpy() for fit in (one, other)]
    assert np.allclose(*tables, rtol=2e-4, atol=1e-8)


@cases(4)
@given(data=st.data(), shape=st.sampled_from(SHAPES))
def test_a_contrast_is_L_beta(people: pd.DataFrame, data: Any, shape: str) -> None:
    fit = lmmteach.lmm(f"y ~ {shape.format(**coded(data))} + (1 | id)", people)
    names = list(fit.beta.index)
    L = np.array(data.draw(st.lists(st.integers(-3, 3), min_size=len(names), max_size=len(names))), dtype=float)
    assume(L.any())
    row = fit.contrast(dict(zip(names, L.tolist(), strict=True))).iloc[0]
    assert row["Estimate"] == pytest.approx(L @ fit.beta, rel=1e-9, abs=1e-9)
    assert row["Std. Error"] == pytest.approx(np.sqrt(L @ fit.cov_beta @ L), rel=1e-9)
    assert row["lower"] <= row["Estimate"] <= row["upper"]


@cases(6)
@given(
    name=st.sampled_from(["factors", "at", "weights", "contrasts", "adjust", "df", "level"]), odd=st.sampled_from(ODD)
)
def test_odd_questions_about_means(people: pd.DataFrame, name: str, odd: Any) -> None:
    fit = lmmteach.lmm("y ~ arm*site + t + (1 | id)", people)
    factors, named = ([odd], {}) if name == "factors" else (["arm"], {name: odd})
    culprits = [
        name,
        odd,
        *(odd if isinstance(odd, dict) else ()),
        "factor",
        "column",
        "name",
        " ".join(repr(odd).split()),
    ]
    found = judged(lambda: fit.marginal_means(*factors, **named), culprits)
    if found is not None:
        assert np.isfinite(found["Estimate"]).all()
        assert (found["Std. Error"] > 0).all()


@cases(3)
@given(name=st.sampled_from(["beta", "G", "sigma2", "test", "n", "alpha", "df", "method"]), odd=st.sampled_from(ODD))
def test_odd_plans(people: pd.DataFrame, name: str, odd: Any) -> None:
    plan: dict[str, Any] = {"beta": {"(Intercept)": 1.0, "t": 0.5}, "G": 1.0, "sigma2": 1.0, "test": "t", "n": 3}
    culprits = [name, odd, "beta", "G", "(Intercept)", "test", "rows of L", "variance", "probability"]
    found = judged(lambda: lmmteach.power("y ~ t + (1 | id)", people, **(plan | {name: odd}), progress=False), culprits)
    if found is not None:
        assert 0 <= found.power <= 1
