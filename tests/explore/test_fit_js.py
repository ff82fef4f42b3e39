"""The page's own fitter against the library's: the same optimum, in the same words, on everything within its scope.

Its scope is one grouping, one or two random effects and R = sigma2 I.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from tests.reference.reading import entries, fit_of, hard_fit, hard_sets
from tests.singular import BARS, TRUTHS, VISITS, study
from tests.test_search import SOON

from .node import run_js

FITS = """
const { fit } = await module("maths/fit.js");
return given.map(({ method, ...one }) => {
  const { beta, se, G, sigma2, deviance, converged, singular, message } = fit(one, method);
  return { beta, se, G, sigma2, deviance, converged, singular, message };
});
"""
DEVIANCE, IN_SE = 1e-6, 1e-5


def asked(fit: lmmteach.Fit) -> dict[str, Any]:
    """A fit's y, X, Z and subjects, as the page's fitter takes them."""
    (term,) = fit.design.terms
    design = fit.design
    return {
        "y": design.y.tolist(), "X": design.X.tolist(), "Z": term.Z.tolist(), "subject": term.codes.tolist(),
        "correlated": term.correlated, "method": fit.method,
        "names": {"X": design.fixed_names, "Z": term.names, "subject": term.group},
    }  # fmt: skip


def within_scope(fit: lmmteach.Fit) -> bool:
    return len(fit.design.terms) == 1 and len(fit.design.random_names) <= 2 and fit.residual.plain


def quietly(made: Any, *given: Any) -> lmmteach.Fit:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        return made(*given)


def gaps(fit: lmmteach.Fit, got: dict[str, Any]) -> dict[str, float]:
    """How far the page's numbers lie from the library's: -2 log L as it is, beta and SE in standard errors."""
    se = fit.se.to_numpy()
    return {
        "deviance": abs(got["deviance"] - fit.deviance),
        "beta": float(np.abs((np.array(got["beta"]) - fit.beta) / se).max()),
        "se": float(np.abs(np.array(got["se"]) / se - 1).max()),
    }


def hold_together(fits: Iterable[lmmteach.Fit], found: Iterable[dict[str, Any]], names: Iterable[str]) -> None:
    """All numbers and words of every fit; what is said of a fit that differs is its name and by how much."""
    wrong = {}
    for fit, got, name in zip(fits, found, names, strict=True):
        gap = gaps(fit, got)
        said = {"message": got["message"], "singular": got["singular"], "converged": got["converged"]}
        expected = {"message": " ".join(fit._remarks), "singular": fit.singular, "converged": fit.converged}
        apart = {key: value for key, value in gap.items() if value > (DEVIANCE if key == "deviance" else IN_SE)}
        apart |= {key: (said[key], expected[key]) for key in said if said[key] != expected[key]}
        if apart:
            wrong[name] = apart
    assert wrong == {}


@pytest.fixture(scope="module")
def reference() -> list[tuple[dict[str, Any], lmmteach.Fit]]:
    plain = [e for e in entries() if e["spec"]["residual"]["type"] == "iid" and not e["spec"]["variance_function"]]
    pairs = [(entry, quietly(fit_of, entry)) for entry in plain if entry["spec"]["random"]]
    return [(entry, fit) for entry, fit in pairs if within_scope(fit)]


def test_every_reference_fit_within_scope(reference: list[tuple[dict[str, Any], lmmteach.Fit]], tmp_path: Path) -> None:
    fits = [fit for _, fit in reference]
    assert len(fits) > 20
    found = run_js(FITS, [asked(fit) for fit in fits], tmp_path)
    hold_together(fits, found, [entry["id"] for entry, _ in reference])
    for (entry, _), got in zip(reference, found, strict=True):  # and the reference's own numbers, with its tolerances
        truth, scale = entry["truth"], np.sqrt(entry["truth"]["sigma2"])
        assert -got["deviance"] / 2 == pytest.approx(truth["logLik"], abs=1e-5 if entry["boundary"] else 1e-6)
        assert got["sigma2"] == pytest.approx(truth["sigma2"], rel=1e-4)
        size = np.maximum(np.sqrt(np.diag(truth["G"]["values"])), 1e-3 * scale)
        assert (np.abs(np.array(got["G"]) - truth["G"]["values"]) <= 1e-3 * np.outer(size, size)).all()


def test_every_hard_set(tmp_path: Path) -> None:
    sets = [entry for entry in hard_sets() if "I(" not in entry["random"]]  # quadratics make three random effects
    fits = [quietly(hard_fit, entry) for entry in sets]
    assert len(fits) == 95
    assert all(map(within_scope, fits))
    found = run_js(FITS, [asked(fit) for fit in fits], tmp_path)
    hold_together(fits, found, [entry["id"] for entry in sets])
    short = {
        e["id"]: got for e, got in zip(sets, found, strict=True) if -got["deviance"] / 2 < e["best"]["logLik"] - 1e-4
    }
    assert short == {}


def random_data(rng: np.random.Generator, kind: int) -> tuple[str, pd.DataFrame]:
    """A formula and data for it: gaps, own times, calendar years, wild units, singular G and hardly any error."""
    people, visits = int(rng.integers(8, 60)), int(rng.integers(3, 8))
    i, j = np.divmod(np.arange(people * visits), visits)
    own_times = rng.uniform(0, visits, len(j)) if kind % 5 == 0 else 1.0 * j
    t = own_times * 10.0 ** rng.integers(-3, 4) + (2000.0 if kind % 7 == 0 else 0.0)
    size = 10.0 ** rng.uniform(-6, 6)
    error = size * 10.0 ** rng.uniform(-2.5, 1)
    spread = np.array([size, 0.0 if kind % 4 == 0 else size * rng.uniform(0, 1) / visits])
    rho = rng.choice([-1.0, 1.0, rng.uniform(-1, 1)])
    b = rng.normal(size=(people, 2))
    b[:, 1] = rho * b[:, 0] + np.sqrt(1 - rho**2) * b[:, 1]
    b *= spread * (0.0 if kind % 11 == 0 else 1.0)
    data = pd.DataFrame(
        {
            "id": i, "t": t, "x": rng.normal(size=people)[i] + (1e4 if kind % 6 == 0 else 0),
            "g": rng.choice(["a", "b", "c"], people)[i],
            "y": 100 * size + b[i, 0] + b[i, 1] * own_times + error * rng.normal(size=len(i)),
        }
    )  # fmt: skip
    kept = data if kind % 3 else data[rng.random(len(data)) > 0.3]
    fixed = ["t", "t + x", "g*t", "t + I(t^2) + x", "1"][kind % 5]
    inside = ["1", "1 + t", "1 + t", "0 + t"][kind % 4]
    bar = "||" if kind % 10 == 9 else "|"
    return f"y ~ {fixed} + ({inside} {bar} id)", kept.sample(frac=1, random_state=kind)


def test_two_hundred_random_designs(tmp_path: Path) -> None:
    rng = np.random.default_rng(15)
    made = [(*random_data(rng, kind), ("REML", "ML")[kind % 2]) for kind in range(200)]
    fits = [quietly(lmmteach.lmm, *one) for one in made]
    assert all(map(within_scope, fits))
    assert 40 < sum(fit.singular for fit in fits) < 160
    found = run_js(FITS, [asked(fit) for fit in fits], tmp_path)
    hold_together(fits, found, [f"{number}: {one[0]} by {one[2]}" for number, one in enumerate(made)])


SPENT = """
const { fit } = await module("maths/fit.js");
return given.map(({ method, ...one }) => fit(one, method).evaluations);
"""


@pytest.mark.parametrize("truth", TRUTHS)
def test_where_g_is_singular_in_truth(truth: str, tmp_path: Path) -> None:
    """The same certified optimum as the library's, and as soon."""
    places = [
        (people, visits, seed, bar, ("REML", "ML")[seed % 2])
        for people, seeds in ((12, 2), (40, 2), (600, 1))
        for visits in VISITS
        for bar in ("slope", "covariate", "apart")
        for seed in range(seeds)
    ]
    if truth == "nobody differs":  # rounding led the search back and forth
        places += [(1000, "own", 104, "covariate", "REML"), (1000, "own", 104, "slope", "REML")]
    fits = [
        quietly(lmmteach.lmm, BARS[bar], study(people, truth, visits, seed), method)
        for people, visits, seed, bar, method in places
    ]
    assert all(fit.converged for fit in fits)
    given = [asked(fit) for fit in fits]
    hold_together(fits, run_js(FITS, given, tmp_path), map(str, places))
    spent = zip(places, fits, run_js(SPENT, given, tmp_path), strict=True)
    late = {place: count for place, fit, count in spent if count > SOON * (1 if fit.n_obs >= 500 else 3)}
    assert late == {}


