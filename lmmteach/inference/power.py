"""How often would a study find what is there?  Power, by simulating the study and testing it, n times over.

    power = P(p <= alpha),     y* = X beta + Z b* + e*,   b* ~ N(0, G),   e* ~ N(0, sigma2 I)

The estimate is a share of n simulated studies, so it has an error of its own, which is said beside it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import between, check_method, finite, numbers, told
from ..comparison.likelihood_ratio import ROUNDING, pair, tail
from ..design.algebra import arithmetic
from ..design.build import Design
from ..design.formula import read
from ..design.matrices import check_size
from ..errors import DataError, FormulaError, LmmWarning, ModelError, ParameterError
from ..fitting.estimates import Estimates
from ..fitting.progress import Progress
from ..fitting.solution import Solution, maximise
from ..fitting.solve import solve
from ..likelihood.settings import in_order
from ..simulation.bootstrap import Refits, with_response
from ..simulation.simulate import Simulator, seeds
from ..simulation.truth import at_truth
from .contrast import f_test
from .tables import check_df

SURE = 0.95  # how often the interval holds the power

PValues = Callable[[np.ndarray], tuple[list[float], int, int]]  # p of each column of Y, singular fits, uncertified ones


@dataclass(frozen=True, eq=False, repr=False)
class Power:
    """Power by simulation: ``power``, the share of ``n`` studies with p <= ``alpha``, and how sure that is.

    ``lower`` and ``upper`` are its 95 % limits (Clopper and Pearson), ``se`` its Monte-Carlo standard error,
    ``singular`` and ``uncertified`` how many fits were so, ``p_values`` (n,) those of the studies, ``what`` the test.
    """

    what: str
    alpha: float
    p_values: np.ndarray
    singular: int
    uncertified: int

    @property
    def n(self) -> int:
        """How many studies were simulated."""
        return len(self.p_values)

    @property
    def found(self) -> int:
        """How many found it."""
        return int((self.p_values <= self.alpha).sum())

    @property
    def power(self) -> float:
        """The share that found it."""
        return self.found / self.n

    @property
    def se(self) -> float:
        """sqrt(power (1 - power) / n), the Monte-Carlo standard error."""
        return float(np.sqrt(self.power * (1 - self.power) / self.n))

    @property
    def lower(self) -> float:
        """The lower end of the exact 95 % interval of the power."""
        k = self.found
        return float(scipy.special.betaincinv(k, self.n - k + 1, (1 - SURE) / 2)) if k else 0.0

    @property
    def upper(self) -> float:
        """Its upper end."""
        k = self.found
        return float(scipy.special.betaincinv(k + 1, self.n - k, (1 + SURE) / 2)) if k < self.n else 1.0

    def __repr__(self) -> str:
        lines = [
            f"Power by simulation of {self.n} studies: {self.power:.3f} (95 % limits {self.lower:.3f} to "
            f"{self.upper:.3f})",
            f"Test at alpha = {self.alpha:g}: {self.what}",
        ]
        for count, what in ((self.singular, "were singular"), (self.uncertified, "could not be certified")):
            lines += [f"Note: {count} of {self.n} fits {what}."] if count else []
        return "\n".join(lines) + "\n"


def power(
    formula: str, design: pd.DataFrame, beta: Any, G: Any = None, sigma2: float = 1.0, test: Any = None,
    n: int = 1000, seed: int | None = 1, df: str = "satterthwaite", alpha: float = 0.05, method: str | None = None,
    groups: str | None = None, progress: bool = True,
) -> Power:  # fmt: skip
    """The power of a planned study: the share of n simulated ones in which the test finds the effect.

    power = P(p <= alpha),   y* = X beta + Z b* + e*,   b* ~ N(0, G),   e* ~ N(0, sigma2 I)

    Parameters
    ----------
    formula : str
        The model to simulate from and to fit, as in :func:`lmmteach.lmm`.
    design : DataFrame
        One row a planned measurement: covariates and groups; the response need not be there.
    beta : dict, Series or array (p,)
        The true fixed effects by the names that a fit gives them, ``{"(Intercept)": 250, "days": 5}``.
    G : array (q, q), DataFrame, or a dict of one a term
        The true covariance of the random effects; a number for a random intercept. None without random effects.
    sigma2 : float
        The true residual variance.
    test : name, list of names, dict of name to weight, array, or formula
        What :meth:`lmmteach.Fit.test` takes (an F test), or a smaller formula (a likelihood-ratio test, at the boundary
        too, as in :func:`lmmteach.compare`).
    n, seed : int
        How many studies; the same seed gives the same ones.
    df : "satterthwaite", "kenward-roger" or "normal", of an F test.
    alpha : float
        The level of the test.
    method : "REML" or "ML", optional
        REML, unless the smaller formula has other fixed effects.
    groups : str, optional
        The subjects of a model without random effects.
    progress : bool
        Show a bar on stderr if it takes longer than a second. Ctrl-C returns what is finished, with a warning.

    Returns
    -------
    Power: ``power``, ``lower``, ``upper`` (95 % Monte-Carlo limits), ``se``, ``n``, ``singular``, ``uncertified``,
    ``p_values``.

    Raises
    ------
    LmmError
        For what :func:`lmmteach.lmm` refuses; a coefficient without a value, or a value without a coefficient; a G that
        no random effects can have; a test that is not of this model.

    Notes
    -----
    Satterthwaite's df need a fit each study, some milliseconds; "normal" spares no time.  Green & MacLeod (2016),
    Methods Ecol. Evol. 7:493.

    Examples
    --------
    >>> import lmmteach, pandas
    >>> plan = pandas.MultiIndex.from_product([range(20), range(4)], names=["id", "t"]).to_frame(index=False)
    >>> plan["arm"] = plan["id"] % 2
    >>> found = power("y ~ arm*t + (1 + t | id)", plan, {"(Intercept)": 10, "arm": 0, "t": 1, "arm:t": 1},
    ...               G=[[4, 0], [0, 0.5]], sigma2=1.0, test="arm:t", n=50)
    >>> found.n, found.lower < found.power < found.upper
    (50, True)
    """
    if not between(alpha, 0, 1):
        raise ParameterError(f"alpha={told(alpha)} is no level of a test.", "Give a number between 0 and 1, as 0.05.")
    check_df(df)
    frame = _with_placeholder(formula, design)
    smaller = test if isinstance(test, str) and "~" in test else None
    method = _method(formula, smaller, frame, groups, method)
    first = solve(formula, frame, method, groups, None, "independent")
    truth = at_truth(first, method, _coefficients(first.design, beta), _by_term(first, G), sigma2)
    simulator, drawn = Simulator(first.design, truth), seeds(seed, n)
    p_of = (
        _likelihood_ratio(first, truth, method, smaller, frame, drawn)
        if smaller
        else _wald(first, truth, method, test, df)
    )
    p_values: list[float] = []
    singular = uncertified = 0
    bar, size = Progress("power", n, progress), Refits(first.design, truth, method).together
    try:
        for place in range(0, n, size):
            p, flat, doubtful = p_of(simulator.draw(drawn[place : place + size]))
            p_values, singular, uncertified = p_values + p, singular + flat, uncertified + doubtful
            bar(len(p_values))
    except KeyboardInterrupt:
        if not p_values:
            raise
        warnings.warn(
            f"Interrupted: {len(p_values)} of {n} studies were finished, and the power is theirs.", LmmWarning, 2
        )
    finally:
        bar.close()
    what = f"{test} against {formula}, by {method}" if smaller else f"{test}, F test, df by {df}, {method}"
    return Power(what, float(alpha), np.array(p_values), singular, uncertified)


def _with_placeholder(formula: str, design: pd.DataFrame) -> pd.DataFrame:
    """The planned rows with some response, so that the formula can be read."""
    if not isinstance(design, pd.DataFrame):
        raise DataError(
            f"The design must be a pandas DataFrame, not {type(design).__name__}.", "One row a measurement."
        )
    expression = read(formula).response
    factor = arithmetic(expression)
    if [column for _, column in factor.columns] != [factor.shown]:
        raise FormulaError(
            f"The response {expression} is computed, and what is simulated is the response itself.",
            "Name it alone on the left: y ~ ...; beta, G and sigma2 are then on its scale.",
        )
    noise = np.random.default_rng(0).standard_normal(len(design))
    return design.assign(**{factor.shown: noise})


def _method(formula: str, smaller: str | None, frame: pd.DataFrame, groups: str | None, method: str | None) -> str:
    """REML, where both models have the same fixed effects."""
    if method is not None:
        check_method(method)
        return method
    alike = smaller is None or set(read(smaller).fixed.split()) == set(read(formula).fixed.split())
    return "REML" if alike else "ML"


def _coefficients(design: Design, beta: Any) -> np.ndarray:
    """beta (p,) in the model's order."""
    names = design.fixed_names
    if not isinstance(beta, (Mapping, pd.Series)):
        values = finite(beta, "beta")
        if values.shape != (len(names),):
            raise ParameterError(
                f"beta has shape {values.shape}, and the model has {len(names)} coefficients: {', '.join(names)}.",
                "Give a dict of name to value.",
            )
        check_size(values, "beta")
        return values
    given = dict(beta)
    lost, strange = [one for one in names if one not in given], [str(one) for one in given if one not in names]
    if lost or strange:
        what = f"has no value for {', '.join(lost)}" if lost else f"names {', '.join(strange)}, which the model has not"
        raise ParameterError(f"beta {what}.", f"Give a value for each of {', '.join(names)}.")
    values = finite([given[one] for one in names], "beta")
    check_size(values, "beta")
    return values


