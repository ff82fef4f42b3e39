"""b-hat, fitted values, residuals and V against their definitions, subject by subject."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy

import lmmteach
from lmmteach import DataError, Exponential, Independent, ModelError, ParameterError


@pytest.fixture(scope="module")
def sleep():
    return lmmteach.load_sleepstudy()


@pytest.fixture(scope="module")
def fit(sleep):
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep)


def test_b_hat_is_G_Zt_Vinv_r(fit):
    table = fit.random_effects(se=True)
    G, C = fit.G.to_numpy(), fit.cov_beta.to_numpy()
    for s in fit.design.by_subject():
        V = lmmteach.marginal_covariance(s.Z, G, fit.sigma2)
        W = np.linalg.inv(V)
        row = table.loc[s.label].to_numpy()
        assert row[:2] == pytest.approx(G @ s.Z.T @ W @ (s.y - s.X @ fit.beta.to_numpy()))
        given = G - G @ s.Z.T @ W @ s.Z @ G
        H = G @ s.Z.T @ W @ s.X
        assert row[2:4] == pytest.approx(np.sqrt(np.diag(given)))
        assert row[4:6] == pytest.approx(np.sqrt(np.diag(given + H @ C @ H.T)))


@pytest.fixture(scope="module")
def crossed():
    """Six thousand rows in one block, forty raters by twelve rooms."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"rater": rng.integers(0, 40, 6000), "room": rng.integers(0, 12, 6000)})
    frame["x"] = rng.normal(size=6000)
    b, c = rng.normal(size=(40, 2)) * [2, 0.5], rng.normal(size=12)
    frame["y"] = frame.x * (1 + b[frame.rater, 1]) + b[frame.rater, 0] + c[frame.room] + rng.normal(size=6000)
    return frame


def test_b_hat_of_crossed_terms_is_G_Zt_Vinv_r_though_no_V_is_formed(crossed, monkeypatch):
    fit = lmmteach.lmm("y ~ x + (1 + x | rater) + (1 | room)", crossed[:300])
    design, estimate = fit.design, fit.estimate
    rater, room = ((term.codes[:, None] == np.arange(len(term.levels))) * 1.0 for term in design.terms)
    x = design.X[:, [1]]
    Z = np.hstack([rater, rater * x, room])
    G = scipy.linalg.block_diag(
        *[np.kron(G, np.eye(len(t.levels))) for G, t in zip(estimate.G, design.terms, strict=True)]
    )
    V_inv = np.linalg.inv(Z @ G @ Z.T + estimate.sigma2 * np.eye(300))
    b = G @ Z.T @ V_inv @ (design.y - design.X @ estimate.beta)
    given_beta = G - G @ Z.T @ V_inv @ Z @ G
    H = G @ Z.T @ V_inv @ design.X
    prediction = given_beta + H @ estimate.cov_beta @ H.T
    monkeypatch.setattr("lmmteach.prediction.blups.covariances", None)
    found = fit.random_effects(se=True)
    m = rater.shape[1]
    for effect, table, here in (
        ("(Intercept)", found["rater"], slice(m)),
        ("x", found["rater"], slice(m, 2 * m)),
        ("(Intercept)", found["room"], slice(2 * m, None)),
    ):
        np.testing.assert_allclose(table[effect], b[here], atol=1e-10)
        for kind, variance in (("given_beta", given_beta), ("prediction", prediction)):
            expected = np.sqrt(np.diag(variance)[here])
            np.testing.assert_allclose(table[f"{effect} se_{kind}"], expected, rtol=1e-10)


def test_what_needs_no_V_is_answered_for_a_block_of_any_size_and_the_rest_refused_at_once(crossed):
    fit = lmmteach.lmm("y ~ x + (1 + x | rater) + (1 | room)", crossed)
    assert len(fit.random_effects(se=True)["rater"]) == 40
    r = fit.residuals()
    np.testing.assert_allclose(r, fit.design.y - fit.fitted(), atol=1e-9)
    np.testing.assert_allclose(fit.residuals(kind="normalized"), r / np.sqrt(fit.sigma2))
    Gs = fit.estimate.G
    variance = Gs[0][0, 0] + 2 * Gs[0][0, 1] * crossed.x + Gs[0][1, 1] * crossed.x**2 + Gs[1][0, 0] + fit.sigma2
    marginal = crossed.y - fit.fitted("marginal")
    np.testing.assert_allclose(fit.residuals("marginal", "pearson"), marginal / np.sqrt(variance), rtol=1e-9)
    for needs_V in (
        lambda: fit.residuals("marginal", "normalized"), lambda: fit.coef_table("kenward-roger"), fit.deviance_at,
        lambda: fit.marginal_cov(subject=3),
    ):  # fmt: skip
        with pytest.raises(ModelError, match=r"6,000 rows hang together.*6,000 x 6,000.*needs no V: random_effects"):
            needs_V()


