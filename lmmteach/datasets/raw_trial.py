"""A simulated trial as its file came: one row a patient, every cell text, with the usual dirt.

The capstone of the book starts from it.  Blood pressure of patients in two arms, every three months for a year, from a
random intercept and slope; whoever reads high may leave.  Seeds make centres: the page has one, each student others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

MONTHS = (0, 3, 6, 9, 12)
ABOVE = 300.0  # mmHg: no blood pressure is higher, so such a value came in tenths


def raw_trial(seed: Any) -> pd.DataFrame:
    """The file of one centre of the trial: ``patient``, ``arm``, and ``sbp_0`` to ``sbp_12`` in mmHg, all of it text.

    Not measured is ``""``, ``"n/a"`` or ``"999"``; some values have a decimal comma; some are in tenths of mmHg; the
    arm is spelled with odd capitals and spaces; one patient stands in the file twice, with the same values.

    Parameters
    ----------
    seed : int or numpy.random.Generator
        Which centre.

    Returns
    -------
    DataFrame of some 60 rows; behind the text: mean 148 mmHg, -0.3 mmHg a month, -0.6 more with training;
    G = (150, -4; -4, 0.5), sigma = 7.

    Examples
    --------
    >>> raw = raw_trial(1)
    >>> list(raw.columns)
    ['patient', 'arm', 'sbp_0', 'sbp_3', 'sbp_6', 'sbp_9', 'sbp_12']
    >>> bool(raw["patient"].duplicated().sum() == 1)
    True
    """
    rng = np.random.default_rng(seed)
    m = 2 * int(rng.integers(27, 34))
    arm = rng.permutation(np.repeat(["control", "training"], m // 2))
    t = np.array(MONTHS, dtype=float)
    # G = C C', written out: a decomposition may differ in its last digit from one machine to another
    C = np.array([[12.247, 0.0], [-0.3266, 0.6272]])
    b = rng.standard_normal((m, 2)) @ C.T
    slope = np.where(arm == "training", -0.9, -0.3) + b[:, 1]
    sbp = 148 + b[:, :1] + slope[:, None] * t + 7 * rng.standard_normal((m, len(t)))
    return _soiled(rng, arm, sbp.round(1), _seen(rng, sbp))


def _seen(rng: np.random.Generator, sbp: np.ndarray) -> np.ndarray:
    """Who was measured when: after a reading above 160 one in four leaves, and one visit in twenty-five is missed."""
    leaves = (sbp > 160) & (rng.random(sbp.shape) < 0.25)
    gone = np.maximum.accumulate(leaves, axis=1)[:, :-1]
    seen: np.ndarray = rng.random(sbp.shape) > 0.04
    seen[:, 1:] &= ~gone
    seen[:, 0] = True
    seen[rng.integers(len(sbp)), :2] = False, True  # a first reading is missing, too, but nobody has none at all
    return seen


def _soiled(rng: np.random.Generator, arm: np.ndarray, sbp: np.ndarray, seen: np.ndarray) -> pd.DataFrame:
    """The same numbers as somebody typed them."""
    text = np.array([[f"{value:.1f}" for value in row] for row in sbp], dtype=object)
    text[~seen] = rng.choice(["", "", "n/a", "999"], int((~seen).sum()))
    text[~seen[:, 0], 0] = "999"
    first, later = np.flatnonzero(seen[:, 0]), np.argwhere(seen[:, 1:]) + np.array([0, 1])
    odd = [(row, 0) for row in rng.choice(first, 4, replace=False)]
    odd += [tuple(cell) for cell in rng.choice(later, 6, replace=False)]
    for k, cell in enumerate(odd):
        text[cell] = text[cell].replace(".", ",") if k % 2 else f"{10 * sbp[cell]:.0f}"
    spelled = arm.astype(object)
    for k, row in enumerate(rng.choice(len(arm), 8, replace=False)):
        spelled[row] = (str.upper, str.title, lambda word: f"{word} ", lambda word: f" {word}")[k % 4](arm[row])
    raw = pd.DataFrame(text, columns=[f"sbp_{month}" for month in MONTHS])
    raw.insert(0, "patient", [f"P{k:02d}" for k in range(1, len(arm) + 1)])
    raw.insert(1, "arm", spelled)
    again = raw.iloc[[int(rng.integers(len(raw)))]]
    return pd.concat([raw, again], ignore_index=True)


def mended_trial(raw: pd.DataFrame) -> pd.DataFrame:
    """One row a reading of a file of :func:`raw_trial`: ``patient``, ``arm``, ``month``, ``sbp`` (mmHg).

    What the capstone's page does, a step at a time.

    Examples
    --------
    >>> rows = mended_trial(raw_trial(1))
    >>> sorted(rows["arm"].unique()), bool(rows["sbp"].between(90, 220).all())
    (['control', 'training'], True)
    """
    people = raw.drop_duplicates("patient")
    people = people.assign(arm=people["arm"].str.strip().str.lower())
    rows = people.melt(["patient", "arm"], var_name="month", value_name="sbp")
    text = rows["sbp"].where(~rows["sbp"].isin(["", "n/a", "999"])).str.replace(",", ".")
    value = pd.to_numeric(text)
    rows["sbp"] = value.where(~(value > ABOVE), value / 10)
    rows["month"] = rows["month"].str.removeprefix("sbp_").astype(int)
    return rows.dropna(subset=["sbp"]).sort_values(["patient", "month"], ignore_index=True)
