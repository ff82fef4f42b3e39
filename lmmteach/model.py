"""The front door: ``lmm(formula, data)`` gives a Fit.

Four steps, each of which can be called alone: read the formula (:mod:`.design`), pool the subjects
(:mod:`.pooling`), search (:mod:`.fitting`), and package the result (here).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from . import comparison, inference, intervals, prediction, simulation, summary
from .covariance import Structure
from .covariance import structure as as_structure
from .design import Design, build
from .errors import DataError, LmmWarning, ModelError
from .fitting import Estimate, estimate
from .likelihood import cov_to_corr, deviance_at
from .remarks import remarks


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """A fitted linear mixed model, Y_i = X_i beta + Z_i b_i + e_i with b_i ~ N(0, G), e_i ~ N(0, R_i).

    Made by :func:`lmm`; never changed afterwards.  Names are lme4's and PROC MIXED's: ``beta``, ``se``,
    ``cov_beta`` = (X'V^-1X)^-1, ``G``, ``sigma2``, ``loglik``, ``deviance`` = -2 log L.
    """

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

    def random_effects(self, se: bool | str = False) -> Any:
        """b-hat = G Z'V^-1 (y - X beta), one row a subject; ``se`` adds both kinds of standard error."""
        return prediction.random_effects(self.design, self.estimate, se)

    def fitted(self, level: str = "conditional") -> pd.Series:
        """Fitted values: X beta ("marginal") or X beta + Z b-hat ("conditional"), on the rows used."""
        return pd.Series(prediction.fitted(self.design, self.estimate, level), index=self.design.index, name="fitted")

    def predict(self, new_data: pd.DataFrame, level: str = "conditional") -> pd.Series:
        """The same for new rows: new times, new subjects (b-hat = 0)."""
        return prediction.predict(self.design, self.estimate, new_data, level)

    def residuals(self, level: str = "conditional", kind: str = "raw") -> pd.Series:
        """y minus fitted: "raw", "pearson" (over the SD) or "normalized" (whitened by the Cholesky factor)."""
        values = prediction.residuals(self.design, self.estimate, level, kind)
        return pd.Series(values, index=self.design.index, name=f"{kind} residual")

    def marginal_cov(self, subject: Any = None, times: Any = None) -> pd.DataFrame:
        """V = Z G Z' + R of one subject, or at given times (all distinct times by default)."""
        return prediction.marginal_cov(self.design, self.estimate, subject, times)

    def marginal_corr(self, subject: Any = None, times: Any = None) -> pd.DataFrame:
        """The correlation matrix that V implies."""
        V = self.marginal_cov(subject, times)
        return pd.DataFrame(cov_to_corr(V), index=V.index, columns=V.columns)

    def deviance_at(self, G: Any = None, sigma2: Any = None) -> float:
        """-2 log L of this fit's data at another G and sigma2 (a number or a structure), beta at its best for them."""
        G = self.estimate.G if G is None else G
        return deviance_at(self.design, G, self.residual if sigma2 is None else sigma2, self.method)

    def coef_table(self, df: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
        """Estimate, standard error, degrees of freedom, t, p and confidence limits of every fixed effect.

        t = beta / SE against a t distribution with ``df`` degrees of freedom; limits beta +- t_df SE.

        Parameters
        ----------
        df : "satterthwaite", "kenward-roger" or "normal"
            Satterthwaite matches the variance of the SE; Kenward-Roger also corrects the SE itself (REML only);
            "normal" takes the variances as known, as a Wald test does.
        level : float
            Of the confidence limits, between 0 and 1.

        Returns
        -------
        DataFrame (p rows): Estimate, Std. Error, df, t value, p value, lower, upper; ``.attrs["notes"]`` says what was
        held fixed where the fit is singular.

        Raises
        ------
        ParameterError
            If ``df`` or ``level`` is not known.
        ModelError
            Kenward-Roger for an ML fit, or a residual structure that is not linear in its parameters.

        Notes
        -----
        Satterthwaite (1946), Biometrics Bull. 2:110; Kenward & Roger (1997), Biometrics 53:983.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.coef_table().loc["days", ["Estimate", "Std. Error", "df"]].round(2).tolist()
        [10.47, 1.55, 17.0]
        """
        return inference.coef_table(self, df, level)

    def test(self, what: Any, df: str = "satterthwaite") -> inference.FTest:
        """F test that linear combinations of the fixed effects are 0, F = (L beta)'(L cov L')^-1 (L beta) / q.

        Parameters
        ----------
        what : name, list of names, dict of name to weight (or a list of them), or array (q x p)
            ``"year"``; ``["sexmale", "sexmale:year"]``; ``{"year": 1, "sexmale:year": 1}``.
        df : as in :meth:`coef_table`; Satterthwaite's by Fai & Cornelius (1996) where q > 1.

        Returns
        -------
        FTest: F, df1 = q, df2, p, method.

        Raises
        ------
        ParameterError
            For a name or a shape that does not belong to this model, or rows that repeat each other.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> round(fit.test("days").F, 2)
        45.85
        """
        return inference.f_test(self, what, df)

    def confint(
        self, method: str = "wald", level: float = 0.95, names: list[str] | None = None, n: int = 1000, seed: int = 1
    ) -> pd.DataFrame:
        """Confidence limits of every parameter: beta, the entries of G, SDs, correlations, sigma2 and R's own.

        wald: back(t(estimate) +- z SE t'(estimate)), t = log for variances and SDs, atanh for correlations;
        profile: all c with D(c) - D(estimate) <= chi2_1 quantile, D(c) = min -2 log L given parameter = c;
        bootstrap: quantiles of refits to simulated data.

        Parameters
        ----------
        method : "wald", "profile" or "bootstrap"
        level : float, between 0 and 1
        names : list of row names, optional
            Only these parameters (profiles take time).
        n, seed : int
            Replicates and seed of the bootstrap.

        Returns
        -------
        DataFrame (one row a parameter): estimate, lower, upper, in the parameter's own units.

        Raises
        ------
        ParameterError
            For an unknown method, name or level.

        Notes
        -----
        A Wald interval does not exist where the estimate lies on the edge of its range (nan); a profile does: its
        lower limit is then 0, or a correlation's is -1 or 1.  Where a variance may be 0, its correlations may be
        anything, and their profile intervals run from -1 to 1.  Profiles of beta are those of the ML likelihood also for
        REML fits, as REML is no likelihood of beta; those of G and R are of the fit's own criterion.
        Venzon & Moolgavkar (1988), Appl. Statist. 37:87; Pinheiro & Bates (2000), section 2.4.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy(), method="ML")
        >>> fit.confint("profile", names=["sd[days]"]).round(2).loc["sd[days]"].tolist()
        [5.72, 3.8, 8.75]
        """
        return intervals.confint(self, method, level, names, n, seed)

    def profile(self, name: str, points: int = 25, level: float = 0.99) -> pd.DataFrame:
        """The profile of -2 log L along one parameter, D(c) = min -2 log L given parameter = c, out to its limits.

        Parameters
        ----------
        name : str
            A row of :meth:`confint`, as ``"G[(Intercept),days]"``.
        points : int
            How many values, evenly spaced (the estimate is added).
        level : float
            Of the profile limits between which they lie.

        Returns
        -------
        DataFrame: the values, ``deviance`` = D, and ``zeta`` = sign(c - estimate) sqrt(D(c) - D(estimate)),
        a straight line where a Wald interval would do.

        Raises
        ------
        ParameterError
            For a name that is not a parameter of this model.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
        >>> fit.profile("sigma", points=5).shape
        (6, 3)
        """
        return intervals.profile(self, name, points, level)

    def information_criteria(self, convention: str = "lme4") -> pd.Series:
        """AIC = -2 log L + 2 k and BIC = -2 log L + log(n) k, k the number of parameters, beta included.

        Parameters
        ----------
        convention : "lme4" or "nlme"
            n is N, the number of rows, for lme4 (and in :attr:`bic`); nlme takes N - p for REML fits.

        Returns
        -------
        Series: AIC, BIC.

        Raises
        ------
        ParameterError
            For another convention.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.information_criteria("nlme").round(2).tolist()
        [1755.63, 1774.72]
        """
        return comparison.information_criteria(self, convention)

    def summary(self) -> Summary:
        """The fit as a table: text when printed, HTML in a notebook."""
        return Summary(self)

    def simulate(self, n: int = 1, seed: int | None = None) -> pd.DataFrame:
        """New responses drawn from the fitted model, y* = X beta + Z b* + e*, b* ~ N(0, G), e* ~ N(0, R).

        Parameters
        ----------
        n : int
            How many draws.
        seed : int, optional
            The same seed gives the same draws; draw i is the same whatever ``n``.

        Returns
        -------
        DataFrame (rows used x n), in units of the response.

        Raises
        ------
        ParameterError
            If ``n`` or ``seed`` is not a whole number, n >= 1 and seed >= 0.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.simulate(3, seed=1).shape
        (180, 3)
        """
        return simulation.simulate(self, n, seed)

    def refit(self, y: Any) -> Fit:
        """The same model fitted to another response: same X, Z and R structure, new y (N,).

        Parameters
        ----------
        y : (N,) array_like
            One number for each row used, in the unit and on the scale of the model's left-hand side. A
            Series that also has rows the fit did not use is matched by its index.

        Returns
        -------
        Fit, as :func:`lmm` would give it, found by starting from this one.

        Raises
        ------
        DataError
            If ``y`` has another length, is not finite everywhere, or does not vary.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> again = fit.refit(2 * fit.design.y)
        >>> round(again.sigma2 / fit.sigma2, 6)
        4.0
        """
        design = simulation.with_response(self.design, y)
        return Fit(design, simulation.reestimate(design, self.estimate, self.method), self.method, self.warnings)

    def bootstrap(self, n: int = 1000, seed: int | None = None, progress: bool = True) -> pd.DataFrame:
        """The parametric bootstrap: simulate from the fit, refit, n times over.

        The spread of a column estimates the standard error of that parameter; its quantiles are an interval.

        Parameters
        ----------
        n : int
            How many replicates.
        seed : int, optional
            The same seed gives the same replicates; row i is the refit to column i of ``simulate(n, seed)``.
        progress : bool
            Show a bar on stderr if it takes longer than a second. Ctrl-C returns what is finished, with a warning.

        Returns
        -------
        DataFrame (n x parameters): beta, the entries of G ("G[year,year]"), their SDs and correlations
        ("sd[year]", "rho[(Intercept),year]"), "sigma2", "sigma", and the residual structure's own; in the
        units of the response and the covariates. A correlation with a variance of 0 is nan.

        Raises
        ------
        ParameterError
            If ``n`` or ``seed`` is not a whole number, n >= 1 and seed >= 0.

        Notes
        -----
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 6.5.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.bootstrap(20, seed=1)[["days", "sigma2"]].shape
        (20, 2)
        """
        return simulation.bootstrap(self, n, seed, progress)

    def explore(self, **options: Any) -> Any:
        """An explorer of this fit: move G and sigma^2, watch V, the correlation and simulated subjects."""
        from .explore import explore  # widgets load when they are first wanted

        return explore(self, **options)

    def __repr__(self) -> str:
        return summary.text(self)

    def _repr_html_(self) -> str:
        return summary.html(self)


class Summary:
    """A fit's summary: prints as text, shows as HTML in a notebook."""

    def __init__(self, fit: Fit) -> None:
        self._fit = fit

    def __str__(self) -> str:
        return summary.text(self._fit)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return summary.html(self._fit)


def lmm(
    formula: str,
    data: pd.DataFrame,
    method: str = "REML",
    groups: str | None = None,
    time: str | None = None,
    residual: str | Structure = "independent",
) -> Fit:
    """Fit a linear mixed model, or a covariance pattern model, by REML or ML.

    Y_i = X_i beta + Z_i b_i + e_i,   b_i ~ N(0, G),   e_i ~ N(0, R_i),   so   V_i = Z_i G Z_i' + R_i.

    Parameters
    ----------
    formula : str
        lme4's language: ``"y ~ x*t + (1 + t | subject)"``, ``(1 + t || subject)`` for a diagonal G,
        ``(1 | school/class)`` for nested groups.
    data : DataFrame
        One row a measurement.  Rows with missing values are dropped, and counted in a warning.
    method : "REML" or "ML"
    groups : str, optional
        The subject's column, where the formula has no random term.
    time : str, optional
        The column of measurement times, for structures that depend on it.
    residual : str or structure
        R: "independent", "diagonal", "cs", "ar1", "exponential", "toeplitz", "unstructured", "arh1",
        "csh", a structure such as ``Exponential()``, or a sum of structures.

    Returns
    -------
    Fit

    Raises
    ------
    LmmError
        For anything in the formula or the data that cannot be used, naming it and the remedy.

    Notes
    -----
    Laird & Ware (1982), Biometrics 38:963; Bates et al. (2015), J. Stat. Softw. 67(1).

    Examples
    --------
    >>> import lmmteach
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> round(fit.deviance, 4)
    1743.6283
    """
    if method not in ("REML", "ML"):
        raise ModelError(f"method={method!r} is not known.", "Use 'REML' (the default) or 'ML'.", "ML and REML by hand")
    structure = as_structure(residual)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", LmmWarning)
        by = {part.by for part in getattr(structure, "parts", (structure,)) if part.by not in (None, "visit")}
        design = build(formula, data, groups, time, tuple(sorted(by)))
    for warning in heard:
        warnings.warn(warning.message, warning.category, stacklevel=2)
    _check(design, structure, time)
    said = tuple(str(w.message) for w in heard if issubclass(w.category, LmmWarning))
    return Fit(design, estimate(design, structure, method), method, said)


def _check(design: Design, structure: Structure, time: str | None) -> None:
    """What only shows once data and structure are together."""
    if structure.needs_time and time is None:
        raise ModelError(
            f"{type(structure).__name__} needs to know when each row was measured.", "Name the column: time='...'."
        )
    if structure.continuous and not structure.needs_time and getattr(structure, "by", None) != "visit":
        return
    pairs = pd.MultiIndex.from_arrays([design.codes, design.visits])
    if pairs.has_duplicates:
        row = int(np.argmax(pairs.duplicated()))
        raise DataError(
            f"{design.group} {design.subjects[design.codes[row]]} has two rows at {time} "
            f"{design.visit_values[design.visits[row]]}, and this residual structure allows one.",
            "Average or remove one of them, or give each visit a number of its own.",
        )
