"""What is asked of a fit's certainty, and of a plan: intervals, contrasts, means, power."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lmmteach import lmm, power

from . import Asked, code, done, listed, words
from .data import ARMS, FLAT, G0, GROUPED, INTERCEPT, SLEEP, SLOPE, fitted
from .fits import TWO, new

EARLY = "reaction ~ arm*early + age + (1 | subject)"
BETA = {"(Intercept)": 250.0, "days": 10.0}


def flat():
    """A fit whose slopes do not vary."""
    fit = lmm("y ~ t + (1 + t | id)", FLAT)
    assert fit.singular
    return fit


def planned(formula=SLOPE, design=SLEEP, beta=BETA, G=G0, test="days", n=2, **options):
    """The power of a small plan, simulated twice."""
    return power(formula, design, beta, **{"G": G, "sigma2": 600.0, "test": test, "n": n} | options).power


def means(*factors, **options):
    return fitted(EARLY).marginal_means(*factors, **options)


def rare():
    """A number that is nearly always 0."""
    return lmm("reaction ~ drink + (1 | subject)", SLEEP.assign(drink=np.where(SLEEP.index % 9, 0, SLEEP.days % 5)))


CASES = {
    "method of an interval": Asked(
        lambda: fitted().confint("exact"), "method='exact'", "Use one of",
        words(lambda method: fitted().confint(method, names=["sigma2"], n=3)),
    ),
    "names of parameters": Asked(
        lambda: fitted().confint(names=3), "names=3", "For example",
        code("names=(.*)[.]", lambda names: fitted().confint(names=names)),
    ),
    "no such parameter": Asked(
        lambda: fitted().confint(names=["sd"]), "no parameter 'sd'", "There are: (Intercept), days",
        listed(lambda name: fitted().confint(names=[name])),
    ),
    "a correlation of nothing": Asked(
        lambda: flat().profile("rho[(Intercept),t]"), "'G[(Intercept),(Intercept)]' is estimated as 0",
        "Profile that variance", code(": (fit.*)[.]", fit=flat()),
    ),
    "level of confidence": Asked(
        lambda: fitted().confint(level=95), "level=95", "as 0.95",
        code("as (.*)[.]", lambda level: fitted().confint(level=level)),
    ),
    "too few points": Asked(
        lambda: fitted().profile("sigma2", points=1), "points=1", "from 2 up",
        code("from (.*) up", lambda points: fitted().profile("sigma2", points=points)),
    ),
    "too many points": Asked(
        lambda: fitted().profile("sigma2", points=20_000), "points is above 10,000", "Use fewer",
        done(lambda: fitted().profile("sigma2", points=3)),
    ),
    "df": Asked(
        lambda: fitted().coef_table("kr"), "df='kr'", "Use one of", words(lambda df: fitted().coef_table(df))
    ),
    "Kenward and Roger, by ML": Asked(
        lambda: fitted(method="ML").coef_table("kenward-roger"), "this fit is by ML", "Refit with method='REML', or",
        done(lambda: [fitted().coef_table("kenward-roger"), fitted(method="ML").coef_table("satterthwaite")]),
    ),
    "Kenward and Roger, not linear": Asked(
        lambda: fitted("reaction ~ days", residual="ar1", **GROUPED).coef_table("kenward-roger"), "AR1 is not linear",
        "which holds for any structure",
        words(lambda df: fitted("reaction ~ days", residual="ar1", **GROUPED).coef_table(df)),
    ),
    "no groups to share": Asked(
        lambda: fitted("reaction ~ days", residual="ar1", **GROUPED).icc(), "no random effects",
        "fit.marginal_corr() how readings are correlated, or add a term such as (1 | subject)",
        done(lambda: [fitted("reaction ~ days", residual="ar1", **GROUPED).marginal_corr(), fitted(INTERCEPT).icc()]),
    ),
    # contrasts and tests
    "all weights 0": Asked(
        lambda: fitted().contrast({"days": 0}), "no weight but 0", "one that is not",
        done(lambda: fitted().contrast({"days": 1})),
    ),
    "one question twice": Asked(
        lambda: fitted(TWO).test(["days", "days"]), "repeat each other", "Keep one row a separate question",
        done(lambda: fitted(TWO).test(["days"])),
    ),
    "a column that was dropped": Asked(
        lambda: lmm("reaction ~ days + twice + (1 | subject)", SLEEP.assign(twice=2 * SLEEP.days)).test("twice"),
        "do not determine twice", "Test one of (Intercept), days",
        listed(lambda name: lmm("reaction ~ days + twice + (1 | subject)", SLEEP.assign(twice=2 * SLEEP.days)).test(
            name), "one of "),
    ),
    "a weight that is none": Asked(
        lambda: fitted().contrast({"days": np.nan}), "not a finite number", "every name a number",
        done(lambda: fitted().contrast({"days": 2.0})),
    ),
    "a term of several columns": Asked(
        lambda: fitted("reaction ~ factor(days) + (1 | subject)").contrast("factor(days)"),
        "'factor(days)' is a term of several codings", "test it as a whole",
        lambda hint: [
            fitted("reaction ~ factor(days) + (1 | subject)").contrast(
                dict.fromkeys(eval("[" + hint.split("(", 1)[1].split("), or")[0] + "]"), 1)),
            code("as a whole: (.*)[.]", fit=fitted("reaction ~ factor(days) + (1 | subject)"))(hint),
        ],
    ),
    "no such effect": Asked(
        lambda: fitted().test("day"), "no fixed effect 'day'", "There are: (Intercept), days",
        lambda hint: [listed(lambda name: fitted().contrast(name))(hint), fitted().contrast([0, 1])],
    ),
    "weights of another shape": Asked(
        lambda: fitted().contrast([[1, 2, 3]]), "this has shape (1, 3)", "In this order: (Intercept), days",
        done(lambda: fitted().contrast([[0, 1]])),
    ),
    "a weight beyond all": Asked(
        lambda: fitted().contrast({"(Intercept)": 1e300, "days": 2e300}), "A weight is 2e+300", "Divide all weights",
        done(lambda: fitted().contrast({"(Intercept)": 1, "days": 2})),
    ),
    "a weight that is none, unnamed": Asked(
        lambda: fitted().contrast([np.nan, 1]), "not a finite number", "every name a number",
        done(lambda: fitted().contrast({"days": 1})),
    ),
    "a list of weights": Asked(
        lambda: fitted().contrast({"days": [1, 2]}), "The weight of 'days'", "A list of dicts",
        done(lambda: fitted().contrast([{"days": 1}, {"days": 2}])),
    ),
    "a weight given twice": Asked(
        lambda: fitted().contrast(pd.Series([1.0, 2.0], ["days", "days"])), "weight of 'days' is given twice", "once",
        done(lambda: fitted().contrast(pd.Series([1.0], ["days"]))),
    ),
    # means
    "weights of means": Asked(
        lambda: means("arm", weights="flat"), "weights='flat'", "Use one of",
        words(lambda weights: means("arm", weights=weights)),
    ),
    "adjustment": Asked(
        lambda: means("arm", contrasts="pairwise", adjust="sidak"), "adjust='sidak'", "Use one of",
        words(lambda adjust: means("arm", contrasts="pairwise", adjust=adjust)),
    ),
    "differences": Asked(
        lambda: means("arm", contrasts="all"), "contrasts='all'", "or None",
        lambda hint: [words(lambda one: means("arm", contrasts=one))(hint), means("arm", contrasts=None)],
    ),
    "Tukey's, of means": Asked(
        lambda: means("arm", adjust="tukey"), "all pairwise differences", "Ask for contrasts='pairwise', or",
        done(lambda: [means("arm", contrasts="pairwise", adjust="tukey"), means("arm", adjust="holm"),
                      means("arm", adjust="bonferroni")]),
    ),
    "at": Asked(
        lambda: means("arm", at=[1]), "at=[1]", "names with values", done(lambda: means("arm", at={"age": [20, 30]}))
    ),
    "at a stranger": Asked(
        lambda: means("arm", at={"year": 1}), "no 'year'", "at= may name 'age', 'arm', 'early'",
        words(lambda name: means("early" if name == "arm" else "arm", at={name: {"age": 30}.get(name) or [
            {"arm": "a", "early": "late"}[name]]})),
    ),
    "at, where nothing is": Asked(
        lambda: fitted("reaction ~ 1 + (1 | subject)").marginal_means("arm", at={"days": 1}), "no 'days'",
        "Leave at= out",
        done(lambda: fitted("reaction ~ 1 + (1 | subject)").contrast("(Intercept)")),
    ),
    "at no level": Asked(
        lambda: means("arm", at={"early": "noon"}), "at= gives noon for 'early'", "Its levels are early, late",
        listed(lambda level: means("arm", at={"early": level}), "are "),
    ),
    "at one value twice": Asked(
        lambda: means("arm", at={"age": [20, 20]}), "at['age'] must be a number or a list of different ones", "As in",
        code("at=(.*)[.]", lambda at: means("arm", at=at)),
    ),
    "no factor named": Asked(
        lambda: means(), "Name each factor", "There are means by", words(lambda name: means(name))
    ),
    "one point only": Asked(
        lambda: fitted().marginal_means("days"), "'days' is a number", "Say at which of its values",
        code("at=(.*)[.]", lambda at: fitted().marginal_means("days", at=at)),
    ),
    "one point only, of most": Asked(
        lambda: rare().marginal_means("drink"), "'drink' is a number", "at={'drink': [0, 4]}",
        code("at=(.*)[.]", lambda at: rare().marginal_means("drink", at=at)),
    ),
    "nothing to name": Asked(
        lambda: fitted().marginal_means(), "Name each factor", "ask predict()", done(lambda: fitted().predict(new()))
    ),
    "a group's means": Asked(
        lambda: means("subject"), "'subject' groups the random effects", "Ask random_effects() or predict()",
        done(lambda: [fitted(EARLY).random_effects(), fitted(EARLY).predict(ARMS), means("arm")]),
    ),
    "a stranger's means": Asked(
        lambda: means("sex"), "no 'sex' in the fixed part", "There are means by", words(lambda name: means(name))
    ),
    "too large a grid": Asked(
        lambda: means("arm", at={"age": list(range(200_000))}), "200000 of them along 'age'", "Keep fewer",
        code("at=(.*)[.]", lambda at: means("arm", at=at)),
    ),
    "nobody there": Asked(
        lambda: nobody(weights="proportional"), "No row of the data has those levels together",
        "Use weights='equal', or other levels in at=",
        done(lambda: [nobody(weights="equal"), nobody(weights="proportional", early="early")]),
    ),
    "one mean": Asked(
        lambda: means("arm", at={"arm": "a"}, contrasts="pairwise"), "one mean, and no difference",
        "two levels or more", done(lambda: means("arm", contrasts="pairwise")),
    ),
    # power
    "alpha": Asked(
        lambda: planned(alpha=5), "alpha=5", "as 0.05", code("as (.*)[.]", lambda alpha: planned(alpha=alpha))
    ),
    "no table to plan by": Asked(
        lambda: planned(design=SLEEP.to_dict("list")), "not dict", "One row a measurement",
        done(lambda: planned(design=pd.DataFrame(SLEEP.to_dict("list")))),
    ),
    "a computed response": Asked(
        lambda: planned("log(reaction) ~ days + (1 + days | subject)"), "log(reaction) is computed", "y ~ ...",
        done(lambda: planned("y ~ days + (1 + days | subject)")),
    ),
    "a coefficient without value": Asked(
        lambda: planned(beta={"days": 10.0}), "no value for (Intercept)", "each of (Intercept), days",
        done(lambda: planned(beta=BETA)),
    ),
    "a stranger's coefficient": Asked(
        lambda: planned(beta=BETA | {"year": 1.0}), "names year", "each of (Intercept), days",
        done(lambda: planned(beta=BETA)),
    ),
    "too many coefficients": Asked(
        lambda: planned(beta=[1.0, 2.0, 3.0]), "shape (3,), and the model has 2", "a dict of name to value",
        done(lambda: planned(beta=BETA)),
    ),
    "a G too many": Asked(
        lambda: planned("reaction ~ days", G=[[1.0]], groups="subject"), "no random effects", "Leave it out",
        done(lambda: planned("reaction ~ days", G=None, groups="subject")),
    ),
    "a G too few": Asked(
        lambda: planned("reaction ~ days + (1 | subject) + (1 | arm)", ARMS, G=[[1.0]]), "2 random terms, but 1 G",
        "a dict", done(lambda: planned("reaction ~ days + (1 | subject) + (1 | arm)", ARMS, G={
            "subject": [[1.0]], "arm": [[1.0]]})),
    ),
    "G of another size": Asked(
        lambda: planned(G=[[1.0]]), "is [[1.0]], not 2 x 2", "Its random effects are (Intercept), days",
        done(lambda: planned(G=G0)),
    ),
    "a lopsided G": Asked(
        lambda: planned(G=[[500.0, 1.0], [0.0, 30.0]]), "must be finite and symmetric", "stands in it twice",
        done(lambda: planned(G=[[500.0, 1.0], [1.0, 30.0]])),
    ),
    "no covariance": Asked(
        lambda: planned(G=[[500.0, 400.0], [400.0, 30.0]]), "no random effects have that", "nearer to 0",
        done(lambda: planned(G=[[500.0, 40.0], [40.0, 30.0]])),
    ),
    "no diagonal": Asked(
        lambda: planned("reaction ~ days + (1 + days || subject)", G=[[500.0, 40.0], [40.0, 30.0]]),
        "'||' makes it diagonal", "Give 0 beside the diagonal, or write '|'",
        done(lambda: [planned("reaction ~ days + (1 + days || subject)"), planned(G=[[500.0, 40.0], [40.0, 30.0]])]),
    ),
    "no test": Asked(
        lambda: planned(test=None), "told no test", "For example",
        code("test=(.*)[.]", lambda test: planned(test=test)),
    ),
    "the larger model": Asked(
        lambda: planned(INTERCEPT, G=[[500.0]], test=SLOPE), "is the larger model", "a formula that the model contains",
        done(lambda: planned(SLOPE, test=INTERCEPT)),
    ),
    "the variance of a plan": Asked(
        lambda: planned(sigma2=-1.0), "sigma2 is -1.0", "such a number", done(lambda: planned(sigma2=1.0))
    ),
    "units of a plan": Asked(
        lambda: planned(sigma2=1e-300, G=[[1e200, 0.0], [0.0, 1e200]]), "too far apart", "units", done(planned)
    ),
}  # fmt: skip


def nobody(weights, early="late"):
    """Means of groups of which one level in ``at`` has no row: young ones only early."""
    data = ARMS.assign(young=np.where((ARMS.days < 5) & (ARMS.age < 35), "young", "old"))
    fit = lmm("reaction ~ arm + early + young + (1 | subject)", data)
    return fit.marginal_means("arm", at={"early": early, "young": "young"}, weights=weights)
