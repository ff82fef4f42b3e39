"""What an explorer, and a figure, cannot be given."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lmmteach import Diagonal, Exponential, Independent, lmm, plots
from lmmteach.explore import VIEWS, Answer, Flags, Panel, Pick, Prompt, Slider, View, explore

from . import Asked, code, done, listed, words
from .data import INTERCEPT, SLEEP, fitted

FOLDER = TemporaryDirectory()
PAGE = Path(FOLDER.name) / "page.html"
DIALS = View(
    "Dials", (Panel("equation", "The model"),), free=(), needs_fit=False,
    dials=(
        Slider("share", "s", "a share", 1 / 3, 2 / 3, 0.5),
        Pick("how", "how", (("a", "as a"), ("b", "as b")), "a"),
        Flags("visits", "visits", (0, 1, 2)),
    ),
    prompt=Prompt("Which?", (Answer("This", "So it is.", True), Answer("That", "No.")), ("share",)),
)  # fmt: skip
QUIET = View("Quiet", (Panel("equation", "The model"),))


def moved(explorer=None, **state):
    """An explorer after a move."""
    explorer = explorer or fitted().explore()
    explorer.move(**state)
    return explorer.code()


def asked(name):
    """An explorer's state by one name, set to what it is."""
    explorer = fitted().explore()
    state = getattr(explorer, name) if name in ("G", "sigma2", "hold", "seed", "method") else explorer.dials[name]
    return moved(explorer, **{name: state})


HALVES = SLEEP.assign(half=np.where(SLEEP.subject.astype(int) % 2, "a", "b"))


def none_random():
    return lmm("reaction ~ days", SLEEP, groups="subject", residual=Exponential(), time="days").explore()


def nugget():
    return fitted(INTERCEPT, residual=Exponential() + Independent(), time="days").explore()


def changed_in_place(explorer):
    explorer.G.loc["days", "days"] = 50.0
    return explorer.G


def predicted(place, view=DIALS):
    """A prompt answered."""
    explorer = explore(None if view is DIALS else fitted(), view)
    explorer.prediction = place
    return explorer.code()


def dialled(value):
    explorer = explore(None, DIALS)
    explorer.dials = value
    return explorer.dials["share"]


def unwritten():
    """A disk that takes no more."""
    with mock.patch("lmmteach.explore.page.write_safely", side_effect=OSError(28, "No space left on device")):
        return fitted().explore().save(PAGE)


