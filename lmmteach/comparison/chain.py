"""More than two models: each tested against the next smaller one, a row a step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import overload

import numpy as np
import pandas as pd

from ..errors import ModelError
from ..fitting.estimates import Estimates
from ..summary import html_report, number, text_report
from .likelihood_ratio import Comparison, comparable, described, fits_table, p_value, pair, told_fits


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """Likelihood-ratio tests along a chain of nested fits: prints as text, shows as HTML in a notebook.

    ``steps`` are the :class:`Comparison` of each fit with the next larger one, ``table`` says them in a row each.
    """

    steps: tuple[Comparison, ...]

    @property
    def fits(self) -> tuple[Estimates, ...]:
        """The fits, from the smallest to the largest."""
        return (self.steps[0].small, *(step.large for step in self.steps))

    @property
    def table(self) -> pd.DataFrame:
        """A row a fit: parameters, -2 log L, AIC, BIC; of the step that leads to it LR, df, p, whether p is exact."""
        names = [str(k + 1) for k in range(len(self.fits))]
        table = fits_table(self.fits, names)
        table["LR"] = [np.nan, *(step.statistic for step in self.steps)]
        table["df"] = pd.array([pd.NA, *(step.df for step in self.steps)], dtype="Int64")
        table["p"] = [np.nan, *(step.p for step in self.steps)]
        table["exact"] = pd.array([pd.NA, *(step.exact for step in self.steps)], dtype="boolean")
        return table

    def __repr__(self) -> str:
        return text_report(*self._parts())

    def _repr_html_(self) -> str:
        return html_report(*self._parts())

    def _parts(self) -> tuple[str, list[str], pd.DataFrame, list[str], list[str]]:
        lead = f"Likelihood-ratio tests of {len(self.fits)} nested fits by {self.fits[0].method}"
        formulas = [f"{k + 1}: {described(fit)}" for k, fit in enumerate(self.fits)]
        shown = told_fits(fits_table(self.fits, [str(k + 1) for k in range(len(self.fits))]))
        shown["LR"] = ["", *(number(step.statistic, 4) for step in self.steps)]
        shown["df"] = ["", *(str(step.df) for step in self.steps)]
        shown["p"] = ["", *(f"{'' if step.exact else '<= '}{p_value(step.p)}" for step in self.steps)]
        said = ["Each model is tested against the one above it."]
        said += [
            f"Step {k + 1} to {k + 2}: LR ~ {' + '.join(f'{weight:g} chi2_{df}' for weight, df in step.mixture)}"
            for k, step in enumerate(self.steps)
            if len(step.mixture) > 1
        ]
        words = [(k, word) for k, step in enumerate(self.steps) for word in step.words]
        whose = {word: [f"{k + 1} to {k + 2}" for k, other in words if other == word] for _, word in words}
        alike = [word for word in whose if len(whose[word]) == len(self.steps)]
        notes = [word if word in alike else f"Step {', '.join(steps)}: {word}" for word, steps in whose.items()]
        return lead, formulas, shown, said, notes


@overload
def compare(small: Estimates, large: Estimates) -> Comparison: ...


@overload
def compare(small: Estimates, large: Estimates, third: Estimates, /, *more: Estimates) -> Chain: ...


def compare(small: Estimates, large: Estimates | None = None, *more: Estimates) -> Comparison | Chain:
    """Test a model against a larger one that contains it, by the ratio of their likelihoods; a chain step by step.

    LR = -2 log L(small) - (-2 log L(large)), against chi2 with as many df as there are parameters more, or,
    where the small model says that a variance is 0, against the chi-bar-square mixture
    0.5 chi2_k + 0.5 chi2_{k+1} (k: covariances and other parameters added besides that variance).

    Parameters
    ----------
    small, large : Estimates
        Of the same data by the same method, in either order.  A model without random effects is
        ``lmm("y ~ x", data, groups="subject")``.
    *more : Estimates
        Further fits of the same data: each is tested against the next smaller one, which it must contain.

    Returns
    -------
    Comparison
        ``statistic``, ``df``, ``p_naive``, ``mixture``, ``p``, ``exact``, ``words``, ``table``.  Where LR is 0, p = 1:
        the probability of an LR at least as large.
    Chain
        Of three fits or more: ``steps``, a Comparison each; ``table``, one row a fit, with the LR, df and p of the step
        that leads to it.

    Raises
    ------
    ModelError
        One fit alone; REML fits with different X; other data or methods; models of which neither contains the other.

    Notes
    -----
    With one random effect added, q of them there before, k = q (k = 0 if uncorrelated).  With several added
    at once the weights depend on the design; 0.5 chi2_{df-1} + 0.5 chi2_df is then an upper bound of p, as the
    parameter cone lies inside a half-space.  Self & Liang (1987), JASA 82:605; Stram & Lee (1994),
    Biometrics 50:1171.

    Examples
    --------
    >>> import lmmteach
    >>> sleep = lmmteach.load_sleepstudy()
    >>> one = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep)
    >>> two = lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep)
    >>> test = compare(one, two)
    >>> round(test.statistic, 2), test.mixture
    (42.84, ((0.5, 1), (0.5, 2)))
    >>> three = lmmteach.lmm("reaction ~ days + (1 + days + I(days^2) | subject)", sleep)
    >>> compare(one, two, three).table["LR"].round(2).tolist()
    [nan, 42.84, 13.62]
    """
    if large is None:
        raise ModelError(
            "One model alone is compared with nothing.",
            "Give two fits of the same data: lmmteach.compare(small, large). fit.anova() tests the terms of one.",
        )
    if not more:
        return pair(small, large)
    fits = [small, large, *more]
    for fit in fits[1:]:
        comparable(fits[0], fit)
    fits.sort(key=lambda fit: (fit.n_parameters, -fit.deviance))
    return Chain(tuple(pair(a, b) for a, b in pairwise(fits)))
