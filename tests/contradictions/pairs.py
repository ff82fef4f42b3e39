"""Pairs of questions that have one answer.  Each yields the question's name and both answers."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

import lmmteach
from lmmteach.summary import number

from .models import Model

Pair = tuple[str, Any, Any]
Asked = Callable[[Model, lmmteach.Fit], Iterator[Pair]]
SOME = 7  # replicates; a row's seed


def likelihoods(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """-2 log L of the search, of the readable likelihood, and of the V that the fit shows."""
    yield "deviance_at()", fit.deviance_at(), fit.deviance
    yield "deviance_at(G, residual)", fit.deviance_at(fit.G if fit.design.terms else [], fit.residual), fit.deviance
    yield "the path's last", fit.path["deviance"].min(), fit.deviance
    yield "loglik", -2 * fit.loglik, fit.deviance
    criteria = fit.information_criteria()
    yield "AIC", fit.aic, criteria["AIC"]
    yield "BIC", fit.bic, criteria["BIC"]
    yield "parameters", fit.n_parameters, sum(_counted(name) for name in fit.confint().index)
    if len(fit.design.terms) < 2:
        design, rows = fit.design, [np.flatnonzero(fit.design.codes == k) for k in range(fit.n_subjects)]
        V = [_own_V(model, fit, one) for one in rows]
        y, X = [design.y[one] for one in rows], [design.X[one] for one in rows]
        yield "deviance of marginal_cov", lmmteach.deviance(y, X, V, fit.method), fit.deviance
        solved = lmmteach.gls(y, X, V)
        yield "gls of marginal_cov", solved.beta, fit.beta
        yield "its covariance", solved.cov_beta, fit.cov_beta


def _own_V(model: Model, fit: lmmteach.Fit, own: np.ndarray) -> np.ndarray:
    """V of one subject's rows in their own order: the fit shows it in the order of time."""
    labels = fit.design.index[own]
    V = fit.marginal_cov(subject=model.data.loc[labels[0], "id"])
    times = model.data.loc[labels, "t"].to_numpy()
    return V.to_numpy()[np.ix_(*(np.argsort(np.argsort(times)),) * 2)]


def _counted(name: str) -> bool:
    """Whether a row of confint is a parameter of its own, not another one's root or ratio."""
    return not re.match(r"(sd(\.|\[)|rho(\.|\[)|sigma$)", name)


