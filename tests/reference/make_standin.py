"""Simulate lmmteach/datasets/framingham_standin.csv from the published fit B3.

    python tests/reference/make_standin.py [FILE]

Only two things are known here of the real participants: the published estimates (framingham_fits.json), and
how many women and men came at which years, with a summary of their ages (framingham_visits.json).

A simulation from the published parameters would, refitted, miss them by a standard error or so. Here the draw
is tuned until it does not. REML estimates solve the score equations: with
P = V^-1 - V^-1 X (X'V^-1X)^-1 X'V^-1 they are

    y' P V_k P y = tr(P V_k)      for each parameter k, where V_k = dV/d(G11, G12, G22, sigma^2).

We fix V at the published parameters and solve the four equations for the data: keep the draws z, e, and let

    y = X beta + Z (A z) + s e,   A lower triangular (three numbers), s one number.

P y is linear in the four, so the equations are four quadratic forms in them. The start is the Cholesky factor
of the published G and the published sigma: a plain simulation. Then y is moved by X delta, which P does not
see, until generalised least squares gives the published beta. Last, y is rounded to whole mg/dL, as the real
file is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.stats

HERE = Path(__file__).parent
DATASETS = HERE.parents[1] / "lmmteach" / "datasets"
STANDIN = DATASETS / "framingham_standin.csv"
SEED = 2634  # participants of the full study; the first seed tried


def published() -> tuple[dict[str, float], np.ndarray, float]:
    """beta by name, G (2, 2) and sigma^2 of model B3 by REML."""
    fits = json.loads((DATASETS / "framingham_fits.json").read_text(encoding="utf-8"))["fits"]
    fit = next(fit for fit in fits if (fit["model"], fit["method"]) == ("B3", "REML"))
    return dict(zip(fit["fixed_names"], fit["beta"], strict=True)), np.array(fit["G"]), fit["sigma2"]


def simulated_visits(random: np.random.RandomState) -> pd.DataFrame:
    """id, sex, age, year: the counted visit patterns in random order, with ages drawn for them.

    The ages of each sex are evenly spaced quantiles of a beta distribution with the mean, SD and range of the
    real ones, dealt out at random: the design has the real one's precision, and nobody's age.
    """
    known = json.loads((HERE / "framingham_visits.json").read_text(encoding="utf-8"))
    sexes = ("female", "male")
    people = [(sex, line["years"]) for line in known["visits"] for sex in sexes for _ in range(line[sex])]
    people = [people[i] for i in random.permutation(len(people))]
    ages = {}
    for sex, age in known["ages"].items():
        n = sum(sex == other for other, _ in people)
        # The range is that of whole years, so it begins and ends half a year further out.
        low, high = age["min"] - 0.5, age["max"] + 0.5
        mean, variance = (age["mean"] - low) / (high - low), (age["sd"] / (high - low)) ** 2
        size = mean * (1 - mean) / variance - 1
        quantiles = scipy.stats.beta.ppf((np.arange(n) + 0.5) / n, mean * size, (1 - mean) * size)
        ages[sex] = iter(random.permutation(np.rint(low + (high - low) * quantiles).astype(int)))
    rows = [
        (i, sex, age, year)
        for i, (sex, years) in enumerate(people, start=1)
        for age in [next(ages[sex])]
        for year in years
    ]
    return pd.DataFrame(rows, columns=["id", "sex", "age", "year"])


def tuned_response(data: pd.DataFrame, random: np.random.RandomState) -> np.ndarray:
    """y (N,) whose REML estimates are the published ones, exactly."""
    beta, G, sigma2 = published()
    one, year, age = np.ones(len(data)), data["year"].to_numpy(float), data["age"].to_numpy(float)
    male = (data["sex"] == "male").to_numpy(float)
    column = {"(Intercept)": one, "sexmale": male, "year": year, "age": age,
              "sexmale:year": male * year, "year:age": year * age}  # fmt: skip
    X, beta = np.column_stack([column[name] for name in beta]), np.array(list(beta.values()))

    # All subjects at once: Z0 and Z1 are Z's columns for the intercepts and the slopes, one each per subject.
    Z0 = (data["id"].to_numpy()[:, None] == data["id"].unique()[None, :]).astype(float)
    Z1 = Z0 * year[:, None]
    V_k = [Z0 @ Z0.T, Z0 @ Z1.T + Z1 @ Z0.T, Z1 @ Z1.T, np.eye(len(data))]
    V = sum(g * derivative for g, derivative in zip([G[0, 0], G[0, 1], G[1, 1], sigma2], V_k, strict=True))
    Vi = np.linalg.inv(V)
    cov_beta = np.linalg.inv(X.T @ Vi @ X)
    P = Vi - Vi @ X @ cov_beta @ X.T @ Vi

    # y = W c + X (...), with c = (A11, A21, A22, s).
    z0, z1 = random.standard_normal((2, Z0.shape[1]))
    W = np.column_stack([Z0 @ z0, Z1 @ z0, Z1 @ z1, random.standard_normal(len(data))])
    PW = P @ W
    forms = [PW.T @ derivative @ PW for derivative in V_k]
    traces = [np.sum(P * derivative) for derivative in V_k]
    L = np.linalg.cholesky(G)
    start = np.array([L[0, 0], L[1, 0], L[1, 1], np.sqrt(sigma2)])

    def score(c: np.ndarray) -> list[float]:
        return [c @ form @ c / trace - 1 for form, trace in zip(forms, traces, strict=True)]

    solved = scipy.optimize.root(score, start, tol=1e-12)
    if not solved.success:
        raise SystemExit(f"The score equations were not solved: {solved.message}")
    y = W @ solved.x
    return y + X @ (beta - cov_beta @ X.T @ Vi @ y)


def main(target: Path = STANDIN) -> None:
    # RandomState, not default_rng: numpy promises never to change its stream, so the file stays the same.
    random = np.random.RandomState(SEED)
    data = simulated_visits(random)
    data["cholesterol"] = np.rint(tuned_response(data, random)).astype(int)
    target.write_text(data.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
