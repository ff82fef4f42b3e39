"""What is asked without a fit: covariances, structures, the readable likelihood, a search without a start."""

from __future__ import annotations

import numpy as np

import lmmteach
from lmmteach import (
    AR1,
    CompoundSymmetry,
    Diagonal,
    Exponential,
    Independent,
    Toeplitz,
    Unstructured,
    cov_to_corr,
    deviance,
    gls,
    lmm,
    marginal_covariance,
)
from lmmteach.covariance.structure import Structure
from lmmteach.fitting import fit_plainly

from . import Asked, code, done, words
from .data import ARMS, GROUPED, INTERCEPT, SLEEP, fitted

Z, G = np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([[4.0, 1.0], [1.0, 1.0]])
y, X, V = np.array([1.0, 3.0, 2.0]), np.column_stack([np.ones(3), [0.0, 1.0, 2.0]]), np.eye(3) + 0.5
ONE_DAY = {"groups": "subject", "time": "days"}


class Nowhere(Structure):
    """Somebody's own structure, whose matrix is no covariance anywhere."""

    def n_rho(self, occasions):
        return 1

    def natural(self, x, occasions):
        return 2.0 + 0.0 * x[0]

    def correlation(self, rho, occasions):
        n = occasions.times.shape[-1]
        return np.eye(n) + rho * (1 - np.eye(n)) + 0.0 * occasions.lags


def by_arm(sigma2, sd_ratio):
    """R of two people of two arms."""
    return Independent(sigma2=sigma2, by="arm", sd_ratio=sd_ratio).cov([0, 1], strata=["a", "b"])


def plainly(**changed):
    design = np.column_stack([np.ones(180), SLEEP.days])
    given = {"y": SLEEP.reaction, "X": design, "Z": design[:, :1], "subjects": SLEEP.subject} | changed
    return lambda: fit_plainly(**given).deviance


