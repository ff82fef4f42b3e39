"""Which columns a model can have: each with a name of its own, and with something to say of its own."""

from __future__ import annotations

import numpy as np

from ..errors import DataError

ALIAS_TOLERANCE = 1e-11  # what is left of a column, relative to its length, once the others are taken out
ROUNDING = 16 * float(np.finfo(float).eps)  # of a column, relative to its length
OFF = 1e-6  # a share of its size by which a combination may miss the rows of X and still be called one of theirs
NOTHING = 1e-7  # a share of a dropped column that is rounding, read as none
PLAIN = 1e-3  # of which X'X, in which squares stand, leaves ten digits


def check_names(names: list[str], what: str) -> None:
    """Refuse two effects of one name, as sexmale is level male of sex and may be a column: which would be meant?"""
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise DataError(
            f"Two {what} would both be called {twice[0]!r}: the name of a factor joined to that of its level is also "
            "another's.",
            "Rename that column, or the level.",
        )


def drop_aliased(X: np.ndarray, names: list[str], said: list[str]) -> list[int]:
    """The columns to keep: those that earlier ones do not already determine; remarks name the others."""
    kept = _apart(X)
    dropped = [k for k in range(X.shape[1]) if k not in kept]
    empty = [names[k] for k in dropped if not X[:, k].any()]
    flat = [names[k] for k in dropped if X[:, k].any() and np.ptp(X[:, k]) == 0]
    others = [names[k] for k in dropped if names[k] not in (*empty, *flat)]
    if empty:
        said.append(
            f"{_listed(empty)} 0 in every row that is used (a combination of levels that nobody has, or a column of "
            "zeros): dropped. The fit does not change; what the data have no row of, they cannot say."
        )
    if flat:
        said.append(
            f"{_listed(flat)} the same number in every row that is used: dropped, since the intercept says as much. "
            "If a filter left no other value, leave it out of the formula. The fit does not change."
        )
    if others:
        said.append(
            f"The other columns of X already determine {', '.join(map(repr, others))}: dropped "
            f"{'these columns' if len(others) > 1 else 'this column'}, as lme4 does. The fit does not change."
        )
    return kept


def _listed(names: list[str]) -> str:
    return f"{', '.join(map(repr, names))} {'are' if len(names) > 1 else 'is'}"


def aliased(X: np.ndarray) -> list[int]:
    """The columns that earlier ones determine."""
    kept = _apart(X)
    return [k for k in range(X.shape[1]) if k not in kept]


def _apart(X: np.ndarray) -> list[int]:
    """The columns that hold something of their own.

    What is left of a column once the earlier ones are taken out is compared with the rounding that may be in it: its
    own, and that of each earlier column as often as it takes of that.  A date in seconds is nearly constant and yet no
    multiple of the intercept; twice that date is a multiple of it, in all but the last digits.
    """
    if _plainly_independent(X):
        return list(range(X.shape[1]))
    length = np.linalg.norm(X, axis=0)
    scaled = np.asarray(np.linalg.qr(X / np.where(length > 0, length, 1.0), mode="r"))
    basis, triangle = np.empty((len(scaled), 0)), np.empty((0, 0))  # of the columns kept: their QR decomposition
    kept: list[int] = []
    for column in range(X.shape[1]):
        along = basis.T @ scaled[:, column]
        rest = scaled[:, column] - basis @ along
        more = basis.T @ rest  # a second time, for the digits that the first left in
        along, rest = along + more, rest - basis @ more
        left = float(np.linalg.norm(rest))
        rounding = ROUNDING * (1 + np.abs(np.linalg.solve(triangle, along)).sum())
        if left > max(rounding, ALIAS_TOLERANCE) and len(kept) < len(scaled):
            kept.append(column)
            basis = np.column_stack([basis, rest / left])
            triangle = np.block([[triangle, along[:, None]], [np.zeros((1, len(triangle))), np.array([[left]])]])
    return kept


def alias(X: np.ndarray, kept: list[int]) -> np.ndarray:
    """A (kept x dropped) with X_dropped = X_kept A: what each dropped column is made of."""
    dropped = [column for column in range(X.shape[1]) if column not in kept]
    if not dropped:
        return np.empty((len(kept), 0))
    length = np.linalg.norm(X[:, kept], axis=0)
    found: np.ndarray = np.linalg.lstsq(X[:, kept] / length, X[:, dropped])[0] / length[:, None]
    size = np.abs(found) * length[:, None]
    found[size < NOTHING * np.maximum(size.max(axis=0), np.finfo(float).tiny)] = 0.0
    return found


def determined(rows: np.ndarray, kept: list[int], A: np.ndarray) -> np.ndarray:
    """Which combinations of all the columns (m x all) the data determine: x_dropped = x_kept A, as in every row of X.

    Searle (1971), Linear Models, section 5.4: x'beta is estimable if and only if x is a combination of rows of X.

    >>> determined(np.array([[1.0, 3.0, 6.0], [1.0, 3.0, 7.0]]), [0, 1], np.array([[0.0], [2.0]]))
    array([ True, False])
    """
    dropped = [column for column in range(rows.shape[1]) if column not in kept]
    off = np.abs(rows[:, dropped] - rows[:, kept] @ A)
    size = np.abs(rows[:, dropped]) + np.abs(rows[:, kept]) @ np.abs(A)
    found: np.ndarray = (off <= OFF * size).all(axis=1)
    return found


def _plainly_independent(X: np.ndarray) -> bool:
    """Whether every column holds much of its own, as the quick look at X'X can tell already."""
    product = X.T @ X
    length = np.sqrt(np.diag(product))
    if X.shape[1] > len(X) or not (np.isfinite(length).all() and (length > 0).all()):
        return False
    try:
        left = np.diag(np.linalg.cholesky(product / np.outer(length, length)))
    except np.linalg.LinAlgError:
        return False
    return bool(left.min(initial=1.0) > PLAIN)
