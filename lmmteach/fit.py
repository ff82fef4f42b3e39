"""Fit: everything that can be asked of a fitted model.  Each method is a door to a room of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from . import summary
from .comparison.likelihood_ratio import information_criteria
from .covariance.marginal import cov_to_corr
from .fitting.estimates import Estimates
from .inference import contrast, intervals, means, shares, tables, terms
from .likelihood.settings import deviance_at, in_order
from .prediction import at_times, blups, uncertainty, values
from .simulation import bootstrap, simulate


@dataclass(frozen=True, eq=False, repr=False)
class Fit(Estimates):
    """A fitted linear mixed model, Y_i = X_i beta + Z_i b_i + e_i with b_i ~ N(0, G), e_i ~ N(0, R_i).

    Made by :func:`lmm`; never changed afterwards: its tables are copies, its arrays read-only.  Names are lme4's
    and PROC MIXED's: ``beta``, ``se``, ``cov_beta`` = (X'V^-1X)^-1, ``G``, ``sigma2``, ``residual``, ``loglik``,
    ``deviance`` = -2 log L, ``aic``, ``bic``, ``n_obs``, ``n_subjects``, ``converged``, ``singular``, ``message``,
    ``path``.

    Examples
    --------
    >>> import lmmteach
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> fit.beta.round(3).to_dict()
    {'(Intercept)': 251.405, 'days': 10.467}
    >>> round(fit.sigma2, 2), fit.converged, fit.singular
    (654.94, True, False)
    """

    def random_effects(self, se: bool | str = False) -> Any:
        """The predicted random effects (BLUPs), b-hat_i = G Z_i' V_i^-1 (y_i - X_i beta).

        Parameters
        ----------
        se : bool or str
            True adds both standard errors: "given_beta", the square root of Var(b_i | y) = G - G Z'V^-1 Z G
            (lme4's condVar), and "prediction", which adds the uncertainty of beta (SAS's SOLUTION R).
            Either name asks for that one.

        Returns
        -------
        DataFrame (m x q), one row a subject, in the units of the response per unit of the column of Z; with
        several random terms a dict of them, named as ``G`` is.

        Raises
        ------
        ModelError
            If the model has no random effects.

        Notes
        -----
        Henderson (1975), Biometrics 31:423; Robinson (1991), Statistical Science 6:15.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.random_effects().loc["308"].round(3).tolist()
        [2.259, 9.199]
        """
        return blups.random_effects(self.design, self.estimate, se)

    def fitted(self, level: str = "conditional") -> pd.Series:
        """Fitted values on the rows used: X beta ("marginal") or X beta + Z b-hat ("conditional").

        Returns
        -------
        Series (N,) on the data's index, in units of the response.

        Raises
        ------
        ParameterError
            If ``level`` is neither.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.fitted("marginal")[:2].round(2).tolist()
        [251.41, 261.87]
        """
        return pd.Series(values.fitted(self.design, self.estimate, level), index=self.design.index, name="fitted")

    def predict(
        self,
        new_data: pd.DataFrame,
        level: str = "conditional",
        interval: str | None = None,
        coverage: float = 0.95,
    ) -> Any:
        """Predictions for new rows, x'beta (+ z'b-hat): new times of known subjects, or new subjects.

        A subject the fit has not seen has b-hat = 0, so that both levels give the population's line.

        Parameters
        ----------
        new_data : DataFrame
            The covariates of the fixed part, and at the conditional level the grouping column and Z's; for
            interval="prediction" also Z's and what the residual structure needs (time, the column its variances
            differ by).
        level : "conditional" or "marginal"
            Of this subject, or of any.
        interval : None, "confidence" or "prediction"
            For the curve x'beta + z'b (x'beta at the marginal level); or for a new reading on it, which adds z'b (of a
            new or any subject) and the residual's variance at that row.
        coverage : float, between 0 and 1
            Of the interval, 0.95 for 95 %; ``level`` has another meaning here.

        Returns
        -------
        Series (rows,) on the new data's index, in units of the response; with an interval a DataFrame: fit, se, lower,
        upper = fit +- z se, se the standard error of fit minus what it predicts.

        Raises
        ------
        DataError
            If a column is missing, or holds a level of a factor that the fit has not seen.
        ParameterError
            If ``level``, ``interval`` or ``coverage`` is not known.
        ModelError
            Where correlated residuals and crossed groups would need a V of more than 5,000 rows.

        Notes
        -----
        Conditional: Var(x'(beta-hat - beta) + z'(b-hat - b)), beta's uncertainty included; a new subject adds z'G z.
        Where the residuals of a subject are correlated (AR(1), exponential, compound symmetry), ``fit`` of a
        conditional prediction interval also holds the predicted residual, Cov(e_new, y) V^-1 (y - X beta-hat): it
        follows the subject's last readings, and where one was made at that very time, without measurement error, it is
        that reading. Structures by visit know only the data's visits: at others the residual is taken as new, with a
        warning. G and R are taken as known, so that few subjects make the intervals a little short. A row that the
        data do not determine is nan, with a warning. Henderson (1975), Biometrics 31:423; Robinson (1991), Statistical
        Science 6:15.

        Examples
        --------
        >>> import lmmteach, pandas
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> new = pandas.DataFrame({"subject": ["308", "somebody new"], "days": [10, 10]})
        >>> fit.predict(new).round(1).tolist()
        [450.3, 356.1]
        >>> fit.predict(new, interval="prediction").round(1)
             fit    se  lower  upper
        0  450.3  30.1  391.3  509.3
        1  356.1  72.3  214.4  497.7
        """
        if interval is not None:
            return uncertainty.intervals(self.design, self.estimate, new_data, level, interval, coverage)
        return values.predict(self.design, self.estimate, new_data, level)

    def residuals(self, level: str = "conditional", kind: str = "raw") -> pd.Series:
        """Residuals, y - fitted: raw, over their SD, or whitened so that they should be independent N(0, 1).

        Parameters
        ----------
        level : "conditional" (y - X beta - Z b-hat) or "marginal" (y - X beta)
        kind : "raw", "pearson" (over the SD) or "normalized" (L^-1 r, L the Cholesky factor)
            The covariance is R at the conditional level and V at the marginal one.

        Returns
        -------
        Series (N,) on the data's index; raw in units of the response, the others without unit.

        Raises
        ------
        ParameterError
            If ``level`` or ``kind`` is not known.
        ModelError
            Where V is needed ("normalized", marginal) and more than 5,000 rows hang together by crossed groups.

        Notes
        -----
        Fitzmaurice, Laird & Ware (2011), Applied Longitudinal Analysis, section 10.2.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> r = fit.residuals("marginal", "normalized")
        >>> round(float((r**2).sum()), 6)  # N - p, at the REML estimate
        178.0
        """
        found = values.residuals(self.design, self.estimate, level, kind)
        return pd.Series(found, index=self.design.index, name=f"{kind} residual")

    def marginal_cov(self, subject: Any = None, times: Any = None) -> pd.DataFrame:
        """The marginal covariance V = Z G Z' + R, of one subject's rows or at any times.

        Parameters
        ----------
        subject : label, optional
            The subject whose V_i is wanted.
        times : (n,) array_like, optional
            Measurement times; all distinct times of the data when neither is given.

        Returns
        -------
        DataFrame (n x n), times on both sides, in squared units of the response.

        Raises
        ------
        DataError
            If there is no such subject.
        ModelError, ParameterError
            If times alone do not determine Z, or R is known only at the data's visits; if more than 5,000 rows hang
            together with the subject's by crossed groups.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.marginal_cov(times=[0, 9]).round(0).to_numpy()
        array([[1267.,  699.],
               [ 699., 4281.]])
        """
        return at_times.marginal_cov(self.design, self.estimate, subject, times)

    def marginal_corr(self, subject: Any = None, times: Any = None) -> pd.DataFrame:
        """The correlation that V implies, V_jk / sqrt(V_jj V_kk); arguments and errors as :meth:`marginal_cov`.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
        >>> round(float(fit.marginal_corr().iloc[0, 9]), 3)  # the intraclass correlation, at every lag
        0.589
        """
        V = self.marginal_cov(subject, times)
        return pd.DataFrame(cov_to_corr(V), index=V.index, columns=V.columns)

    def deviance_at(self, G: Any = None, sigma2: Any = None) -> float:
        """-2 log L of this fit's data at another setting, beta at its best for it; by the readable likelihood.

        Parameters
        ----------
        G : (q, q) array_like, or one for each term, optional
            The fit's own when not given.  It need not be positive semidefinite, as long as every V_i is
            positive definite.  A dict of terms and a DataFrame are matched by their labels.
        sigma2 : float or structure, optional
            The residual variance, or a residual structure with its values.

        Raises
        ------
        ParameterError
            If some V_i is not positive definite, or G is not symmetric, of the wrong shape or labelled otherwise.
        ModelError
            If more than 5,000 rows hang together by crossed groups, too many for a V.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> round(fit.deviance_at([[600, 0], [0, 30]], 650) - fit.deviance, 3)
        0.26
        """
        G = self.estimate.G if G is None else in_order(G, self._G_by_term)
        return deviance_at(self.design, G, self.residual if sigma2 is None else sigma2, self.method)

    def coef_table(self, df: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
        """Estimate, standard error, degrees of freedom, t, p and confidence limits of every fixed effect.

        t = beta / SE against a t distribution with ``df`` degrees of freedom; limits beta +- t_df SE.

        Parameters
        ----------
        df : "satterthwaite", "kenward-roger", "kenward-roger-observed" or "normal"
            Satterthwaite matches the variance of the SE; Kenward-Roger also corrects the SE itself (REML only), from
            the expected information as pbkrtest, or from the observed one as SAS and mmrm;
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
            Kenward-Roger for an ML fit, or a residual structure that is not linear in its parameters, or crossed groups
            that tie more than 5,000 rows together.

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
        return tables.coef_table(self, df, level)

    def test(self, what: Any, df: str = "satterthwaite") -> tables.FTest:
        """F test that linear combinations of the fixed effects are 0, F = (L beta)'(L cov L')^-1 (L beta) / q.

        Parameters
        ----------
        what : name, list of names, dict of name to weight (or a list of them), or array (q x p)
            ``"year"``; ``["sexmale", "sexmale:year"]``; ``{"year": 1, "sexmale:year": 1}``.  A Series of weights
            and the columns of a DataFrame are matched by name.  A term of the formula, ``"sex:year"``, is tested as
            :meth:`anova` tests it; where a coefficient has the same name, the coefficient is meant.
        df : as in :meth:`coef_table`; Satterthwaite's by Fai & Cornelius (1996) where q > 1.

        Returns
        -------
        FTest: F, df1 = q, df2, p, method.

        Raises
        ------
        ParameterError
            For a name or a shape that does not belong to this model, rows that repeat each other, or a combination
            that the data do not determine.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> round(fit.test("days").F, 2)
        45.85
        """
        return contrast.f_test(self, what, df)

    def contrast(self, weights: Any, df: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
        """Linear combinations of the fixed effects, c'beta, each with its standard error sqrt(c' Cov(beta) c).

        Parameters
        ----------
        weights : name, dict of name to weight, list of these, or array (m x p)
            As :meth:`test` takes them; a dict of dicts, and the index of a DataFrame, name the rows.
        df, level : as in :meth:`coef_table`

        Returns
        -------
        DataFrame (m rows): Estimate, Std. Error, df, t value, p value, lower, upper, in units of the response.

        Raises
        ------
        ParameterError
            For a name or a shape that does not belong to this model, or a row of zeros.
        ModelError
            As :meth:`coef_table` for Kenward and Roger's df.

        Notes
        -----
        A combination that names a column which was dropped is one of the larger model.  It has an estimate only if it
        is a combination of rows of X, dropped columns included; else its row is nan, with a warning.  Searle (1971),
        Linear Models, section 5.4.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.contrast({"(Intercept)": 1, "days": 9})[["Estimate", "Std. Error", "df"]].round(2)
                              Estimate  Std. Error    df
        (Intercept) + 9*days    345.61       14.63  17.0
        """
        return contrast.contrast(self, weights, df, level)

    def marginal_means(
        self,
        *factors: Any,
        at: Mapping[str, Any] | None = None,
        weights: str = "equal",
        contrasts: str | None = None,
        adjust: str = "none",
        df: str = "satterthwaite",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Means of groups, the other covariates alike for all: averages of x'beta over the reference grid.

        The grid holds every combination of the factors' levels, each number at its mean over the rows used (a number
        that takes two values or fewer at both, as a factor), or at what ``at`` says.

        Parameters
        ----------
        *factors : str, several or a list of them
            The factors whose levels are the rows; a number, too, where ``at`` gives several values of it.
        at : mapping of name to value or list of values, optional
            ``{"year": [0, 10], "age": 50}``; for a factor the levels that count.  Values of a covariate that is no row
            of the answer are averaged over.
        weights : "equal" or "proportional"
            What is averaged over counts alike (as in a balanced study), or as often as its levels occur together in
            the data.
        contrasts : None, "pairwise" or "reference"
            The means; or their differences, each less every later one, or each later one less the first.
        adjust : "none", "tukey" (pairwise only), "holm" or "bonferroni"
            For several questions at once; Holm's p values come with Bonferroni's limits.
        df, level : as in :meth:`coef_table`

        Returns
        -------
        DataFrame, one row a mean (the first factor changes fastest) or difference: Estimate, Std. Error, df, t value,
        p value, lower, upper, in units of the response.  ``.attrs["notes"]`` says what was averaged over and where the
        numbers stand.

        Raises
        ------
        DataError
            For a name that is not in the fixed part, is no factor, or has no such level.
        ParameterError
            For an unknown word, a grid of more than 100,000 points, or Tukey's method for other than all differences.
        ModelError
            As :meth:`coef_table` for Kenward and Roger's df.

        Notes
        -----
        The definitions are those of R's emmeans.  A mean that the data do not determine, as that of a cell without
        rows, is nan, with a warning.  Searle, Speed & Milliken (1980), Am. Statist. 34:216.

        Examples
        --------
        >>> import lmmteach
        >>> half = lmmteach.load_sleepstudy().assign(half=lambda d: (d.days > 4).map({False: "first", True: "second"}))
        >>> fit = lmmteach.lmm("reaction ~ half + (1 | subject)", half)
        >>> fit.marginal_means("half")["Estimate"].round(1).to_dict()
        {'first': 271.6, 'second': 325.4}
        >>> fit.marginal_means("half", contrasts="reference")[["Estimate", "df"]].round(1).to_numpy().tolist()
        [[53.8, 161.0]]
        """
        return means.marginal_means(self, factors, at, weights, contrasts, adjust, df, level)

    def anova(self, df: str = "satterthwaite") -> pd.DataFrame:
        """An F test of every term of the formula, type III: each averaged over the factors of its interactions.

        A factor's main effect compares means over the levels of the other factors, each level counting alike,
        whatever the coding; the slope of a number is averaged likewise.  A factor that interacts with a number is
        tested where that number is 0.

        Parameters
        ----------
        df : as in :meth:`coef_table`
            The denominator's degrees of freedom: Satterthwaite's by Fai & Cornelius (1996), or Kenward and Roger's
            with their scaled F.

        Returns
        -------
        DataFrame, one row a term: F value, NumDF, DenDF, p value; nan with NumDF 0 where the data leave nothing of a
        term to test.

        Raises
        ------
        ParameterError, ModelError
            As :meth:`coef_table`.

        Notes
        -----
        As SAS's PROC MIXED and lmerTest's anova do by default, also where cells are empty.  With treatment contrasts
        the row of a term in an interaction is not its coefficient's test: that is made at the first levels of the
        others (``fit.test("year")``).  Goodnight (1980), Commun. Stat. A 9:167.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.anova().loc["days", ["F value", "NumDF", "DenDF"]].round(2).tolist()
        [45.85, 1.0, 17.0]
        """
        return terms.anova(self, df)

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
        anything, and their profile intervals run from -1 to 1.  Profiles of beta are those of the ML likelihood
        also for REML fits, as REML is no likelihood of beta; those of G and R are of the fit's own criterion.
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
            How many values, evenly spaced (the estimate is added), at most 10,000.
        level : float
            Of the profile limits between which they lie.

        Returns
        -------
        DataFrame: the values, ``deviance`` = D, and ``zeta`` = sign(c - estimate) sqrt(D(c) - D(estimate)),
        a straight line where a Wald interval would do.

        Raises
        ------
        ParameterError
            For a name that is not a parameter of this model, or ``points`` that are too few or too many.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
        >>> fit.profile("sigma", points=5).shape
        (6, 3)
        """
        return intervals.profile(self, name, points, level)

    def icc(self, n: int | None = None, seed: int | None = None, level: float = 0.95) -> pd.DataFrame:
        """Intraclass correlations: the share of the variance that lies between the groups of each random term.

        r_t / (sum r + e), r_t = mean over the rows of z'G_t z, e = mean of R_jj.  With one random intercept it is
        G / (G + sigma2), the correlation of two readings of one subject.

        Parameters
        ----------
        n, seed : int, optional
            Replicates and seed of a parametric bootstrap for the limits; without n there are none (nan).
        level : float, between 0 and 1
            Of the limits.

        Returns
        -------
        DataFrame: estimate, lower, upper; a row for each random term, "adjusted" (all of them together) and
        "unadjusted" (in the total variance, the fixed part's included).

        Raises
        ------
        ModelError
            If the model has no random effects.
        ParameterError
            If ``n``, ``seed`` or ``level`` cannot be.

        Notes
        -----
        With random slopes the share differs from row to row, and this is its average over the rows of the data.
        The limits are the middle of what refits to simulated data give; near 0 and 1 they are a little off to one
        side.  Nakagawa & Schielzeth (2013), Methods Ecol. Evol. 4:133; Johnson (2014), Methods Ecol. Evol. 5:944.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
        >>> fit.icc()["estimate"].round(3).to_dict()
        {'subject': 0.589, 'adjusted': 0.589, 'unadjusted': 0.424}
        """
        return shares.icc(self, n, seed, level)

    def r2(self, n: int | None = None, seed: int | None = None, level: float = 0.95) -> pd.DataFrame:
        """R squared: what the covariates explain of the variance, and what covariates and random effects explain.

        Marginal f / (f + r + e), conditional (f + r) / (f + r + e), with f = Var(x'beta) over the rows,
        r = mean z'G z, e = mean R_jj.

        Parameters
        ----------
        n, seed, level : as in :meth:`icc`

        Returns
        -------
        DataFrame: estimate, lower, upper; the rows "marginal" and "conditional".

        Raises
        ------
        ParameterError
            If ``n``, ``seed`` or ``level`` cannot be.

        Notes
        -----
        R squared of a fit is too large on average, the more so the smaller the study, and its bootstrap limits lie
        higher still.  Nakagawa & Schielzeth (2013), Methods Ecol. Evol. 4:133; Johnson (2014), Methods Ecol. Evol.
        5:944.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.r2(n=20, seed=1).round(2)["estimate"].tolist()
        [0.28, 0.8]
        """
        return shares.r2(self, n, seed, level)

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
        return information_criteria(self, convention)

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
            If ``n`` or ``seed`` is not a whole number, n >= 1 and seed >= 0; for more than a million draws, or a
            hundred million numbers.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> fit.simulate(3, seed=1).shape
        (180, 3)
        """
        return simulate.simulate(self, n, seed)

    def refit(self, y: Any) -> Fit:
        """The same model fitted to another response: same X, Z and R structure, new y (N,).

        Parameters
        ----------
        y : (N,) array_like
            One number for each row used, in the unit and on the scale of the model's left-hand side. A
            Series is matched by its index, and may also have rows that the fit did not use.

        Returns
        -------
        Fit, as :func:`lmm` would give it, found by starting from this one.

        Raises
        ------
        DataError
            If ``y`` has another length, is not finite everywhere, or does not vary; if the index of a Series
            lacks a row used, or repeats one.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> again = fit.refit(2 * fit.design.y)
        >>> round(again.sigma2 / fit.sigma2, 6)
        4.0
        """
        design = bootstrap.with_response(self.design, y)
        return Fit(design, bootstrap.reestimate(design, self.estimate, self.method), self.method, self.warnings)

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
            If ``n`` or ``seed`` is not a whole number, n >= 1 and seed >= 0; for more than a million replicates.

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
        return bootstrap.bootstrap(self, n, seed, progress)

    def summary(self) -> Summary:
        """The fit as tables, G, R and beta: text when printed, HTML in a notebook.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> print(str(fit.summary()).splitlines()[0])
        Linear mixed model fit by REML
        """
        return Summary(self)

    def explore(self, view: Any = "marginal", **options: Any) -> Any:
        """An explorer of this fit: move G and sigma^2, watch V, the correlation and simulated subjects.

        Parameters
        ----------
        view : str or View
            The name of an explorer, such as "shrinkage" (``lmmteach.explore.VIEWS`` holds them all).
        **options
            Where to start: G, sigma2, hold, seed, method, or one of the view's own dials.

        Returns
        -------
        lmmteach.explore.Explorer, a Jupyter widget; its ``G`` and ``sigma2`` follow the sliders and can be
        set, ``save("explorer.html")`` writes a page that needs no kernel and no network.

        Raises
        ------
        ModelError
            If the model has no explorer: several random terms, more than two random effects, or an R
            other than sigma2 I.

        Examples
        --------
        >>> import lmmteach
        >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
        >>> explorer = fit.explore()
        >>> explorer.G.shape
        (2, 2)
        """
        from .explore import explore  # widgets load when they are first wanted

        return explore(self, view, **options)

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
