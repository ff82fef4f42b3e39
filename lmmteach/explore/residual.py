"""What of R can be moved in an explorer: its parameters by name, and R itself where they stand.

    R = sum over parts of s s' * C,     s = sqrt(variance of each row's level)

with C the correlations of AR(1), an exponential, compound symmetry or none.  Of the parameters sigma2 is the
explorer's own: the variance of the last part, at its first level.  All others are dials: ``phi``, a correlation
(``range`` where a unit of time is too long or too short for one), and the other variances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..covariance.ar1 import AR1
from ..covariance.compound_symmetry import CompoundSymmetry
from ..covariance.exponential import Exponential
from ..covariance.independent import Independent
from ..covariance.marginal import joint
from ..covariance.occasions import Occasions
from ..covariance.structure import Structure
from ..errors import ModelError
from ..fitting.estimates import Estimates
from ..likelihood.pooling import Pooled
from ..likelihood.readable import LOG_2PI

__all__ = ["CHOSEN", "PIVOT", "Part", "Residual", "residual_of"]

KINDS: dict[type[Structure], str] = {
    AR1: "ar1", Exponential: "exponential", CompoundSymmetry: "cs", Independent: "independent",
}  # fmt: skip
MOST = 12  # levels with a variance each: a slider each
VISIBLE = 1e-3  # a correlation nearer to 0 or 1 than that is no number to move: its range is
PIVOT = 1e-13  # of a variance, below which a pivot of Cholesky's factor is rounding; as static/maths/residual.js has it
CHOSEN = "stratum"  # the dial that says whose V is shown, where levels are not told apart by time


@dataclass(frozen=True)
class Part:
    """One part of R: its structure, the names of its variances, one for each level, and of its correlation."""

    structure: Structure
    kind: str
    variances: tuple[str, ...]
    correlation: str


def residual_of(fit: Estimates, shows: bool) -> Residual | None:
    """What can be moved of the fit's R; None where that is sigma2 I.  ``shows`` says whether the view takes others."""
    if fit.residual.plain:
        return None
    call, parts = fit.residual.call, fit.residual.parts
    if not shows:
        raise ModelError(
            f"This explorer has R = sigma2 I; the fit has the residuals {call}.",
            "fit.explore() shows them ('G moves V'); or fit the model with residual='independent' to explore it here.",
        )
    if any(type(part) not in KINDS for part in parts):
        raise ModelError(
            f"This explorer has no sliders for the residuals {call}.",
            "It has them for ar1, exponential, cs and diagonal, and for sums such as Exponential() + Independent().",
        )
    if not all(np.array_equal(term.codes, fit.design.codes) for term in fit.design.terms):
        raise ModelError(
            f"The residuals {call} are those of each {fit.design.group}, and the random effects those of other groups.",
            "Explore a fit in which both belong to one.",
        )
    levels = len(fit.design.occasions(np.arange(1), fit.residual).labels)
    if levels > MOST:
        raise ModelError(
            f"The residuals {call} have {levels} variances, and this explorer sliders for {MOST}.",
            "Give the levels a column with fewer of them, such as lmmteach.Diagonal(by='half').",
        )
    return Residual(fit)


