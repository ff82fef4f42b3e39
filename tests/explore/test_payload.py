"""What an explorer carries is made for all subjects at once; here it is made again, one subject after another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import block_diag

import lmmteach
from lmmteach import deviance, marginal_covariance
from lmmteach.errors import ParameterError
from lmmteach.explore.crossproducts import cross_products, decimals_of
from lmmteach.explore.gallery.views import View
from lmmteach.explore.needs.beta import complete_subjects
from lmmteach.explore.payload import payload
from lmmteach.explore.people import DRAWN, drawn_subjects
from lmmteach.likelihood.pooling import pool

EMPTY = View("What every explorer carries", panels=())
FORMULAS = {
    "shared times": "y ~ t + g + (1 + t | id)",
    "own times": "y ~ own + g + (1 + own | id)",
    "an intercept": "y ~ t + (1 | id)",
    "two terms": "y ~ t + (1 | id) + (0 + t | id)",
    "no time in Z": "y ~ t + (1 + x | id)",
}


@pytest.fixture(scope="module", params=FORMULAS)
def fit(request: pytest.FixtureRequest) -> lmmteach.Fit:
    """More subjects than are drawn, rows in any order, a third of the subjects with gaps."""
    rng = np.random.default_rng(11)
    i, t = np.divmod(np.arange(350 * 4), 4)
    b = rng.normal(size=(350, 2)) * [2.0, 0.7]
    x = rng.normal(size=len(t))
    data = pd.DataFrame(
        {
            "id": [f"p{k}" for k in i],
            "t": t * 1.5,
            "own": (t + rng.uniform(0, 0.9, len(t))).round(2),
            "g": np.array(["a", "b"])[i % 2],
            "x": x,
            "y": 5 + t + b[i, 0] + b[i, 1] * (t + x) + rng.normal(size=len(t)),
        }
    )
    kept = data[(i % 3 > 0) | (rng.random(len(t)) > 0.2)]
    time = "own" if "own" in FORMULAS[request.param] else "t"
    return lmmteach.lmm(FORMULAS[request.param], kept.sample(frac=1, random_state=2), time=time)


def test_cross_products_are_those_of_each_pattern(fit: lmmteach.Fit) -> None:
    pooled = pool(fit.design)
    squares = pooled.rest.T @ pooled.rest + sum(np.einsum("iac,iad->cd", s.W, s.W) for s in pooled.stacks)
    places = decimals_of(np.sqrt(np.diag(squares)))

    def upper(A: np.ndarray) -> list[float]:
        return [round(float(A[j, k]), int(places[j, k])) for j in range(len(A)) for k in range(j, len(A))]

    plain: list[dict[str, Any]] = []
    for stack in pooled.stacks:
        scale = block_diag(*[pooled.scale[term] for term in stack.layout])
        for k, m in enumerate(stack.count):
            w = stack.W[stack.pattern == k]
            S = np.einsum("iac,ibd->abcd", w, w)
            pairs = [S[a, b] if a == b else S[a, b] + S[b, a] for a in range(len(S)) for b in range(a, len(S))]
            plain.append({"m": int(m), "R": (stack.Z[k] @ scale).tolist(), "S": [upper(one) for one in pairs]})
    found = cross_products(fit.design)
    for one, other in zip(found["patterns"], plain, strict=True):
        numbers = np.size(other["S"])
        assert ("W" in one) == (np.size(one.get("W", 0)) <= numbers and "S" not in one)
        if "W" in one:  # few subjects: their rows are fewer numbers than the sums
            w = np.array(one.pop("W"))
            assert w.size <= numbers
            S = np.einsum("iac,ibd->abcd", w, w)
            pairs = [S[a, b] if a == b else S[a, b] + S[b, a] for a in range(len(S)) for b in range(a, len(S))]
            one["S"] = [upper(one) for one in pairs]
    assert [(one["m"], len(one["S"])) for one in found["patterns"]] == [(one["m"], len(one["S"])) for one in plain]
    size = squares.max()
    for name in ("R", "S"):
        for one, other in zip(found["patterns"], plain, strict=True):
            np.testing.assert_allclose(one[name], other[name], rtol=0, atol=1e-15 * size)
    np.testing.assert_allclose(found["rem"], upper(pooled.rest.T @ pooled.rest), rtol=0, atol=0)


def test_people_grid_and_room_are_those_of_the_subjects(fit: lmmteach.Fit) -> None:
    design = fit.design
    everyone = list(design.by_subject())
    assert [str(one.label) for one in everyone] == [str(one) for one in design.subjects]
    assert all((design.codes[one.rows] == k).all() for k, one in enumerate(everyone))
    chosen = np.linspace(0, len(everyone) - 1, DRAWN).round().astype(int)
    for one, k in zip(drawn_subjects(design), chosen, strict=True):
        assert one.label == everyone[k].label
        assert np.array_equal(one.rows, everyone[k].rows)
    carried = payload(fit, EMPTY)
    furthest = max(float(one.Z[:, -1] @ one.Z[:, -1]) for one in everyone)
    assert carried["facts"]["room"] == pytest.approx(fit.sigma2 / furthest, rel=1e-14)
    if "x" in design.random_names:  # no Z belongs to a time: the longest subject's rows are shown
        longest = max(everyone, key=lambda one: len(one.y))
        assert carried["grid"]["t"] == sorted(longest.times)
    visits = np.unique(design.times)
    full = [k for k, one in enumerate(everyone) if np.array_equal(np.sort(one.times), visits)]
    kept = complete_subjects(design)
    assert (kept is None and not full) or (kept is not None and kept.tolist() == full)


def test_a_time_seen_twice_is_not_every_time() -> None:
    data = lmmteach.load_sleepstudy()
    data.loc[(data.subject == "308") & (data.days == 3), "days"] = 4
    design = lmmteach.lmm("reaction ~ days + (1 | subject)", data).design
    assert complete_subjects(design).tolist() == list(range(1, 18))


def test_the_deviance_is_that_of_the_subjects_one_by_one(fit: lmmteach.Fit) -> None:
    subjects = list(fit.design.by_subject())
    rng = np.random.default_rng(5)

    def plain(explorer: lmmteach.explore.Explorer) -> float:
        V = [marginal_covariance(one.Z, explorer.G, explorer.sigma2) for one in subjects]
        try:
            return deviance([one.y for one in subjects], [one.X for one in subjects], V, explorer.method)
        except ParameterError:
            return float("nan")

    explorer = fit.explore()
    own = explorer.G.to_numpy()
    assert explorer.deviance == pytest.approx(fit.deviance, rel=1e-10)
    assert explorer.gap == pytest.approx(0, abs=1e-9)
    for method in ("ML", "REML"):
        for _ in range(4):
            A = rng.normal(size=own.shape)
            explorer.move(G=A @ A.T, sigma2=rng.uniform(0.5, 4), method=method)
            assert explorer.deviance == pytest.approx(plain(explorer), rel=1e-10)
    explorer.move(G=0 * own, sigma2=2.0)
    assert explorer.deviance == pytest.approx(plain(explorer), rel=1e-10)
    explorer.move(G=-0.01 * np.eye(len(own)), allow_not_psd=True)  # no G, and yet every V is one
    assert explorer.deviance == pytest.approx(plain(explorer), rel=1e-10)
    explorer.move(G=-5.0 * np.eye(len(own)), allow_not_psd=True)
    assert np.isnan(explorer.deviance)
    assert np.isnan(plain(explorer))