def _by_term(fit: Estimates, G: Any) -> list[np.ndarray]:
    """G of each term, as arrays: symmetric, positive semidefinite, diagonal where the formula says so."""
    own = fit._G_by_term
    if not own:
        if G is not None:
            raise ParameterError("G is given, but the formula has no random effects.", "Leave it out.")
        return []
    several = isinstance(G, Mapping) or len(own) > 1
    G = in_order(G, own)
    found = [np.atleast_2d(numbers(one, "G")) for one in (G if isinstance(G, list) and several else [G])]
    if len(found) != len(own):
        raise ParameterError(f"The model has {len(own)} random terms, but {len(found)} G came.", "Give a dict of them.")
    for (name, table), one, term in zip(own.items(), found, fit.design.terms, strict=True):
        listed = f"G of {name} is {np.asarray(one).tolist()}"
        if one.shape != table.shape:
            raise ParameterError(
                f"{listed}, not {len(table)} x {len(table)}.", f"Its random effects are {', '.join(term.names)}."
            )
        size = np.abs(one).max(initial=0)
        if not np.isfinite(one).all() or np.abs(one - one.T).max() > 1e-9 * size:
            raise ParameterError(f"{listed}: it must be finite and symmetric.", "G12 stands in it twice.")
        if np.linalg.eigvalsh(one)[0] < -1e-9 * size:
            raise ParameterError(f"{listed}: no random effects have that.", "Bring the covariances nearer to 0.")
        if not term.correlated and np.abs(one - np.diag(np.diag(one))).max(initial=0) > 0:
            raise ParameterError(f"{listed}, but '||' makes it diagonal.", "Give 0 beside the diagonal, or write '|'.")
    return found


