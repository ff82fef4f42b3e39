"""R's parameters in Python: what they take, what they answer when a value cannot stand, what is refused and why."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import ParameterError
from lmmteach.explore import VIEWS, Explorer


@pytest.fixture(scope="module")
def four() -> pd.DataFrame:
    sleep = lmmteach.load_sleepstudy().query("days in (0, 3, 6, 9)")
    return sleep.assign(half=np.where(sleep["days"] > 4, "late", "early"))


@pytest.fixture(scope="module")
def ar1(four: pd.DataFrame) -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 | subject)", four, time="days", residual="ar1")


@pytest.fixture(scope="module")
def alone(four: pd.DataFrame) -> lmmteach.Fit:
    nugget = lmmteach.Exponential() + lmmteach.Independent()
    return lmmteach.lmm("reaction ~ days", four, groups="subject", time="days", residual=nugget)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (1.2, "phi cannot be 1.2. Give a number from -1 to 1."),
        (-1.001, "phi cannot be -1.001. Give a number from -1 to 1."),
        ("half", "phi must be made of numbers, not 'half'."),
        ([0.1, 0.2], "phi cannot be [0.1, 0.2]. Give a number from -1 to 1."),
        (float("nan"), "phi contains a value that is not finite"),
        (True, "phi must be made of numbers"),
        (None, "phi must be made of numbers, not None."),
        (1 + 0j, "phi must be made of numbers"),
    ],
)
def test_an_odd_phi_is_refused_by_name(ar1: lmmteach.Fit, odd: Any, words: str) -> None:
    explorer = ar1.explore()
    before = explorer.dials
    for refused in (lambda: explorer.move(phi=odd), lambda: ar1.explore(phi=odd)):
        with pytest.raises(ParameterError, match=re.escape(words)):
            refused()
    assert explorer.dials == before


@pytest.mark.parametrize("odd", [-1, "wide", [1, 2], float("inf"), 1e200, False])
def test_an_odd_variance_is_refused_by_name(alone: lmmteach.Fit, odd: Any) -> None:
    explorer = alone.explore()
    with pytest.raises(ParameterError, match="sigma2_exponential"):
        explorer.move(sigma2_exponential=odd)
    explorer.move(sigma2_exponential=0)  # all is measurement error
    np.testing.assert_allclose(explorer.R, explorer.sigma2 * np.eye(4))
    explorer.move(sigma2_exponential=1e6)  # beyond the slider there is no end to it
    assert explorer.gap > 0


def test_nothing_moves_where_one_of_several_is_refused(ar1: lmmteach.Fit) -> None:
    explorer = ar1.explore()
    before = explorer.code()
    for state in ({"phi": 2, "sigma2": 100}, {"phi": 0.2, "sigma2": -1}, {"phi": 0.2, "rho": 0.1}):
        with pytest.raises(ParameterError):
            explorer.move(**state)
        with pytest.raises(ParameterError):
            explorer.set_state({"G": [[1.0]], "dials": {"phi": 7}})
        assert explorer.code() == before


def test_a_fit_without_random_effects_has_no_G_to_move(alone: lmmteach.Fit) -> None:
    explorer = alone.explore()
    assert explorer.G.shape == (0, 0)
    assert explorer._data["view"]["free"] == ["sigma2"]
    for G in (5.0, [[100.0]], np.eye(2)):
        with pytest.raises(ParameterError, match=r"no random effects, and so no G to move\. It has sigma2, sigma2_exp"):
            explorer.move(G=G)
    explorer.set_state({"G": [], "sigma2": 300.0})  # as the page sends it
    assert explorer.sigma2 == 300
    np.testing.assert_allclose(explorer.V, explorer.R)


def test_other_views_keep_their_sentence(ar1: lmmteach.Fit) -> None:
    for name, view in VIEWS.items():
        if view.needs_fit and name != "marginal":
            with pytest.raises(lmmteach.ModelError, match=r"has R = sigma2 I; the fit has the residuals AR1\(\)"):
                ar1.explore(name)


def test_more_levels_than_sliders_are_refused(four: pd.DataFrame) -> None:
    levels = four.assign(nth=four.groupby("subject").ngroup() % 13)
    levels["nth"] = levels["nth"].astype(str)
    fit = lmmteach.lmm(
        "reaction ~ days + (1 | subject)", levels, time="days", residual=lmmteach.Diagonal(by="nth"), method="ML"
    )
    with pytest.raises(lmmteach.ModelError, match=r"have 13 variances, and this explorer sliders for 12"):
        fit.explore()


def test_code_brings_R_back_with_groups_time_and_structure(four: pd.DataFrame, alone: lmmteach.Fit) -> None:
    half = lmmteach.lmm("reaction ~ days + (1 | subject)", four, time="days", residual=lmmteach.AR1(by="half"))
    for fit, state in ((alone, {"phi": 0.5, "sigma2_exponential": 900.0}), (half, {"sigma2_late": 50.0, "phi": -0.5})):
        explorer = fit.explore(**state)
        scope: dict[str, Any] = {"lmmteach": lmmteach, "data": four}
        exec(explorer.code(), scope)
        assert scope["explorer"].dials == explorer.dials
        assert scope["explorer"].deviance == pytest.approx(explorer.deviance, abs=1e-7)


def test_presets_take_the_fits_R_and_no_question_counts_on_sigma2_I(ar1: lmmteach.Fit) -> None:
    view = Explorer(ar1)._data["view"]
    assert view["prompt"] is None
    assert [preset["dials"]["phi"] for preset in view["presets"]] == [ar1.residual.rho, 0.0]


def test_still_and_page_without_scripts_show_R(alone: lmmteach.Fit, ar1: lmmteach.Fit) -> None:
    explorer = alone.explore(phi=0.5)
    text = explorer.to_html()
    assert "V = R by" in text
    assert f"<td>{float(f'{explorer.V.iloc[0, 1]:.3g}'):g}</td>" in text
    assert "V = Z G Z′ + R by" in ar1.explore().to_html()
    assert "V = Z G Z′ + σ² I by" not in text
    assert explorer.to_png().startswith(b"\x89PNG")
