"""What the pages on trust show: recorded fits that today's code repeats, and a simulation study that can be redone."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT, real_file
from tests.reference import agreement
from tests.reference.make_agreement import everything as every_fit
from tests.selfcheck.study import SEEDS, boundary, everything, held, intervals
from tests.selfcheck.worlds import framingham, stayed, streams, ten_people

RECORD = json.loads((ROOT / "tests" / "selfcheck" / "selfcheck.json").read_text(encoding="utf-8"))
N, FEW = RECORD["settings"]["sets"], RECORD["settings"]["profiled"]
FULL = RECORD["full"]


def test_our_recorded_fits_are_what_we_find_today():
    recorded = agreement.read(agreement.OURS.name)["fits"]
    found = dict(every_fit(framingham=real_file() is not None))
    assert set(recorded) - set(found) == (
        set() if real_file() else {name for name in recorded if name.startswith("framingham")}
    )
    for name, now in found.items():
        then = recorded[name]
        assert now["deviance"] == pytest.approx(then["deviance"], abs=1e-6), name
        off = np.abs(np.array(now["beta"]) - then["beta"]) / then["se"]
        assert off.max() < 1e-4, name
        assert now["certified"], name
        assert now["kkt"]["lowest"] > -1e-4, name
        assert now["kkt"]["product"] < 1e-4, name
        assert now["singular"] == then["singular"], name
        assert now.get("at_theirs", {}).keys() == then.get("at_theirs", {}).keys(), name
        if now["identified"] and now["G"]:
            assert (np.abs(np.array(now["G"]) - then["G"]) / then["scale"]).max() < 1e-3, name
            assert now["sigma2"] == pytest.approx(then["sigma2"], rel=1e-4), name


def test_digits_and_verdicts():
    ours = agreement.Numbers(100.0, np.array([2.0]), np.array([0.5]), np.array([4.0]), 1.0)
    near = agreement.Numbers(100.0001, np.array([2.005]), np.array([0.5]), np.array([4.04]), 1.001)
    case = agreement.Case(
        "a", "classic", "", "", "REML", 9, ours, np.array([4.0]), True, False, True, {}, {"lme4": near}
    )
    digits = [case.digits("lme4", quantity) for quantity in agreement.QUANTITIES]
    assert digits == pytest.approx([6, 2, 2, 3], abs=1e-9)
    assert not case.short("lme4")
    case.theirs["nlme"] = near._replace(deviance=100.01, G=np.empty(0))
    assert case.short("nlme")
    assert np.isnan(case.digits("nlme", "G"))


def test_nobody_found_a_better_optimum():
    cases = agreement.cases()
    assert len(cases) == 191
    for program in agreement.PROGRAMS:
        theirs = [case for case in cases if program in case.theirs]
        assert len(theirs) > 140
        assert min(case.above(program) for case in theirs) > -1e-6


def test_recorded_reports_agree_with_the_collection():
    """The scripts of today and the older collection of reference fits saw the same programs say the same."""
    peers = agreement.peers()
    for entry in json.loads((agreement.HERE / "reference_fits.json").read_text())["entries"]:
        program = "lme4" if "lme4" in entry["engine"] else "nlme"
        said = peers[entry["id"]][program]
        if "error" not in said:
            assert said["deviance"] == pytest.approx(-2 * entry["R"]["logLik"], abs=2e-2), entry["id"]


# ---- the simulation study


def same(now, then, where=""):
    """Two summaries agree to what two searches of one optimum may differ in; counts agree exactly."""
    if isinstance(then, dict):
        assert now.keys() == then.keys(), where
        for key, value in then.items():
            same(now[key], value, f"{where}/{key}")
    else:
        last = where.rpartition("/")[2]
        counted = last in ("covered", "none", "zero", "too_low", "too_high", "singular")
        counted |= "mixture" in where or "naive" in where
        assert now == pytest.approx(then, **({"abs": 1e-12} if counted else {"rel": 1e-5, "abs": 1e-5})), where


def test_the_first_data_sets_give_what_is_recorded():
    settings = RECORD["settings"]
    assert settings["seeds"] == SEEDS
    same(everything(settings["first"], settings["first_profiled"]), RECORD["first"])


def test_data_set_number_i_is_the_same_alone():
    assert N == 2000
    a, b = streams(SEEDS["ten"], 3)[2], streams(SEEDS["ten"], 50)[2]
    assert (ten_people().draw(a) == ten_people().draw(b)).all()
    found, part = intervals("ten", 0, 3)["REML"], intervals("ten", 2, 3)["REML"]
    assert part.estimates[0] == pytest.approx(found.estimates[2], rel=1e-5, abs=1e-4)


def test_worlds_have_the_moments_they_claim():
    world = framingham()
    Y = np.array([world.draw(stream) for stream in streams(7, 400)]).reshape(400, -1, 6)
    away = (Y - (world.X @ world.beta.to_numpy()).reshape(-1, 6)).reshape(-1, 6)
    Z = np.column_stack([np.ones(6), np.arange(0, 11, 2)])
    V = Z @ world.G @ Z.T + world.sigma2 * np.eye(6)
    assert np.abs(away.T @ away / len(away) - V).max() < 5 * V.max() * np.sqrt(2 / len(away))
    seen = stayed(Y[0].ravel(), np.random.default_rng(1)).reshape(-1, 6)
    assert seen[:, 0].all()
    assert (seen[:, 1:] <= seen[:, :-1]).all()  # who left does not come back
    assert 0.65 < np.mean([stayed(y.ravel(), np.random.default_rng(k)).mean() for k, y in enumerate(Y)]) < 0.85


def within(share, promised, n, errors=4.0):
    return abs(share - promised) < errors * np.sqrt(promised * (1 - promised) / n)


@pytest.mark.parametrize("study", ["balanced", "dropout"])
def test_recorded_estimates_are_unbiased_and_intervals_hold(study):
    for way in ("REML", "ML"):
        for name, one in FULL[study][way].items():
            if "G[" not in name and name != "sigma2":
                assert abs(one["mean"] - one["truth"]) < 4 * one["sd"] / np.sqrt(N), (way, name)
                assert within(one["covered"], 0.95, N), (way, name)
    for name, one in FULL[study]["REML"].items():
        assert abs(one["mean"] - one["truth"]) < 4 * one["sd"] / np.sqrt(N), name
    low = FULL[study]["ML"]["G[(Intercept),(Intercept)]"]
    assert low["mean"] < low["truth"] - 4 * low["sd"] / np.sqrt(N)  # the study can see a bias where there is one


def test_recorded_profile_intervals_hold():
    for name, one in FULL["balanced"]["REML, profile"].items():
        assert within(one["covered"], 0.95, FEW), name


def test_recorded_small_samples():
    two = 2 * np.sqrt(0.95 * 0.05 / N)
    for name in ("(Intercept)", "sexmale", "year", "sexmale:year"):
        wald, satterthwaite, kr = (
            FULL["ten"][way][name]["covered"] for way in ("REML", "REML, satterthwaite", "REML, kenward-roger")
        )
        assert wald < 0.95 - two, name
        assert 0.95 - two < satterthwaite < 0.98, name
        assert 0.95 - two < kr < 0.98, name
    for name, one in FULL["ten"]["REML, profile"].items():
        assert within(one["covered"], 0.95, FEW), name


@pytest.mark.parametrize("study", ["no intercepts", "no slopes"])
def test_recorded_boundary_tests(study):
    for level, share in FULL[study]["mixture"].items():
        assert within(share, float(level), N), level
        naive = FULL[study]["naive"][level]
        assert naive <= share
    assert FULL[study]["naive"]["0.05"] < 0.05 - 3 * np.sqrt(0.05 * 0.95 / N)


def test_the_study_would_see_a_wrong_interval():
    table = pd.DataFrame({"lower": [0.0, 2.0, np.nan], "upper": [1.0, 3.0, np.nan]})
    assert np.array_equal(held(table, pd.Series([0.5, 0.5, 0.5])), [1.0, 0.0, np.nan], equal_nan=True)
    mixture, naive = boundary("no slopes", 20)
    assert (mixture <= naive).all()
