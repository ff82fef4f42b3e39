"""The same data and the same fixed effects under several choices of G and R."""

from __future__ import annotations

import warnings
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ...covariance.marginal import cov_to_corr
from ...design.build import Design
from ...design.formula import read
from ...errors import LmmError, LmmWarning
from ...fitting.estimates import Estimates
from ...fitting.solve import solve
from ...prediction.at_times import marginal_cov

__all__ = ["structures"]

VISITS = 8  # an unstructured V of more visits has too many parameters to wait for
SHOWN = 6  # times in a small matrix
_known: WeakKeyDictionary[Estimates, dict[str, Any]] = WeakKeyDictionary()


def structures(fit: Estimates) -> dict[str, Any]:
    """``t``, the ``observed`` correlations and SDs, and one entry a structure in ``fits``; kept for each fit."""
    if fit not in _known:
        _known[fit] = _made(fit)
    return _known[fit]


def _made(fit: Estimates) -> dict[str, Any]:
    design = fit.design
    times = np.unique(np.asarray(design.times, dtype=float))
    fits = _merged([_entry(*one, times) for one in _candidates(fit, times)])
    return {
        "t": times.tolist(), "shown": _spread(len(times)), "observed": _observed(design, times),
        "fits": fits, "rows": design.n_obs, "tooMany": len(times) > VISITS,
    }  # fmt: skip


def _merged(fits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A random intercept and compound symmetry are one V unless the correlation is negative: one entry then."""
    by = {one["key"]: one for one in fits}
    if not ({"ri", "cs"} <= set(by)) or abs(by["ri"]["deviance"] - by["cs"]["deviance"]) > 1e-6:
        return fits
    by["ri"]["name"] = "Random intercept (= compound symmetry)"
    return [one for one in fits if one["key"] != "cs"]


def _candidates(fit: Estimates, times: np.ndarray) -> list[tuple[str, str, str, Estimates]]:
    """(key, name, how it is written, fit); a structure these data cannot bear is left out."""
    design, method = fit.design, fit.method
    parsed = read(design.formula)
    plain = f"{parsed.response} ~ {parsed.fixed}"
    group, time = f"`{design.group}`", f"`{design.time}`"
    alone = {"groups": None, "time": None, "residual": "independent"}
    pattern = alone | {"groups": design.group, "time": design.time}
    even = np.allclose(np.diff(times), np.diff(times)[0])
    wanted: list[tuple[str, str, str, str, dict[str, Any]]] = [
        ("ri", "Random intercept", "(1 | g)", f"{plain} + (1 | {group})", alone),
        ("cs", "Compound symmetry", 'residual="cs"', plain, pattern | {"residual": "cs"}),
        ("rirs", "Random intercept + slope", "(1 + t | g)", f"{plain} + (1 + {time} | {group})", alone),
        ("ar1", "AR(1)", 'residual="ar1"', plain, pattern | {"residual": "ar1"}),
        ("riar1", "Random intercept + AR(1)", '(1 | g), residual="ar1"', f"{plain} + (1 | {group})",
         alone | {"residual": "ar1", "time": design.time}),
    ]  # fmt: skip
    if not even:
        wanted.insert(4, ("exp", "Exponential", 'residual="exponential"', plain, pattern | {"residual": "exponential"}))
    if len(times) <= VISITS:
        wanted.append(("un", "Unstructured", 'residual="unstructured"', plain, pattern | {"residual": "unstructured"}))
    out = []
    for key, name, written, formula, options in wanted:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", LmmWarning)
                out.append((key, name, written, solve(formula, design.frame, method, **options)))
        except LmmError:
            continue
    return out


def _entry(key: str, name: str, written: str, found: Estimates, times: np.ndarray) -> dict[str, Any]:
    V = marginal_cov(found.design, found.estimate, times=times).to_numpy()
    return {
        "key": key, "name": name, "written": written, "parameters": found.n_parameters - found.design.X.shape[1],
        "deviance": found.deviance, "aic": found.aic, "bic": found.bic, "singular": bool(found.singular),
        "C": np.round(cov_to_corr(V), 6).tolist(), "sd": np.sqrt(np.diag(V)).tolist(),
    }  # fmt: skip


def _observed(design: Design, times: np.ndarray) -> dict[str, Any]:
    """Correlations and SDs of the least-squares residuals, from the pairs of visits that were both seen."""
    residual = design.y - design.X @ np.linalg.lstsq(design.X, design.y, rcond=None)[0]
    wide = np.full((design.n_subjects, len(times)), np.nan)
    wide[design.codes, np.searchsorted(times, design.times)] = residual
    C = np.eye(len(times))
    for j in range(len(times)):
        for k in range(j):
            both = np.isfinite(wide[:, j]) & np.isfinite(wide[:, k])
            found = np.corrcoef(wide[both, j], wide[both, k])[0, 1] if both.sum() > 4 else np.nan
            C[j, k] = C[k, j] = found
    seen = [column[np.isfinite(column)] for column in wide.T]
    sd = [float(column.std(ddof=1)) if len(column) > 1 else None for column in seen]
    cells = [[float(np.round(c, 6)) if np.isfinite(c) else None for c in row] for row in C]
    return {"C": cells, "sd": sd}


def _spread(n: int) -> list[int]:
    return np.unique(np.linspace(0, n - 1, min(n, SHOWN)).round().astype(int)).tolist()
