"""Random models of every structure, small enough to be asked everything, each the same in every run."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import lmmteach
from lmmteach import AR1, Diagonal, Exponential, Independent, Toeplitz

ONE = {"groups": "id", "time": "t"}
#: what stands beside the fixed part, and what R is
STRUCTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "random intercept": ("(1 | id)", {}),
    "random slope": ("(1 + t | id)", {}),
    "slope alone": ("(0 + t | id)", {}),
    "double bar": ("(1 + t || id)", {}),
    "nested": ("(1 | site/id)", {}),
    "crossed": ("(1 | id) + (1 | item)", {}),
    "AR1 by visit": ("", {**ONE, "residual": AR1()}),
    "AR1 by time": ("", {**ONE, "residual": AR1(spacing="time")}),
    "exponential": ("", {**ONE, "residual": Exponential()}),
    "exponential and nugget": ("", {**ONE, "residual": Exponential() + Independent()}),
    "compound symmetry": ("", {**ONE, "residual": "cs"}),
    "Toeplitz": ("", {**ONE, "residual": "toeplitz"}),
    "unstructured": ("", {**ONE, "residual": "unstructured"}),
    "diagonal": ("", {**ONE, "residual": "diagonal"}),
    "arh1": ("", {**ONE, "residual": "arh1"}),
    "csh": ("", {**ONE, "residual": "csh"}),
    "intercept and AR1": ("(1 | id)", {"time": "t", "residual": "ar1"}),
    "slope and exponential": ("(1 + t | id)", {"time": "t", "residual": "exponential"}),
    "intercept and two variances": ("(1 | id)", {"residual": Diagonal(by="arm")}),
    "Toeplitz and nugget": ("", {**ONE, "residual": Toeplitz() + Independent()}),
}
FIXED = ["1", "t", "t + arm", "t*arm", "arm + x", "C(arm, sum)*t + x", "factor(t)", "poly(t, 2) + arm:x"]


class Model(NamedTuple):
    """A model that can be asked for: ``fixed`` is the formula's right side without its random terms."""

    name: str
    fixed: str
    random: str
    data: pd.DataFrame
    method: str
    options: dict[str, Any]

    @property
    def formula(self) -> str:
        return " + ".join(filter(None, [f"y ~ {self.fixed}", self.random]))

    def fit(self, fixed: str | None = None, method: str | None = None) -> lmmteach.Fit:
        """The fit, perhaps with another fixed part or by the other method."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", lmmteach.LmmWarning)
            formula = self._replace(fixed=fixed or self.fixed).formula
            return lmmteach.lmm(formula, self.data, method or self.method, **self.options)


def model(seed: int) -> Model:
    """Model number ``seed``: the structures in turn, everything else drawn."""
    rng = np.random.default_rng(seed)
    name = list(STRUCTURES)[seed % len(STRUCTURES)]
    random, options = STRUCTURES[name]
    method = ("REML", "ML")[seed // len(STRUCTURES) % 2]
    return Model(name, str(rng.choice(FIXED)), random, study(rng), method, options)


def study(rng: np.random.Generator) -> pd.DataFrame:
    """A few people seen three or four times, with gaps, in any order; a quarter of the studies has no signal at all."""
    people, visits = int(rng.integers(9, 17)), int(rng.integers(3, 5))
    m = np.repeat(np.arange(people), visits)
    times = np.tile(np.cumsum(rng.integers(1, 4, visits)), people) * rng.choice([1.0, 1.0, 30.0])
    level, slope, memory = rng.choice([[0, 0, 0], [1, 0, 0.5], [2, 0.5, 0.3], [0.5, 0.2, 0.8]])
    walk = np.zeros(len(m))
    for k in range(len(m)):
        walk[k] = rng.normal() + (memory * walk[k - 1] if k % visits else 0)
    data = pd.DataFrame({"id": np.array([f"p{k}" for k in range(people)])[m], "t": times})
    data["site"] = np.array(list("uvw"))[m % 3]
    data["item"] = np.array(list("klmno"))[rng.integers(0, 5, len(m))]
    data["arm"] = np.array(list("abc")[: rng.integers(2, 4)] * people)[m]
    data["x"] = rng.normal(40, 9, people)[m]
    unit = times / times.max()
    data["y"] = 5 + 2 * unit + (data["arm"] == "b") + level * rng.normal(size=people)[m] + walk
    data["y"] += 4 * slope * rng.normal(size=people)[m] * unit
    data["y"] *= rng.choice([1.0, 1.0, 1e-3, 1e4])
    return data[rng.random(len(m)) < rng.choice([1, 0.85])].sample(frac=1, random_state=int(rng.integers(1 << 31)))
