"""What is asked of a fit: prediction, V, comparison, the likelihood elsewhere, simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lmmteach import AR1, Diagonal, compare, lmm
from lmmteach.likelihood import blocks

from . import Asked, code, done, listed, words
from .data import ARMS, CROSSED, G0, GROUPED, INTERCEPT, SLEEP, SLOPE, fitted

BY_ARM = {"residual": Diagonal(by="arm"), **GROUPED}
TWO = "reaction ~ arm*days + (1 | subject)"


def gappy(residual, **options):
    """A fit of people who missed visits, counted within each where no time is named."""
    return lmm(INTERCEPT, SLEEP[SLEEP.index % 7 > 0], residual=residual, **options)


def by_category():
    """Times that are names, in their order."""
    named = pd.Categorical(ARMS.visit, categories=[f"v{day}" for day in range(10)], ordered=True)
    return lmm("reaction ~ 1 + (1 | subject)", ARMS.assign(visit=named), time="visit")


def negative():
    """Pairs that are less alike than strangers: rho below 0."""
    rng = np.random.default_rng(2)
    first = rng.normal(size=30)
    data = pd.DataFrame({"id": np.repeat(range(30), 2), "t": [0.0, 1.0] * 30})
    data["y"] = np.column_stack([first, 0.5 * rng.normal(size=30) - first]).ravel()
    return lmm("y ~ 1", data, groups="id", time="t", residual="cs")


def wide(ask):
    """Crossed groups of which V is too large to be made: the limit is made small."""
    fit, most = lmm("y ~ t + (1 | a) + (1 | b)", CROSSED), blocks.MOST_ROWS
    blocks.MOST_ROWS = 20
    try:
        return ask(fit)
    finally:
        blocks.MOST_ROWS = most


def new(**columns):
    """A row to predict."""
    return pd.DataFrame({"days": [3.0], "subject": ["308"]} | {name: [value] for name, value in columns.items()})


PREDICTION = {
    "level": Asked(
        lambda: fitted().fitted("both"), "level='both'", "'marginal' (X beta)", words(lambda one: fitted().fitted(one))
    ),
    "text for a number": Asked(
        lambda: fitted().predict(new(days="3 days")), "Column 'days' holds text ('3 days')", "Convert it",
        code(r"= (pandas\..*)[.]", lambda days: fitted().predict(new().assign(days=days)), pandas=pd,
             data=new(days="3 days")),
    ),
    "a word for a number": Asked(
        lambda: fitted().predict(new(days="many")), "Column 'days' holds text ('many')", "from 0 to 9",
        done(lambda: fitted().predict(new(days=9))),
    ),
    "no such level": Asked(
        lambda: fitted(TWO).predict(new(arm="c")), "Column 'arm' holds 'c'", "Known levels: a, b",
        listed(lambda arm: fitted(TWO).predict(new(arm=arm)), "Known levels: "),
    ),
    "kind": Asked(
        lambda: fitted().residuals(kind="student"), "kind='student'", "Use",
        words(lambda kind: fitted().residuals(kind=kind)),
    ),
    "interval": Asked(
        lambda: fitted().predict(new(), interval="tolerance"), "interval='tolerance'", "or None",
        lambda hint: [words(lambda one: fitted().predict(new(), interval=one))(hint), fitted().predict(new())],
    ),
    "coverage": Asked(
        lambda: fitted().predict(new(), interval="confidence", coverage=95), "coverage=95", "as 0.95",
        code("as (0.95);", lambda coverage: fitted().predict(new(), interval="confidence", coverage=coverage)),
    ),
    "standard errors": Asked(
        lambda: fitted().random_effects(se="sd"), "se='sd'", "Use True",
        lambda hint: [words(lambda se: fitted().random_effects(se=se))(hint), fitted().random_effects(se=True)],
    ),
    "no random effects": Asked(
        lambda: fitted("reaction ~ days", residual="ar1", **GROUPED).random_effects(), "no random effects",
        "Add a term such as (1 | subject)", done(lambda: fitted(INTERCEPT).random_effects()),
    ),
    "a visit without a name": Asked(
        lambda: gappy("diagonal").predict(new(), interval="prediction"),
        "no column says which visit", "Fit with time=, or ask for interval='confidence'",
        done(lambda: [gappy("diagonal", time="days").predict(new(), interval="prediction"),
                      gappy("diagonal").predict(new(), interval="confidence")]),
    ),
    "a visit without a variance": Asked(
        lambda: fitted(INTERCEPT, residual="diagonal", time="days").predict(new(days=12.0), interval="prediction"),
        "none for '12'", "interval='confidence' needs no residual variance",
        done(lambda: fitted(INTERCEPT, residual="diagonal", time="days").predict(new(days=12), interval="confidence")),
    ),
    "a level without a variance": Asked(
        lambda: fitted("reaction ~ days", **BY_ARM).predict(new(arm="c"), interval="prediction"), "none for 'c'",
        "Known are a, b",
        listed(lambda arm: fitted("reaction ~ days", **BY_ARM).predict(new(arm=arm), interval="prediction"), "are "),
    ),
    "half a step ahead": Asked(
        lambda: fitted("reaction ~ days", residual=AR1(spacing="time"), **GROUPED).predict(
            new(days=3.5), interval="prediction"),
        "times 'days' are not all whole numbers", "residual='exponential'",
        words(lambda name: fitted("reaction ~ days", residual=name, **GROUPED).predict(
            new(days=3.5), interval="prediction")),
    ),
    # V
    "subject and times": Asked(
        lambda: fitted().marginal_cov(subject="308", times=[0, 1]), "subject= and times= are both given", "one of them",
        done(lambda: [fitted().marginal_cov(subject="308"), fitted().marginal_cov(times=[0, 1])]),
    ),
    "no such subject": Asked(
        lambda: fitted().marginal_cov(subject="1"), "There is no subject '1'", "The first ones are 308",
        listed(lambda one: fitted().marginal_cov(subject=one), "are "),
    ),
    "no times": Asked(
        lambda: fitted().marginal_cov(times=[0, np.inf]), "times must be a list of finite", "For example",
        code("times=(.*)[.]", lambda times: fitted().marginal_cov(times=times)),
    ),
    "too many times": Asked(
        lambda: fitted().marginal_cov(times=range(20_000)), "times holds 20000 times", "fewer",
        done(lambda: fitted().marginal_cov(times=range(20))),
    ),
    "no visits of the data": Asked(
        lambda: fitted(INTERCEPT, residual="ar1", time="days").marginal_cov(times=[0, 77]),
        "knows only the visits [0.0, 1.0", "Ask for those times, or use a structure in continuous time",
        done(lambda: [
            fitted(INTERCEPT, residual="ar1", time="days").marginal_cov(times=[0.0, 1.0]),
            fitted(INTERCEPT, residual="exponential", time="days").marginal_cov(times=[0, 77]),
        ]),
    ),
    "categories as times": Asked(
        lambda: by_category().marginal_cov(times=[0, 77]), "times are their numbers: [0, 1", "Ask for those",
        done(lambda: by_category().marginal_cov(times=[0, 7])),
    ),
    "too many times for a CS": Asked(
        lambda: negative().marginal_cov(times=range(6)), "no covariance matrix at 6 times", "fewer times",
        done(lambda: negative().marginal_cov(times=range(2))),
    ),
    "Z of more than time": Asked(
        lambda: fitted("reaction ~ days + (1 + age | subject)").marginal_cov(times=[0, 1]), "more than the time",
        "Give subject=", done(lambda: fitted("reaction ~ days + (1 + age | subject)").marginal_cov(subject="308")),
    ),
    "R of more than time": Asked(
        lambda: fitted("reaction ~ days", **BY_ARM).marginal_cov(times=[0, 1]), "differs by arm", "Give subject=",
        done(lambda: fitted("reaction ~ days", **BY_ARM).marginal_cov(subject="308")),
    ),
    "visits by row": Asked(
        lambda: gappy("ar1").marginal_cov(times=[0, 1]), "counted within each subject",
        "Fit with time=, or give subject=",
        done(lambda: [gappy("ar1", time="days").marginal_cov(times=[0, 1]), gappy("ar1").marginal_cov(subject="308")]),
    ),
    "crossed": Asked(
        lambda: lmm("y ~ t + (1 | a) + (1 | b)", CROSSED, time="t").marginal_cov(times=[0, 1]), "crossed factors",
        "Give subject=",
        done(lambda: lmm("y ~ t + (1 | a) + (1 | b)", CROSSED, time="t").marginal_cov(subject=0)),
    ),
    "too wide a V": Asked(
        lambda: wide(lambda fit: fit.residuals("marginal", "normalized")), "24 rows hang together",
        "Ask for what needs no V",
        done(lambda: wide(lambda fit: [
            *fit.random_effects().values(), fit.fitted(), fit.residuals(), fit.residuals(kind="pearson"), fit.simulate()
        ])),
    ),
}  # fmt: skip


def half():
    return lmm(INTERCEPT, SLEEP[SLEEP.days < 5])


COMPARISON = {
    "one fit twice": Asked(
        lambda: compare(fitted(), fitted()), "the same fit twice", "one that contains it",
        done(lambda: compare(fitted(INTERCEPT), fitted()).statistic),
    ),
    "one fit alone": Asked(
        lambda: compare(fitted()), "compared with nothing", "Give two fits of the same data",
        done(lambda: [compare(fitted(INTERCEPT), fitted()).statistic, fitted().anova()]),
    ),
    "not nested": Asked(
        lambda: compare(fitted("reaction ~ age + (1 | subject)", "ML"), fitted(INTERCEPT, "ML")), "Neither model",
        "compare these by .aic or .bic",
        done(lambda: [getattr(fitted(f, "ML"), name) for f in ("reaction ~ age + (1 | subject)", INTERCEPT)
                      for name in ("aic", "bic")]),
    ),
    "convention": Asked(
        lambda: fitted().information_criteria("sas"), "convention='sas'", "Use",
        words(lambda one: fitted().information_criteria(one)),
    ),
    "no fit": Asked(
        lambda: compare(fitted(), SLOPE), "a str is none", "Make one by lmm(...)",
        done(lambda: compare(fitted(INTERCEPT), lmm(SLOPE, ARMS)).statistic),
    ),
    "two methods": Asked(
        lambda: compare(fitted(INTERCEPT, "ML"), fitted()), "by ML, the other by REML", "the other's method",
        done(lambda: [compare(fitted(INTERCEPT, one), fitted(SLOPE, one)).statistic for one in ("ML", "REML")]),
    ),
    "other rows": Asked(
        lambda: compare(half(), fitted()), "90 rows, the other 180", "Drop the rows with missing values",
        done(lambda: compare(half(), lmm(SLOPE, SLEEP[SLEEP.days < 5])).statistic),
    ),
    "another response": Asked(
        lambda: compare(fitted(INTERCEPT), lmm(SLOPE, SLEEP.assign(reaction=SLEEP.reaction / 1000))), "do not agree",
        "one and the same DataFrame", done(lambda: compare(fitted(INTERCEPT), lmm(SLOPE, ARMS)).statistic),
    ),
    "REML of other X": Asked(
        lambda: compare(fitted("reaction ~ 1 + (1 | subject)"), fitted(INTERCEPT)), "(days in one of them only)",
        "Refit both with method='ML'",
        done(lambda: compare(fitted("reaction ~ 1 + (1 | subject)", "ML"), fitted(INTERCEPT, "ML")).statistic),
    ),
    # deviance_at
    "sigma2 of 0": Asked(
        lambda: fitted().deviance_at(sigma2=-1.0), "sigma2 is -1.0", "such a number",
        done(lambda: fitted().deviance_at(sigma2=1.0)),
    ),
    "no variance at all": Asked(
        lambda: fitted().deviance_at(sigma2=0.0), "sigma2 is 0", "above 0",
        done(lambda: fitted().deviance_at(sigma2=1.0)),
    ),
    "two sigma2": Asked(
        lambda: fitted().deviance_at(sigma2=[1.0, 2.0]), "not of shape (2,)", "a residual structure",
        done(lambda: fitted().deviance_at(sigma2=AR1(rho=0.5, sigma2=600.0))),
    ),
    "G of other terms": Asked(
        lambda: fitted().deviance_at({"id": G0}), "G is given for id, but the random terms are subject", "each of them",
        done(lambda: fitted().deviance_at({"subject": G0})),
    ),
    "G of other effects": Asked(
        lambda: fitted().deviance_at(pd.DataFrame(G0)), "labelled 0, 1", "Label rows and columns so, or",
        done(lambda: [fitted().deviance_at(pd.DataFrame(G0, ["(Intercept)", "days"], ["(Intercept)", "days"])),
                      fitted().deviance_at(pd.DataFrame(G0).to_numpy())]),
    ),
    "too many G": Asked(
        lambda: fitted().deviance_at([np.eye(1), np.eye(1)]), "1 random term(s), but 2 G", "a list with one for each",
        done(lambda: fitted().deviance_at([np.array(G0)])),
    ),
    "G not symmetric": Asked(
        lambda: fitted().deviance_at([[500.0, 1.0], [0.0, 30.0]]), "not [[500.0, 1.0], [0.0, 30.0]]", "twice",
        done(lambda: fitted().deviance_at([[500.0, 1.0], [1.0, 30.0]])),
    ),
}  # fmt: skip

TEN = SLEEP[SLEEP.subject.isin(SLEEP.subject.unique()[:10])]
SIMULATION = {
    "seed": Asked(
        lambda: fitted().simulate(2, seed=-1), "seed=-1", "a whole number, 0 or above",
        done(lambda: fitted().simulate(2, seed=0)),
    ),
    "no replicates": Asked(
        lambda: fitted().bootstrap(0, seed=1), "n=0", "from 1 up",
        code("from (.*) up", lambda n: fitted().bootstrap(n, seed=1)),
    ),
    "text as response": Asked(
        lambda: fitted().refit(["slow"] * 180), "The new response is not made of numbers", "one number for each row",
        done(lambda: fitted().refit(SLEEP.reaction.tolist())),
    ),
    "a table as response": Asked(
        lambda: fitted().refit(fitted().simulate(2, seed=1)), "shape (180, 2)", "a single column",
        code(r"column, (.*)[.]", lambda y: fitted().refit(y), fit=fitted()),
    ),
    "a missing response": Asked(
        lambda: fitted().refit(SLEEP.reaction.where(SLEEP.index != 7)), "no number in row 7", "every row a value",
        done(lambda: fitted().refit(SLEEP.reaction.where(SLEEP.index != 7, 300.0))),
    ),
    "a constant response": Asked(
        lambda: fitted().refit(np.full(180, 2.0)), "2 in every row", "Check it",
        done(lambda: fitted().refit(np.full(180, 2.0) + np.sin(np.arange(180)))),
    ),
    "a label twice": Asked(
        lambda: fitted().refit(SLEEP.reaction.set_axis([0, 0, *range(178)])), "holds 0 more than once",
        "a label of its own, or pass y.to_numpy()",
        done(lambda: [fitted().refit(SLEEP.reaction.set_axis(range(180))),
                      fitted().refit(SLEEP.reaction.set_axis([0, 0, *range(178)]).to_numpy())]),
    ),
    "a row that is lost": Asked(
        lambda: fitted().refit(SLEEP.reaction.set_axis(range(1, 181))), "lacks 1 of the rows used, the first of them 0",
        "the data's index, or pass y.to_numpy()",
        done(lambda: [fitted().refit(SLEEP.reaction.set_axis(SLEEP.index)),
                      fitted().refit(SLEEP.reaction.set_axis(range(1, 181)).to_numpy())]),
    ),
}  # fmt: skip

CASES = PREDICTION | COMPARISON | SIMULATION
assert len(CASES) == sum(map(len, (PREDICTION, COMPARISON, SIMULATION))), "a name twice"
