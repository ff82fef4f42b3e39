"""A REML fit, to be read: from y, X, Z and subjects to beta, G and sigma2, by scipy's minimiser.

The last chapter of the first volume, after :mod:`lmmteach.covariance.marginal` (V) and
:mod:`lmmteach.likelihood.readable` (-2 log L given V): one random term, R = sigma2 I, one subject after another.
The library's own (:mod:`.solution`, :mod:`.search`) is fast and certified, and takes any number of terms and any R; a
test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import check_method, numbers
from ..covariance.factor import cholesky_factor, free_entries
from ..covariance.marginal import marginal_covariance
from ..errors import ParameterError
from ..likelihood.readable import LOG_2PI, Gls, gls


class PlainFit(NamedTuple):
    """``beta`` (p,) with ``se`` (p,), ``G`` (q x q), ``sigma2`` and ``deviance`` = -2 log L where it is least."""

    beta: np.ndarray
    se: np.ndarray
    G: np.ndarray
    sigma2: float
    deviance: float


def fit_plainly(y: Any, X: Any, Z: Any, subjects: Any, method: str = "REML") -> PlainFit:
    """Fit Y_i = X_i beta + Z_i b_i + e_i, b_i ~ N(0, G), e_i ~ N(0, sigma2 I), by REML or ML.

    Parameters
    ----------
    y : (N,) array_like
        The response.
    X : (N, p) array_like
        Columns of the fixed effects, the intercept's 1 among them.
    Z : (N, q) array_like
        Columns of the random effects.
    subjects : (N,) array_like
        Whose row each is.
    method : "REML" or "ML"

    Returns
    -------
    PlainFit
        beta in units of y per unit of X's column, G and sigma2 in squared units of y.

    Raises
    ------
    ParameterError
        If the rows of y, X, Z and subjects do not match, or the columns of X are not independent.

    Notes
    -----
    Laird & Ware (1982), Biometrics 38:963; Bates et al. (2015), J. Stat. Softw. 67(1), for sigma2 profiled out.

    Examples
    --------
    >>> import lmmteach
    >>> sleep = lmmteach.load_sleepstudy()
    >>> one_and_days = [[1, day] for day in sleep["days"]]
    >>> fit = fit_plainly(sleep["reaction"], one_and_days, one_and_days, sleep["subject"])
    >>> round(fit.deviance, 4), fit.beta.round(2)
    (1743.6283, array([251.41,  10.47]))
    """
    check_method(method)
    # Step 1.  The rows of each subject: V_i ties them to each other, and to nobody else's.
    pieces = split(numbers(y, "y"), numbers(X, "X"), numbers(Z, "Z"), np.asarray(subjects))
    N, p, q = sum(len(y_i) for y_i, _, _ in pieces), pieces[0][1].shape[1], pieces[0][2].shape[1]
    degrees = N - p if method == "REML" else N

    # Step 2.  Any numbers theta make a valid G: they are the triangle L of G / sigma2 = L L'.
    def relative(theta: np.ndarray) -> np.ndarray:
        L = cholesky_factor(theta, q, correlated=True)
        return L @ L.T

    # Step 3.  At theta: V_i / sigma2 = Z_i (G / sigma2) Z_i' + I, and beta by generalised least squares.
    def at(theta: np.ndarray) -> Gls:
        G = relative(theta)
        V = [marginal_covariance(Z_i, G, 1.0) for _, _, Z_i in pieces]
        return gls([y_i for y_i, _, _ in pieces], [X_i for _, X_i, _ in pieces], V)

    # Step 4.  The best sigma2 for this theta is r'V^-1 r / (N - p), and leaves -2 log L a function of theta alone.
    def criterion(theta: np.ndarray) -> float:
        found = at(theta)
        value = degrees * (LOG_2PI + np.log(found.rss / degrees) + 1) + found.log_det_V
        return value + found.log_det_XtVX if method == "REML" else value

    # Step 5.  Go downhill, and come back to the scale of the data.
    theta = downhill(criterion, start(np.vstack([Z_i for _, _, Z_i in pieces])))
    best = at(theta)
    sigma2 = best.rss / degrees
    se = np.sqrt(sigma2 * np.diag(best.cov_beta))
    return PlainFit(best.beta, se, sigma2 * relative(theta), float(sigma2), float(criterion(theta)))


def split(
    y: np.ndarray, X: np.ndarray, Z: np.ndarray, subjects: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(y_i, X_i, Z_i) of every subject.

    >>> y_1, X_1, Z_1 = split(np.array([5.0, 6.0, 7.0]), np.eye(3), np.ones((3, 1)), np.array(["a", "b", "a"]))[0]
    >>> y_1
    array([5., 7.])
    """
    if not (y.ndim == 1 and X.ndim == Z.ndim == 2 and len(y) == len(X) == len(Z) == len(subjects)):
        shapes = ", ".join(str(np.shape(one)) for one in (y, X, Z, subjects))
        raise ParameterError(
            f"y, X, Z and subjects have the shapes {shapes}, but they must be (N,), (N, p), (N, q) and (N,).",
            "Give one row a measurement; one column alone is x[:, None].",
        )
    return [(y[own], X[own], Z[own]) for own in (subjects == name for name in dict.fromkeys(subjects.tolist()))]


def start(Z: np.ndarray) -> np.ndarray:
    """theta to begin with: no correlation, and each random effect moves a reading about as much as e does."""
    size = np.sqrt(np.mean(Z**2, axis=0))
    return np.array([1.0 / size[a] if a == b else 0.0 for a, b in free_entries(Z.shape[1], True)])


def downhill(criterion: Callable[[np.ndarray], float], theta: np.ndarray) -> np.ndarray:
    """Where the criterion is least, by scipy's BFGS; each number is measured by its own curvature.

    BFGS asks only for values and slopes, and slopes are differences of values here: rough ones on the way, finer ones
    at the end.  What it says of its own success is not asked: rounding often lets it report a failure at the very
    optimum.
    """
    unit = np.ones_like(theta)
    for slopes, flat in (("2-point", 1e-2), ("3-point", 1e-4), ("3-point", 1e-7)):
        found = scipy.optimize.minimize(
            lambda z, unit=unit: criterion(z * unit), theta / unit, jac=slopes, method="BFGS", options={"gtol": flat}
        )
        theta = found.x * unit
        unit = unit * np.sqrt(np.maximum(np.diag(found.hess_inv), 1e-12))
    return theta
