"""Profiles at singular fits and of noise: an end does not depend on the path that led to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

import lmmteach
from lmmteach import AR1, Exponential, Independent, lmm
from lmmteach.fitting.parameters import natural_parameters, parameters
from lmmteach.inference.profile import Profile

CHI2 = stats.chi2.ppf(0.95, 1)


def noise(seed: int) -> pd.DataFrame:
    """No signal in a small study with gaps, times 1, 2, 5 or 10 apart: G is singular as often as not."""
    rng = np.random.default_rng(seed)
    m, n, step = int(rng.integers(8, 25)), int(rng.integers(2, 5)), float(rng.choice([1, 2, 5, 10]))
    data = pd.DataFrame({"id": np.repeat(np.arange(m), n), "t": np.tile(np.arange(n) * step, m)})
    data = data[rng.random(len(data)) < 0.85].reset_index(drop=True)
    return data.assign(y=rng.standard_normal(len(data)))


def lowest(data: pd.DataFrame, method: str, name: str, value: float) -> float:
    """min -2 log L with one parameter held, from several starts, by a V written out and a search of scipy's."""
    X = np.column_stack([np.ones(len(data)), data.t])
    same = data.id.to_numpy()[:, None] == data.id.to_numpy()
    unit = data.t.max()

    def deviance(z: np.ndarray) -> float:
        a, b, r, s = z[0] ** 2, (z[1] / unit) ** 2, np.sin(z[2]), z[3] ** 2
        a, b, s = (value if name == one else own for one, own in (("G00", a), ("G11", b), ("sigma2", s)))
        c = r * np.sqrt(a * b)
        if name == "G01":
            a, c = max(a, 1e-12), value
            b += c**2 / a
        V = (X @ np.array([[a, c], [c, b]]) @ X.T) * same + s * np.eye(len(X))
        try:
            L = np.linalg.cholesky(V)
        except np.linalg.LinAlgError:
            return 1e10
        W = np.linalg.solve(L, np.column_stack([X, data.y]))
        Q, T = np.linalg.qr(W[:, :2])
        rest = W[:, 2] - Q @ (Q.T @ W[:, 2])
        of_X = 2 * np.log(np.abs(np.diag(T))).sum() if method == "REML" else 0.0
        N = len(X) - 2 * (method == "REML")
        return 2 * np.log(np.diag(L)).sum() + of_X + rest @ rest + N * np.log(2 * np.pi)

    starts = np.random.default_rng(5).normal(size=(4, 4)) * 0.7
    return min(optimize.minimize(deviance, z, method="BFGS", options={"gtol": 1e-6}).fun for z in starts)


ROWS = {"G00": "G[(Intercept),(Intercept)]", "G01": "G[(Intercept),t]", "G11": "G[t,t]", "sigma2": "sigma2"}


@pytest.mark.parametrize(("seed", "method"), [(0, "ML"), (1, "ML"), (4, "REML")])
def test_ends_of_a_singular_fit_are_those_of_brute_force(seed: int, method: str) -> None:
    data = noise(seed)
    fit = lmm("y ~ t + (1 + t | id)", data, method)
    assert fit.singular
    table = fit.confint("profile", names=list(ROWS.values()))
    reached = 0
    for name, row in ROWS.items():
        for end in table.loc[row, ["lower", "upper"]]:
            rise = lowest(data, method, name, max(end, 1e-12) if name != "G01" else end) - fit.deviance
            if end == 0:
                assert rise <= CHI2 + 1e-3, row
            else:
                assert rise == pytest.approx(CHI2, abs=5e-3), row
                reached += 1
    assert reached >= 5


def test_an_interval_is_found_where_two_tops_meet() -> None:
    """The path's top and the lower one took turns at one value, and the search for a root lost its signs."""
    fit = lmm("y ~ t", noise(7), "ML", groups="id", time="t", residual=Exponential() + Independent())
    name = "residual.Exponential.sigma2"
    upper = fit.confint("profile", names=[name]).loc[name, "upper"]
    assert profile_of(fit, name).everywhere(upper) - fit.deviance == pytest.approx(CHI2, abs=0.01)


@pytest.mark.parametrize(
    ("seed", "residual", "value"), [(7, Exponential() + Independent(), 0.7), (10, AR1() + Independent(), 0.3)]
)
def test_a_value_is_known_by_the_lower_of_its_tops(seed: int, residual: object, value: float) -> None:
    """Asked once more, a profile never says more than it knew."""
    fit = lmm("y ~ t", noise(seed), "ML", groups="id", time="t", residual=residual)
    for name in [name for name in fit.confint().index if name.endswith(("sigma2", "rho"))]:
        curve = profile_of(fit, name)
        along, everywhere = curve(value), curve.everywhere(value)
        assert curve(value) <= min(along, everywhere) + 1e-9


def profile_of(fit: lmmteach.Fit, name: str) -> Profile:
    """The profile of a parameter, at its estimate."""
    at = natural_parameters(fit.design, fit.estimate)
    parameter = next(one for one in parameters(fit.design, fit.residual) if one.name == name)
    return Profile(fit.estimate, fit.method, parameter, float(at[name]))