AGAIN = """
const { fit, refitter } = await module("maths/fit.js");
const kept = ({ beta, se, G, sigma2, deviance, singular, converged }) =>
  ({ beta, se, G, sigma2, deviance, singular, converged });
return given.map(({ method, Y, y, ...design }) => {
  const again = refitter(design, method);
  const { theta } = again(y);
  const refits = Y.map((one) => kept(again(one, theta)));
  return { refits, fits: Y.map((one) => kept(fit({ ...design, y: one }, method))) };
});
"""


@pytest.mark.parametrize("formula", ["y ~ t*g + (1 + t | id)", "y ~ t + (1 | id)", "y ~ t + (1 + t || id)"])
def test_a_refit_is_a_fit(formula: str, tmp_path: Path) -> None:
    """To many responses, of patterns with few subjects and with many: the library's refit, and the page's own fit."""
    rng = np.random.default_rng(3)
    i, t = np.divmod(np.arange(150 * 5), 5)
    b = rng.normal(size=(150, 2)) * [2.0, 0.4]
    data = pd.DataFrame({"id": i, "t": t, "g": np.array(["a", "b"])[i % 2]})
    data["y"] = 5 + t + b[i, 0] + b[i, 1] * t + rng.normal(size=len(t))
    fit = quietly(lmmteach.lmm, formula, data[(i % 3 > 0) | (rng.random(len(t)) > 0.3)])
    Y = fit.simulate(12, seed=5).to_numpy().T.copy()
    Y[6:] = rng.normal(size=Y[6:].shape)  # nothing to find: G is singular, or nearly so
    (got,) = run_js(AGAIN, [asked(fit) | {"Y": Y.tolist()}], tmp_path)
    expected = [quietly(fit.refit, y) for y in Y]
    assert any(one.singular for one in expected)
    for one, other, theirs in zip(got["refits"], got["fits"], expected, strict=True):
        assert one["deviance"] == pytest.approx(other["deviance"], abs=1e-7)
        for result in (one, other):
            gap = gaps(theirs, result)
            assert gap["deviance"] < DEVIANCE
            assert max(gap["beta"], gap["se"]) < IN_SE
            assert (result["singular"], result["converged"]) == (theirs.singular, True)


