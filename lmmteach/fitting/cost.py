"""What a search will cost, known before it begins: announced where it is long, refused where it has no human end.

An evaluation factors V of every pattern, r x r, and makes the second derivatives of s parameters of R and those of G:

    operations ~ sum over patterns of (2 + 6 s) r^3 + s^2 r^2, and the like

A search is some EVALUATIONS of them from each start.  The count is of operations, not of seconds, so that what is
searched is the same on every machine; only what is said of it is in seconds, of a machine of RATE.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from ..covariance.factor import free_entries
from ..errors import ModelError
from ..likelihood.pooling import Patterns, Pooled
from .objective import Objective
from .progress import Progress

EVALUATIONS = 12  # as dear as these, of a search from one start; as many again cost little
RATE = 2e10  # operations a second: a laptop's, in matrix products, one thread
LONG = 5.0  # seconds from which a fit is announced, and searched from fewer starts
PATIENCE = 2.5  # seconds after which a search that was not announced says what holds it
ENDLESS = 3 * 3600.0  # seconds from which it is refused
HEAVIEST = 2  # starts of a heavy model: those with the least -2 log L


def operations(pooled: Pooled) -> float:
    """Of one evaluation with second derivatives."""
    s = pooled.structure.size(pooled.occasions)
    return float(sum(_of_stack(stack, s, pooled) for stack in pooled.stacks))


def _of_stack(stack: Patterns, s: int, pooled: Pooled) -> float:
    K, r, k = stack.Z.shape
    P, _, c = stack.W.shape
    factored = K * r * r * (2.0 * r + 2 * k) + 4.0 * P * r * c * (r + k)
    if stack.chained(pooled.structure):
        return 8.0 * P * r * (k + c) ** 2
    if pooled.inner:
        return factored + 2.0 * P * r * c * c + 4.0 * pooled.inner.size**3
    entries = sum(len(free_entries(pooled.q[term], pooled.correlated[term])) for term in stack.layout)
    of_G = K * min(2.0 * k**4, 8.0 * entries**2) + 2.0 * P * (k * c) ** 2
    of_R = s * K * r * r * (6.0 * r + 2 * s) + 2.0 * s * P * r * c * (r + c) if s else 0.0
    return factored + of_G + of_R


def seconds(objective: Objective, starts: int) -> float:
    """How long a search from so many starts takes on a machine of RATE."""
    return starts * EVALUATIONS * operations(objective.pooled) / RATE


def searched(objective: Objective, starts: int) -> int:
    """From how many starts a model is searched: all of them, unless that is long."""
    return starts if seconds(objective, starts) < LONG else min(starts, HEAVIEST)


def chosen(objective: Objective, starts: list[np.ndarray]) -> list[np.ndarray]:
    """The starts to search from: all, or of a heavy model those with the least -2 log L."""
    count = searched(objective, len(starts))
    if count == len(starts):
        return starts
    values = [objective(start)[0] for start in starts]
    return [starts[k] for k in np.argsort(values, kind="stable")[:count]]


def what(pooled: Pooled) -> str:
    """What makes a model heavy, in words: its largest matrix and the parameters of R."""
    largest = max(stack.Z.shape[1] for stack in pooled.stacks)
    s = pooled.structure.size(pooled.occasions)
    told = f"matrices of {largest:,} x {largest:,}"
    return told + (f" and {s:,} parameters of {pooled.structure.name}" if s > 1 else "")


@contextmanager
def announced(objective: Objective, starts: int) -> Iterator[None]:
    """Say first how long a long search will take, and show how far it is; refuse one without a human end.

    Ctrl-C stops it at once; nothing is left behind, for a fit is made only at the end.
    """
    count = searched(objective, starts)
    expected = seconds(objective, count)
    if expected > ENDLESS:
        raise ModelError(
            f"This fit would take about {_told(expected)}: {what(objective.pooled)}, at every step of the search.",
            "Use a residual structure with fewer parameters (residual='ar1' has one), 'independent' with random "
            "effects, or fewer rows for each subject.",
        )
    bar = Progress("search", count * EVALUATIONS, expected > LONG)
    if bar.shown:
        bar.say(f"This fit will take about {_told(expected)}: {what(objective.pooled)}. Ctrl-C stops it.")
        objective.watch = lambda done: bar(min(done, bar.total - 1))
    else:
        objective.watch = _late(objective, bar)
    try:
        yield
        bar(bar.total)
    finally:
        objective.watch = None
        bar.close()


def _late(objective: Objective, bar: Progress) -> Callable[[int], None]:
    """What watches a search that should be short: some go on for long, as where -2 log L has no lower end."""

    def watch(done: int) -> None:
        if time.monotonic() - bar.began > PATIENCE:
            objective.watch = None
            bar.say(f"This fit takes longer than most: {what(objective.pooled)}. Ctrl-C stops it.")

    return watch


def _told(spent: float) -> str:
    if spent < 90:
        return f"{spent:.0f} s"
    return f"{spent / 60:.0f} minutes" if spent < 5400 else f"{spent / 3600:,.0f} hours"
