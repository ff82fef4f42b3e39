"""Ten numbers or more of every lesson, by hand (`by_hand.py`); `tests/test_book_numbers.py` holds the pages to them.

A key is what the page's source evaluates, a value what this file finds in another way.  ``python -m
tests.reference.book_numbers`` prints them all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import brentq, minimize

import lmmteach

from . import by_hand as hand
from .by_hand import Fitted, Problem, Z

Numbers = dict[str, float]
YEARS = np.arange(0, 11, 2.0)
TOY = np.array([[1400.0, -60], [-60, 12]])
UPPER = np.triu_indices(6, 1)


@cache
def data() -> pd.DataFrame:
    return lmmteach.load_framingham()


@cache
def sleep() -> pd.DataFrame:
    return lmmteach.load_sleepstudy()


def columns(d: pd.DataFrame, *names: str) -> np.ndarray:
    """Columns of a design: 1, sex (men 1), age, year and products."""
    known = {"1": np.ones(len(d)), "sex": (d["sex"] == "male").to_numpy(float), "age": d["age"].to_numpy(float)}
    known["year"] = d["year"].to_numpy(float)
    known |= {f"{name}:year": known[name] * known["year"] for name in ("sex", "age")}
    return np.column_stack([known[name] for name in names])


FULL = ("1", "sex", "year", "age", "sex:year", "age:year")
PLAIN = ("1", "sex", "age", "year")


def framingham(*names: str, d: pd.DataFrame | None = None, y: np.ndarray | None = None) -> Problem:
    d = data() if d is None else d
    y = d["cholesterol"].to_numpy(float) if y is None else y
    return Problem(y, columns(d, *names), d["year"].to_numpy(float), d["id"].to_numpy())


def sleepers(d: pd.DataFrame | None = None) -> Problem:
    d = sleep() if d is None else d
    days = d["days"].to_numpy(float)
    return Problem(d["reaction"].to_numpy(float), Z(days), days, d["subject"].astype(str).to_numpy())


SLOPES, LEVELS = [3.5, 0.3, 0.5, 3.0], [3.5, 3.0]


@cache
def full(method: str = "REML") -> Fitted:
    return framingham(*FULL).fit(hand.random_slopes, SLOPES, method)


@cache
def slept(method: str = "REML") -> Fitted:
    return sleepers().fit(hand.random_slopes, [3.2, 0.3, 1.8, 3.2], method)


@cache
def parallel() -> Fitted:
    return framingham(*FULL).fit(hand.random_intercept, LEVELS)


def corr(V: np.ndarray) -> np.ndarray:
    return V / np.sqrt(np.outer(np.diag(V), np.diag(V)))


def V_of(G: np.ndarray | list[list[float]], sigma2: float, times: np.ndarray = YEARS) -> np.ndarray:
    return Z(times) @ np.asarray(G, dtype=float) @ Z(times).T + sigma2 * np.eye(len(times))


def rho(G: np.ndarray) -> float:
    return float(G[0, 1] / np.sqrt(G[0, 0] * G[1, 1]))


def shift(G: np.ndarray, c: float) -> np.ndarray:
    """The covariance matrix of (b0 + c b1, b1), term by term."""
    cov = G[0, 1] + c * G[1, 1]
    return np.array([[G[0, 0] + 2 * c * G[0, 1] + c**2 * G[1, 1], cov], [cov, G[1, 1]]])


def by_visit(d: pd.DataFrame, value: np.ndarray | pd.Series, who: str = "id", when: str = "year") -> pd.DataFrame:
    return d.assign(value=np.asarray(value)).pivot(index=who, columns=when, values="value")


def fifths(value: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.array([part.std(ddof=1) for part in np.array_split(value[np.argsort(by)], 5)])


def ols(y: np.ndarray, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least squares and the standard errors it prints."""
    inverse = np.linalg.inv(X.T @ X)
    beta = inverse @ X.T @ y
    r = y - X @ beta
    return beta, np.sqrt(r @ r / (len(y) - X.shape[1]) * np.diag(inverse))


def line(x: np.ndarray | pd.Series, y: np.ndarray | pd.Series) -> np.ndarray:
    """Intercept and slope of the least-squares line."""
    return ols(np.asarray(y, dtype=float), Z(np.asarray(x, dtype=float)))[0]


