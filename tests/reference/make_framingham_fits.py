"""Write lmmteach/datasets/framingham_fits.json: the reference fits, in the loader's labels.

    python tests/reference/make_framingham_fits.py FOLDER

FOLDER holds the real data, Cholesterol.txt, and framingham_reference_fits.json, whose fits have sex coded as
the data file has it (0 = male, 1 = female).  load_framingham() labels sex, and the baseline is then "female":

    sex = 1 - male,   so   beta0 + beta_sex sex  =  (beta0 + beta_sex) + (-beta_sex) male

and the same for the slopes.  The standard error of a sum needs the covariance of its parts, so (X' V^-1 X)^-1
is computed here from the real data at the reference G and sigma^2,
and must give the reference standard errors.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import lmmteach.datasets

TARGET = Path(__file__).parents[2] / "lmmteach" / "datasets" / "framingham_fits.json"
FORMULAS = {
    "A0": "cholesterol ~ 1 + (1 | id)",
    "A1": "cholesterol ~ year + (1 | id)",
    "A2": "cholesterol ~ sex + age + year + (1 | id)",
    "A3": "cholesterol ~ sex*year + age*year + (1 | id)",
    "B1": "cholesterol ~ year + (1 + year | id)",
    "B2": "cholesterol ~ sex + age + year + (1 + year | id)",
    "B3": "cholesterol ~ sex*year + age*year + (1 + year | id)",
}
# R's order of the terms: main effects as they appear, then interactions. On the right: the reference's name.
NAMES = {
    "(Intercept)": "1", "sexmale": "sex", "year": "year", "age": "age",
    "sexmale:year": "sex:year", "year:age": "age:year",
}  # fmt: skip
ORDER_23 = {"2": ["(Intercept)", "sexmale", "age", "year"]}  # "sex + age + year"


def columns(data: pd.DataFrame) -> dict[str, np.ndarray]:
    """The columns of X under the reference's names, sex as 0 = male, 1 = female."""
    sex = (data["sex"] == "female").to_numpy(float)
    age, year = data["age"].to_numpy(float), data["year"].to_numpy(float)
    main_effects = {"1": np.ones(len(data)), "sex": sex, "age": age, "year": year}
    return main_effects | {"sex:year": sex * year, "age:year": age * year}


def gls(data: pd.DataFrame, names: list[str], G: np.ndarray, sigma2: float) -> tuple[np.ndarray, np.ndarray]:
    """beta and (X' V^-1 X)^-1 at a given G and sigma^2, subject by subject."""
    column = columns(data)
    X, y = np.column_stack([column[name] for name in names]), data["cholesterol"].to_numpy(float)
    Z = np.column_stack([column["1"], column["year"]])[:, : len(G)]
    XtViX, XtViy = np.zeros((X.shape[1],) * 2), np.zeros(X.shape[1])
    for rows in data.groupby("id").indices.values():
        V = Z[rows] @ G @ Z[rows].T + sigma2 * np.eye(len(rows))
        XtViX += X[rows].T @ np.linalg.solve(V, X[rows])
        XtViy += X[rows].T @ np.linalg.solve(V, y[rows])
    cov_beta = np.linalg.inv(XtViX)
    return cov_beta @ XtViy, cov_beta


def relabelled(names: list[str], model: str) -> tuple[list[str], np.ndarray]:
    """The new names in R's order, and the matrix M with beta(new) = M beta(reference)."""
    new = ORDER_23.get(model[1]) or [name for name, old in NAMES.items() if old in names]
    M = np.zeros((len(new), len(names)))
    for row, name in enumerate(new):
        old = NAMES[name]
        M[row, names.index(old)] = -1 if "sex" in old else 1
        with_sex = {"1": "sex", "year": "sex:year"}.get(old)
        if with_sex in names:
            M[row, names.index(with_sex)] = 1
    return new, M


def main(folder: str) -> None:
    os.environ["LMMTEACH_DATA"] = folder
    data = lmmteach.datasets.load_framingham(source="real")
    fits = []
    for title, figures in json.loads((Path(folder) / "framingham_reference_fits.json").read_text()).items():
        model, method = title.split()[0], title.split()[-1]
        if model not in FORMULAS:  # the same B2 again, on rescaled data
            continue
        G = np.array(figures["G"])
        beta, cov_beta = gls(data, figures["names"], G, figures["sigma2"])
        np.testing.assert_allclose(beta, figures["beta"], rtol=1e-9)
        np.testing.assert_allclose(np.sqrt(np.diag(cov_beta)), figures["se"], rtol=1e-9)
        names, M = relabelled(figures["names"], model)
        fits.append({
            "model": model,
            "method": method,
            "formula": FORMULAS[model],
            "loglik": figures["logLik"],
            "fixed_names": names,
            "beta": (M @ figures["beta"]).tolist(),
            "cov_beta": (M @ cov_beta @ M.T).tolist(),
            "random_names": ["(Intercept)", "year"][: len(G)],
            "G": figures["G"],
            "sigma2": figures["sigma2"],
        })  # fmt: skip
    about = (
        "Linear mixed models of cholesterol (mg/dL) on the real Framingham data, 200 participants: "
        "ML and REML estimates. Baseline of sex: female. Made by tests/reference/make_framingham_fits.py."
    )
    figures = {"about": about, "n_obs": len(data), "n_subjects": int(data["id"].nunique()), "fits": fits}
    TARGET.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