def effects(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """Tables, contrasts and tests of the fixed effects."""
    yield "se and cov_beta", fit.se**2, np.diag(fit.cov_beta)
    ways = ["satterthwaite", "normal"]
    ways += ["kenward-roger"] if fit.method == "REML" and fit.residual.plain else []
    rng = np.random.default_rng(len(fit.beta))
    for df in ways:
        table = fit.coef_table(df)
        for name in table.index:
            own = fit.contrast({name: 1.0}, df).iloc[0]
            yield f"contrast {name}, {df}", own, table.loc[name]
            test = fit.test({name: 1.0}, df)
            yield f"test {name}, {df}", [test.F, test.df2, test.p], [own["t value"] ** 2, own["df"], own["p value"]]
        if df != "kenward-roger":
            yield f"estimates, {df}", table["Estimate"], fit.beta
            yield f"errors, {df}", table["Std. Error"], fit.se
            L = rng.normal(size=len(fit.beta))
            own = fit.contrast(L, df).iloc[0]
            yield f"any contrast, {df}", own[["Estimate", "Std. Error"]], [L @ fit.beta, np.sqrt(L @ fit.cov_beta @ L)]
    wald = fit.confint().loc[fit.beta.index, ["lower", "upper"]]
    yield "wald and normal", wald, fit.coef_table("normal")[["lower", "upper"]]
    terms = fit.anova()
    alone = [name for name in terms.index if name in fit.beta.index and not _shared(name, terms.index)]
    for name in alone:
        own = fit.contrast({name: 1.0}).iloc[0]
        row = terms.loc[name, ["F value", "DenDF", "p value"]]
        yield f"anova {name}", row, [own["t value"] ** 2, own["df"], own["p value"]]
    for name in terms.index:
        test = fit.test(name)
        yield f"test of {name}", [test.F, test.df1, test.df2, test.p], _tested(fit, name, terms)


def _shared(name: str, terms: pd.Index) -> bool:
    return any(name != other and name in re.split("[:*]", other) for other in terms)


def _tested(fit: lmmteach.Fit, name: str, terms: pd.DataFrame) -> Any:
    """A coefficient of that name goes first, as the docs say."""
    if name not in fit.beta.index:
        return terms.loc[name, ["F value", "NumDF", "DenDF", "p value"]]
    own = fit.contrast({name: 1.0}).iloc[0]
    return [own["t value"] ** 2, 1.0, own["df"], own["p value"]]


def rows(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """What is said of the data's own rows."""
    data, y = model.data, fit.design.y
    again = data.sample(frac=1, random_state=1)
    for level in ("marginal", "conditional"):
        own = fit.fitted(level)
        yield f"predict {level}", fit.predict(data, level), own.reindex(data.index)
        yield f"predict {level} in another order", fit.predict(again, level), own.reindex(again.index)
        yield f"confidence {level}", fit.predict(data, level, "confidence")["fit"], own.reindex(data.index)
        yield f"residuals {level}", y - fit.residuals(level), own
    yield "fitted and X beta", fit.fitted("marginal"), fit.design.X @ fit.beta
    se = np.sqrt(np.einsum("ij,jk,ik->i", fit.design.X, fit.cov_beta, fit.design.X))
    yield "the curve's error", fit.predict(data, "marginal", "confidence")["se"], se
    strangers = data[["t", "arm", "x"]].assign(id="stranger", site="none", item="none")
    yield "a stranger", fit.predict(strangers), fit.fitted("marginal")
    if fit.design.terms:
        b = fit.random_effects()
        b = b if isinstance(b, dict) else {fit.design.term_names[0]: b}
        Zb = sum(np.einsum("ij,ij->i", term.Z, b[name].to_numpy()[term.codes])
                 for name, term in zip(fit.design.term_names, fit.design.terms, strict=True))  # fmt: skip
        yield "Z b", fit.fitted() - fit.fitted("marginal"), Zb
    if len(fit.design.terms) < 2:
        r = fit.residuals("marginal", "normalized")
        yield "normalized residuals", (r**2).sum(), fit.n_obs - len(fit.beta) * (fit.method == "REML")
        subject = data["id"].iloc[0]
        V, C = fit.marginal_cov(subject), fit.marginal_corr(subject)
        yield "marginal_corr", C, lmmteach.cov_to_corr(V)
        pearson = fit.residuals("marginal", "pearson") / fit.residuals("marginal")
        mine = data["id"].to_numpy() == subject
        yield "pearson", 1 / pearson[mine] ** 2, np.diag(_own_V(model, fit, np.flatnonzero(mine)))


def means(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """Marginal means are predictions over a grid; their differences are contrasts of them."""
    if not re.search(r"\barm\b", model.fixed) or "poly" in model.fixed or "arm:x" in model.fixed:
        return
    table = fit.marginal_means("arm")
    arms = sorted(model.data["arm"].unique())
    grid = pd.DataFrame({"arm": arms}).assign(
        t=model.data["t"].mean(), x=model.data["x"].mean(), id="?", site="?", item="?"
    )
    asked = fit.predict(grid, "marginal", "confidence")
    yield "means", table["Estimate"], asked["fit"]
    yield "their errors", table["Std. Error"], asked["se"]
    apart = fit.marginal_means("arm", contrasts="reference")["Estimate"]
    yield "differences", apart, table["Estimate"].to_numpy()[1:] - table["Estimate"].to_numpy()[0]
    if len(arms) == 2:
        pair = fit.marginal_means("arm", contrasts="pairwise").iloc[0]
        row = fit.anova().loc[next(name for name in fit.anova().index if name in ("arm", "C(arm, sum)"))]
        if "*" not in model.fixed:
            yield "pairwise and anova", [pair["t value"] ** 2, pair["p value"]], row[["F value", "p value"]]


def shares(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """ICC and R squared from G, R and the fitted curve."""
    f = float(np.var(fit.fitted("marginal"), ddof=1))
    G = fit.G if isinstance(fit.G, dict) else dict.fromkeys(fit.design.term_names, fit.G)
    r = {name: float(np.einsum("ij,jk,ik->i", term.Z, G[name], term.Z).mean())
         for name, term in zip(fit.design.term_names, fit.design.terms, strict=True)}  # fmt: skip
    e = float(((fit.residuals() / fit.residuals(kind="pearson")) ** 2).mean())
    total = f + sum(r.values()) + e
    found = fit.r2()["estimate"]
    if model.fixed != "1":
        yield "R squared", found, [f / total, (f + sum(r.values())) / total]
    if fit.residual.plain:
        yield "e", e, fit.sigma2
    if r:
        icc = fit.icc()["estimate"]
        yield "ICC", icc[list(r)], [one / (sum(r.values()) + e) for one in r.values()]
        yield "ICC, unadjusted", icc["unadjusted"], found["conditional"] - found["marginal"]


def words(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """The summary, as text and as HTML, says the attributes."""
    text, html = str(fit.summary()), fit._repr_html_()
    said = re.search(r"-2 log L = (\S+), log L = (\S+), AIC = (\S+), BIC = (\S+)", text)
    yield "summary", [f"{value:.2f}" for value in (fit.deviance, fit.loglik, fit.aic, fit.bic)], list(said.groups())
    fixed = text.split("Fixed effects")[1]
    table = fit.coef_table("normal")
    for name in fit.beta.index:
        line = re.search(rf"^  {re.escape(name)} +(\S+) +(\S+) +(\S+)$", fixed, re.M)
        told = [number(fit.beta[name]), number(fit.se[name]), f"{table.loc[name, 't value']:.2f}"]
        yield f"summary of {name}", told, list(line.groups())
        yield f"html of {name}", [cell in html for cell in told], [True] * 3
    yield "sigma2 in it", number(fit.sigma2) in text, True
    yield "rows in it", f"{fit.n_obs} observations, {fit.n_subjects} subjects" in text, True
    for G in fit.G.values() if isinstance(fit.G, dict) else [fit.G]:
        for value in np.diag(G):
            yield "variances in it", number(value) in text, True
    yield "singular is said", "Singular fit" in fit.message, fit.singular


def copies(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """A copy, a file, the rows in another order, the subjects called otherwise: the same fit."""
    for way, other in (("copy", copy.deepcopy(fit)), ("pickle", pickle.loads(pickle.dumps(fit)))):
        yield (
            way,
            [other.deviance, *other.beta, *other.se, other.sigma2],
            [fit.deviance, *fit.beta, *fit.se, fit.sigma2],
        )
        yield f"{way}, summary", str(other.summary()), str(fit.summary())
        yield f"{way}, fitted", other.fitted(), fit.fitted()
    data = model.data.sample(frac=1, random_state=2)
    data = data.assign(id=pd.Categorical(data["id"].str.upper()), item=data["item"].astype("string"))
    other = model._replace(data=data).fit()
    yield "another order", other.deviance, fit.deviance
    yield "its beta in SE", other.beta / fit.se * 1e-3, fit.beta / fit.se * 1e-3


def replicates(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """Refit, bootstrap, simulate and lmm."""
    yield "refit of itself", fit.refit(fit.design.y).deviance, fit.deviance
    twice = fit.refit(2 * fit.design.y)
    scaled = fit.deviance + 2 * np.log(2) * (fit.n_obs - len(fit.beta) * (fit.method == "REML"))
    yield "refit of the double", twice.deviance, scaled
    drawn = fit.simulate(1, seed=SOME)[0]
    row = fit.bootstrap(1, seed=SOME, progress=False).loc[0]
    again = fit.refit(drawn)
    fresh = model._replace(data=model.data.assign(y=drawn.reindex(model.data.index))).fit()
    yield "refit and lmm of a draw", again.deviance, fresh.deviance
    yield "bootstrap and refit of it", row[again.beta.index] / again.se, again.beta / again.se
    # -2 log L is certified to 1e-8: its flattest direction leaves sigma2 a little room
    yield "sigma2 of it", 1e-2 * row["sigma2"] / fit.sigma2, 1e-2 * again.sigma2 / fit.sigma2


def chains(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """compare and twice the difference of log-likelihoods; the profile at 0 and the fit without that effect."""
    if fit.method != "ML" or model.fixed == "1":
        return
    small = model.fit(fixed="1")
    found = lmmteach.compare(small, fit)
    yield "LR", found.statistic, max(0.0, 2 * (fit.loglik - small.loglik))
    yield "LR the other way round", lmmteach.compare(fit, small).statistic, found.statistic
    yield "its df", found.df, len(fit.beta) - 1
    yield "its table", found.table["-2 log L"], [small.deviance, fit.deviance]
    yield "AIC in it", found.table["AIC"], [small.aic, fit.aic]


def profiles(model: Model, fit: lmmteach.Fit, every: bool = False) -> Iterator[Pair]:
    """An end of confint's interval is where the fit's own profile has risen by chi-square's quantile, or an edge."""
    names = [name for name in fit.confint().index if not re.match(r"(sd[\[.]|sigma$)", name)]
    needed = float(stats.chi2.ppf(0.95, 1))
    for name in names if every else [names[fit.n_obs % len(names)]]:
        limits = fit.confint("profile", names=[name]).loc[name]
        if np.isnan(limits["estimate"]):
            continue
        curve = fit.profile(name, points=3, level=0.95)
        base = model.fit(method="ML").deviance if name in fit.beta.index else fit.deviance
        rise = curve["deviance"].to_numpy() - base
        yield f"{name}: no value fits better", bool(rise.min() > -1e-4), True
        yield f"{name}: inside, none fits worse", bool(rise.max() < needed + 0.02), True
        yield f"{name}: the profile's ends", [curve[name].iloc[0], curve[name].iloc[-1]], _finite(limits)
        for end, at in ((limits["lower"], rise[0]), (limits["upper"], rise[-1])):
            at_edge = abs(end) < 1e-9 or (abs(end) > 1 - 1e-6 and "rho" in name)
            if np.isfinite(end) and not at_edge:
                yield f"{name}: the rise at {end:.6g}", bool(abs(at - needed) < 0.02), True


def _finite(limits: pd.Series) -> list[float]:
    return [end if np.isfinite(end) else limits["estimate"] for end in limits[["lower", "upper"]]]


def pages(model: Model, fit: lmmteach.Fit) -> Iterator[Pair]:
    """An explorer starts at the fit."""
    if len(fit.design.terms) != 1 or not fit.residual.plain:
        return
    explorer = fit.explore()
    yield "explorer's G", explorer.G, fit.G
    yield "explorer's sigma2", explorer.sigma2, fit.sigma2


QUESTIONS: dict[str, Asked] = {one.__name__: one for one in (
    likelihoods, effects, rows, means, shares, words, copies, replicates, chains, profiles, pages)}  # fmt: skip


def agree(a: Any, b: Any, rel: float = 1e-6) -> bool:
    """Whether two answers are one: texts exactly, numbers to ``rel`` of the larger of them all."""
    if isinstance(a, (str, bool)) or (isinstance(a, list) and a and isinstance(a[0], (str, bool))):
        return a == b
    x, y = (np.asarray(one, dtype=float) for one in (a, b))
    if x.shape != y.shape:
        return False
    no_number = ~np.isfinite(x) | ~np.isfinite(y)
    if not np.array_equal(x[no_number], y[no_number], equal_nan=True):
        return False
    x, y = x[~no_number], y[~no_number]
    return bool(np.abs(x - y).max(initial=0) <= rel * np.abs([x, y]).max(initial=0))
