"""How many cases there are, and what each must end in: a right answer, or an LmmError that names the culprit.

LMMTEACH_FUZZ=nightly asks for 20,000 cases, others every night; the 2,000 of every other run are the same ones.
Beside them stand 2,000 odd answers to the exercises (tests/check).
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings

from lmmteach import Fit, LmmError, LmmWarning

NIGHTLY = os.environ.get("LMMTEACH_FUZZ") == "nightly"
ROOM = 8 << 30  # bytes
#: 100 per cent; the shares of formulas, data and arguments come to 101 of them, those of the explorers to 36
HUNDRED = 15_000 if NIGHTLY else 1_500


def cases(share: float) -> settings:
    """Settings that give a test its share, in per cent."""
    return settings(
        max_examples=round(HUNDRED * share / 100),
        deadline=None,
        derandomize=not NIGHTLY,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def room() -> Iterator[None]:
    """A few gigabytes and no more, so that what asks for all there is fails its test, not the machine."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def judged(call: Callable[[], Any], culprits: Iterable[Any]) -> Any:
    """The call's answer, or None where it was refused, naming one of the culprits; no foreign warning leaks."""
    with warnings.catch_warnings(), room():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", LmmWarning)
        # what the oldest ipywidgets says of itself to the newest traitlets
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"(ipywidgets|traitlets)\.")
        try:
            return call()
        except LmmError as error:
            said = str(error)
            assert len(said) < 4000, said
            words = [shown for word in culprits for shown in (str(word), repr(word)[1:-1])]
            assert any(word and word in said for word in words), f"{said!r} names none of {words}"
            return None


def assert_right(fit: Fit) -> None:
    """Finite numbers, G positive semidefinite, V valid, the fast likelihood the readable one, every page escaped."""
    for numbers in (fit.beta, fit.se, fit.cov_beta, fit.deviance, fit.sigma2):
        assert np.isfinite(np.asarray(numbers, dtype=float)).all(), numbers
    assert fit.sigma2 > 0
    assert (fit.se >= 0).all()
    for G in fit.estimate.G:
        assert np.isfinite(G).all()
        size = np.sqrt(np.maximum(np.diag(G), 0))
        unit = G / np.outer(*(np.where(size > 0, size, 1.0),) * 2)
        assert np.linalg.eigvalsh(unit).min() > -1e-7, G
    assert fit.estimate.pooled.n_obs == fit.n_obs == len(fit.fitted()) == len(fit.design.index)
    if fit.estimate.G:
        readable = fit.deviance_at(list(fit.estimate.G))
        assert abs(readable - fit.deviance) < 1e-5 * max(1.0, abs(fit.deviance)), (readable, fit.deviance)
    text, html = str(fit.summary()), fit._repr_html_()
    labels = {str(value) for column in fit.design.frame for value in fit.design.frame[column]}
    assert "nan" not in text.split("Fixed effects")[0].split() or "nan" in labels  # a level may be called so
    assert "<img" not in html
    assert "<script" not in html
