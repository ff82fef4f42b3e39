"""The likelihood, to be read: V = Z G Z' + R, generalised least squares, -2 log L.

This is the slow, plain version, one subject after another, in numbered steps.  The search uses
the fast one in :mod:`lmmteach.pooling`; a test holds the two together to 1e-9.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .arguments import MOST, at_most, check_method, numbers
from .blocks import blocks, check_rows
from .covariance import Independent, Structure
from .design import Design
from .errors import ParameterError

LOG_2PI = float(np.log(2 * np.pi))
FLAGSHIP = "G moves V"


class Gls(NamedTuple):
    """What generalised least squares gives; ``rss`` = r'V^-1 r, ``log_det_XtVX`` = log|X'V^-1 X|."""

    beta: np.ndarray
    cov_beta: np.ndarray
    rss: float
    log_det_V: float
    log_det_XtVX: float


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
    Z, G, R = (_finite(matrix, name) for matrix, name in ((Z, "Z"), (G, "G"), (R, "R")))
    n, q = Z.shape if Z.ndim == 2 else (Z.size, -1)
    if Z.ndim != 2:
        raise ParameterError(f"Z must be a matrix (n x q), not an array of shape {Z.shape}.", "Try Z[:, None].")
    if G.shape != (q, q):
        raise ParameterError(f"Z has {q} column(s), so G must be {q} x {q}, not of shape {G.shape}.")
    if R.ndim == 0:
        R = R * np.eye(n)
    if R.shape != (n, n):
        raise ParameterError(f"Z has {n} row(s), so R must be {n} x {n} or one number, not of shape {R.shape}.")
    with np.errstate(over="ignore", invalid="ignore"):
        V = Z @ G @ Z.T + R
    if not np.isfinite(V).all():
        raise ParameterError("The entries of Z and G are too large: those of V have no number.", "Change the unit.")
    return V


def _finite(value: Any, name: str) -> np.ndarray:
    """An argument as an array of finite numbers."""
    found = numbers(value, name)
    wrong = found[~np.isfinite(found)]
    if wrong.size:
        raise ParameterError(f"{name} holds {wrong[0]:g}; every entry must be finite.")
    return found


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
    V = _finite(V, "V")
    if V.ndim != 2 or V.shape[0] != V.shape[1]:
        raise ParameterError(f"A covariance matrix is square; this one has shape {V.shape}.")
    variance = np.diag(V)
    wrong = variance <= 0
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ParameterError(f"Variance number {place + 1} is {variance[place]:g}; a correlation needs it above 0.")
    sd = np.sqrt(variance)
    corr = V / np.outer(sd, sd)
    np.fill_diagonal(corr, 1.0)
    return corr


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
    for number, (y_i, X_i, V_i) in enumerate(_subjects(y, X, V)):
        _check_shapes(number, y_i, X_i, V_i)
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
    if T.shape[0] < T.shape[1] or not np.all(np.diag(T)):
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
    N, p = sum(len(y_i) for y_i, _, _ in _subjects(y, X, V)), len(fit.beta)
    if method == "ML":
        return N * LOG_2PI + fit.log_det_V + fit.rss
    return (N - p) * LOG_2PI + fit.log_det_V + fit.log_det_XtVX + fit.rss


def in_order(G: Any, own: Mapping[str, pd.DataFrame]) -> Any:
    """A G that carries names, put in the order of the model's ``own``; what carries none is taken as it stands."""
    if isinstance(G, Mapping):
        if set(G) != set(own):
            raise ParameterError(
                f"G is given for {_listed(G)}, but the random terms are {_listed(own)}.", "Give one for each of them."
            )
        G = [G[name] for name in own]
    if isinstance(G, (list, tuple)) and len(G) == len(own):
        return [_reordered(one, name, own[name]) for one, name in zip(G, own, strict=True)]
    return _reordered(G, *next(iter(own.items()))) if len(own) == 1 else G


def _reordered(G: Any, term: str, own: pd.DataFrame) -> Any:
    if not isinstance(G, pd.DataFrame):
        return G
    for axis in (G.index, G.columns):
        if not axis.is_unique or set(axis) != set(own.columns):
            raise ParameterError(
                f"G of {term} is labelled {_listed(axis)}, but its random effects are {_listed(own)}.",
                "Label rows and columns so, or give numbers without labels, G.to_numpy(), in that order.",
            )
    return G.loc[own.index, own.columns]


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(map(str, names)) or "none"


def deviance_at(design: Design, G: Any, residual: float | Structure, method: str = "REML") -> float:
    """-2 log L of a design's data at given G (an array, or one for each term) and residual (sigma2 or a structure)."""
    y, X, V = zip(*_blocks(design, G, residual), strict=True)
    return deviance(y, X, V, method)


