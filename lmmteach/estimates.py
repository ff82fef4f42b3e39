"""The numbers of a fit: what :class:`lmmteach.Fit` holds, before anything is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from . import prediction
from .covariance import Structure
from .design import Design
from .fitting import Estimate
from .remarks import remarks


@dataclass(frozen=True, eq=False, repr=False)
class Estimates:
    """The numbers of a fitted model, by the names of lme4, nlme and PROC MIXED; see :class:`lmmteach.Fit`."""

    design: Design
    estimate: Estimate
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def formula(self) -> str:
        """The formula as it was given."""
        return self.design.formula

    @cached_property
    def beta(self) -> pd.Series:
        """Fixed effects (p,), in the order of the formula, in units of the response per unit of the covariate."""
        return pd.Series(self.estimate.beta, index=self.design.fixed_names, name="beta")

    @cached_property
    def cov_beta(self) -> pd.DataFrame:
        """(X'V^-1 X)^-1, the covariance of beta-hat (p x p)."""
        names = self.design.fixed_names
        return pd.DataFrame(self.estimate.cov_beta, index=names, columns=names)

    @cached_property
    def se(self) -> pd.Series:
        """Standard errors of beta (p,), the square roots of the diagonal of ``cov_beta``."""
        return pd.Series(np.sqrt(np.diag(self.estimate.cov_beta)), index=self.design.fixed_names, name="se")

    @cached_property
    def G(self) -> Any:
        """Covariance of the random effects (q x q); with several terms a dict of them."""
        by_term = self._G_by_term
        return by_term if len(by_term) > 1 else next(iter(by_term.values()), pd.DataFrame())

    @cached_property
    def _G_by_term(self) -> dict[str, pd.DataFrame]:
        names = prediction.term_names(self.design)
        pairs = zip(names, self.design.terms, self.estimate.G, strict=True)
        return {name: pd.DataFrame(G, index=term.names, columns=term.names) for name, term, G in pairs}

    @property
    def residual(self) -> Structure:
        """The residual structure with its estimated values."""
        return self.estimate.residual

    @property
    def sigma2(self) -> float:
        """The residual variance, in squared units of the response; of a sum, that of its independent part."""
        parts = getattr(self.residual, "parts", (self.residual,))
        return float(parts[-1].sigma2 if len(parts) > 1 else self.residual.sigma2)

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

    @cached_property
    def notes(self) -> list[str]:
        """The message, one remark an entry."""
        return [*self.warnings, *remarks(self.estimate, self._G_by_term)]

    @cached_property
    def path(self) -> pd.DataFrame:
        """Where the search went: one row an evaluation, theta (the factor of G, then R's parameters), -2 log L."""
        rows = self.estimate.optimum.path
        theta = pd.DataFrame([theta for theta, _ in rows], columns=[f"theta{k + 1}" for k in range(len(rows[0][0]))])
        return theta.assign(deviance=[value for _, value in rows])