def lesson_00() -> Numbers:
    wide = by_visit(data(), data()["cholesterol"])
    six, S = wide.dropna(), np.empty((6, 6))
    for j in range(6):
        for k in range(6):
            both = wide.iloc[:, [j, k]].dropna().to_numpy()
            S[j, k] = ((both[:, 0] - both[:, 0].mean()) * (both[:, 1] - both[:, 1].mean())).sum() / (len(both) - 1)
    # the book's correlation of a pair rests on the people of that pair alone
    C = np.array(
        [[np.corrcoef(wide.iloc[:, [j, k]].dropna().T)[0, 1] if j != k else 1 for k in range(6)] for j in range(6)]
    )
    days = by_visit(sleep(), sleep()["reaction"], "subject", "days").to_numpy()
    first_half = six[six[0].rank() > len(six) / 2]
    return {
        'f"{100 * still_high:.0f}"': 100 * (six[10].rank()[first_half.index] > len(six) / 2).mean(),
        'f"{between:.0f}"': six.mean(axis=1).std(),
        'f"{within:.0f}"': np.sqrt(six.var(axis=1).mean()),
        "complete": len(six),
        'f"{ends:.2f}"': C[0, 5],
        'f"{C[4, 5]:.2f}"': C[4, 5],
        'f"{early:.2f}"': (C[0, 1] + C[1, 2]) / 2,
        'f"{late:.2f}"': (C[3, 4] + C[4, 5]) / 2,
        'f"{S.diagonal().max():.0f}"': np.diag(S).max(),
        'f"{off.min():.2f}"': C[UPPER].min(),
        'f"{off.max():.2f}"': C[UPPER].max(),
        'f"{s_jk:.0f}"': S[0, 4],
        'f"{near:.2f}"': np.mean([np.corrcoef(days[:, k], days[:, k + 1])[0, 1] for k in range(9)]),
        'f"{spread.iloc[-1]:.0f}"': days[:, 9].std(ddof=1),
    }


def lesson_01() -> Numbers:
    problem = framingham(*PLAIN)
    fit, X, y = problem.fit(hand.random_slopes, SLOPES), problem.X, problem.y
    naive, meat, G, s2 = ols(y, X)[1], np.zeros((4, 4)), fit.G, fit.sigma2
    for _, at in data().groupby("id").indices.items():
        meat += X[at].T @ V_of(G, s2, problem.times[at]) @ X[at]
    bread = np.linalg.inv(X.T @ X)
    real = np.sqrt(np.diag(bread @ meat @ bread))
    from_dashed = y - Z(problem.times) @ line(problem.times, y)
    signs = pd.Series(np.sign(from_dashed)).groupby(problem.who)
    left = by_visit(data(), from_dashed).corr().to_numpy()
    sleep_ols = ols(sleepers().y, sleepers().X)[1]
    return {
        'f"{100 * same_side:.0f}"': 100 * (signs.min() == signs.max())[signs.size() == 6].mean(),
        'f"{100 * by_chance:.0f}"': 100 / 32,
        'f"{neighbours:.2f}"': np.diag(left, 1).mean(),
        "f\"{se_ols['sexmale']:.2f}\"": naive[1],
        "f\"{se_real['sexmale']:.2f}\"": real[1],
        "f\"{se['sexmale']:.2f}\"": fit.se[1],
        "f\"{se_ols['year']:.3f}\"": naive[3],
        "f\"{se_real['year']:.3f}\"": real[3],
        "f\"{se['year']:.3f}\"": fit.se[3],
        'f"{design_effect:.1f}"': (real[1] / naive[1]) ** 2,
        "f\"{se_ols['year'] / se_real['year']:.2f}\"": naive[3] / real[3],
        'f"{sleep_ols:.2f}"': sleep_ols[1],
        'f"{sleep_parallel:.2f}"': sleepers().fit(hand.random_intercept, LEVELS).se[1],
        "f\"{sleep_fit.se['days']:.2f}\"": slept().se[1],
    }


def levels(fit: Fitted) -> tuple[float, float]:
    return float(np.exp(2 * fit.theta[0])), float(np.exp(2 * fit.theta[1]))


