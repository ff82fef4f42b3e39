"""Correlations from partial correlations, which may be any numbers between -1 and 1, and the derivatives.

A correlation for every pair of visits: C = L L', rows of unit length, L_rc = z_rc sqrt(prod_{d<c} (1 - z_rd^2)).
One for every lag: the recursion of Durbin and Levinson.  Every z is a tanh of a free number x.
Joe (2006), J. Multivar. Anal. 97:2177; Barndorff-Nielsen & Schou (1973), J. Multivar. Anal. 3:408.
"""

from __future__ import annotations

import numpy as np

from .complex_step import nudge, slope


def rows(x: np.ndarray, T: int) -> np.ndarray:
    """L (..., T, T) from x (..., T (T - 1) / 2), row by row.

    >>> rows(np.array([0.0]), 2)
    array([[1., 0.],
           [0., 1.]])
    """
    z = np.zeros((*x.shape[:-1], T, T), dtype=x.dtype)
    z[..., *np.tril_indices(T, -1)] = np.tanh(x)
    left = np.ones_like(z)
    left[..., 1:] = np.cumprod(1 - z**2, axis=-1)[..., :-1]
    L: np.ndarray = (z + np.eye(T)) * np.sqrt(left)
    return L


def row_slopes(x: np.ndarray, T: int) -> np.ndarray:
    """(T - 1, T, T): in place (c, r) how row r of L moves with its number c; a row has no other numbers."""
    column = np.tril_indices(T, -1)[1]
    moved = np.where(column == np.arange(T - 1)[:, None], nudge(x), x)
    return np.asarray(slope(rows(moved, T)))


def pair_slopes(x: np.ndarray, T: int) -> np.ndarray:
    """dC / dx_j of a correlation for every pair, (s, T, T)."""
    r, c = np.tril_indices(T, -1)
    L = rows(x, T)
    along = (row_slopes(x, T) @ L.T)[c, r]
    found, j = np.zeros((len(x), T, T)), np.arange(len(x))
    found[j, r] += along
    found[j, :, r] += along
    return found


def pairs_felt(x: np.ndarray, T: int, D: np.ndarray) -> np.ndarray:
    """sum(D * dC / dx_j), (s,), for D (T, T), without any dC / dx_j."""
    r, c = np.tril_indices(T, -1)
    pulled = (D + D.T) @ rows(x, T)
    felt: np.ndarray = np.einsum("crl,rl->cr", row_slopes(x, T), pulled)[c, r]
    return felt


def autocorrelations(x: np.ndarray) -> np.ndarray:
    """rho_1, rho_2, ... (k, ...) from x (k, ...).

    >>> autocorrelations(np.arctanh([0.5, 0.0]))
    array([0.5 , 0.25])
    """
    z = np.tanh(x)
    acf, phi, left = np.ones((1 + len(x), *x.shape[1:]), dtype=x.dtype), z[:0], 1.0 + 0 * z[:1].sum(axis=0)
    for m, partial in enumerate(z):
        acf[m + 1] = (phi * acf[m:0:-1]).sum(axis=0) + partial * left
        left = left * (1 - partial**2)
        phi = np.concatenate([phi - partial * phi[::-1], partial[None]])
    return acf[1:]


def lag_slopes(x: np.ndarray) -> np.ndarray:
    """d rho_lag / dx_j, (s, k + 1), that of lag 0 being 0."""
    eye = np.eye(len(x))
    found = slope(autocorrelations(x[:, None] + nudge(0.0) * eye)) if len(x) else eye
    return np.concatenate([np.zeros((len(x), 1)), found.T], axis=1)
