"""V = Z G Z' + R: the one place where the marginal covariance is put together.

The first chapter of the first volume: how random effects b ~ N(0, G) and residuals e ~ N(0, R) make the covariance
of one subject's readings, y = X beta + Z b + e.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arguments import finite
from ..errors import ParameterError


def marginal(Z: np.ndarray, G: np.ndarray, R: np.ndarray) -> np.ndarray:
    """V = Z G Z' + R of one block of rows (n x k), or of many at once (... x n x k).

    >>> marginal(np.array([[1.0], [1.0]]), np.array([[3.0]]), np.eye(2))
    array([[4., 3.],
           [3., 4.]])
    """
    V: np.ndarray = Z @ G @ Z.mT + R
    return V


def joint(G: list[np.ndarray], layout: tuple[int, ...]) -> np.ndarray:
    """The covariance (k x k) of all the random effects of a block: one G[t] for each of its levels, t in ``layout``.

    >>> joint([np.array([[2.0]])], (0, 0))
    array([[2., 0.],
           [0., 2.]])
    """
    if len(layout) == 1:
        return G[layout[0]]
    # scipy's block_diag makes a call for each matrix, and a block of crossed groups has hundreds.
    ends = np.cumsum([0, *[len(G[term]) for term in layout]])
    whole = np.zeros((ends[-1], ends[-1]))
    for term, start, end in zip(layout, ends, ends[1:], strict=False):
        whole[start:end, start:end] = G[term]
    return whole


def within(codes: np.ndarray) -> np.ndarray:
    """Which pairs of rows (... x n x n) are of one subject, from their subjects' numbers (... x n)."""
    return codes[..., :, None] == codes[..., None, :]


def marginal_covariance(Z: Any, G: Any, R: Any) -> np.ndarray:
    """The marginal covariance of one subject's measurements, V = Z G Z' + R.

    Parameters
    ----------
    Z : (n, q) array_like
        The subject's random-effects design.
    G : (q, q) array_like
        Covariance of the random effects.
    R : (n, n) array_like or float
        Covariance of the residuals; a number sigma2 stands for sigma2 * I.

    Returns
    -------
    (n, n) ndarray, in squared units of the response.

    Raises
    ------
    ParameterError
        If the shapes do not fit together, with each shape named; if an entry is not finite, or V has one too large.

    Notes
    -----
    Laird & Ware (1982), Biometrics 38:963, equation 2.2.

    Examples
    --------
    >>> marginal_covariance([[1, 0], [1, 2]], [[4, 1], [1, 1]], 1.0)
    array([[ 5.,  6.],
           [ 6., 13.]])
    """
    Z, G, R = (finite(matrix, name) for matrix, name in ((Z, "Z"), (G, "G"), (R, "R")))
    n, q = Z.shape if Z.ndim == 2 else (Z.size, -1)
    if Z.ndim != 2:
        raise ParameterError(f"Z must be a matrix (n x q), not an array of shape {Z.shape}.", "Try Z[:, None].")
    if G.shape != (q, q):
        raise ParameterError(
            f"Z has {q} column(s), so G must be {q} x {q}, not of shape {G.shape}.",
            "Give G a row and a column for each column of Z.",
        )
    if R.ndim == 0:
        R = R * np.eye(n)
    if R.shape != (n, n):
        raise ParameterError(
            f"Z has {n} row(s), so R must be {n} x {n} or one number, not of shape {R.shape}.",
            "For independent residuals give their variance, one number.",
        )
    with np.errstate(over="ignore", invalid="ignore"):
        V = marginal(Z, G, R)
    if not np.isfinite(V).all():
        raise ParameterError("The entries of Z and G are too large: those of V have no number.", "Change the unit.")
    return V


def cov_to_corr(V: Any) -> np.ndarray:
    """The correlation matrix of a covariance matrix, corr_jk = V_jk / sqrt(V_jj V_kk).

    Parameters
    ----------
    V : (n, n) array_like

    Raises
    ------
    ParameterError
        If a variance is not positive.

    Examples
    --------
    >>> cov_to_corr([[4.0, 1.0], [1.0, 1.0]])
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    V = finite(V, "V")
    if V.ndim != 2 or V.shape[0] != V.shape[1]:
        raise ParameterError(
            f"A covariance matrix is square; this one has shape {V.shape}.", "Give as many rows as columns."
        )
    variance = np.diag(V)
    wrong = variance <= 0
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ParameterError(
            f"Variance number {place + 1} is {variance[place]:g}; a correlation needs it above 0.",
            "Leave its row and column out: what does not vary has no correlation.",
        )
    sd = np.sqrt(variance)
    corr = V / np.outer(sd, sd)
    np.fill_diagonal(corr, 1.0)
    return corr