class Residual:
    """The parameters of a fit's R as an explorer names them, and what follows from them."""

    def __init__(self, fit: Estimates) -> None:
        self.design, self.own = fit.design, fit.residual
        every = np.arange(self.design.n_obs)
        self.occasions = self.design.occasions(every, self.own)
        self.labels = [str(label) for label in self.occasions.labels]
        self.parts = tuple(self._named())
        known = dict(self._values())
        self.sigma2 = known.pop("sigma2")
        self.values: dict[str, float] = known
        self.by_time = not self.labels or _follows(self.occasions.strata, self.design.times)

    def _named(self) -> Iterator[Part]:
        parts = self.own.parts
        kinds = [KINDS[type(part)] for part in parts]
        serial = sum(part.rho is not None for part in parts)
        for place, (part, kind) in enumerate(zip(parts, kinds, strict=True)):
            tail = f"_{kind}{place + 1 if kinds.count(kind) > 1 else ''}"
            first = "sigma2" if place == len(parts) - 1 else f"sigma2{tail}"
            others = [f"{first}_{self._level(k)}" for k in range(1, len(self.labels))] if part.by else []
            word = "phi" if part.parameter == "rho" or VISIBLE < (part.rho or 0) < 1 - VISIBLE else "range"
            correlation = "" if part.rho is None else word if serial == 1 else f"{word}{tail}"
            yield Part(part, kind, (first, *others), correlation)

    def _level(self, k: int) -> str:
        by_visit = any(part.by == "visit" for part in self.own.parts)
        return f"visit{k}" if by_visit else self.labels[k] if f"_{self.labels[k]}".isidentifier() else f"level{k}"

    def _values(self) -> Iterator[tuple[str, float]]:
        """Every parameter's value in the fit."""
        for part in self.parts:
            own = part.structure
            ratio = [1.0, *[own.sd_ratio[label] for label in self.occasions.labels[1:]]] if own.by else [1.0]
            yield from zip(part.variances, [float(own.sigma2 * r**2) for r in ratio], strict=True)
            if part.correlation:
                of_rho = part.correlation.startswith("phi")
                # Rounding may take an estimate over the end of its range.
                ends = own.rho_range(self.occasions) if of_rho else (0.0, np.finfo(float).max)
                yield part.correlation, float(np.clip(own.rho if of_rho else getattr(own, "range", 0.0), *ends))

    # R where its parameters stand.

    def R(self, sigma2: float, dials: Mapping[str, Any], occasions: Occasions) -> np.ndarray:
        """R of the rows of ``occasions``, (..., n, n)."""
        value = {**dials, "sigma2": sigma2}
        n = occasions.times.shape[-1]
        whole = np.zeros((*occasions.times.shape, n))
        for part in self.parts:
            one = replace(part.structure, by=None, sd_ratio={}, sigma2=1.0, **self._correlation(part, value))
            variances = np.array([value[name] for name in part.variances])
            sd = np.sqrt(variances[occasions.strata] if part.structure.by else variances[0 * occasions.strata])
            whole = whole + sd[..., :, None] * one.at_values(occasions) * sd[..., None, :]
        return whole

    def _correlation(self, part: Part, value: Mapping[str, Any]) -> dict[str, Any]:
        if not part.correlation:
            return {}
        if part.kind != "exponential":
            return {"rho": value[part.correlation]}
        rho = part.correlation.startswith("phi")
        return {"rho": value[part.correlation] if rho else None, "range": None if rho else value[part.correlation]}

    def rows(self, rows: np.ndarray, dials: Mapping[str, Any]) -> Occasions:
        """The occasions of these rows as a table of times shows them: at the level that was chosen, if one is."""
        occasions = self.design.occasions(rows, self.own)
        if self.by_time:
            return occasions
        return replace(occasions, strata=np.full(len(rows), self.labels.index(dials[CHOSEN])))

    def deviance(self, pooled: Pooled, G: np.ndarray, sigma2: float, dials: Mapping[str, Any], method: str) -> float:
        """-2 log L with beta at its best, from the pooled rows; NaN where some V_i is not positive definite."""
        p, log_det, A = pooled.p, 0.0, pooled.rest.T @ pooled.rest
        try:
            for stack in pooled.stacks:
                assert stack.occasions is not None
                Z = stack.Z @ joint(pooled.scale, stack.layout) if stack.layout else stack.Z
                V = Z @ G @ Z.mT + self.R(sigma2, dials, stack.occasions)
                L = _cholesky(V)
                white = np.linalg.solve(L[stack.pattern], stack.W)
                A = A + np.einsum("iac,iad->cd", white, white)
                log_det += 2 * float(stack.count @ np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1))
            triangle = np.diag(np.linalg.cholesky(A))
        except np.linalg.LinAlgError:
            return float("nan")
        value = (pooled.n_obs - p * (method == "REML")) * LOG_2PI + log_det + float(triangle[-1] ** 2)
        if method == "REML":
            value += 2 * float(np.log(triangle[:-1]).sum() + np.log(np.abs(np.diag(pooled.R_x))).sum())
        return float(value)

    @property
    def varies(self) -> bool:
        """Whether the variance changes from time to time."""
        return bool(self.labels) and self.by_time

    def variances(self, levels: Any = None, values: Mapping[str, Any] | None = None) -> np.ndarray:
        """The residual variance at each of these levels, (n,), in the fit or with other ``values``.

        Without ``levels`` it is that of the level that was chosen, or of the first.
        """
        values = {**self.values, "sigma2": self.sigma2} if values is None else values
        chosen = self.labels.index(values[CHOSEN]) if CHOSEN in values else 0
        at = np.array([chosen]) if levels is None else np.asarray(levels, dtype=int)
        found: np.ndarray = np.sum(
            [[values[part.variances[k if part.structure.by else 0]] for k in at] for part in self.parts], axis=0
        )
        return found

    def least(self, rows: np.ndarray) -> float:
        """The smallest eigenvalue of the fit's R for these rows of one subject."""
        return float(np.linalg.eigvalsh(self.R(self.sigma2, self.values, self.occasions_at(rows)))[0])

    # What the page is told of it.

    def occasions_at(self, rows: np.ndarray) -> Occasions:
        """The occasions of some rows of the data."""
        return self.design.occasions(rows, self.own)

    @staticmethod
    def taken(occasions: Occasions | None, k: int) -> Occasions:
        """Those of the k-th pattern of a stack."""
        assert occasions is not None
        parts = {name: getattr(occasions, name)[k] for name in ("times", "visits", "strata")}
        return replace(occasions, **parts)

    def of_kind(self, kind: Mapping[str, Any]) -> Occasions:
        """The occasions of a kind of visits, as they are carried (:meth:`marks`)."""
        times = np.asarray(kind["t"], dtype=float)
        visits, strata = (np.asarray(kind.get(name, 0 * times), dtype=int) for name in ("v", "s"))
        return replace(self.occasions, times=times, visits=visits, strata=strata)

    def marks(self, occasions: Occasions, own: bool = False) -> dict[str, list[Any]]:
        """What R has to know of rows: ``t`` their times; ``v`` their visits and ``s`` their levels, if it needs them.

        ``own`` says that they are a subject's, whose levels count whether or not time tells them apart.
        """
        found = {"t": occasions.times.tolist()}
        if any(part.correlation and part.structure.clock == "visit" for part in self.parts):
            found["v"] = occasions.visits.tolist()
        if self.labels and (own or self.by_time):
            found["s"] = occasions.strata.tolist()
        return found

    def known_by_time(self) -> np.ndarray:
        """(N x k): what of the rows the time must tell, so that a table of times has one V."""
        columns = [self.occasions.visits] if "v" in self.marks(self.occasions_at(np.arange(1))) else []
        columns += [self.occasions.strata] if self.labels and self.by_time else []
        return np.column_stack(columns) if columns else np.empty((self.design.n_obs, 0))


def _follows(levels: np.ndarray, times: np.ndarray) -> bool:
    """Does the time say the level?"""
    _, first, place = np.unique(times, return_index=True, return_inverse=True)
    return bool(np.array_equal(levels[first][place], levels))


def _cholesky(V: np.ndarray) -> np.ndarray:
    """The lower factors of (K x n x n); LinAlgError where a pivot is no more than rounding."""
    L = np.linalg.cholesky(V)
    if (np.diagonal(L, axis1=1, axis2=2) ** 2 <= PIVOT * np.diagonal(V, axis1=1, axis2=2)).any():
        raise np.linalg.LinAlgError
    return L