def test_a_block_too_large_to_fit_is_refused_at_once_with_its_size(crossed, monkeypatch):
    monkeypatch.setattr("lmmteach.fitting.solution.pool", None)  # nothing is begun
    many = crossed.assign(person=np.arange(6000) % 3000, visit=np.arange(6000) // 3000)
    with pytest.raises(ModelError, match=r"6,000 rows and 3,040 random effects.*3,040 x 3,040.*fixed effect"):
        lmmteach.lmm("y ~ x + (1 | rater) + (1 | person)", many)
    with pytest.raises(ModelError, match=r"a matrix of 6,000 x 6,000.*residual='independent'"):
        lmmteach.lmm("y ~ x + (1 | rater) + (1 | room)", crossed, groups="rater", residual="ar1")
    monkeypatch.setattr("lmmteach.likelihood.blocks.MOST_ENTRIES", 6000 * 50)
    with pytest.raises(ModelError, match="a Z of 6,000 x 52"):
        lmmteach.lmm("y ~ x + (1 | rater) + (1 | room)", crossed)


def test_the_two_standard_errors_of_subject_308(fit):
    row = fit.random_effects(se=True).loc["308"]
    assert row["(Intercept) se_given_beta"] == pytest.approx(12.07, abs=0.005)  # lme4's condVar
    assert row["(Intercept) se_prediction"] == pytest.approx(13.10, abs=0.005)  # with beta's uncertainty


def test_fitted_predicted_and_residuals_agree(fit, sleep):
    for level in ("marginal", "conditional"):
        assert fit.predict(sleep, level).to_numpy() == pytest.approx(fit.fitted(level).to_numpy())
        assert (fit.residuals(level) + fit.fitted(level)).to_numpy() == pytest.approx(sleep.reaction.to_numpy())
    lines = fit.random_effects()
    new = pd.DataFrame({"subject": ["308", "nobody"], "days": [20.0, 20.0]}, index=["a", "b"])
    predicted = fit.predict(new)
    population = fit.beta.iloc[0] + 20 * fit.beta.iloc[1]
    assert predicted["b"] == pytest.approx(population)
    assert predicted["a"] == pytest.approx(population + lines.loc["308"].to_numpy() @ [1, 20])
    assert fit.predict(new.drop(columns="subject"), "marginal").tolist() == pytest.approx([population] * 2)


def test_normalized_residuals_are_whitened(fit):
    white = fit.residuals("marginal", "normalized")
    for s in fit.design.by_subject():
        L = np.linalg.cholesky(fit.marginal_cov(subject=s.label))
        assert L @ white.to_numpy()[s.rows] == pytest.approx(s.y - s.X @ fit.beta.to_numpy())
    # r'V^-1 r = sigma2 (N - p) / sigma2 at the REML estimate.
    assert (white**2).sum() == pytest.approx(fit.n_obs - 2)
    pearson = fit.residuals("conditional", "pearson").to_numpy()
    assert pearson == pytest.approx(fit.residuals("conditional").to_numpy() / np.sqrt(fit.sigma2))


def test_marginal_covariance_and_correlation(fit):
    V = fit.marginal_cov(subject="308")
    Z = np.column_stack([np.ones(10), np.arange(10)])
    assert V.to_numpy() == pytest.approx(lmmteach.marginal_covariance(Z, fit.G, fit.sigma2))
    assert fit.marginal_cov().to_numpy() == pytest.approx(V.to_numpy())
    late = fit.marginal_cov(times=[0, 4.5, 20])
    assert late.iloc[1, 2] == pytest.approx(np.array([1, 4.5]) @ fit.G.to_numpy() @ [1, 20])
    assert list(late.index) == [0, 4.5, 20]
    corr = fit.marginal_corr()
    assert np.diag(corr) == pytest.approx(np.ones(10))
    assert corr.iloc[0, 9] == pytest.approx(V.iloc[0, 9] / np.sqrt(V.iloc[0, 0] * V.iloc[9, 9]))


def test_more_times_than_a_memory_holds_are_refused_at_once(fit):
    with pytest.raises(ParameterError, match="times holds more than 10,000,000 values"):
        fit.marginal_cov(times=range(10**9))
    with pytest.raises(ParameterError, match=r"times holds 100000 times: V would have 1.0e\+10 entries"):
        fit.marginal_cov(times=range(10**5))


def test_marginal_covariance_of_serial_residuals(sleep):
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep, time="days", residual=Exponential() + Independent())
    serial, noise = fit.residual.parts
    V = fit.marginal_cov(times=[0, 2.5])
    assert V.iloc[0, 0] == pytest.approx(fit.G.iloc[0, 0] + serial.sigma2 + noise.sigma2)
    assert V.iloc[0, 1] == pytest.approx(fit.G.iloc[0, 0] + serial.sigma2 * serial.rho**2.5)
    assert fit.sigma2 == pytest.approx(noise.sigma2)
    by_visit = lmmteach.lmm("reaction ~ days", sleep, groups="subject", time="days", residual="ar1")
    assert by_visit.marginal_cov(times=[0, 3]).iloc[0, 1] == pytest.approx(by_visit.sigma2 * by_visit.residual.rho**3)
    with pytest.raises(ParameterError, match="AR1 knows only the visits"):
        by_visit.marginal_cov(times=[0.5])


