"""The worlds that data are drawn from: people like Framingham's, with parameters that we set and so know.

    y_i = X_i beta + Z_i b_i + e_i,     b_i ~ N(0, G),   e_i ~ N(0, sigma2 I)

beta, G and sigma2 are the REML fit of model B3 to the real participants.  Ages are counted from 42, so that
"year" is the slope of women of that age.  Data set number i has a random stream of its own, made from (seed, i):
the first 200 of 2,000 are the same as 200 drawn alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

import lmmteach
from lmmteach.datasets import framingham_fit

YEARS = np.arange(0.0, 11.0, 2.0)
AGE = 42.0  # where age is 0
FULL = "cholesterol ~ sex*year + age*year + (1 + year | id)"
# Who leaves: after each visit, with a probability that rises with the reading just taken (missing at random).
LEAVE_AT, LEAVE_PER = 290.0, 25.0  # mg/dL: half leave after a reading of the first; the second is the logistic's scale


@dataclass(frozen=True)
class World:
    """A design and a truth: ``frame`` has every visit of everybody, ``X`` and ``Z`` belong to it."""

    formula: str
    frame: pd.DataFrame
    X: np.ndarray
    beta: pd.Series
    G: np.ndarray
    sigma2: float

    def truth(self) -> dict[str, float]:
        """The parameters under the names that ``confint`` gives them."""
        a, b = "(Intercept)", "year"
        of_G = {f"G[{a},{a}]": self.G[0, 0], f"G[{a},{b}]": self.G[0, 1], f"G[{b},{b}]": self.G[1, 1]}
        return {name: float(value) for name, value in (dict(self.beta) | of_G | {"sigma2": self.sigma2}).items()}

    def draw(self, stream: np.random.Generator) -> np.ndarray:
        """One response (N,), people by visits."""
        people = len(self.frame) // len(YEARS)
        variance, axes = np.linalg.eigh(self.G)
        b = stream.standard_normal((people, 2)) @ (axes * np.sqrt(np.maximum(variance, 0.0))).T
        lines = b[:, :1] + b[:, 1:] * YEARS
        e = np.sqrt(self.sigma2) * stream.standard_normal(lines.shape)
        return self.X @ self.beta.to_numpy() + (lines + e).ravel()


def framingham(G: np.ndarray | None = None) -> World:
    """200 people at six visits, with the stand-in's sexes and ages; G may be another (for a null hypothesis)."""
    people = lmmteach.load_framingham(source="standin").drop_duplicates("id")
    return _world(FULL, people["sex"].tolist(), people["age"].to_numpy() - AGE, G)


def ten_people() -> World:
    """Five women and five men of 42 at six visits."""
    return _world("cholesterol ~ sex*year + (1 + year | id)", ["female", "male"] * 5, np.zeros(10), None)


def _world(formula: str, sexes: list[str], ages: np.ndarray, G: np.ndarray | None) -> World:
    fit = framingham_fit("B3")
    moved = fit.beta.copy()
    moved["(Intercept)"] += AGE * moved["age"]
    moved["year"] += AGE * moved["year:age"]
    m, n = len(sexes), len(YEARS)
    frame = pd.DataFrame(
        {
            "id": np.repeat(np.arange(1, m + 1), n),
            "sex": pd.Categorical(np.repeat(sexes, n), categories=["female", "male"]),
            "age": np.repeat(ages, n),
            "year": np.tile(YEARS, m),
        }
    )
    male, year, age = (frame["sex"] == "male").to_numpy(float), frame["year"].to_numpy(), frame["age"].to_numpy()
    columns = {
        "(Intercept)": np.ones(m * n), "sexmale": male, "year": year, "age": age,
        "sexmale:year": male * year, "year:age": year * age,
    }  # fmt: skip
    kept = [name for name in moved.index if "age" in formula or "age" not in name]
    X = np.column_stack([columns[name] for name in kept])
    return World(formula, frame, X, moved[kept], np.asarray(fit.G if G is None else G, dtype=float), fit.sigma2)


def stayed(y: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """Which readings are seen (N,) if people leave for good, more likely after a high reading."""
    readings = y.reshape(-1, len(YEARS))
    leave = stream.random(readings.shape) < 1 / (1 + np.exp(-(readings - LEAVE_AT) / LEAVE_PER))
    seen = np.ones_like(leave)
    seen[:, 1:] = ~np.logical_or.accumulate(leave, axis=1)[:, :-1]
    return seen.ravel()


def streams(seed: int, n: int) -> list[np.random.Generator]:
    """n independent random streams; number i depends on (seed, i) alone."""
    return [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(n)]
