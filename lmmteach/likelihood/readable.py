"""The likelihood, to be read: generalised least squares and -2 log L, given each subject's V.

The second chapter of the first volume: the slow, plain version, one subject after another, in numbered steps.
The search uses the fast one in :mod:`lmmteach.likelihood.pooling`; a test holds the two together to 1e-9.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import check_method
from ..errors import ParameterError
from .arrays import check_shapes, subjects

LOG_2PI = float(np.log(2 * np.pi))
FLAGSHIP = "G moves V"
ROUNDING = 1e-13  # of a column's length: so little of it is left beside the others where it repeats them


class Gls(NamedTuple):
    """What generalised least squares gives; ``rss`` = r'V^-1 r, ``log_det_XtVX`` = log|X'V^-1 X|."""

    beta: np.ndarray
    cov_beta: np.ndarray
    rss: float
    log_det_V: float
    log_det_XtVX: float


def gls(y: Any, X: Any, V: Any) -> Gls:
    """Generalised least squares, beta = (sum X_i'V_i^-1 X_i)^-1 sum X_i'V_i^-1 y_i.

    Parameters
    ----------
    y, X, V : arrays (n,), (n, p), (n, n), or sequences of them, one entry a subject
        Subjects are independent of one another.

    Returns
    -------
    Gls
        ``beta`` (p,), ``cov_beta`` (p, p) = (X'V^-1 X)^-1, ``rss``, ``log_det_V`` and ``log_det_XtVX``.

    Raises
    ------
    ParameterError
        If some V_i is not symmetric and positive definite, or the shapes do not fit together, naming which; if
        the columns of X are not independent.

    Notes
    -----
    Aitken (1936), Proc. R. Soc. Edinburgh 55:42.

    Examples
    --------
    >>> gls([1.0, 3.0], [[1.0], [1.0]], [[1.0, 0.0], [0.0, 1.0]]).beta
    array([2.])
    """
    whitened, log_det_V = [], 0.0
    for number, (y_i, X_i, V_i) in enumerate(subjects(y, X, V)):
        check_shapes(number, y_i, X_i, V_i)
        # Step I.  Factor V_i = L L'; the factor exists only if V_i is positive definite.
        try:
            L = np.linalg.cholesky(V_i)
        except np.linalg.LinAlgError:
            raise ParameterError(
                f"V of subject number {number + 1} is not positive definite, so no data can have it.",
                "Raise sigma2 or the diagonal of G, or bring the covariances nearer to 0.", FLAGSHIP,
            ) from None  # fmt: skip
        # Step II.  Whiten: L^-1 makes the subject's rows uncorrelated with variance 1.
        whitened.append(scipy.linalg.solve_triangular(L, np.column_stack([X_i, y_i]), lower=True))
        # Step III.  Add up log |V_i|.
        log_det_V += 2 * np.log(np.diag(L)).sum()
    # Step IV.  The whitened rows of all subjects are an ordinary regression: X = Q T, beta = T^-1 Q'y.
    white = np.vstack(whitened)
    X_w, y_w = white[:, :-1], white[:, -1]
    Q, T = np.linalg.qr(X_w)
    if T.shape[0] < T.shape[1] or (np.abs(np.diag(T)) <= ROUNDING * np.linalg.norm(X_w, axis=0)).any():
        raise ParameterError("The columns of X are not independent, so beta is not determined.", "Drop one of them.")
    beta = scipy.linalg.solve_triangular(T, Q.T @ y_w)
    root = scipy.linalg.solve_triangular(T, np.eye(len(beta)))
    cov_beta = root @ root.T  # (X'V^-1 X)^-1
    r = y_w - X_w @ beta
    log_det_XtVX = 2 * np.log(np.abs(np.diag(T))).sum()
    return Gls(beta, cov_beta, float(r @ r), float(log_det_V), float(log_det_XtVX))


def deviance(y: Any, X: Any, V: Any, method: str = "REML") -> float:
    """Minus twice the log-likelihood at V, with beta at its best (beta profiled out).

    ML:    N log 2pi + log|V| + r'V^-1 r
    REML:  (N - p) log 2pi + log|V| + log|X'V^-1 X| + r'V^-1 r        (lme4's, nlme's and SAS's constant)

    Parameters
    ----------
    y, X, V : arrays (n,), (n, p), (n, n), or sequences of them, one entry a subject
    method : "REML" or "ML"

    Returns
    -------
    float, without unit.

    Raises
    ------
    ParameterError
        If some V_i is not symmetric and positive definite.
    ModelError
        If ``method`` is neither.

    Notes
    -----
    Patterson & Thompson (1971), Biometrika 58:545; Harville (1974), Biometrika 61:383.

    Examples
    --------
    >>> round(deviance([1.0, 3.0], [[1.0], [1.0]], [[1.0, 0.0], [0.0, 1.0]], "ML"), 6)
    5.675754
    """
    check_method(method)
    fit = gls(y, X, V)
    N, p = sum(len(y_i) for y_i, _, _ in subjects(y, X, V)), len(fit.beta)
    if method == "ML":
        return N * LOG_2PI + fit.log_det_V + fit.rss
    return (N - p) * LOG_2PI + fit.log_det_V + fit.log_det_XtVX + fit.rss