STATE = {
    "address": Asked(
        lambda: fitted().explore(address=3), "address cannot be 3", "True, False or a name",
        done(lambda: [fitted().explore(address=one).code() for one in (True, False, "mine")]),
    ),
    "no fit": Asked(
        lambda: explore(None, "shrinkage"), "shrinkage' shows a fit", "Start it from one: fit.explore(...)",
        done(lambda: fitted().explore("shrinkage").code()),
    ),
    "no such state": Asked(
        lambda: fitted().explore(rho=0.5), "has no rho", "It has G, sigma2", listed(asked, "It has ")
    ),
    "V of no fit": Asked(
        lambda: explore(None, DIALS).V, "has no V", "Start one from a fit", done(lambda: fitted().explore().V)
    ),
    "G of no fit": Asked(
        lambda: moved(explore(None, DIALS), G=[[1.0]]), "has no G", "It has share, how, visits",
        done(lambda: moved(explore(None, DIALS), share=0.4, how="b", visits=[1])),
    ),
    "no such view": Asked(
        lambda: fitted().explore("shrink"), "no explorer called 'shrink'", "There are: 'marginal'",
        lambda hint: [words(lambda name: explore(fitted() if VIEWS[name].needs_fit else None, name).code())(hint),
                      fitted().explore(QUIET).code()],
    ),
    "no such panel": Asked(
        lambda: fitted().explore(View("Mine", (Panel("pie", "Pie"),))), "a panel 'pie'", "There are: ",
        words(lambda kind: fitted().explore(View("Mine", (Panel(kind, "Pie"),))).code()),
    ),
    "too many effects": Asked(
        lambda: fitted("reaction ~ days + (1 + days + age | subject)").explore(), "has 3 in 1 grouping",
        "Fit a model such as 'y ~ time + (1 + time | subject)'", done(lambda: fitted().explore().code()),
    ),
    "R in a view of sigma2 I": Asked(
        lambda: fitted(INTERCEPT, residual=Exponential(), time="days").explore("shrinkage"), "residuals Exponential()",
        "residual='independent'",
        done(lambda: [fitted(INTERCEPT, residual=Exponential(), time="days").explore().code(),
                      fitted(INTERCEPT, residual="independent", time="days").explore("shrinkage").code()]),
    ),
    "R without sliders": Asked(
        lambda: fitted(INTERCEPT, residual="toeplitz").explore(), "no sliders for the residuals Toeplitz()",
        "It has them for ar1, exponential, cs and diagonal",
        done(lambda: [fitted(INTERCEPT, residual=one, time="days").explore().code()
                      for one in ("ar1", "exponential", "cs", "diagonal", Exponential() + Independent())]),
    ),
    "R of other groups": Asked(
        lambda: lmm("reaction ~ days + (1 | half)", HALVES, residual="ar1", groups="subject").explore(),
        "those of other groups", "in which both belong to one",
        done(lambda: fitted(INTERCEPT, residual="ar1").explore().code()),
    ),
    "R of many levels": Asked(
        lambda: lmm(INTERCEPT, HALVES, residual=Diagonal(by="subject")).explore(), "have 18 variances",
        "lmmteach.Diagonal(by='half')",
        done(lambda: lmm(INTERCEPT, HALVES, residual=Diagonal(by="half")).explore().code()),
    ),
    "G where there is none": Asked(
        lambda: moved(none_random(), G=[[1.0]]), "no random effects", "It has sigma2, phi",
        done(lambda: moved(none_random(), sigma2=900.0, phi=0.5)),
    ),
    "a variance in R below 0": Asked(
        lambda: moved(nugget(), sigma2_exponential=-1), "0 or more, not -1", "give its square if you have the SD",
        done(lambda: moved(nugget(), sigma2_exponential=30.0**2)),
    ),
    "changed in place": Asked(
        lambda: changed_in_place(fitted().explore()), "G was changed in place", "or use explorer.move(...)",
        done(lambda: moved(G=[[600.0, 0.0], [0.0, 50.0]])),
    ),
    "G of another size": Asked(
        lambda: moved(G=[[600.0]]), "not of shape (1, 1)", "Give [[G11, G12], [G12, G22]]",
        code("Give (.*)[.]", lambda G: moved(G=G), G11=600.0, G12=0.0, G22=30.0),
    ),
    "a lopsided G": Asked(
        lambda: moved(G=[[600.0, 1.0], [2.0, 30.0]]), "G12 is 1 but G21 is 2", "the same number twice",
        done(lambda: moved(G=[[600.0, 1.0], [1.0, 30.0]])),
    ),
    "a negative variance": Asked(
        lambda: moved(G=[[600.0, 0.0], [0.0, -30.0]]), "smallest eigenvalue -30", "G22 is a variance: give 0 or more",
        lambda hint: [moved(G=[[600.0, 0.0], [0.0, 0.0]]), anyway(hint, [[600.0, 0.0], [0.0, -30.0]])],
    ),
    "too large a covariance": Asked(
        lambda: moved(G=[[600.0, 500.0], [500.0, 31.0]]), "not positive semidefinite", "at most sqrt(G11 G22) = 136.38",
        lambda hint: [at_most(hint), anyway(hint, [[600.0, 500.0], [500.0, 31.0]])],
    ),
    "words for G": Asked(
        lambda: moved(G="large"), "G must be made of numbers, not 'large'", "a number, or a list of them",
        done(lambda: moved(G=[[600.0, 0.0], [0.0, 30.0]])),
    ),
    "beyond numbers": Asked(
        lambda: moved(G=[[1e200, 0.0], [0.0, 30.0]]), "G reaches 1e+200", "Change the unit",
        done(lambda: moved(G=[[1e2, 0.0], [0.0, 30.0]])),
    ),
    "not finite": Asked(
        lambda: moved(G=[[np.nan, 0.0], [0.0, 30.0]]), "G contains a value that is not finite", "finite numbers",
        done(lambda: moved(G=[[1.0, 0.0], [0.0, 30.0]])),
    ),
    "no residual variance": Asked(
        lambda: moved(sigma2=0.0), "sigma2 must be one number above 0, not 0.0", "its square if you have the SD",
        done(lambda: moved(sigma2=25.0**2)),
    ),
    "as good as none": Asked(
        lambda: moved(sigma2=1e-200), "sigma2 is 1e-200, too close to 0", "Change the unit",
        done(lambda: moved(sigma2=1.0)),
    ),
    "hold": Asked(lambda: moved(hold="G12"), "hold cannot be 'G12'", "Choose", words(lambda one: moved(hold=one))),
    "method": Asked(
        lambda: moved(method="MLE"), "method cannot be 'MLE'", "Choose", words(lambda one: moved(method=one))
    ),
    "seed": Asked(
        lambda: moved(seed=-1), "seed cannot be -1", "a whole number from 0 to 2147483647",
        done(lambda: [moved(seed=0), moved(seed=2147483647)]),
    ),
    "dials that are no mapping": Asked(
        lambda: dialled([("share", 0.6)]), "a mapping of names to values", "Write {'name': value}",
        done(lambda: dialled({"share": 0.6})),
    ),
    "no such dial": Asked(
        lambda: dialled({"shares": 1}), "no dial 'shares'", "It has share, how, visits",
        listed(lambda name: dialled({name: {"share": 0.6, "how": "b", "visits": [1]}[name]}), "It has "),
    ),
    "beyond a slider": Asked(
        lambda: dialled({"share": 2}), "share cannot be 2", "a number from 0.33",
        lambda hint: [dialled({"share": float(end)}) for end in hint.split("from ")[1].rstrip(".").split(" to ")],
    ),
    "none to pick": Asked(
        lambda: dialled({"how": "c"}), "how cannot be 'c'", "Choose one of 'a', 'b'",
        words(lambda how: dialled({"how": how})),
    ),
    "no list": Asked(
        lambda: dialled({"visits": 1}), "visits must be a list, not 1", "some of 0, 1, 2",
        done(lambda: dialled({"visits": [0, 1, 2]})),
    ),
    "not on the list": Asked(
        lambda: dialled({"visits": [7]}), "visits cannot hold 7", "some of 0, 1, 2",
        done(lambda: dialled({"visits": [0, 1, 2]})),
    ),
    "no such answer": Asked(
        lambda: predicted(5), "prediction cannot be 5", "Give 0 to 1, the answer's place, or None",
        done(lambda: [predicted(0), predicted(1), predicted(None)]),
    ),
    "no question": Asked(
        lambda: predicted(0, QUIET), "prediction cannot be 0", "asks for no prediction",
        done(lambda: fitted().explore(QUIET).code()),
    ),
}  # fmt: skip