SADDLE = """
const { prepared, pooled } = await module("maths/fitting/pooling.js");
const { objective } = await module("maths/fitting/objective.js");
const { search } = await module("maths/fitting/search.js");
const { X, Z, subject, y } = given;
const columns = (rows) => rows[0].map((_, k) => rows.map((row) => row[k]));
const data = pooled(prepared({ X: columns(X), Z: columns(Z), subject }, true), y);
return [[0, 0, 0], [2, 0.7, 0], [0, 0, 3]].map((start) => {
  const found = search(objective(data, true), start);
  return [found.at.deviance, found.converged, found.singular];
});
"""


def test_the_search_leaves_a_saddle_on_the_boundary(tmp_path: Path) -> None:
    """Where G is singular the slope in its factor vanishes, optimum or not."""
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    for deviance, converged, singular in run_js(SADDLE, asked(fit), tmp_path):
        assert deviance == pytest.approx(fit.deviance, abs=1e-7)
        assert (converged, singular) == (True, False)


REFUSED = """
const { fit } = await module("maths/fit.js");
return given.map(({ method, ...one }) => {
  try { fit(one, method); } catch ({ name, message }) { return `${name}: ${message}`; }
  return "fitted";
});
"""


def test_what_cannot_be_fitted_is_named(tmp_path: Path) -> None:
    sleep = lmmteach.load_sleepstudy()
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep)
    good = asked(fit) | {"names": {"X": ["(Intercept)", "days"], "Z": ["(Intercept)", "days"], "subject": "subject"}}
    X, y = np.array(good["X"]), good["y"]
    cases = {
        "determined": good | {"X": np.column_stack([X, 3 * X[:, 1] + 2]).tolist(),
                              "names": {"X": ["(Intercept)", "days", "weeks"], "Z": ["a", "b"]}},
        "nothing": good | {"X": np.column_stack([X, 0 * X[:, 1]]).tolist(), "names": {}},
        "missing": good | {"y": [*y[:4], None, *y[5:]]},
        "a hole": good | {"X": [*good["X"][:7], [1], *good["X"][8:]]},
        "short": good | {"y": y[:-1]},
        "same": good | {"y": [7.0] * len(y)},
        "alone": good | {"subject": ["308"] * len(y)},
        "exact": good | {"y": (X @ [2.0, 5.0]).tolist()},
        "wide": good | {"Z": np.column_stack([X, X[:, 1] ** 2]).tolist()},
        "method": good | {"method": "reml"},
        "few": good | {key: good[key][8:13] for key in ("y", "X", "Z", "subject")},
        "none": good | {"X": [[] for _ in y]},
    }  # fmt: skip
    said = dict(zip(cases, run_js(REFUSED, list(cases.values()), tmp_path), strict=True))
    assert all(text.startswith("LmmError: ") for text in said.values()), said
    hold = {
        "determined": "weeks is determined by (Intercept), days, so its coefficient is not. Leave out weeks.",
        "nothing": "column 3 of X is 0 in every row",
        "missing": "Row 5 of y is null, not a finite number.",
        "a hole": "Row 8 of (Intercept) (column 1 of X) is missing",
        "short": "y has 179 values and the design 180 rows.",
        "same": "The response y is the same number (7) in every row",
        "alone": "There is only one subject (308)",
        "exact": "The model fits every row exactly",
        "wide": "Z has 3 columns: this page fits one or two random effects. Use (1 | subject)",
        "method": 'The method "reml" is not known. Use "REML" or "ML".',
        "few": "5 rows cannot estimate 6 parameters (2 fixed effects, 3 entries of G, 1 residual parameters).",
        "none": "X has no column",
    }
    assert {name: part for name, part in hold.items() if part not in said[name]} == {}, said
