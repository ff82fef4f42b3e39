"""Studies whose G is singular in truth or nearly so: where a search has its hardest ways to go."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: standard deviations of intercept and slope, and their correlation
TRUTHS = {
    "nobody differs": ((0.0, 0.0), 0.0),
    "no slopes": ((3.0, 0.0), 0.0),
    "slopes only": ((0.0, 0.3), 0.0),
    "hardly anybody differs": ((0.05, 0.02), 0.0),
    "as one": ((1.0, 0.3), 1.0),
    "nearly opposed": ((1.0, 0.3), -0.98),
}
#: times of their own, and the share of the rows that is missing
VISITS = {"shared": (False, 0.0), "missed": (False, 0.15), "own": (True, 0.0), "own, many missed": (True, 0.4)}
BARS = {
    "slope": "y ~ t + (1 + t | id)",
    "covariate": "y ~ t + x + (1 + t | id)",
    "interaction": "y ~ t * g + (1 + t | id)",
    "apart": "y ~ t + (1 + t || id)",
    "bent": "y ~ t + (1 + t + I(t**2) | id)",
    "nested": "y ~ t + (1 + t | id) + (1 | centre)",
}


def study(people: int, truth: str, visits: str, seed: int) -> pd.DataFrame:
    """Six visits of everybody, errors of SD 1."""
    (sd, correlation), (own, missed) = TRUTHS[truth], VISITS[visits]
    rng = np.random.default_rng(seed)
    i, t = np.divmod(np.arange(people * 6), 6)
    t = t + (rng.normal(size=len(i)) * 0.1 if own else 0.0)
    z = rng.normal(size=(people, 2))
    z[:, 1] = correlation * z[:, 0] + np.sqrt(1 - correlation**2) * z[:, 1]
    b = (z * sd)[i]
    x = rng.normal(size=len(i))
    y = 20 + t + b[:, 0] + b[:, 1] * t + rng.normal(size=len(i))
    data = pd.DataFrame({"id": i, "t": t, "x": x, "g": np.array(["a", "b"])[i % 2], "centre": i // 5, "y": y})
    return data[rng.random(len(data)) >= missed].reset_index(drop=True)
