"""framingham_fit(): the reference figures, turned into the loader's labels without a slip."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from lmmteach.datasets import framingham_fit, load_framingham
from lmmteach.errors import ModelError
from tests.conftest import real_file as found_real_file

MODELS = ["A0", "A1", "A2", "A3", "B1", "B2", "B3"]
REAL = found_real_file()  # asked before the fixture hides the file
BOTH = [(model, method) for model in MODELS for method in ("REML", "ML")]


def columns(data: pd.DataFrame) -> dict[str, np.ndarray]:
    male = (data["sex"] == "male").to_numpy(float)
    age, year = data["age"].to_numpy(float), data["year"].to_numpy(float)
    return {
        "(Intercept)": np.ones(len(data)),
        "sexmale": male,
        "year": year,
        "age": age,
        "sexmale:year": male * year,
        "year:age": year * age,
    }


@pytest.mark.parametrize(("model", "method"), BOTH)
def test_every_fit_is_whole(model: str, method: str) -> None:
    fit = framingham_fit(model, method)  # type: ignore[arg-type]
    p, q = len(fit.beta), 1 if model[0] == "A" else 2
    assert (fit.model, fit.method, fit.n_obs, fit.n_subjects) == (model, method, 1044, 200)
    assert list(fit.beta.index) == list(fit.se.index) == list(fit.cov_beta.index) == list(fit.cov_beta.columns)
    assert p == {"0": 1, "1": 2, "2": 4, "3": 6}[model[1]]
    assert list(fit.G.index) == ["(Intercept)", "year"][:q] == list(fit.G.columns)
    np.testing.assert_allclose(fit.se**2, np.diag(fit.cov_beta), rtol=1e-12)
    np.testing.assert_allclose(fit.cov_beta, fit.cov_beta.T, rtol=1e-9)
    assert np.linalg.eigvalsh(fit.G).min() > 0
    assert np.linalg.eigvalsh(fit.cov_beta).min() > 0
    assert fit.deviance == -2 * fit.loglik


def test_the_labels_read_as_they_should() -> None:
    """Over ten years cholesterol rises faster in women, and starts lower: not the other way round."""
    fit = framingham_fit()
    assert (fit.model, fit.method) == ("B3", "REML")
    assert fit.beta["sexmale"] == pytest.approx(9.639292, abs=1e-6)
    assert fit.beta["sexmale:year"] == pytest.approx(-1.799463, abs=1e-6)
    assert fit.beta["(Intercept)"] == pytest.approx(138.183135 - 9.639292, abs=1e-6)
    assert fit.beta["year"] == pytest.approx(6.800284 + 1.799463, abs=2e-6)
    assert fit.sigma2 == pytest.approx(434.165328, abs=1e-6)


@pytest.mark.parametrize(("model", "method"), [("B4", "REML"), ("B3", "reml"), ("", "ML")])
def test_unknown_fit_is_named(model: str, method: str) -> None:
    with pytest.raises(ModelError, match=f"'{model}' by '{method}'.*A0, .*B3"):
        framingham_fit(model, method)  # type: ignore[arg-type]


@pytest.mark.real_data
@pytest.mark.parametrize(("model", "method"), BOTH)
def test_the_figures_fit_the_real_data(model: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With G and sigma^2 given, beta, its covariance and log L follow from the data: do they?"""
    assert REAL is not None
    monkeypatch.setenv("LMMTEACH_DATA", str(REAL.parent))
    data = load_framingham(source="real")
    fit = framingham_fit(model, method)  # type: ignore[arg-type]
    column = columns(data)
    X, y = np.column_stack([column[name] for name in fit.beta.index]), data["cholesterol"].to_numpy()
    Z = np.column_stack([column[name] for name in fit.G.index])
    same = data["id"].to_numpy()[:, None] == data["id"].to_numpy()[None, :]
    V = np.where(same, Z @ fit.G.to_numpy() @ Z.T, 0) + fit.sigma2 * np.eye(len(y))
    Vi = np.linalg.inv(V)
    XtViX = X.T @ Vi @ X
    r = y - X @ fit.beta.to_numpy()

    np.testing.assert_allclose(np.linalg.solve(XtViX, X.T @ Vi @ y), fit.beta, rtol=1e-8)
    np.testing.assert_allclose(np.linalg.inv(XtViX), fit.cov_beta, rtol=1e-7)
    deviance = np.linalg.slogdet(V)[1] + r @ Vi @ r + len(y) * np.log(2 * np.pi)
    if method == "REML":
        deviance += np.linalg.slogdet(XtViX)[1] - X.shape[1] * np.log(2 * np.pi)
    assert fit.deviance == pytest.approx(deviance, abs=1e-7)

    # ... and G and sigma^2 are the optimum: the score vanishes (in units of its own trace).
    P = Vi - Vi @ X @ np.linalg.solve(XtViX, X.T @ Vi)
    weight = P if method == "REML" else Vi
    Py = P @ y
    directions = [np.where(same, Z @ E @ Z.T, 0) for E in symmetric_units(Z.shape[1])] + [np.eye(len(y))]
    for V_k in directions:
        assert Py @ V_k @ Py / np.sum(weight * V_k) == pytest.approx(1, abs=1e-5)


def symmetric_units(q: int) -> list[np.ndarray]:
    """dG/dG11, dG/dG12, dG/dG22."""
    units = []
    for i in range(q):
        for j in range(i + 1):
            E = np.zeros((q, q))
            E[i, j] = E[j, i] = 1
            units.append(E)
    return units


@pytest.mark.real_data
def test_the_figures_are_the_reference_ones() -> None:
    """Turned back into the file's code for sex they are the reference figures, digit by digit."""
    assert REAL is not None
    path = REAL.parent / "framingham_reference_fits.json"
    if not path.is_file():
        pytest.skip(f"no {path.name} beside the real data")
    for title, reference in json.loads(path.read_text()).items():
        model, method = title.split()[0], title.split()[-1]
        if model not in MODELS:
            continue
        fit = framingham_fit(model, method)  # type: ignore[arg-type]
        beta = fit.beta.to_dict()
        back = {
            "1": beta["(Intercept)"] + beta.get("sexmale", 0),
            "sex": -beta.get("sexmale", 0),
            "age": beta.get("age"),
            "year": beta.get("year", 0) + beta.get("sexmale:year", 0),
            "sex:year": -beta.get("sexmale:year", 0),
            "age:year": beta.get("year:age"),
        }
        np.testing.assert_allclose([back[name] for name in reference["names"]], reference["beta"], rtol=1e-12)
        assert fit.loglik == reference["logLik"]
        assert fit.sigma2 == reference["sigma2"]
        assert fit.G.to_numpy().tolist() == reference["G"]
