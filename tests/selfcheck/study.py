"""The studies: draw data sets, fit each, note what the library says of every parameter, and count.

A study gives ``Notes``: for each way of making intervals the estimates and whether the interval held the truth.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc

import lmmteach
from lmmteach.simulation import batched, batchfit
from lmmteach.simulation.bootstrap import inside, with_response
from tests.selfcheck.worlds import framingham, stayed, streams, ten_people

SEEDS = {"balanced": 1948, "dropout": 1949, "ten": 1950, "no intercepts": 1951, "no slopes": 1952}
PIECE = 20  # data sets of one task
LEVELS = (0.01, 0.02, 0.05, 0.10, 0.20)  # of the boundary tests
VARIANCES = ("G[(Intercept),(Intercept)]", "G[(Intercept),year]", "G[year,year]", "sigma2")


class Notes(NamedTuple):
    """Of n data sets and k parameters, each (n x k): estimates, held (nan where there was no interval), the limits."""

    names: list[str]
    estimates: np.ndarray
    held: np.ndarray
    limits: np.ndarray


def held(table: pd.DataFrame, truth: pd.Series) -> np.ndarray:
    """1 where the interval holds the truth, 0 where it misses, nan where there is none."""
    lower, upper = table["lower"].to_numpy(), table["upper"].to_numpy()
    inside_ = (lower <= truth.to_numpy()) & (truth.to_numpy() <= upper)
    return np.where(np.isnan(lower) | np.isnan(upper), np.nan, inside_)


def intervals(name: str, first: int, end: int, profiled: int = 0) -> dict[str, Notes]:
    """Data sets number ``first`` to ``end`` - 1 of study "balanced", "dropout" or "ten".

    Those with a number below ``profiled`` get profile intervals too.
    """
    world = ten_people() if name == "ten" else framingham()
    truth = pd.Series(world.truth())
    fits: dict[str, lmmteach.Fit] = {}
    rows: dict[str, list[tuple[np.ndarray, ...]]] = {}
    for i, stream in enumerate(streams(SEEDS[name], end)):
        if i < first:
            continue
        y = world.draw(stream)
        data = world.frame.assign(cholesterol=y)
        if name == "dropout":
            data = data[stayed(y, stream)]
            ols = np.linalg.lstsq(world.X[data.index], data["cholesterol"].to_numpy(), rcond=None)[0]
            rows.setdefault("OLS", []).append((ols, np.full(len(ols), np.nan), np.full((len(ols), 2), np.nan)))
        for method in ("REML", "ML"):
            if name == "dropout" or method not in fits:
                fits[method] = lmmteach.lmm(world.formula, data, method=method)
            else:  # the same people and visits: only the response is new
                fits[method] = fits[method].refit(y)
        for label, table in tables(fits["REML"], fits["ML"], truth.index.tolist(), name == "ten", i < profiled).items():
            limits = table[["lower", "upper"]].to_numpy()
            rows.setdefault(label, []).append((table["estimate"].to_numpy(), held(table, truth[table.index]), limits))
    found = {}
    for label, some in rows.items():
        names = list(VARIANCES) if "profile" in label else truth.index.tolist()[: len(some[0][0])]
        found[label] = Notes(names, *(np.array(column) for column in zip(*some, strict=True)))
    return found


def tables(reml: lmmteach.Fit, ml: lmmteach.Fit, names: list[str], small: bool, profiled: bool) -> dict[str, Any]:
    """Estimates and limits of one data set, by every way that is studied."""
    found = {"REML": reml.confint("wald", names=names), "ML": ml.confint("wald", names=names)}
    for df in ("satterthwaite", "kenward-roger") if small else ():
        table = reml.coef_table(df).rename(columns={"Estimate": "estimate"})
        found[f"REML, {df}"] = table[["estimate", "lower", "upper"]]
    if profiled:
        found["REML, profile"] = reml.confint("profile", names=list(VARIANCES))
    return found


def boundary(name: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    """p-values (n,) of a true null hypothesis, by the mixture and by the naive chi-square; REML.

    "no intercepts": no random effects at all, against random intercepts.  "no slopes": random intercepts, against
    random intercepts and slopes.  The first pair is put to :func:`lmmteach.compare`; the others share its law.
    """
    G11 = framingham().G[0, 0] if name == "no slopes" else 0.0
    world = framingham(np.diag([G11, 0.0]))
    fixed = world.formula.split(" + (")[0]
    formulas = (f"{fixed} + (1 | id)", world.formula) if name == "no slopes" else (fixed, f"{fixed} + (1 | id)")
    Y = np.column_stack([world.draw(stream) for stream in streams(SEEDS[name], n)])
    data = world.frame.assign(cholesterol=Y[:, 0])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "groups='id' has no effect")  # the model without random effects is meant
        small, large = (lmmteach.lmm(formula, data, groups=None if "|" in formula else "id") for formula in formulas)
    law = lmmteach.compare(small, large)
    LR = np.maximum(deviances(small, Y) - deviances(large, Y), 0.0)
    LR[LR < 1e-7] = 0.0
    assert abs(LR[0] - law.statistic) < 1e-6
    return sum(weight * _tail(df, LR) for weight, df in law.mixture), _tail(law.df, LR)


def _tail(df: int, LR: np.ndarray) -> np.ndarray:
    return np.where(LR <= 0, 1.0, 0.0) if df == 0 else chdtrc(df, LR)


def deviances(fit: lmmteach.Fit, Y: np.ndarray) -> np.ndarray:
    """-2 log L of refits to the columns of Y (N x B): together where the library can, else one by one."""
    if not batched.suits(fit.estimate.pooled):
        return np.array([fit.refit(y).deviance for y in Y.T])
    reducer = batched.Reducer(fit.design, fit.estimate.pooled, fit.method)
    start, metric = inside(fit.estimate), fit.estimate.optimum.hessian
    out = np.empty(Y.shape[1])
    for first in range(0, len(out), 128):
        some = slice(first, first + 128)
        at = batchfit.fit(reducer, Y[:, some], [start], metric)
        out[some] = at.deviance
        for j in np.flatnonzero(~at.converged):
            out[first + j] = lmmteach.lmm(
                fit.formula, with_response(fit.design, Y[:, first + j]).frame, method=fit.method
            ).deviance
    return out


def summary(notes: Notes, world_truth: dict[str, float]) -> dict[str, dict[str, float]]:
    """Of each parameter: the truth, the estimates' mean and SD, the coverage, and the share without an interval."""
    out = {}
    for k, name in enumerate(notes.names):
        estimates, inside_ = notes.estimates[:, k], notes.held[:, k]
        out[name] = {
            "truth": world_truth[name],
            "mean": float(estimates.mean()),
            "sd": float(estimates.std(ddof=1)),
            "covered": float(np.nansum(inside_) / len(inside_)),
            "none": float(np.isnan(inside_).mean()),
            "zero": float((np.abs(estimates) < 1e-9).mean()),
        }
    return out