def lesson_02() -> Numbers:
    fit = framingham("1", "year").fit(hand.random_intercept, LEVELS)
    g, s2 = levels(fit)
    added, rich = (framingham(*names).fit(hand.random_intercept, LEVELS) for names in (PLAIN, FULL))
    mean = (fit.problem.X @ fit.beta).var(ddof=1)
    slopes = framingham("1", "year").fit(hand.random_slopes, SLOPES)
    g_sleep, s2_sleep = levels(sleepers().fit(hand.random_intercept, LEVELS))
    return {
        'f"{slope:.1f}"': fit.beta[1],
        'f"{g11:.0f}"': g,
        'f"{sigma2:.0f}"': s2,
        'f"{icc:.2f}"': g / (g + s2),
        'f"{100 * explained:.0f}"': 100 * mean / (mean + g + s2),
        'f"{added_g:.0f}"': levels(added)[0],
        'f"{added_s2:.0f}"': levels(added)[1],
        'f"{rich_s2:.0f}"': levels(rich)[1],
        'f"{(g11 + sigma2) ** 0.5:.0f}"': (g + s2) ** 0.5,
        'f"{gain:.0f}"': fit.deviance - slopes.deviance,
        'f"{sleep_icc:.2f}"': g_sleep / (g_sleep + s2_sleep),
        'f"{negative:.2f}".replace("-", "−")': -60 / 340,
    }


def lesson_03() -> Numbers:
    problem = framingham(*FULL)
    layered = problem.fit(hand.layers_alone, [3.7, 4.5, 2.9])  # its G11 is 0: a level is a fluctuation that never fades
    tired = sleepers(sleep().query("days >= 2"))
    start = [3.0, 0.3, 1.5, 2.5, 0.4, 3.3]
    both, plain = sleepers().fit(hand.slopes_and_layers, start), slept()
    tired_gain = tired.fit(hand.random_slopes, SLOPES).deviance - tired.fit(hand.slopes_and_layers, start).deviance
    share = 0.1**0.25
    return {
        'f"{share_close:.2f}"': share,
        'f"{gained_a:.0f}"': 280 * share,
        'f"{gained_b:.0f}"': 95 * share,
        'f"{posing_corr[0, 1]:.2f}"': 1800 * 0.99**2 / 2200,
        'f"{posing_corr[0, 5]:.2f}"': 1800 * 0.99**10 / 2200,
        'f"{sigma2:.0f}"': levels(parallel())[1],
        'f"{e1_hat.rho:.3f}"': 1 / (1 + np.exp(-layered.theta[1])),
        'f"{gain:.1f}"': parallel().deviance - layered.deviance,
        'f"{further:.1f}"': layered.deviance - full().deviance,
        'f"{sleep_e1.rho:.2f}"': 1 / (1 + np.exp(-both.theta[4])),
        'f"{sleep_gain:.0f}"': plain.deviance - both.deviance,
        'f"{sleep_e1.sigma2:.0f}"': np.exp(2 * both.theta[5]),
        'f"{tired_gain:.0f}"': tired_gain,
    }


def lesson_04() -> Numbers:
    fit, G, H = slept(), slept().G, full().G
    person = sleep()[sleep()["subject"].astype(str) == "308"]
    r = person["reaction"].to_numpy() - Z(person["days"].to_numpy(float)) @ fit.beta
    days = np.arange(10.0)
    b = G @ Z(days).T @ np.linalg.solve(fit.V(*days), r)
    own = np.array([line(one["days"], one["reaction"]) for _, one in sleep().groupby("subject", observed=True)])
    at_4 = fit.beta @ [1, 4] + b @ [1, 4]
    return {
        'f"{slopes.mean():.1f}"': own[:, 1].mean(),
        'f"{slopes.max():.0f}"': own[:, 1].max(),
        'f"{beta0:.1f}"': fit.beta[0],
        'f"{beta1:.2f}"': fit.beta[1],
        'minus(f"{b0:.1f}")': b[0],
        'minus(f"{b1:.2f}")': b[1],
        'f"{line:.1f}"': at_4,
        'minus(f"{seen - line:.1f}")': person["reaction"].iloc[4] - at_4,
        'f"{entry:.0f}"': 1400 - 60 * (1 + 5) + 12 * 1 * 5,
        'f"{latest:.0f}"': (G[0, 0] / G[1, 1]) ** 0.5,
        'f"{late_turn:.0f}"': 30 / H[1, 1],
        'minus(f"{other_turn:.1f}")': -H[0, 1] / H[1, 1],
    }


