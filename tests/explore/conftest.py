"""Fits that the explorer's tests share."""

from __future__ import annotations

import warnings

import pytest

import lmmteach


@pytest.fixture(scope="session")
def framingham() -> lmmteach.Fit:
    """Framingham, real or stand-in, random intercept and slope."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        data = lmmteach.load_framingham()
    return lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 + year | id)", data)


@pytest.fixture(scope="session")
def sleep() -> lmmteach.Fit:
    """sleepstudy, random intercept alone."""
    return lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
