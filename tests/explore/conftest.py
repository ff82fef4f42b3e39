"""Fits that the explorer's tests share."""

from __future__ import annotations

import pytest

import lmmteach


@pytest.fixture(scope="session")
def sleep() -> lmmteach.Fit:
    """sleepstudy, random intercept alone."""
    return lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