def lesson_05() -> Numbers:
    raw = by_visit(data(), data()["cholesterol"]).corr().to_numpy()
    fit, h = full(), slept()
    around = by_visit(data(), fit.problem.y - fit.problem.X @ fit.beta).corr().to_numpy()
    no_cov = fit.problem.fit(hand.no_covariance, [3.5, 0.5, 3.0])
    start = fit.problem.deviance(lambda times: V_of([[800, 0], [0, 6]], 700, times))
    var_9 = h.G[0, 0] + 18 * h.G[0, 1] + 81 * h.G[1, 1] + h.sigma2
    alike = corr(V_of([[400, 0], [0, 20]], 400))
    return {
        'f"{near:.2f}"': np.diag(raw, 1).mean(),
        'f"{raised_last:.0f}"': 2 * 10 * 10,
        'f"{rho_cs:.2f}"': fit.G[0, 0] / (fit.G[0, 0] + fit.sigma2),
        'f"{lag1[0]:.2f}"': alike[0, 1],
        'f"{lag1[-1]:.2f}"': alike[4, 5],
        'f"{worst:.2f}"': np.abs(corr(V_of(fit.G, fit.sigma2)) - around)[UPPER].max(),
        'f"{gap_start:.0f}"': start - fit.deviance,
        'f"{gap_parallel:.0f}"': parallel().deviance - fit.deviance,
        'f"{gap_no_cov:.1f}"': no_cov.deviance - fit.deviance,
        'f"{G[0, 0]:.1f}"': fit.G[0, 0],
        'f"{G[0, 1]:.2f}"': fit.G[0, 1],
        'f"{sigma2:.1f}"': fit.sigma2,
        'f"{fit.deviance:.2f}"': fit.deviance,
        "sd_at(9)": var_9**0.5,
    }


def lesson_06() -> Numbers:
    F, h = full().G, slept().G
    late = data().assign(year=data()["year"] - 10)
    problem = framingham(*FULL, d=late)
    no_late = problem.fit(hand.no_covariance, [3.7, 0.5, 3.0]).deviance - full().deviance
    no_year = full().problem.fit(hand.no_covariance, [3.5, 0.5, 3.0]).deviance - full().deviance
    tired = sleep().query("days >= 2")
    rested = sleepers(tired.assign(days=tired["days"] - 2)).fit(hand.random_slopes, SLOPES)
    return {
        "minus(rhos[0])": rho(TOY),
        "minus(rhos[10])": rho(shift(TOY, 10)),
        "minus(rhos[-10])": rho(shift(TOY, -10)),
        'f"{fit_turn:.1f}".replace("-", "−")': -F[0, 1] / F[1, 1],
        'f"{rho_first:.2f}"': rho(F),
        'f"{rho_last:.2f}"': rho(shift(F, 10)),
        'f"{no_year:.1f}"': no_year,
        'f"{no_late:.1f}"': no_late,
        'f"{observed_cov:.0f}".replace("-", "−")': 10 * F[0, 1] - full().sigma2,
        'f"{sleep_first:.2f}"': rho(h),
        'f"{rho(base):.2f}"': rho(shift(h, 2)),
        'f"{rho(k):.2f}"': rho(rested.G),
        'f"{sleep_last:.2f}"': rho(shift(h, 9)),
        "shift(h, 9)[0, 0]": shift(h, 9)[0, 0],
    }


def lesson_07() -> Numbers:
    alike, against = corr(V_of([[400, 0], [0, 20]], 400)), corr(V_of([[525, -100], [-100, 20]], 100))
    bound = brentq(lambda g: np.linalg.det(V_of([[400, 0], [0, g]], 400) / 400), -6, -3)
    s2 = slept().sigma2
    return {
        'f"{lag1[0]:.2f}"': alike[0, 1],
        'f"{lag1[-1]:.2f}"': alike[4, 5],
        'minus(f"{ends:.2f}")': against[0, 5],
        'minus(f"{bound:.1f}")': bound,
        'minus(f"{negative:.2f}")': -60 / (400 - 60),
        'f"{second[0]:.0f}"': 1800 - 2 * 1608 + 1512,
        "-500 / 5": brentq(lambda g: np.linalg.det((g * np.ones((5, 5)) + 500 * np.eye(5)) / 500), -150, -50),
        "limit": -s2 / (9 * 10 * 19 / 6),
        'f"{sleep_fit.sigma2:.1f}"': s2,
        'f"{sum_squares:.0f}"': 9 * 10 * 19 / 6,
    }