def marginal_blocks(design: Design, G: Any, residual: float | Structure) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """For each independent block of rows: the rows, and V = Z G Z' + R of them."""
    structure = residual if isinstance(residual, Structure) else Independent(sigma2=_variance(residual))
    if not (np.isfinite(structure.sigma2) and structure.sigma2 > 0):
        raise ParameterError(f"sigma2 is {structure.sigma2:g}, but a residual variance is above 0.")
    by_term = _by_term(design, G)
    for block in blocks(design):
        check_rows(len(block.rows))
        R = structure.at_values(design.occasions(block.rows, structure))
        same = design.codes[block.rows][:, None] == design.codes[block.rows][None, :]
        G_b = scipy.linalg.block_diag(*[by_term[term] for term in block.layout]) if block.layout else np.zeros((0, 0))
        yield block.rows, marginal_covariance(block.Z, G_b, R * same)


def _blocks(design: Design, G: Any, residual: float | Structure) -> Iterable[tuple[np.ndarray, ...]]:
    for rows, V in marginal_blocks(design, G, residual):
        yield design.y[rows], design.X[rows], V


def _by_term(design: Design, G: Any) -> list[np.ndarray]:
    """One G for each random term, as arrays."""
    listed = isinstance(G, (list, tuple)) and all(_dimensions(one) == 2 for one in G)
    found = [np.atleast_2d(numbers(one, "G")) for one in (G if listed else [G])]
    if len(found) != len(design.terms):
        raise ParameterError(f"The model has {len(design.terms)} random term(s), but {len(found)} G came.")
    for one in found:
        if not np.isfinite(one).all() or (one.shape == one.T.shape and _lopsided(one)):
            raise ParameterError(f"G must be symmetric and finite, not {one.tolist()}.", "G12 stands in it twice.")
    return found


def _subjects(y: Any, X: Any, V: Any) -> Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pair up the subjects' arrays; one subject may come bare."""
    listed = isinstance(y, (list, tuple)) and len(y) and _dimensions(y[0]) == 1
    if not listed and not (isinstance(V, (list, tuple)) and len(V) and _dimensions(V[0]) == 2):
        y, X, V = [y], [X], [V]
    arrays = all(isinstance(one, (list, tuple)) or (isinstance(one, np.ndarray) and one.ndim) for one in (y, X, V))
    if not arrays or not len(y) == len(X) == len(V):
        raise ParameterError(
            "y, X and V are not lists with one entry for every subject.", "Or give one subject's three arrays."
        )
    return [(numbers(a, "y"), numbers(b, "X"), numbers(c, "V")) for a, b, c in zip(y, X, V, strict=True)]


def _dimensions(value: Any) -> int:
    """How many dimensions it has; -1 where its rows are of unequal length, or too long to be looked at."""
    try:
        return np.ndim(value) if at_most(MOST, value) else -1
    except ValueError:
        return -1


def _check_shapes(number: int, y: np.ndarray, X: np.ndarray, V: np.ndarray) -> None:
    """y (n,), X (n x p), V (n x n) of a subject fit together and are finite."""
    n = len(y) if y.ndim == 1 else -1
    if n < 1 or X.ndim != 2 or len(X) != n or V.shape != (n, n):
        raise ParameterError(
            f"Subject number {number + 1} has y of shape {y.shape}, X {X.shape} and V {V.shape}.",
            "They must be (n,), (n, p) and (n, n).",
        )
    if not all(np.isfinite(a).all() for a in (y, X, V)):
        raise ParameterError(f"y, X or V of subject number {number + 1} is not finite everywhere.", "Remove such rows.")
    place = _lopsided(V)
    if place:
        j, k = place
        raise ParameterError(
            f"V of subject number {number + 1} is not symmetric: V[{j}, {k}] is {V[j, k]:g}, but V[{k}, {j}] is "
            f"{V[k, j]:g}.",
            "A covariance stands in it twice.",
        )


def _lopsided(M: np.ndarray) -> tuple[int, int] | None:
    """The entry of a square matrix that differs most from its mirror image, by more than rounding."""
    if not M.size:
        return None
    gap = np.abs(M - M.T)
    j, k = np.unravel_index(int(np.argmax(gap)), M.shape)
    return (int(j), int(k)) if gap[j, k] > 1e-8 * np.abs(M).max() else None


def _variance(value: Any) -> float:
    found = numbers(value, "sigma2")
    if found.ndim:
        raise ParameterError(f"sigma2 must be one number, not of shape {found.shape}.", "Or give a residual structure.")
    return float(found)
