"""Which columns a model can have: each with a name of its own, and with something to say of its own."""

from __future__ import annotations

import numpy as np

from ..errors import DataError

ALIAS_TOLERANCE = 1e-7  # R's: what is left of a column, relative to its length, once the others are taken out
OFF = 1e-6  # a share of its size by which a combination may miss the rows of X and still be called one of theirs
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
    """The columns to keep: those that earlier ones do not already determine; one remark names the others."""
    if _plainly_independent(X):
        return list(range(X.shape[1]))
    length = np.linalg.norm(X, axis=0)
    scaled = np.asarray(np.linalg.qr(X / np.where(length > 0, length, 1.0), mode="r"))
    kept: list[int] = []
    for column in range(X.shape[1]):
        trial = np.asarray(np.linalg.qr(scaled[:, [*kept, column]], mode="r"))
        # With fewer rows than columns R runs out of rows: what is left of such a column is 0.
        left = abs(trial[len(kept), len(kept)]) if len(kept) < trial.shape[0] else 0.0
        if left > ALIAS_TOLERANCE:
            kept.append(column)
    dropped = [names[column] for column in range(X.shape[1]) if column not in kept]
    if dropped:
        many = len(dropped) > 1
        said.append(
            f"The other columns of X already determine {', '.join(map(repr, dropped))}: dropped "
            f"{'these columns' if many else 'this column'}, as lme4 does. The fit does not change."
        )
    return kept


def alias(X: np.ndarray, kept: list[int]) -> np.ndarray:
    """A (kept x dropped) with X_dropped = X_kept A: what each dropped column is made of."""
    dropped = [column for column in range(X.shape[1]) if column not in kept]
    if not dropped:
        return np.empty((len(kept), 0))
    length = np.linalg.norm(X[:, kept], axis=0)
    found: np.ndarray = np.linalg.lstsq(X[:, kept] / length, X[:, dropped])[0] / length[:, None]
    size = np.abs(found) * length[:, None]
    found[size < ALIAS_TOLERANCE * np.maximum(size.max(axis=0), np.finfo(float).tiny)] = 0.0  # rounding, read as none
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