def lesson_08() -> Numbers:
    fit, h = full(), slept()
    V = fit.V(*YEARS)
    typed = lambda g22, year: 1210 + year**2 * g22 + 434  # noqa: E731
    trend = framingham("1", "year").fit(hand.random_slopes, SLOPES)
    no_trend = framingham("1").fit(hand.random_slopes, [3.5, 0.5, 1.2, 3.0])
    return {
        'f"{corr[0, 5]:.2f}"': corr(V)[0, 5],
        'f"{ratio_first:.1f}"': (typed(2.5, 0) / 434) ** 0.5,
        'f"{ratio_last:.1f}"': (typed(2.5, 10) / 434) ** 0.5,
        'f"{2 * steep[5, 5] ** 0.5:.0f}"': 2 * typed(15, 10) ** 0.5,
        'f"{narrow:.0f}"': 2 * 434**0.5,
        'f"{g22_with:.1f}"': trend.G[1, 1],
        'f"{g22_without:.1f}"': no_trend.G[1, 1],
        'f"{slope:.2f}"': trend.beta[1],
        'f"{slope**2:.1f}"': trend.beta[1] ** 2,
        'f"{sleep_fit.sigma2**0.5:.0f}"': h.sigma2**0.5,
        'f"{sleep_sd[0]:.0f}"': (h.G[0, 0] + h.sigma2) ** 0.5,
        'f"{sleep_sd[9]:.0f}"': h.V(9.0)[0, 0] ** 0.5,
    }


