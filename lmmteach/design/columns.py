"""Which columns a model can have: each with a name of its own, and with something to say of its own."""

from __future__ import annotations

import numpy as np

from ..errors import DataError

ALIAS_TOLERANCE = 1e-7  # R's: what is left of a column, relative to its length, once the others are taken out


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