CASES = {
    # arguments
    "too many values": Asked(
        lambda: AR1(rho=0.5, sigma2=1.0).cov(range(10**8)), "times holds more than", "fewer",
        done(lambda: AR1(rho=0.5, sigma2=1.0).cov(range(10))),
    ),
    "no numbers": Asked(
        lambda: marginal_covariance([["a"]], [[1]], 1.0), "Z is not made of numbers: [['a']]", "a list or an array",
        done(lambda: marginal_covariance([[1]], [[1]], 1.0)),
    ),
    "not finite": Asked(
        lambda: marginal_covariance([[np.nan]], [[1]], 1.0), "Z holds nan", "Put a number in its place",
        done(lambda: marginal_covariance([[1.0]], [[1]], 1.0)),
    ),
    "method": Asked(
        lambda: deviance(y, X, V, "MLE"), "method='MLE'", "Use", words(lambda method: deviance(y, X, V, method))
    ),
    # covariance
    "Z of one column": Asked(
        lambda: marginal_covariance(Z[:, 0], [[4.0]], 1.0), "not an array of shape (2,)", "Z[:, None]",
        code("Try (.*)[.]", lambda made: marginal_covariance(made, [[4.0]], 1.0), Z=Z[:, 0]),
    ),
    "G of another size": Asked(
        lambda: marginal_covariance(Z, [[4.0]], 1.0), "not of shape (1, 1)", "a row and a column for each column of Z",
        done(lambda: marginal_covariance(Z, G, 1.0)),
    ),
    "R of another size": Asked(
        lambda: marginal_covariance(Z, G, np.eye(3)), "not of shape (3, 3)", "their variance, one number",
        done(lambda: marginal_covariance(Z, G, 1.0)),
    ),
    "no number left": Asked(
        lambda: marginal_covariance(1e200 * Z, 1e200 * G, 1.0), "Z and G are too large", "Change the unit",
        done(lambda: marginal_covariance(Z, G, 1.0)),
    ),
    "no square": Asked(
        lambda: cov_to_corr(V[:2]), "shape (2, 3)", "as many rows as columns", done(lambda: cov_to_corr(V[:2, :2]))
    ),
    "no variance": Asked(
        lambda: cov_to_corr([[4.0, 0.0], [0.0, 0.0]]), "Variance number 2 is 0", "Leave its row and column out",
        done(lambda: cov_to_corr([[4.0]])),
    ),
    "rho": Asked(
        lambda: AR1(rho=2.0), "rho cannot be 2.0", "one correlation, between -1 and 1",
        done(lambda: AR1(rho=0.2, sigma2=1.0).cov([0, 1])),
    ),
    "several rho": Asked(
        lambda: Toeplitz(rho=0.5), "rho cannot be 0.5", "correlations between -1 and 1",
        done(lambda: Toeplitz(rho=[0.5], sigma2=1.0).cov([0, 1])),
    ),
    "sigma2": Asked(
        lambda: AR1(rho=0.5, sigma2=-1.0), "sigma2 is -1.0", "such a number",
        done(lambda: AR1(rho=0.5, sigma2=1.0).cov([0, 1])),
    ),
    "by": Asked(
        lambda: Diagonal(by=3), "by cannot be 3", "'visit' or the name of a column",
        done(lambda: [lmm("reaction ~ days", ARMS, residual=Diagonal(by=by), **GROUPED) for by in ("visit", "arm")]),
    ),
    "no values": Asked(
        lambda: AR1().cov([0, 1]), "AR1() carries no values", "sigma2 (and rho), or take it from a fit",
        done(lambda: [
            AR1(rho=0.5, sigma2=1.0).cov([0, 1]),
            lmm("reaction ~ days", SLEEP, residual=AR1(), **GROUPED).residual.cov([0, 1]),
        ]),
    ),
    "too few rho": Asked(
        lambda: Toeplitz(rho=[0.5], sigma2=1.0).cov([0, 1, 2]), "1 correlations and needs 2", "as many",
        done(lambda: Toeplitz(rho=[0.5, 0.2], sigma2=1.0).cov([0, 1, 2])),
    ),
    "rho too low": Asked(
        lambda: CompoundSymmetry(rho=-0.4, sigma2=1.0).cov(range(4)), "no covariance matrix at 4 times",
        "nearer to 0, or ask for fewer times",
        done(lambda: [CompoundSymmetry(rho=-0.3, sigma2=1.0).cov(range(4)),
                      CompoundSymmetry(rho=-0.4, sigma2=1.0).cov(range(3))]),
    ),
    "no structure added": Asked(
        lambda: Exponential() + 5, "5 is no residual structure", "Add one",
        code("as in (.*)[.]", lambda made: lmm("reaction ~ days", SLEEP, residual=made, **GROUPED)),
    ),
    "two independent parts": Asked(
        lambda: Independent() + Independent(), "cannot be told apart", "a correlation over time",
        code("for example (.*)[.]", lambda one: lmm("reaction ~ days", SLEEP, residual=one + Independent(), **GROUPED)),
    ),
    "spacing": Asked(
        lambda: AR1(spacing="week"), "'week'", "a step for each unit of time",
        words(lambda spacing: AR1(rho=0.5, sigma2=1.0, spacing=spacing).cov([0, 1])),
    ),
    "no whole steps": Asked(
        lambda: AR1(rho=0.5, sigma2=1.0, spacing="time").cov([0, 0.5]), "times 'times' are not all whole",
        "residual='exponential'", done(lambda: Exponential(rho=0.5, sigma2=1.0).cov([0, 0.5])),
    ),
    "no whole steps in the data": Asked(
        lambda: lmm("reaction ~ days", SLEEP.assign(days=SLEEP.days / 2), residual=AR1(spacing="time"), **GROUPED),
        "times 'days' are not all whole", "residual='exponential'",
        words(lambda name: lmm("reaction ~ days", SLEEP.assign(days=SLEEP.days / 2), residual=name, **GROUPED)),
    ),
    "range": Asked(
        lambda: Exponential(range=-1.0), "range cannot be -1.0", "range above 0",
        done(lambda: [Exponential(range=1.0, sigma2=1.0).cov([0, 1]), Exponential(rho=0.5, sigma2=1.0).cov([0, 1])]),
    ),
    "times": Asked(
        lambda: Exponential(rho=0.5, sigma2=1.0).cov([0, np.nan]), "times must be a list", "For example",
        code("times=(.*)[.]", lambda times: Exponential(rho=0.5, sigma2=1.0).cov(times)),
    ),
    "no visits": Asked(
        lambda: AR1(rho=0.5, sigma2=1.0).cov([0, 0.5]), "not [0.0, 0.5]", "their numbers",
        done(lambda: AR1(rho=0.5, sigma2=1.0).cov([0, 1])),
    ),
    "too many visits": Asked(
        lambda: AR1(rho=0.5, sigma2=1.0).cov([0, 20_000]), "Visit 20000", "one by one",
        done(lambda: AR1(rho=0.5, sigma2=1.0).cov([0, 1])),
    ),
    "no strata": Asked(
        lambda: Independent(sigma2=1.0, by="arm", sd_ratio={"a": 1, "b": 2}).cov([0, 1]), "every level of arm",
        "strata=",
        code("from (.*)[.]", lambda levels: Independent(sigma2=1.0, by="arm", sd_ratio={"a": 1, "b": 2}).cov(
            [0, 1], strata=levels)),
    ),
    "other strata": Asked(
        lambda: Independent(sigma2=1.0, by="arm", sd_ratio={"a": 1, "b": 2}).cov([0, 1], strata=["a", "c"]),
        "variances for ['a', 'b'] only", "one of these for every time",
        done(lambda: Independent(sigma2=1.0, by="arm", sd_ratio={"a": 1, "b": 2}).cov([0, 1], strata=["a", "b"])),
    ),
    "a level without": Asked(
        lambda: fitted().deviance_at(sigma2=Independent(sigma2=600.0, by="visit", sd_ratio={1: 1.0})),
        "no standard deviation for 2, 3", "one for each of 1, 2, 3",
        done(lambda: fitted().deviance_at(
            sigma2=Independent(sigma2=600.0, by="visit", sd_ratio=dict.fromkeys(range(1, 11), 1.0)))),
    ),
    "a first level of its own": Asked(
        lambda: by_arm(1.0, {"a": 2.0, "b": 4.0}), "sd_ratio holds 2 for the first level, a",
        "Divide all of them by it, and multiply sigma2 by its square", done(lambda: by_arm(4.0, {"a": 1.0, "b": 2.0})),
    ),
    "no mapping of levels": Asked(
        lambda: by_arm(1.0, [1.0, 2.0]), "sd_ratio cannot be [1.0, 2.0]", "{level: number}, the first level's 1",
        done(lambda: by_arm(1.0, {"a": 1.0, "b": 2.0})),
    ),
    "a negative standard deviation": Asked(
        lambda: by_arm(1.0, {"a": 1.0, "b": -2.0}), "'b': -2.0", "0 or above",
        done(lambda: by_arm(1.0, {"a": 1.0, "b": 2.0})),
    ),
    "rho that is no matrix": Asked(
        lambda: Unstructured(rho=[0.5]), "rho cannot be [0.5]", "a symmetric matrix, visits by visits, with 1",
        done(lambda: Unstructured(rho=[[1.0, 0.5], [0.5, 1.0]], sigma2=1.0, by="visit", sd_ratio={0: 1, 1: 2}).cov(
            [0, 1])),
    ),
    # likelihood
    "no lists": Asked(
        lambda: gls([y], X, V).beta, "not lists with one entry for every subject", "one subject's three arrays",
        done(lambda: [gls([y], [X], [V]).beta, gls(y, X, V).beta]),
    ),
    "shapes": Asked(
        lambda: gls(y, X[:2], V).beta, "Subject number 1 has y of shape (3,), X (2, 2)", "(n,), (n, p) and (n, n)",
        done(lambda: gls(y, X, V).beta),
    ),
    "a missing reading": Asked(
        lambda: gls(np.array([1.0, np.nan, 2.0]), X, V).beta, "of subject number 1 is not finite", "Remove such rows",
        done(lambda: gls(y[[0, 2]], X[[0, 2]], V[np.ix_([0, 2], [0, 2])]).beta),
    ),
    "lopsided": Asked(
        lambda: gls(y, X, V + 0.4 * np.eye(3, k=1)).beta, "V[0, 1] is 0.9, but V[1, 0] is 0.5", "stands in it twice",
        done(lambda: gls(y, X, V + 0.4 * (np.eye(3, k=1) + np.eye(3, k=-1))).beta),
    ),
    "no covariance": Asked(
        lambda: gls(y, X, np.eye(3) - 1).beta, "V of subject number 1 is not positive definite",
        "Raise sigma2 or the diagonal of G, or bring the covariances nearer to 0",
        done(lambda: [gls(y, X, 4 * np.eye(3) - 1).beta, gls(y, X, np.eye(3)).beta]),
    ),
    "a column twice": Asked(
        lambda: gls(y, X[:, [0, 0]], V).beta, "columns of X are not independent", "Drop one of them",
        done(lambda: gls(y, X[:, [0]], V).beta),
    ),
    # fitting
    "plain shapes": Asked(
        plainly(Z=np.ones(180)), "the shapes (180,), (180, 2), (180,), (180,)", "one column alone is x[:, None]",
        done(plainly(Z=np.ones(180)[:, None])),
    ),
    "nowhere to start": Asked(
        lambda: lmm("reaction ~ days", SLEEP, residual=Nowhere(), **GROUPED), "No valid covariance matrix",
        "a simpler structure", done(lambda: lmm("reaction ~ days", SLEEP, residual="ar1", **GROUPED)),
    ),
}  # fmt: skip