def lesson_09() -> Numbers:
    fit, ml = full(), full("ML")
    G, s2, one = fit.G, fit.sigma2, fit.problem
    women = data().query("year == 0 and sex == 'female'")["cholesterol"].to_numpy()[:8]
    at = lambda H: one.deviance(lambda times: V_of(H, s2, times)) - fit.deviance  # noqa: E731
    wall = (G[0, 0] * G[1, 1]) ** 0.5
    no_cov = one.fit(hand.no_covariance, [3.5, 0.5, 3.0])

    def above(sd: float) -> float:
        """How far the profile lies above 3.84 at this SD of the slopes: G by its SDs and the tangent of rho."""

        def cov(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
            a, r = np.exp(theta[0]), np.tanh(theta[1])
            return V_of([[a**2, r * a * sd], [r * a * sd, sd**2]], float(np.exp(2 * theta[2])), times)

        height = lambda theta: one.deviance(lambda times: cov(theta, times))  # noqa: E731
        return float(minimize(height, [3.5, 0.2, 3.0], method="BFGS").fun - fit.deviance - stats.chi2.ppf(0.95, 1))

    sd = G[1, 1] ** 0.5
    kept = [slept("ML").G[k, k] / slept().G[k, k] for k in (0, 1)]
    return {
        'f"{sd_ml:.1f}"': np.sqrt(((women - women.mean()) ** 2).sum() / 8),
        'f"{sd_reml:.1f}"': np.sqrt(((women - women.mean()) ** 2).sum() / 7),
        'f"{gap_no_cov:.1f}"': at([[G[0, 0], 0], [0, G[1, 1]]]),
        'f"{best_no_cov:.1f}"': no_cov.deviance - fit.deviance,
        'f"{gap_wall:.0f}"': at([[G[0, 0], wall], [wall, G[1, 1]]]),
        'f"{ml.G.iloc[0, 0]:.0f}"': ml.G[0, 0],
        'f"{ml.G.iloc[1, 1]:.2f}"': ml.G[1, 1],
        'f"{G[1, 1]:.2f}"': G[1, 1],
        'f"{100 * (1 - ratio[0]):.1f}"': 100 * (1 - ml.G[0, 0] / G[0, 0]),
        'f"{100 * (1 - ratio[1]):.1f}"': 100 * (1 - ml.G[1, 1] / G[1, 1]),
        "f\"{interval['lower']:.2f}\"": brentq(above, 0.4, sd, xtol=1e-4),
        "f\"{interval['upper']:.2f}\"": brentq(above, sd, 3.5, xtol=1e-4),
        'f"{100 * (1 - sleep_ratio[1]):.0f}"': 100 * (1 - kept[1]),
    }


def lesson_10() -> Numbers:
    fit, G, s2 = full(), full().G, full().sigma2
    beta, se = fit.beta, fit.se
    c = {"woman": np.array([0, 0, 1, 0, 0, 42.0]), "man": np.array([0, 0, 1, 0, 1, 42.0])}
    half = {k: stats.t.ppf(0.975, fit.satterthwaite(w)) * (w @ fit.cov_beta @ w) ** 0.5 for k, w in c.items()}
    six = data()[data().groupby("id")["year"].transform("size") == 6]
    part = framingham(*PLAIN, d=six).fit(hand.random_slopes, SLOPES)
    plain = framingham(*PLAIN).fit(hand.random_slopes, SLOPES)
    steep = fit.problem.gls(lambda times: V_of([[G[0, 0], 0], [0, 9 * G[1, 1]]], s2, times))
    least = ols(fit.problem.y, fit.problem.X)[0]
    df = fit.satterthwaite(np.eye(6)[4])
    x = np.array([1, 0, 10, 42, 0, 420.0])
    one = np.array([1, 10]) @ G @ np.array([1, 10]) + s2
    return {
        'f"{woman:.2f}"': c["woman"] @ beta,
        'f"{woman_low:.1f}"': c["woman"] @ beta - half["woman"],
        'f"{man_high:.1f}"': c["man"] @ beta + half["man"],
        "f\"{table.loc['sexmale:year', 'df']:.0f}\"": df,
        'f"{t_factor:.2f}"': stats.t.ppf(0.975, df),
        'f"{moved.max():.2f}"': np.abs((steep[0] - beta) / se).max(),
        'f"{wider[year]:.1f}"': steep[1][2, 2] ** 0.5 / se[2],
        'f"{moved_ols.max():.1f}"': np.abs((least - beta) / se).max(),
        'f"{part_zero:.1f}".replace("-", "−")': ols(part.problem.y, part.problem.X)[0][1],
        'f"{part_fit:.1f}"': part.beta[1],
        "f\"{plain.beta['age']:+.2f}\"": plain.beta[2],
        "f\"{plain.beta['year']:+.2f}\"": plain.beta[3],
        'f"{average_half:.0f}"': 1.96 * (x @ fit.cov_beta @ x) ** 0.5,
        'f"{person_half:.0f}"': 1.96 * (x @ fit.cov_beta @ x + one) ** 0.5,
        'f"{sleep_df:.0f}"': slept().satterthwaite(np.array([0.0, 1.0])),
        "inner": 180 - 18 - 1,
    }


def lesson_11() -> Numbers:
    fit, G, s2 = full(), full().G, full().sigma2
    b, _ = fit.predicted()
    sizes = data().groupby("id", sort=False).size().to_numpy()
    r = fit.problem.y - fit.problem.X @ fit.beta
    own = [line(fit.problem.times[at], r[at]) for at in data().groupby("id").indices.values() if len(at) == 6]

    def kept(*times: float) -> float:
        z = Z(np.array(times))
        return float((G @ z.T @ np.linalg.inv(V_of(G, s2, np.array(times))) @ z @ G)[1, 1] / G[1, 1])

    early, six = data().query("year <= 4"), data()[data().groupby("id")["year"].transform("size") == 6]
    late = six.query("year == 10")
    known = framingham(*FULL, d=early).fit(hand.random_slopes, [3.5, -1.0, -2.0, 3.0])
    mean = columns(late, *FULL) @ known.beta
    first = six.query("year <= 4")
    left = by_visit(first, first["cholesterol"] - columns(first, *FULL) @ known.beta).to_numpy()
    times = np.array([0, 2, 4.0])
    ahead = left @ np.linalg.inv(known.V(*times)) @ Z(times) @ known.G @ np.array([1, 10.0])
    lines = np.array([line(times, row) @ [1, 10] for row in by_visit(first, first["cholesterol"]).to_numpy()])
    miss = lambda guess: np.sqrt(np.mean((guess - late["cholesterol"]) ** 2))  # noqa: E731
    return {
        'f"{own_sd:.1f}"': np.array(own)[:, 1].std(ddof=1),
        'f"{true_sd:.1f}"': G[1, 1] ** 0.5,
        'f"{hat_sd:.1f}"': b[:, 1].std(ddof=1),
        "once": (sizes == 1).sum(),
        'f"{one[0]:.2f}"': G[0, 0] / (G[0, 0] + s2),
        'f"{100 * ratio[1]:.0f}"': 100 * b[:, 1].std(ddof=1) / G[1, 1] ** 0.5,
        'f"{hat_corr:.2f}"': np.corrcoef(b.T)[0, 1],
        'f"{from_own:.0f}"': miss(lines),
        'f"{from_average:.0f}"': miss(mean),
        'f"{from_model:.0f}"': miss(mean + ahead),
        'f"{kept_close:.2f}"': kept(0, 2),
        'f"{kept_ends:.2f}"': kept(0, 10),
        'f"{kept_all:.2f}"': kept(*YEARS),
        'f"{100 * kept[1]:.0f}"': 100 * (slept().predicted()[0].std(axis=0, ddof=1)[1] / slept().G[1, 1] ** 0.5),
    }


def lesson_12() -> Numbers:
    fit, one = full(), full().problem
    fading = one.fit(hand.ar1(2.0), [1.5, 3.7])
    root = np.linalg.cholesky(fit.V(*YEARS))
    root[np.diag_indices(6)] = np.log(np.diag(root))
    un = one.fit(hand.unstructured(YEARS), list(root[np.tril_indices(6)]))
    lr = parallel().deviance - fit.deviance
    pair = corr(fit.V(*YEARS))
    tired = sleepers(sleep().query("days >= 2"))
    lead = [
        p.fit(hand.random_slopes, SLOPES).aic() - p.fit(hand.ar1(1.0), [1.5, 3.7]).aic() for p in (sleepers(), tired)
    ]
    g, s2 = levels(parallel())
    return {
        'f"{ar1_far:.2f}"': fading.V(0.0, 10.0)[0, 1] / fading.V(0.0)[0, 0],
        'f"{parallel.marginal_corr(times=years).to_numpy()[0, 5]:.2f}"': g / (g + s2),
        'f"{ar1.deviance - parallel.deviance:.0f}"': fading.deviance - parallel().deviance,
        'f"{next_to[0]:.2f}"': pair[0, 1],
        'f"{next_to[-1]:.2f}"': pair[4, 5],
        'f"{fit.deviance - un.deviance:.0f}"': fit.deviance - un.deviance,
        'f"{un.aic - fit.aic:.0f}"': un.deviance - fit.deviance + 2 * 17,
        'f"{test.statistic:.2f}"': lr,
        'f"{test.p:.5f}"': (stats.chi2.sf(lr, 1) + stats.chi2.sf(lr, 2)) / 2,
        "f\"{100 * (1 - ses['ri'] / ses['rirs']):.0f}\"": 100 * (1 - parallel().se[4] / fit.se[4]),
        'f"{sleep_ar1.aic:.0f}"': sleepers().fit(hand.ar1(1.0), [1.5, 3.7]).aic(),
        'f"{both.aic:.1f}"': sleepers().fit(hand.slopes_and_ar1, [3.0, 0.3, 1.5, 3.4, 0.0]).aic(),
        'f"{layered.aic:.1f}"': sleepers().fit(hand.slopes_and_layers, [3.0, 0.3, 1.5, 2.5, 0.4, 3.3]).aic(),
        'f"{tired_lead:.1f}"': lead[1],
        'f"{lead:.1f}"': lead[0],
    }


def lesson_13() -> Numbers:
    fit = full()
    b, lines = fit.predicted()
    spread = fifths(fit.problem.y - lines, lines)
    r, white = fit.problem.y - fit.problem.X @ fit.beta, []
    for at in data().groupby("id").indices.values():
        white += list(np.linalg.solve(np.linalg.cholesky(fit.V(*fit.problem.times[at])), r[at]))
    logged = framingham(*FULL, y=np.log(fit.problem.y)).fit(hand.random_slopes, [-1.8, 0.0, -4.7, -2.3])
    log_lines = logged.predicted()[1]
    log_spread = fifths(logged.problem.y - log_lines, log_lines)
    order = data()["id"].unique()
    furthest = order[np.abs(b[:, 1]).argmax()]
    without = framingham(*FULL, d=data()[data()["id"] != furthest]).fit(hand.random_slopes, SLOPES)
    t, log_t, other_t = fit.beta / fit.se, logged.beta / logged.se, without.beta / without.se
    return {
        "beyond": (np.abs(white) > 3).sum(),
        'f"{expected:.0f}"': 2 * stats.norm.sf(3) * len(white),
        'f"{grows:.2f}"': spread[-1] / spread[0],
        'f"{log_grows:.2f}"': log_spread[-1] / log_spread[0],
        'minus(log_t["sexmale:year"])': log_t[4],
        'minus(log_t["year:age"])': log_t[5],
        'minus(t_value["sexmale:year"])': t[4],
        'minus(t_value["year:age"])': t[5],
        'f"{far_out:.1f}"': np.abs(b[:, 1]).max() / b[:, 1].std(ddof=1),
        'minus(without_t["sexmale:year"])': other_t[4],
        'minus(without_t["year:age"])': other_t[5],
        'f"{spread[0]:.0f}"': spread[0],
        'f"{spread[-1]:.0f}"': spread[-1],
        'f"{100 * part:.0f}"': 100 * ((fit.problem.y - lines) ** 2).mean() / fit.sigma2,
    }


def after(d: pd.DataFrame, value: str, who: str, limit: float) -> np.ndarray:
    """Whether a person has had a reading above the limit before this one; the rows are in order of time."""
    had: dict[str, bool] = {}
    gone = []
    for person, reading in zip(d[who].astype(str), d[value], strict=True):
        gone.append(had.get(person, False))
        had[person] = had.get(person, False) or reading > limit
    return np.array(gone)


def lesson_14() -> Numbers:
    d = data().sort_values(["id", "year"])
    gone = after(d, "cholesterol", "id", 260)
    stayed, high = d[~gone], (d["cholesterol"] > 260).to_numpy()
    unseen = d[~((gone | high) & ((d["year"] > 0) | gone)).to_numpy()]
    one = framingham("1", "year", d=stayed)
    mixed = one.fit(hand.random_slopes, SLOPES)
    root = np.linalg.cholesky(mixed.V(*YEARS))
    root[np.diag_indices(6)] = np.log(np.diag(root))
    seen = by_visit(d, d["cholesterol"]).notna().to_numpy()
    back = [any(row[j] and not row[:j].all() for j in range(6)) for row in seen]
    s = sleep().assign(subject=sleep()["subject"].astype(str)).sort_values(["subject", "days"])
    awake = s[~after(s, "reaction", "subject", 320)]
    return {
        "complete": seen.all(axis=1).sum(),
        "gaps_inside": sum(back),
        'f"{100 * lost:.0f}"': 100 * (~seen).mean(),
        "n_rows - complete_rows": len(d) - 6 * seen.all(axis=1).sum(),
        "f\"{mixed.se['year']:.2f}\"": mixed.se[1],
        'f"{un_left:.2f}"': one.fit(hand.unstructured(YEARS), list(root[np.tril_indices(6)])).beta[1],
        'f"{ar1_left:.2f}"': one.fit(hand.ar1(2.0), [1.5, 3.7]).beta[1],
        "f\"{mnar_fit.beta['year']:.2f}\"": framingham("1", "year", d=unseen).fit(hand.random_slopes, SLOPES).beta[1],
        "len(awake)": len(awake),
        'f"{sleep_ols:.1f}"': line(awake["days"], awake["reaction"])[1],
        'f"{sleep_mixed:.1f}"': sleepers(awake).fit(hand.random_slopes, [3.2, 0.3, 1.8, 3.2]).beta[1],
    }


def lesson_15() -> Numbers:
    """Balanced and nested: REML is the analysis of variance."""
    draw = np.random.default_rng(2)  # the page's own pupils
    u, v = draw.normal(0, 20**0.5, 40), draw.normal(0, 10**0.5, (40, 4))
    y = 500 + u[:, None, None] + v[:, :, None] + draw.normal(0, 70**0.5, (40, 4, 12))
    classes, schools, N = y.mean(axis=2), y.mean(axis=(1, 2)), y.size
    pupils = ((y - classes[:, :, None]) ** 2).sum()
    between = 12 * ((classes - schools[:, None]) ** 2).sum()
    among = 48 * ((schools - y.mean()) ** 2).sum()

    def deviance(*parts: tuple[float, int]) -> float:
        """-2 log L where V's eigenvalues are the mean squares: the first is that of the mean, too."""
        logs = sum(df * np.log(ss / df) for ss, df in parts)
        return (N - 1) * np.log(2 * np.pi) + logs + np.log(N) + sum(df for _, df in parts)

    three = deviance((among, 39), (between, 120), (pupils, 1760))
    two = deviance((among, 39), (between + pupils, 1880))
    chance = lambda t: quad(lambda b: stats.norm.pdf(b, 0, 2) / (1 + np.exp(-t - b)), -30, 30)[0]  # noqa: E731
    logit = lambda p: np.log(p / (1 - p))  # noqa: E731
    return {
        "len(data)": N,
        'f"{fit.sigma2:.1f}"': pupils / 1760,
        'f"{flat.sigma2:.1f}"': (between + pupils) / 1880,
        'f"{flat.deviance - fit.deviance:.0f}"': two - three,
        'f"{ols_se:.2f}"': y.std(ddof=1) / N**0.5,
        'f"{fit.se.iloc[0]:.2f}"': (among / 39 / N) ** 0.5,
        'f"{marginal_slope:.2f}"': (logit(chance(0.1)) - logit(chance(-0.1))) / 0.2,
        "same_class": 20 / 80,
        "same_school": 12 / 80,
        "(a + b) / c": 20 / 60,
    }


LESSONS: dict[str, Callable[[], Numbers]] = {
    name.removeprefix("lesson_"): found for name, found in sorted(globals().items()) if name.startswith("lesson_")
}

if __name__ == "__main__":
    for number, compute in LESSONS.items():
        for name, value in compute().items():
            print(number, f"{value:12.4f}", name)
