"""Subjects pooled by cross-products: where R = sigma2 I and many subjects share their times.

The subjects of one pattern have one Z, so all that the likelihood needs of them is

    S = sum_i vec(W_i) vec(W_i)',     W_i = [X_i, y_i]     (n c x n c, rows by columns)

one matrix product, where :mod:`.pooling` rotates every subject by itself.  The rotation that makes Z a triangle is
then applied to S.  Squares cost digits: what is left of y within subjects is a difference of sums of squares, and
rounding is EPSILON of their size.  So this way is taken only where that rest is at least SHARE of the sum of squares
of y (X taken out); then all random effects together are at most some 1 / SHARE residual variances, and twelve
of sixteen digits are safe.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..design.build import Design
from .blocks import patterns, stacked

SHARE = 1e-4  # of y's sum of squares, X taken out, that must be left within subjects
FEW = 4_000  # rows, below which rotations are done before one could look which way is shorter
CROWD = 2.0  # blocks a pattern for every number of [X, y] in a block, from which squares cost less than rotations
ALIKE = 1e-5  # of a column of X that is left once the others are taken out: below, its square is mostly rounding
LARGEST = 100  # numbers of [X, y] in one block: S has the square of that for each pattern


class Piece(NamedTuple):
    """Patterns of one size: ``Z`` (K x r x k), a root ``W`` (K x r c x r x c) of S, ``blocks`` (K,) each has."""

    Z: np.ndarray
    W: np.ndarray
    blocks: np.ndarray
    layout: tuple[int, ...]


class Products(NamedTuple):
    """A design, pooled: the pieces, a root of what no random effect touches, and X = Q R_x with beta_ols."""

    pieces: list[Piece]
    rest: np.ndarray
    R_x: np.ndarray
    beta_ols: np.ndarray


class Alike(NamedTuple):
    """Blocks of one size and layout: their rows (m x n) sorted by pattern, the patterns' Z (K x n x k), how many."""

    rows: np.ndarray
    Z: np.ndarray
    blocks: np.ndarray
    layout: tuple[int, ...]


def products(design: Design, scale: list[np.ndarray]) -> Products | None:
    """Pool a design with R = sigma2 I by cross-products; None where that would not pay, or cost digits."""
    c = design.X.shape[1] + 1
    if design.n_obs < FEW:
        return None
    groups = []
    for rows, Z, layout, _ in stacked(design, [term.Z for term in design.terms]):
        if rows.shape[1] * c > LARGEST:
            return None
        first, pattern = patterns(Z)
        groups.append(Alike(rows[np.argsort(pattern, kind="stable")], Z[first], np.bincount(pattern), layout))
    if sum(len(one.rows) for one in groups) < CROWD * c * sum(one.rows.shape[1] * len(one.Z) for one in groups):
        return None
    half = _orthogonal(design.X)
    if half is None:
        return None
    Q, R_x = half
    beta = scipy.linalg.solve_triangular(R_x, Q.T @ design.y)
    W = np.column_stack([Q, design.y - design.X @ beta])
    sums = [_sums(W, one) for one in groups]
    # Q is orthogonal but for the square of its first rounding: what is left of that is done to the sums.
    whole = np.sum([np.einsum("kiaib->ab", S) for S in sums], axis=0)
    turn, R_left = np.eye(c), np.linalg.cholesky(whole[:-1, :-1]).T
    turn[:-1, :-1] = np.linalg.inv(R_left)
    on_y = np.linalg.solve(whole[:-1, :-1], whole[:-1, -1])
    turn[:-1, -1] = -on_y
    pieces, rest = [], np.zeros((c, c))
    for S, one in zip(sums, groups, strict=True):
        piece, left = _rotated(turn.T @ S.swapaxes(2, 3) @ turn, one, scale)
        pieces.append(piece)
        rest += left
    if not rest[-1, -1] > SHARE * (whole[-1, -1] - whole[:-1, -1] @ on_y):
        return None
    return Products(_united(pieces), root(rest), R_left @ R_x, beta + scipy.linalg.solve_triangular(R_x, on_y))


def _united(pieces: list[Piece]) -> list[Piece]:
    """Pieces of one layout as one: triangles of short blocks get rows of zeros, which add nothing to the likelihood."""
    layouts: dict[tuple[int, ...], list[Piece]] = {}
    for piece in pieces:
        layouts.setdefault(piece.layout, []).append(piece)
    return [_stacked(those) for those in layouts.values()]


def _stacked(pieces: list[Piece]) -> Piece:
    tall, many = (max(piece.W.shape[axis] for piece in pieces) for axis in (2, 1))
    Z, W = [], []
    for piece in pieces:
        m, r = piece.W.shape[1:3]
        Z.append(np.pad(piece.Z, ((0, 0), (0, tall - r), (0, 0))))
        W.append(np.pad(piece.W, ((0, 0), (0, many - m), (0, tall - r), (0, 0))))
    blocks = np.concatenate([piece.blocks for piece in pieces])
    return Piece(np.concatenate(Z), np.concatenate(W), blocks, pieces[0].layout)


def _orthogonal(X: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Q R = X by Cholesky's factor of X'X, Q'Q = I but for rounding that a second step can mend; None where not."""
    try:
        R = np.linalg.cholesky(X.T @ X).T
    except np.linalg.LinAlgError:
        return None
    if (np.diag(R) < ALIKE * np.linalg.norm(R, axis=0)).any():
        return None
    return scipy.linalg.solve_triangular(R, X.T, trans="T").T, R


def _sums(W: np.ndarray, alike: Alike) -> np.ndarray:
    """S of every pattern, (K x n x c x n x c)."""
    n, c = alike.rows.shape[1], W.shape[1]
    flat = W[alike.rows].reshape(-1, n * c)
    ends = np.cumsum(alike.blocks)
    S = [flat[start:end].T @ flat[start:end] for start, end in zip(ends - alike.blocks, ends, strict=True)]
    return np.array(S).reshape(-1, n, c, n, c)


def _rotated(S: np.ndarray, alike: Alike, scale: list[np.ndarray]) -> tuple[Piece, np.ndarray]:
    """S (K x n x n x c x c), rotated so that Z is a triangle: what it touches, and the c x c sums of the rest."""
    T = scipy.linalg.block_diag(*[scale[term] for term in alike.layout])
    Q, Z = np.linalg.qr(np.linalg.solve(T.T, alike.Z.mT).mT)
    top = np.einsum("kjs,krjab->krasb", Q, np.einsum("kir,kijab->krjab", Q, S))
    rest = np.einsum("kiiab->ab", S) - np.einsum("krarb->ab", top)
    K, r, c = len(Z), Z.shape[1], S.shape[-1]
    W = root(top.reshape(K, r * c, r * c)).reshape(K, r * c, r, c)
    return Piece(Z, W, alike.blocks, alike.layout), rest


def root(S: np.ndarray) -> np.ndarray:
    """W with W'W = S, of symmetric matrices (... x n x n) without negative eigenvalues but for rounding.

    >>> root(np.array([[4.0]]))
    array([[2.]])
    """
    values, axes = np.linalg.eigh(S)
    return np.sqrt(np.maximum(values, 0.0))[..., None] * np.ascontiguousarray(axes.mT)
