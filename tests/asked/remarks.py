"""Warnings that say what to do: what brings one about, what it tells, and the call after which it is not made again."""

from __future__ import annotations

import numpy as np
import pandas as pd

import lmmteach
from lmmteach import AR1, Exponential, lmm
from lmmteach.datasets import framingham, load_framingham

from .data import GROUPED, SLEEP, fitted
from .files import inside
from .fits import gappy, new


def standin(source="auto"):
    framingham._said.clear()
    return inside(lambda folder: load_framingham(source))()


#: one visit in five off its plan
IRREGULAR = SLEEP.assign(
    plan=SLEEP.days, days=SLEEP.days + np.where(np.random.default_rng(1).random(180) < 0.2, SLEEP.index / 1e4, 0)
)
#: three visits of four, and the numbers of those that were planned
VISITS = SLEEP.query("days in [0, 1, 3]").assign(
    number=lambda data: data.days,
    visit=lambda data: pd.Categorical(data.days, categories=[0, 1, 2, 3], ordered=True),
)
BY_VISIT = {"groups": "subject", "time": "visit"}
CASES = {
    "a visit between others that nobody has": (
        lambda: lmm("reaction ~ days", VISITS, residual="ar1", **BY_VISIT),
        r"No row that is used is of '2' in 'visit'.*AR1\(spacing='time'\) on a column of visit numbers",
        lambda: [lmm("reaction ~ days", VISITS, residual=AR1(spacing="time"), groups="subject", time="number"),
                 lmm("reaction ~ days", VISITS, residual="unstructured", **BY_VISIT)],
    ),
    "a new reading between visits": (
        lambda: fitted("reaction ~ days", residual="ar1", **GROUPED).predict(new(days=3.5), interval="prediction"),
        r"residual='exponential', in continuous time, knows more",
        lambda: fitted("reaction ~ days", residual="exponential", **GROUPED).predict(
            new(days=3.5), interval="prediction"),
    ),
    "a new reading at no visit that a column says": (
        lambda: gappy("ar1").predict(new(), interval="prediction"), "Fit with time=, and a column will say it",
        lambda: gappy("ar1", time="days").predict(new(), interval="prediction"),
    ),
    "the stand-in": (standin, r"without this warning: load_framingham\(source='standin'\)", lambda: standin("standin")),
    "a clock that is hardly a grid": (
        lambda: lmm("reaction ~ days", IRREGULAR, residual=AR1(), **GROUPED), r"Use residual=Exponential\(\)",
        lambda: [lmm("reaction ~ days", IRREGULAR, residual=Exponential(), **GROUPED),
                 lmm("reaction ~ days", IRREGULAR, residual=AR1(), groups="subject", time="plan")],
    ),
    "rows that nothing ties together": (
        lambda: lmm("reaction ~ days", SLEEP, groups="subject"), r"\+ \(1 \| subject\).*residual='cs'",
        lambda: [lmm("reaction ~ days + (1 | subject)", SLEEP),
                 lmmteach.lmm("reaction ~ days", SLEEP, groups="subject", residual="cs")],
    ),
}  # fmt: skip