def test_times_that_do_not_say_what_V_is_are_refused(sleep):
    """Which level of a crossed factor, which variance, which visit: where times leave it open, nothing is made up."""
    rng = np.random.default_rng(1)
    data = sleep.assign(sex=np.where(sleep["subject"].astype(int) % 2, "a", "b"))
    data["rater"] = (data["days"] + data["subject"].astype(int)) % 8
    data["reaction"] += rng.normal(0, 30, 8)[data["rater"]]
    refused = [
        (lmmteach.lmm("reaction ~ days + (1 | subject) + (1 | rater)", data, time="days"), "crossed"),
        (lmmteach.lmm("reaction ~ days", data, groups="subject", residual=lmmteach.Diagonal(by="sex")), "by sex"),
        (lmmteach.lmm("reaction ~ days + (1 | subject)", data.drop(data.index[[1, 2, 15]]), residual="ar1"), "counted"),
    ]
    for fit, culprit in refused:
        with pytest.raises(lmmteach.LmmError, match=culprit):
            fit.marginal_cov(times=[0, 1])
        V = fit.marginal_cov(subject="330")
        assert V.shape == (10, 10)
    nugget = lmmteach.lmm("reaction ~ days", data, groups="subject", time="days",
                          residual=Exponential() + lmmteach.Diagonal())  # fmt: skip
    with pytest.raises(ParameterError, match=r"Exponential \+ Independent knows only the visits"):
        nugget.marginal_cov(times=[0.5, 50])
    data["reaction"] = rng.normal(size=len(data))
    data["reaction"] -= 0.9 * data.groupby("subject")["reaction"].transform("mean")
    negative = lmmteach.lmm("reaction ~ days", data, groups="subject", time="days", residual="cs")
    assert negative.residual.rho < -1 / 12
    with pytest.raises(ParameterError, match="no covariance matrix at 15 times"):
        negative.marginal_cov(times=np.arange(15))


def test_bad_requests_are_refused_in_words(fit, sleep):
    with pytest.raises(ParameterError, match="level='both'"):
        fit.fitted("both")
    with pytest.raises(ParameterError, match="kind='studentized'"):
        fit.residuals("marginal", "studentized")
    with pytest.raises(DataError, match="no subject '999'"):
        fit.marginal_cov(subject="999")
    with pytest.raises(ParameterError, match="not both"):
        fit.marginal_cov(subject="308", times=[0])
    with pytest.raises(DataError, match="'days' is not in the data"):
        fit.predict(pd.DataFrame({"subject": ["308"]}))
    pattern = lmmteach.lmm("reaction ~ days", sleep, groups="subject", residual="cs")
    with pytest.raises(ModelError, match="no random effects"):
        pattern.random_effects()
    grouped = lmmteach.lmm(
        "reaction ~ days * half + (1 | subject)", sleep.assign(half=np.where(sleep.index < 90, "a", "b"))
    )
    with pytest.raises(DataError, match=r"'half' holds 'c'.*Known levels: a, b"):
        grouped.predict(pd.DataFrame({"days": [1], "half": ["c"], "subject": ["308"]}))