def limits(notes: Notes, world_truth: dict[str, float]) -> dict[str, Any]:
    """The usual interval (medians of its ends), and to which side it misses; how many fits had a correlation of +-1."""
    out: dict[str, Any] = {}
    for name in VARIANCES:
        low, high = notes.limits[:, notes.names.index(name)].T
        out[name] = {
            "low": float(np.nanmedian(low)),
            "high": float(np.nanmedian(high)),
            "too_high": float((low > world_truth[name]).mean()),
            "too_low": float((high < world_truth[name]).mean()),
        }
    G11, G12, G22 = (notes.estimates[:, notes.names.index(name)] for name in VARIANCES[:3])
    return out | {"singular": float((G12**2 >= (1 - 1e-9) * G11 * G22).mean())}


def together(pieces: list[dict[str, Notes]]) -> dict[str, Notes]:
    """The notes of consecutive data sets, in one."""
    found = {}
    for label in pieces[0]:
        some = [piece[label] for piece in pieces if label in piece]
        found[label] = Notes(some[0].names, *(np.concatenate([one[k] for one in some]) for k in (1, 2, 3)))
    return found


def piece(name: str, first: int, end: int, profiled: int) -> dict[str, Notes]:
    """:func:`intervals` without warnings: singular fits are part of the study."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        return intervals(name, first, end, profiled)


def everything(n: int, profiled: int, run: Callable[..., Any] = map, only: str = "") -> dict[str, Any]:
    """All studies, or only one, with n data sets each: what the file records.  ``run`` maps the pieces."""
    found: dict[str, Any] = {}
    starts = range(0, n, PIECE)
    for name in ("balanced", "dropout", "ten"):
        if only not in ("", name):
            continue
        truth = (ten_people() if name == "ten" else framingham()).truth()
        k, few = len(starts), 0 if name == "dropout" else profiled
        done = list(run(piece, [name] * k, starts, [min(a + PIECE, n) for a in starts], [few] * k))
        every = together(done)
        found[name] = {label: summary(notes, truth) for label, notes in every.items()}
        if name == "ten":
            found["ten, limits"] = {label: limits(every[label], truth) for label in ("REML", "REML, profile")}
    for name in ("no intercepts", "no slopes"):
        if only not in ("", name):
            continue
        mixture, naive = boundary(name, n)
        found[name] = {
            kind: {f"{level:g}": float((p <= level).mean()) for level in LEVELS}
            for kind, p in (("mixture", mixture), ("naive", naive))
        }
        found[name]["zero"] = float((mixture >= 1).mean())
    return found
