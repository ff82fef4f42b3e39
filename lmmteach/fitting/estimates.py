"""The numbers of a fit: what :class:`lmmteach.Fit` holds, before anything is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..covariance.structure import Structure
from ..design.build import Design
from .remarks import remarks
from .solution import Solution


@dataclass(frozen=True, eq=False, repr=False)
class Estimates:
    """The numbers of a fitted model, by the names of lme4, nlme and PROC MIXED; see :class:`lmmteach.Fit`.

    Tables are made anew for each who asks, so that nobody's changes reach the fit; its own arrays are read-only.
    """

    design: Design
    estimate: Solution
    method: str
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in _arrays(self.design, self.estimate):
            array.flags.writeable = False

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy, and what comes back from a file, is read-only, too: arrays forget it on the way."""
        self.__dict__.update(state)
        self.__post_init__()

    @property
    def formula(self) -> str:
        """The formula as it was given."""
        return self.design.formula

    @property
    def beta(self) -> pd.Series:
        """Fixed effects (p,), in the order of the formula, in units of the response per unit of the covariate."""
        return pd.Series(self.estimate.beta.copy(), index=self.design.fixed_names, name="beta")

    @property
    def cov_beta(self) -> pd.DataFrame:
        """(X'V^-1 X)^-1, the covariance of beta-hat (p x p)."""
        names = self.design.fixed_names
        return pd.DataFrame(self.estimate.cov_beta.copy(), index=names, columns=names)

    @property
    def se(self) -> pd.Series:
        """Standard errors of beta (p,), the square roots of the diagonal of ``cov_beta``."""
        return pd.Series(np.sqrt(np.diag(self.estimate.cov_beta)), index=self.design.fixed_names, name="se")

    @property
    def G(self) -> Any:
        """Covariance of the random effects (q x q); with several terms a dict of them."""
        by_term = {name: G.copy() for name, G in self._G_by_term.items()}
        return by_term if len(by_term) > 1 else next(iter(by_term.values()), pd.DataFrame())

    @cached_property
    def _G_by_term(self) -> dict[str, pd.DataFrame]:
        pairs = zip(self.design.term_names, self.design.terms, self.estimate.G, strict=True)
        return {name: pd.DataFrame(G, index=term.names, columns=term.names) for name, term, G in pairs}

    @property
    def residual(self) -> Structure:
        """The residual structure with its estimated values."""
        return deepcopy(self.estimate.residual)

    @property
    def sigma2(self) -> float:
        """The residual variance, in squared units of the response; of a sum, that of its independent part."""
        return float(self.estimate.residual.parts[-1].sigma2)

    @property
    def deviance(self) -> float:
        """-2 log L at the estimates (the REML criterion for REML), with lme4's constants."""
        return self.estimate.deviance

    @property
    def loglik(self) -> float:
        """log L at the estimates (restricted for REML)."""
        return -self.estimate.deviance / 2

    @property
    def n_obs(self) -> int:
        """N, the number of rows used."""
        return self.design.n_obs

    @property
    def n_subjects(self) -> int:
        """The number of subjects."""
        return self.design.n_subjects

    @property
    def n_parameters(self) -> int:
        """How many parameters were estimated: beta, the free entries of G and R, and sigma2."""
        return len(self.estimate.beta) + len(self.estimate.optimum.theta) + 1

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 log L + 2 (number of parameters)."""
        return self.deviance + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion, -2 log L + log(N) (number of parameters): lme4's convention."""
        return float(self.deviance + np.log(self.n_obs) * self.n_parameters)

    @property
    def converged(self) -> bool:
        """Whether gradient and curvature certify an optimum."""
        return self.estimate.optimum.converged

    @property
    def singular(self) -> bool:
        """Whether the best G lies on the boundary: a variance of 0 or a correlation of +-1."""
        return self.estimate.singular

    @cached_property
    def message(self) -> str:
        """What the search has to say, in words; empty when all is plain."""
        return " ".join(self.notes)

    @property
    def notes(self) -> list[str]:
        """The message, one remark an entry."""
        return [*self.warnings, *self._remarks]

    @cached_property
    def _remarks(self) -> tuple[str, ...]:
        return tuple(remarks(self.estimate, self._G_by_term))

    @property
    def path(self) -> pd.DataFrame:
        """Where the search went: one row an evaluation, theta (the factor of G, then R's parameters), -2 log L."""
        rows = self.estimate.optimum.path
        theta = pd.DataFrame([theta for theta, _ in rows], columns=[f"theta{k + 1}" for k in range(len(rows[0][0]))])
        return theta.assign(deviance=[value for _, value in rows])


def _arrays(design: Design, estimate: Solution) -> Iterator[np.ndarray]:
    """The arrays that later answers are computed from."""
    yield from (design.y, design.X, design.codes, design.times, design.visits)
    for term in design.terms:
        yield from (term.Z, term.codes)
    yield from (estimate.beta, estimate.cov_beta, *estimate.G)
    yield from (part.rho for part in estimate.residual.parts if isinstance(part.rho, np.ndarray))