#: arguments of other programs: what is given, what the answer tells, and the call it leads to
WEIGHTS = SLEEP.assign(w=1.0 + SLEEP.days % 2, z=SLEEP.days / 10, long=np.where(SLEEP.days < 5, "a", "b"))
ELSEWHERE = {
    "weights": ("I(x*sqrt(w))", lambda: [
        lmm("reaction*sqrt(w) ~ 0 + sqrt(w) + I(days*sqrt(w)) + (0 + sqrt(w) | subject)", WEIGHTS),
        lmm(INTERCEPT, WEIGHTS, residual=lmmteach.Diagonal(by="long")),
    ]),
    "offset": ("y - z ~", lambda: lmm("reaction - z ~ days + (1 | subject)", WEIGHTS)),
    "REML": ("method='REML' or method='ML'", lambda: [lmm(INTERCEPT, SLEEP, one) for one in ("REML", "ML")]),
    "reml": ("method='REML' or method='ML'", lambda: [lmm(INTERCEPT, SLEEP, one) for one in ("REML", "ML")]),
    "random": ("(1 + t | g)", lambda: lmm("reaction ~ days + (1 + days | subject)", SLEEP)),
    "re_formula": ("(1 + t | g)", lambda: lmm("reaction ~ days + (1 + days | subject)", SLEEP)),
    "correlation": ("residual='ar1', for example, and groups='id'", lambda: lmm(
        "reaction ~ days", SLEEP, residual="ar1", groups="subject")),
    "family": ("Leave it out", lambda: lmm(INTERCEPT, SLEEP)),
    "subset": ("data = data[...]", lambda: lmm(INTERCEPT, SLEEP[SLEEP.days > 1])),
    "contrasts": ("C(f, sum), C(f, ref='b')", lambda: [
        lmm(f"reaction ~ C(arm, {how}) + (1 | subject)", ARMS) for how in ("sum", "ref='b'")]),
    "verbose": ("The arguments are formula, data, method, groups, time, residual", lambda: lmm(INTERCEPT, SLEEP)),
}  # fmt: skip
for name, (told, way) in ELSEWHERE.items():
    CASES[f"{name}="] = Asked(
        lambda name=name: lmm(INTERCEPT, WEIGHTS, **{name: 1}), f"{name}= is not an argument", told, done(way)
    )
