"""simulate, refit and bootstrap: against V, against lmm itself, and against one another."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.fitting import progress
from lmmteach.fitting.parameters import natural_parameters
from lmmteach.fitting.solution import maximise
from lmmteach.likelihood.evaluation import evaluate
from lmmteach.likelihood.settings import marginal_blocks
from lmmteach.simulation import batched, batchfit, bootstrap


@pytest.fixture(scope="module")
def sleep() -> pd.DataFrame:
    return lmmteach.load_sleepstudy()


@pytest.fixture(scope="module")
def fit(sleep):
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep)


def hierarchy(seed: int = 0) -> pd.DataFrame:
    """Twelve schools of three classes, three times each; the classes cross the raters."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"school": np.repeat(np.arange(12), 9), "t": np.tile(np.arange(3.0), 36)})
    data["room"], data["rater"] = np.repeat(np.arange(36), 3), np.tile(np.arange(4), 27)
    data["y"] = 1.0 * data.t + rng.normal(size=12)[data.school] + 0.7 * rng.normal(size=36)[data.room]
    data["y"] += 0.5 * rng.normal(size=4)[data.rater] + rng.normal(size=108)
    return data


def few(seed: int = 1) -> pd.DataFrame:
    """Six subjects at three times, without any random effect: most refits are singular."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"id": np.repeat(np.arange(6), 3), "t": np.tile(np.arange(3.0), 6)})
    data["y"] = data.t + rng.normal(size=18)
    return data


MODELS = {
    "slope": lambda: lmmteach.lmm("y ~ t + (1 + t | school)", hierarchy()),
    "nested": lambda: lmmteach.lmm("y ~ t + (1 | school/room)", hierarchy()),
    "crossed": lambda: lmmteach.lmm("y ~ t + (1 | school) + (1 | rater)", hierarchy()),
    "ar1": lambda: lmmteach.lmm("y ~ t + (1 | school)", hierarchy(), groups="room", time="t", residual="ar1"),
    "by visit": lambda: lmmteach.lmm("y ~ t", hierarchy(), groups="room", time="t", residual="diagonal"),
}


@pytest.mark.parametrize("name", MODELS)
def test_draws_have_the_fitted_mean_and_v(name):
    fit = MODELS[name]()
    n = 4000
    Y = fit.simulate(n, seed=5).to_numpy()
    mean = fit.design.X @ fit.estimate.beta
    V = np.zeros((fit.n_obs, fit.n_obs))
    for rows, V_b in marginal_blocks(fit.design, fit.estimate.G, fit.residual):
        V[np.ix_(rows, rows)] = V_b
    sd = np.sqrt(np.diag(V))
    # Exact sampling errors: SE(mean) = sd / sqrt n, SE(cov_jk) = sqrt((V_jj V_kk + V_jk^2) / n).
    z_mean = (Y.mean(axis=1) - mean) / (sd / np.sqrt(n))
    S = (Y - mean[:, None]) @ (Y - mean[:, None]).T / n
    z_cov = (S - V) / np.sqrt((np.outer(sd, sd) ** 2 + V**2) / n)
    pairs = z_cov[np.triu_indices(len(V))]
    assert np.abs(z_mean).max() < 5
    assert np.abs(pairs).max() < 6
    assert 0.9 < np.mean(pairs**2) < 1.1  # too small would be as wrong as too large


def test_a_draw_depends_on_the_seed_and_its_own_number_only(fit):
    ten, three = fit.simulate(10, seed=3), fit.simulate(3, seed=3)
    pd.testing.assert_frame_equal(ten.iloc[:, :3], three)
    assert not np.allclose(ten[0], ten[1])
    assert not np.allclose(fit.simulate(seed=4)[0], ten[0])
    assert not np.allclose(fit.simulate()[0], fit.simulate()[0])


def test_a_singular_g_can_be_drawn_from():
    data = few()
    fit = lmmteach.lmm("y ~ t + (1 + t | id)", data)
    assert fit.singular
    assert np.isfinite(fit.simulate(5, seed=1).to_numpy()).all()


@pytest.mark.parametrize("name", MODELS)
def test_refit_is_lmm_on_the_new_response(name):
    fit = MODELS[name]()
    y = fit.simulate(seed=11)[0]
    again = fit.refit(y)
    fresh = maximise(bootstrap.with_response(fit.design, y), fit.estimate.pooled.structure, fit.method)
    assert again.deviance == pytest.approx(fresh.deviance, abs=1e-6)
    np.testing.assert_allclose(again.beta, fresh.beta, rtol=1e-6, atol=1e-6)
    assert again.converged


def test_refit_equals_lmm_from_the_front_door(fit, sleep):
    y = fit.simulate(seed=2)[0]
    fresh, again = lmmteach.lmm(fit.formula, sleep.assign(reaction=y)), fit.refit(y)
    assert again.deviance == pytest.approx(fresh.deviance, abs=1e-6)
    np.testing.assert_allclose(again.G, fresh.G, rtol=1e-4)
    np.testing.assert_allclose(again.fitted(), fresh.fitted(), rtol=1e-6)
    np.testing.assert_array_equal(again.design.frame["reaction"], y)
    assert not np.allclose(fit.design.frame["reaction"], y), "the first fit must stay as it was"


def test_refit_takes_a_whole_column_where_rows_were_dropped(sleep):
    holed = sleep.assign(reaction=sleep.reaction.where(sleep.index != 7))
    with pytest.warns(lmmteach.LmmWarning):
        fit = lmmteach.lmm("reaction ~ days + (1 | subject)", holed)
    whole = sleep.reaction * 2
    assert fit.n_obs == 179
    assert fit.refit(whole).sigma2 == pytest.approx(4 * fit.sigma2, rel=1e-6)


def test_refit_matches_a_series_by_its_labels_whatever_its_order(fit):
    y = pd.Series(fit.design.y, index=fit.design.index)
    assert fit.refit(y.sample(frac=1, random_state=1)).deviance == pytest.approx(fit.deviance, abs=1e-8)
    assert fit.refit(y.sample(frac=1, random_state=1).to_numpy()).deviance > fit.deviance + 10


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ([*range(179), 1000], "lacks 1 of the rows used, the first of them 179"),
        (range(1000, 1180), "lacks 180 of the rows used, the first of them 0"),
        ([0, *range(179)], "index holds 0 more than once"),
        ([*range(180), *range(180)] * 500, "index holds 0 more than once"),
    ],
)
def test_refit_refuses_labels_that_are_not_those_of_the_rows_used(fit, index, said):
    with pytest.raises(lmmteach.DataError, match=said):
        fit.refit(pd.Series(np.resize(fit.design.y, len(index)), index=index))


def test_where_the_datas_own_index_repeats_only_the_same_index_is_taken(sleep):
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep.set_index(np.arange(180) // 2))
    assert fit.refit(fit.simulate(seed=1)[0]).converged
    with pytest.raises(lmmteach.DataError, match="index of the rows used holds 0 more than once"):
        fit.refit(pd.Series(fit.design.y))


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.zeros(5), r"shape \(5,\), but the fit used 180 rows"),
        (np.full(180, np.nan), "no number in row 0"),
        (np.full(180, 3.0), "3 in every row"),
        (["a"] * 180, "not made of numbers"),
    ],
)
def test_refit_says_what_is_wrong_with_a_response(fit, y, said):
    with pytest.raises(lmmteach.DataError, match=said):
        fit.refit(y)


@pytest.mark.parametrize(("n", "seed"), [(0, 1), (2.5, 1), (True, 1), (3, -1), (3, 0.5)])
def test_counts_and_seeds_are_whole_numbers(fit, n, seed):
    for method in (fit.simulate, fit.bootstrap):
        with pytest.raises(lmmteach.ParameterError, match="Use a whole number"):
            method(n, seed=seed)


def test_more_draws_and_points_than_a_memory_holds_are_refused_at_once(fit):
    for method in (fit.simulate, fit.bootstrap, lambda n: fit.confint("bootstrap", n=n)):
        for n in (10**9, 10**5000):
            with pytest.raises(lmmteach.ParameterError, match=r"n is above [\d,]+, the most .* Use fewer"):
                method(n)
    with pytest.raises(lmmteach.ParameterError, match="n is above 555,555"):  # of 180 rows each
        fit.simulate(555_556)
    with pytest.raises(lmmteach.ParameterError, match="points is above 10,000"):
        fit.profile("sigma", points=10**10)


BATCHED = {
    "interior": lambda: lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy()),
    "diagonal, ML": lambda: lmmteach.lmm(
        "reaction ~ days + (1 + days || subject)", lmmteach.load_sleepstudy(), method="ML"
    ),
    "singular": lambda: lmmteach.lmm("y ~ t + (1 + t | id)", few()),
    "singular, diagonal": lambda: lmmteach.lmm("y ~ t + (1 + t || id)", few()),
    "nested": lambda: lmmteach.lmm("y ~ t + (1 | school/room)", hierarchy()),
}


@pytest.mark.parametrize("name", BATCHED)
def test_the_batch_finds_each_replicates_own_optimum(name):
    fit = BATCHED[name]()
    old, n = fit.estimate, 40
    assert batched.suits(old.pooled)
    Y = fit.simulate(n, seed=7).to_numpy()
    reducer = batched.Reducer(fit.design, old.pooled, fit.method)
    at = batchfit.fit(reducer, Y, [bootstrap.inside(old)], old.optimum.hessian)
    assert at.converged.mean() > 0.8
    singular = 0
    for i in np.flatnonzero(at.converged):
        alone = maximise(bootstrap.with_response(fit.design, Y[:, i]), old.pooled.structure, fit.method)
        assert at.deviance[i] == pytest.approx(alone.deviance, abs=1e-6)
        np.testing.assert_allclose(at.beta[i], alone.beta, rtol=1e-4, atol=1e-5)
        singular += alone.singular
        for G, one in zip(at.G, alone.G, strict=True):
            smallest = np.linalg.eigvalsh(G[i])[0] / max(np.linalg.eigvalsh(G[i])[-1], 1e-12)
            lowest = np.linalg.eigvalsh(one)[0] / max(np.linalg.eigvalsh(one)[-1], 1e-12)
            assert (abs(smallest) < 1e-9) == (abs(lowest) < 1e-9), "both must say that it is singular"
    assert singular > 5 or not name.startswith("singular")


def test_the_batch_evaluates_as_the_pooled_likelihood_does(fit):
    pooled = fit.estimate.pooled
    Y = np.column_stack([fit.design.y, fit.simulate(2, seed=1).to_numpy()])
    for method in ("REML", "ML"):
        batch = batched.Reducer(fit.design, pooled, method)(Y)
        psi = np.array([[0.9, 0.2], [0.2, 0.4]])
        many = batched.evaluate_together(batch, [np.repeat(psi[..., None], 3, axis=2)])
        one = evaluate(pooled, [psi], np.empty(0), method)
        assert many.deviance[0] == pytest.approx(one.deviance, rel=1e-13)
        assert many.sigma2[0] == pytest.approx(one.sigma2, rel=1e-12)
        np.testing.assert_allclose(many.d_psi[0][..., 0], one.d_psi[0], rtol=1e-9, atol=1e-9)


def test_row_i_of_a_bootstrap_is_the_refit_to_column_i_of_the_simulation(fit):
    rows, draws = fit.bootstrap(4, seed=9), fit.simulate(4, seed=9)
    for i in range(4):
        again = fit.refit(draws[i])
        expected = natural_parameters(again.design, again.estimate)
        pd.testing.assert_series_equal(rows.loc[i], expected, check_names=False, rtol=1e-4)


def test_a_bootstrap_does_not_depend_on_how_many_are_done_at_once(fit, monkeypatch):
    together = fit.bootstrap(30, seed=1)
    pd.testing.assert_frame_equal(fit.bootstrap(12, seed=1), together.iloc[:12], rtol=1e-6)
    monkeypatch.setattr(bootstrap, "TOGETHER", 7)
    pd.testing.assert_frame_equal(fit.bootstrap(30, seed=1), together, rtol=1e-6)
    monkeypatch.setattr(batched, "suits", lambda pooled: False)
    pd.testing.assert_frame_equal(fit.bootstrap(30, seed=1), together, rtol=1e-3)


def test_bootstrap_standard_errors_are_near_walds(fit):
    spread = fit.bootstrap(600, seed=1)
    # The SE of a bootstrap SE is about se / sqrt(2 * 600) = 3 %; REML's Wald SEs are close for a balanced design.
    np.testing.assert_allclose(spread[fit.beta.index].std(), fit.se, rtol=0.12)
    assert abs(spread["days"].mean() - fit.beta["days"]) < 5 * fit.se["days"] / np.sqrt(600)


def test_bootstrap_of_a_correlated_residual_goes_one_by_one():
    fit = MODELS["ar1"]()
    assert not batched.suits(fit.estimate.pooled)
    rows = fit.bootstrap(3, seed=1)
    expected = fit.refit(fit.simulate(3, seed=1)[2])
    assert rows.loc[2, "residual.rho"] == pytest.approx(expected.residual.rho, abs=1e-5)


def test_an_interruption_keeps_what_is_finished(fit, monkeypatch):
    whole = fit.bootstrap(20, seed=1)
    monkeypatch.setattr(bootstrap, "TOGETHER", 4)
    real, calls = batchfit.fit, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(batchfit, "fit", interrupted)
    with pytest.warns(lmmteach.LmmWarning, match="12 of 20 bootstrap replicates were finished"):
        rows = fit.bootstrap(20, seed=1)
    pd.testing.assert_frame_equal(rows, whole.iloc[:12], rtol=1e-6)
    calls[:] = [1, 1, 1]
    with pytest.raises(KeyboardInterrupt):  # nothing was finished: there is nothing to return
        fit.bootstrap(20, seed=1)


def test_the_bar_shows_long_work_only(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    bar = progress.Progress("bootstrap", 100, True)
    bar(10)
    assert capsys.readouterr().err == ""
    now[0] = 2.0
    bar(50)
    bar(100)
    bar.close()
    shown = capsys.readouterr().err
    assert "50%, 2 s left" in shown
    assert "100%, 2 s" in shown
    assert shown.endswith("\n")
    now[0] = 0.0
    quiet = progress.Progress("bootstrap", 100, False)
    now[0] = 5.0
    quiet(50)
    quiet.close()
    assert capsys.readouterr().err == ""


def test_sweeping_inverts_and_sees_what_is_not_positive_definite():
    rng = np.random.default_rng(0)
    half = rng.normal(size=(5, 4, 4))
    A = np.moveaxis(half @ half.mT, 0, 2)
    inverse, log_det = batched.sweep(A, 4)
    np.testing.assert_allclose(np.moveaxis(inverse, 2, 0), np.linalg.inv(half @ half.mT), rtol=1e-8)
    np.testing.assert_allclose(log_det, np.linalg.slogdet(half @ half.mT)[1], rtol=1e-10)
    with np.errstate(all="ignore"):
        assert np.isnan(batched.sweep(-np.eye(2)[..., None], 2)[1]).all()


@pytest.mark.parametrize("formula", ["y ~ t + (1 | id)", "y ~ 1 + (1 + t | id)", "y ~ t + (1 + t || id)"])
@pytest.mark.parametrize("people", [3, 4, 6])
def test_from_few_rows_every_top_is_found_and_a_row_is_the_refit_of_its_column(formula, people):
    """Nine rows may have a likelihood with two tops: bootstrap, refit and lmm must be on the same."""
    rng = np.random.default_rng(people)
    frame = pd.DataFrame({"id": np.repeat(np.arange(people), 3), "t": np.tile(np.arange(3), people)})
    frame["y"] = rng.normal(size=people)[frame["id"]] + 0.5 * frame["t"] + rng.normal(size=len(frame))
    fit = lmmteach.lmm(formula, frame)
    n = 150
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows, drawn = fit.bootstrap(n, seed=1, progress=False), fit.simulate(n, seed=1)
        for i in range(n):
            again = fit.refit(drawn[i])
            if not again.converged:
                continue
            fresh = lmmteach.lmm(formula, frame.assign(y=drawn[i]))
            assert again.deviance == pytest.approx(fresh.deviance, abs=1e-6)
            assert rows["sigma2"][i] == pytest.approx(again.sigma2, rel=1e-3)
            assert rows[fit.beta.index].loc[i].to_numpy() == pytest.approx(
                again.beta.to_numpy(), abs=1e-3 * again.sigma2**0.5
            )