def at_most(hint):
    """The largest covariance that the hint admits, either way."""
    limit = float(hint.split("G22) = ")[1].split(". ")[0])
    return [moved(G=[[600.0, one], [one, 31.0]]) for one in (limit, -limit)]


def anyway(hint, G):
    """The hint's own call, for whoever wants to look at it all the same."""
    explorer = fitted().explore()
    call = hint.split("all the same: ")[1].rstrip(".").replace("...", repr(G))
    eval(call, {"explorer": explorer})
    return explorer.G


SAVED = {
    "no page": Asked(
        lambda: fitted().explore().save(PAGE.with_suffix(".txt")), "'page.txt' does not end in .html", "as a web page",
        done(lambda: fitted().explore().save(PAGE)),
    ),
    "no folder": Asked(
        lambda: fitted().explore().save(PAGE.parent / "none" / "page.html"), "There is no folder",
        "Make it first, or save somewhere else",
        done(lambda: [os.makedirs(PAGE.parent / "some", exist_ok=True) or fitted().explore().save(
            PAGE.parent / "some" / "page.html"), fitted().explore().save(PAGE)]),
    ),
    "no name": Asked(
        lambda: fitted().explore().save(3), "path cannot be 3", "the file's name",
        words(lambda name: fitted().explore().save(PAGE.parent / name)),
    ),
    "no room": Asked(
        unwritten, "cannot be written: No space left", "under another name or somewhere else",
        done(lambda: fitted().explore().save(PAGE.parent / "other.html")),
    ),
    "no height": Asked(
        lambda: fitted().explore().embed(PAGE, height=0), "height cannot be 0", "such as 760",
        code("such as (.*)[.]", lambda height: fitted().explore().embed(PAGE, height=height)),
    ),
}  # fmt: skip


