"""A covariance for every pair of visits, and too few people who have a visit: known before any search."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from lmmteach import AR1, Independent, ModelError, Unstructured, lmm
from lmmteach.fitting import cost
from lmmteach.fitting.objective import Objective
from tests.benchmarks.heavy_models import series

PATTERN = {"groups": "id", "time": "t"}
WIDE = series(60, 14)
FIRST = WIDE.groupby("id").head(1)


def strays(*who_when: tuple[int, float]) -> pd.DataFrame:
    """60 people at 14 visits, and a few readings at visits of their own."""
    more = [FIRST[FIRST.id == who].assign(t=when, y=10.0 + who) for who, when in who_when]
    return pd.concat([WIDE, *more], ignore_index=True)


NUGGET = Unstructured(by="visit") + Independent()
#: formula, data, method, the visits that the hint leaves out, and R
REFUSED = {
    "one": ("y ~ t", strays((0, 20.0)), "REML", "data['t'] != 20]"),
    "two people, two visits": ("y ~ t", strays((0, 20.0), (5, 21.0)), "REML", "[20, 21])"),
    "two people, one visit": ("y ~ t", strays((0, 20.0), (5, 20.0)), "ML", "data['t'] != 20]"),
    "one person, two visits": ("y ~ t", strays((0, 20.0), (0, 21.0)), "REML", "[20, 21])"),
    "with a random intercept": ("y ~ t + (1 | id)", strays((0, 20.0)), "REML", "data['t'] != 20]"),
    "fewer people than visits": ("y ~ t", series(12, 14, 0.0), "REML", None),
    "as many, by REML": ("y ~ t", series(14, 14, 0.0), "REML", None),
    "as many, by ML": ("y ~ t", series(14, 14, 0.0), "ML", None),
    "a cell each": ("y ~ factor(t)", series(9, 9, 0.0), "ML", None),
    "with a nugget": ("y ~ t", strays((0, 20.0)), "REML", "data['t'] != 20]", NUGGET),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_search_could_end_is_refused_before_it_begins(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    formula, data, method, left_out, *residual = REFUSED[name]
    asked: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(Objective, "at_psi", lambda *given: asked.append(1))
        with pytest.raises(ModelError, match=r"no lower end with .*Unstructured.* visit .*, too few") as told:
            lmm(formula, data, method, residual=(*residual, "unstructured")[0], **PATTERN)
    assert not asked
    fewer = eval(re.search(r"residual=(.*?), or", told.value.fix)[1], {"AR1": AR1, "Independent": Independent})
    assert lmm(formula, data, method, residual=fewer, **PATTERN).n_obs == len(data)
    if left_out is None:
        assert told.value.fix.endswith("or more subjects with all visits.")
        return
    rest = eval(re.search(r"out: (data\[.*\])\.$", told.value.fix)[1], {"data": data})
    assert left_out in told.value.fix
    assert len(rest) == len(WIDE)


def test_the_rows_left_out_the_rest_is_fitted() -> None:
    data = pd.concat([series(30, 5), series(30, 5).iloc[[0]].assign(t=9.0)])
    with pytest.raises(ModelError, match="visit 9") as told:
        lmm("y ~ t", data, residual="unstructured", **PATTERN)
    rest = eval(re.search(r"out: (data\[.*\])\.$", told.value.fix)[1], {"data": data})
    fit = lmm("y ~ t", rest, residual="unstructured", **PATTERN)
    assert fit.converged
    assert fit.deviance_at() == pytest.approx(fit.deviance, abs=1e-7)


@pytest.mark.parametrize("people", [15, 16])
def test_one_person_more_and_it_is_fitted(people: int) -> None:
    fit = lmm("y ~ t", series(people, 14, 0.0), "ML", residual="unstructured", **PATTERN)
    assert fit.converged


def test_minus_2_log_L_falls_without_end_where_it_is_refused() -> None:
    """By REML a search had stopped at a top of its own: 3 people have visit 0, and two beta are theirs alone."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"id": [0, 0, 1, 1, 2, 2, 3], "t": [0, 1, 0, 1, 0, 1, 1], "y": rng.normal(size=7)})
    data["x"] = rng.normal(size=4)[data.id]
    with pytest.raises(ModelError, match="no lower end"):
        lmm("y ~ t + x", data, residual="unstructured", **PATTERN)
    fit = lmm("y ~ t + x", data, residual="diagonal", **PATTERN)
    y = data.y.to_numpy()[:6].reshape(3, 2)
    beyond = np.linalg.svd(np.column_stack([np.ones(3), data.x[[0, 2, 4]]]))[0][:, 2] @ y
    b = beyond[0] / beyond[1]
    values = []
    for e in (1e-4, 1e-6, 1e-8):
        S = np.array([[b * b + e, b], [b, 1.0]])
        sd = np.sqrt(np.diag(S))
        R = Unstructured(rho=S / np.outer(sd, sd), sigma2=S[0, 0], by="visit", sd_ratio={0: 1.0, 1: sd[1] / sd[0]})
        values.append(fit.deviance_at(sigma2=R))
    assert np.diff(values) == pytest.approx([np.log(1e-2)] * 2, rel=1e-3)


def test_a_search_that_was_not_foreseen_to_be_long_says_so_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "PATIENCE", 0.0)
    lmm("y ~ t", series(20, 5), residual="unstructured", **PATTERN)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "This fit takes longer than most: matrices of 5 x 5 and 14 parameters of Unstructured. Ctrl-C stops it.\n"
    )
