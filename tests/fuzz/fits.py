"""Fits nobody drew an explorer for: odd designs, odd scales, odd names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

import lmmteach

HTML = "</script><img src=x onerror=alert(1)>"


def _study(seed: int = 5, subjects: int = 12, times: tuple[float, ...] = (0, 1, 2, 4)) -> pd.DataFrame:
    """Random intercepts and slopes around a line; a factor and a number that stay with each subject."""
    rng = np.random.default_rng(seed)
    n = len(times)
    frame = pd.DataFrame({"g": np.repeat([f"p{k}" for k in range(subjects)], n), "t": np.tile(times, subjects)})
    level, slope = rng.normal(0, 3, subjects), rng.normal(1, 0.8, subjects)
    frame["y"] = np.repeat(level, n) + np.repeat(slope, n) * frame["t"] + rng.normal(0, 1, len(frame)) + 50
    frame["f"] = np.repeat(np.where(np.arange(subjects) % 2, "a", "b"), n)
    frame["x"] = np.repeat(rng.normal(40, 9, subjects), n)
    return frame


def _renamed(**names: str) -> pd.DataFrame:
    return _study().rename(columns=names)


def _uneven() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    frame = _study().assign(t=lambda d: d["t"] + rng.uniform(0, 0.4, len(d)))
    return frame[rng.random(len(frame)) < 0.8]


def _singular() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    return _study().assign(y=lambda d: rng.normal(size=len(d)))


def _hostile() -> tuple[str, pd.DataFrame]:
    frame = _renamed(y=f"{HTML}y", t=f"{HTML}t", g=f"{HTML}g", f=f"{HTML}f", x=f"{HTML}x")
    frame[f"{HTML}f"] = frame[f"{HTML}f"].map({"a": f"{HTML}a", "b": "<!--<script>"})
    frame[f"{HTML}g"] = HTML + frame[f"{HTML}g"]
    frame.attrs = {"units": {f"{HTML}y": HTML, f"{HTML}t": "<!--s"}, "title": HTML, "source": HTML}
    names = {part: f"`{HTML}{part}`" for part in "ytgfx"}
    return "{y} ~ {t} + {f} + {x} + (1 + {t} | {g})".format(**names), frame


SLOPE, PLAIN = "y ~ t + (1 + t | g)", "y ~ t + (1 | g)"
WHO = "y ~ t*{f} + {x} + (1 + t | g)"
FITS: dict[str, Callable[[], tuple[str, pd.DataFrame]]] = {
    "plain": lambda: ("y ~ t*f + x + (1 + t | g)", _study()),
    "random intercept": lambda: (PLAIN, _study()),
    "slope only": lambda: ("y ~ t + (0 + t | g)", _study()),
    "double bar": lambda: ("y ~ t + (1 + t || g)", _study()),
    "no time": lambda: ("y ~ 1 + (1 | g)", _study().drop(columns="t")),
    "only a factor": lambda: ("y ~ f + (1 | g)", _study()),
    "uneven times": lambda: (SLOPE, _uneven()),
    "uneven, intercept": lambda: (PLAIN, _uneven()),
    "two visits": lambda: (SLOPE, _study(times=(0.0, 3.0))),
    "two visits, some once": lambda: (PLAIN, _study(times=(0.0, 3.0)).iloc[:-5]),
    "mostly one visit": lambda: (PLAIN, _study(subjects=30).query("t == 0 or g in ('p0', 'p1', 'p2', 'p3')")),
    "one time for all": lambda: ("y ~ 1 + (1 | g)", _study().assign(t=2.0)),
    "two subjects": lambda: (PLAIN, _study(subjects=2)),
    "two subjects, slopes": lambda: (SLOPE, _study(subjects=2)),
    "three subjects": lambda: (SLOPE, _study(subjects=3)),
    "350 subjects": lambda: (SLOPE, _study(subjects=350)),
    "huge units": lambda: (SLOPE, _study().assign(y=lambda d: d["y"] * 1e120)),
    "tiny units": lambda: (SLOPE, _study().assign(y=lambda d: d["y"] * 1e-120)),
    "huge time": lambda: (SLOPE, _study().assign(t=lambda d: d["t"] * 1e30)),
    "tiny time": lambda: (SLOPE, _study().assign(t=lambda d: d["t"] * 1e-30)),
    "nanoseconds": lambda: (SLOPE, _study().assign(t=lambda d: d["t"] * 86_400e9)),
    "far from zero": lambda: (SLOPE, _study().assign(t=lambda d: d["t"] + 2020)),
    "singular": lambda: (SLOPE, _singular()),
    "singular intercept": lambda: (PLAIN, _singular()),
    "many times": lambda: (SLOPE, _study(times=tuple(range(60)))),
    "negative times": lambda: (SLOPE, _study(times=(-4, -2, 0, 1))),
    "factor as random effect": lambda: (
        "y ~ t + f + (0 + f | g)",
        _study().assign(f=lambda d: np.where(d["t"] > 1, "a", "b")),
    ),
    "curve": lambda: ("y ~ poly(t, 2) + (1 + t | g)", _study()),
    "own curve": lambda: ("y ~ t + (1 + I(t^2) | g)", _study()),
    "log time": lambda: ("log(y) ~ log(t + 1) + (1 + log(t + 1) | g)", _study()),
    "constant number": lambda: ("y ~ t + (1 + t | g)", _study().assign(c=4.0, k="same")),
    "missing covariates": lambda: (
        SLOPE,
        _study().assign(
            x=lambda d: d["x"].where(d["g"] != "p3"), f=lambda d: d["f"].where(d["g"] != "p4"), z=np.nan, e=None
        ),
    ),
    "boolean": lambda: ("y ~ t + f + (1 + t | g)", _study().assign(f=lambda d: d["f"] == "a")),
    "infinite column aside": lambda: (SLOPE, _study().assign(x=lambda d: d["x"].where(d["g"] != "p3", np.inf))),
    "columns of lists": lambda: (SLOPE, _study().assign(z=lambda d: [[1]] * len(d))),
    "columns with numbers for names": lambda: (SLOPE, _study().assign(z=1.0).rename(columns={"z": 7})),
    "keyword": lambda: (WHO.format(f="class", x="lambda"), _renamed(f="class", x="lambda")),
    "the explorer's own words": lambda: (WHO.format(f="subject", x="colour"), _renamed(f="subject", x="colour")),
    "Python's own words": lambda: (WHO.format(f="self", x="view"), _renamed(f="self", x="view")),
    "move's own words": lambda: (WHO.format(f="allow_not_psd", x="dials"), _renamed(f="allow_not_psd", x="dials")),
    "ligature": lambda: (WHO.format(f="`ﬁt`", x="`µg`"), _renamed(f="ﬁt", x="µg")),
    "prototype": lambda: (WHO.format(f="`__proto__`", x="constructor"), _renamed(f="__proto__", x="constructor")),
    "widget's own words": lambda: (WHO.format(f="layout", x="comm"), _renamed(f="layout", x="comm")),
    "facts": lambda: (WHO.format(f="room", x="first"), _renamed(f="room", x="first")),
    "hostile names": _hostile,
    "dates": lambda: ("y ~ t + (1 | g)", _study().assign(when=pd.Timestamp("2020-01-01"))),
    "numbers for subjects": lambda: (SLOPE, _study().assign(g=lambda d: d["g"].str[1:].astype(int) + 0.5)),
}


def fitted(name: str) -> lmmteach.Fit:
    """The fit of that name."""
    formula, frame = FITS[name]()
    return lmmteach.lmm(formula, frame)