def _wald(first: Estimates, truth: Solution, method: str, test: Any, df: str) -> PValues:
    """p of the F test of every column of Y."""
    if test is None:
        raise ParameterError("power() was told no test.", f"For example test={first.design.fixed_names[-1]!r}.")
    f_test(first, test, "normal")  # a name that is not there is told before anything is simulated
    if df.startswith("kenward-roger"):
        f_test(first, test, df)
    refits = Refits(first.design, truth, method)

    def p_of(Y: np.ndarray) -> tuple[list[float], int, int]:
        found = list(refits.solutions(Y))
        fits = (Estimates(with_response(first.design, y), one, method) for y, one in zip(Y.T, found, strict=True))
        p = [f_test(fit, test, df).p for fit in fits]
        return p, sum(one.singular for one in found), sum(not one.optimum.converged for one in found)

    return p_of


def _likelihood_ratio(
    first: Estimates, truth: Solution, method: str, smaller: str, frame: pd.DataFrame,
    drawn: list[np.random.SeedSequence],
) -> PValues:  # fmt: skip
    """p of the likelihood-ratio test of every column of Y."""
    kept = frame.loc[first.design.index] if first.design.index.is_unique else frame
    with warnings.catch_warnings():
        # That a model without random effects ties no rows together is what is tested.
        warnings.simplefilter("ignore", LmmWarning)
        less = solve(smaller, kept, method, first.design.group, None, "independent")
    y = Simulator(first.design, truth).draw(drawn[:1])[:, 0]
    fits = []
    for design in (less.design, first.design):
        with_y = with_response(design, y)
        fits.append(Estimates(with_y, maximise(with_y, truth.residual, method), method))
    law = pair(*fits)
    if law.large is not fits[1]:
        raise ModelError(f"{smaller} is the larger model.", "Give test= a formula that the model contains.")
    small, large = Refits(less.design, fits[0].estimate, method), Refits(first.design, truth, method)

    def p_of(Y: np.ndarray) -> tuple[list[float], int, int]:
        found = large.deviances(Y)
        ratios = small.deviances(Y).value - found.value
        ratios[ratios < ROUNDING] = 0.0
        p = [sum(weight * tail(k, ratio) for weight, k in law.mixture) for ratio in ratios]
        return p, int(found.singular.sum()), int((~found.converged).sum())

    return p_of