def axes(*shape):
    return Figure().subplots(*shape)


NESTED = "reaction ~ days + (1 + days | subject) + (1 | site)"
FIGURES = {
    "a matrix that is none": Asked(
        lambda: plots.draw_matrix(axes(), [[1.0, 2.0]]), "shape (1, 2)", "a square matrix and 'covariance' or",
        words(lambda kind: plots.draw_matrix(axes(), [[1.0, 0.2], [0.2, 1.0]], kind=kind)),
    ),
    "one time": Asked(
        lambda: plots.draw_correlation_over_time(axes(), pd.DataFrame([[1.0]], columns=[0])), "two times at least",
        "data with repeated measurements", done(lambda: plots.draw_correlation_over_time(axes(), fitted())),
    ),
    "one axis": Asked(
        lambda: plots.draw_residuals([axes()], fitted()), "two axes, not 1", "Use figure.subplots(1, 2)",
        code("Use (.*)[.]", lambda two: plots.draw_residuals(two, fitted()), figure=Figure()),
    ),
    "values out of order": Asked(
        lambda: plots.draw_profile(axes(), [2, 0, 1, 3], [10, 14, 11, 14]), "ascending values", "Sort them by value",
        done(lambda: plots.draw_profile(axes(), [0, 1, 2, 3], [14, 11, 10, 14])),
    ),
    "no entries of G": Asked(
        lambda: plots.draw_path(axes(), fitted(), ("G11", "G33"), size=3), "('G11', 'G33') are not two entries",
        "such as 'G11' and 'G22'", done(lambda: plots.draw_path(axes(), fitted(), ("G11", "G22"), size=3)),
    ),
    "no such column": Asked(
        lambda: plots.draw_spaghetti(axes(), SLEEP, subject="id", time="days", response="reaction"), "Column 'id'",
        "The columns are", done(
            lambda: plots.draw_spaghetti(axes(), SLEEP, subject="subject", time="days", response="reaction")),
    ),
    "nobody to point out": Asked(
        lambda: plots.draw_spaghetti(axes(), fitted(), highlight=["1"]), "no subject '1'", "unique()",
        code("Look at (.*)[.]", lambda known: plots.draw_spaghetti(axes(), fitted(), highlight=known[:2]), data=SLEEP),
    ),
    "nobody's line": Asked(
        lambda: plots.draw_fitted_lines([axes()], fitted(), ["1"]), "no subject '1'", "The first is 308",
        listed(lambda one: plots.draw_fitted_lines([axes()], fitted(), [one]), "is "),
    ),
    "no such term": Asked(
        lambda: plots.draw_caterpillar(axes(), fitted(NESTED), term="id"), "random term 'id'", "There are 'subject'",
        words(lambda term: plots.draw_caterpillar(axes(), fitted(NESTED), term=term)),
    ),
    "no such random effect": Asked(
        lambda: plots.draw_caterpillar(axes(), fitted(), "slope"), "random effect 'slope'", "There are '(Intercept)'",
        words(lambda effect: plots.draw_caterpillar(axes(), fitted(), effect)),
    ),
}  # fmt: skip

CASES = STATE | SAVED | FIGURES
assert len(CASES) == sum(map(len, (STATE, SAVED, FIGURES))), "a name twice"