@pytest.mark.parametrize("formula", ["reaction ~ days + (1 | days)", "reaction ~ days + (1 | subject/days)"])
def test_numbers_that_are_groups_too_stay_numbers(sleep, formula, recwarn):
    sleep = sleep.assign(reaction=sleep.reaction + 40 * (sleep.index % 2))
    fit = lmmteach.lmm(formula, pd.concat([sleep, sleep.assign(reaction=sleep.reaction + 9 * np.cos(sleep.index))]))
    with pytest.raises(DataError, match=r"'days' holds text \('0'\), but it was a column of numbers.*to_numeric"):
        fit.predict(sleep.assign(days=sleep.days.astype(str)))
    new = fit.predict(pd.DataFrame({"subject": ["308"], "days": [20.0]}))  # a new group, a known effect
    assert np.isfinite(new).all()
    assert not recwarn.list


def test_levels_that_are_groups_too_are_known_by_their_spelling(sleep):
    data = sleep.assign(third=(sleep.days % 3).astype("category"))
    fit = lmmteach.lmm("reaction ~ third + (1 | third) + (1 | subject)", data)
    for third in (data.third.astype(str), data.third.astype(float), data.third.astype(float).astype("category")):
        assert fit.predict(data.assign(third=third)).to_numpy() == pytest.approx(fit.fitted().to_numpy())
    with pytest.raises(DataError, match=r"'third' holds 'last', a level the model has not seen.*Known levels: 0, 1, 2"):
        fit.predict(data.assign(third="last"))


@pytest.mark.parametrize("trained", [bool, "boolean", "category", object, str])
@pytest.mark.parametrize("asked", [bool, "boolean", "category", object, str])
def test_true_and_false_are_known_in_every_dress(sleep, trained, asked):
    late = sleep.days > 4
    fit = lmmteach.lmm("reaction ~ late + (1 | subject)", sleep.assign(late=late.astype(trained)))
    predicted = fit.predict(sleep.assign(late=late.astype(asked)))
    assert predicted.to_numpy() == pytest.approx(fit.fitted().to_numpy())
    assert fit.beta.index[1] == ("lateTrue" if trained is str else "lateTRUE")


def test_v_over_categories_of_time_is_v_of_a_subject_seen_at_all_of_them(sleep):
    early = sleep[sleep.days < 3].assign(w=lambda d: pd.Categorical(d.days.map("day {}".format)))
    with pytest.warns(lmmteach.LmmWarning, match="makes the whole G diagonal"):
        fit = lmmteach.lmm("reaction ~ w + (0 + w || subject)", early, time="w")
    assert fit.marginal_cov().to_numpy() == pytest.approx(fit.marginal_cov(subject="308").to_numpy())
    with pytest.raises(ParameterError, match=r"'w' holds categories, so times are their numbers: \[0, 1, 2\]"):
        fit.marginal_cov(times=[0.5])


def test_nested_terms_give_a_table_each(sleep):
    rng = np.random.default_rng(4)
    data = pd.DataFrame(
        [(s, c, k) for s in range(8) for c in "abc" for k in range(4)], columns=["school", "class", "k"]
    )
    school, room = rng.normal(size=8) * 2, rng.normal(size=(8, 3))
    data["y"] = school[data.school] + room[data.school, data["class"].map("abc".index)] + rng.normal(size=len(data))
    fit = lmmteach.lmm("y ~ 1 + (1 | school/class)", data)
    tables = fit.random_effects(se=True)
    assert list(tables) == list(fit.G) == ["school", "class:school"]
    assert tables["class:school"].index[0] == "a:0"
    V = fit.marginal_cov(subject=0).to_numpy()
    same_class, same_school = fit.G["school"].iloc[0, 0] + fit.G["class:school"].iloc[0, 0], fit.G["school"].iloc[0, 0]
    assert V[0, 1] == pytest.approx(same_class)
    assert V[0, -1] == pytest.approx(same_school)
    assert fit.predict(data).to_numpy() == pytest.approx(fit.fitted().to_numpy())
