"""Degrees of freedom, t and F tests: against lmerTest, pbkrtest, dense derivations, and what theory says exactly."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import lmmteach
from lmmteach.errors import ModelError, ParameterError
from lmmteach.inference.kenward_roger import kenward_roger
from tests.reference.reading import HERE, data_of, entries, fit_of, hard_fit, hard_sets

ENTRIES = entries()
BY_ID = {entry["id"]: entry for entry in ENTRIES}


def every(found):
    return pytest.mark.parametrize("entry", [e for e in ENTRIES if found(e)], ids=lambda e: e["id"])


def agrees(table, reference, se=False):
    """df, t (and SE) to 1e-3 relative; p as it follows from them, checked where it is not lost in the tail."""
    for name, row in reference.items():
        ours = table.loc[name]
        assert ours["df"] == pytest.approx(row["df"], rel=1e-3)
        assert ours["t value"] == pytest.approx(row["t"], rel=1e-3, abs=1e-6)
        if row["p"] > 1e-8:
            assert ours["p value"] == pytest.approx(row["p"], rel=1e-3)
        if se:
            assert ours["Std. Error"] == pytest.approx(row["se"], rel=1e-4)


@every(lambda e: e["truth"].get("satterthwaite"))
def test_satterthwaite_as_certified(entry):
    agrees(fit_of(entry).coef_table(), entry["truth"]["satterthwaite"])


@every(lambda e: e["boundary"] and e["R"].get("satterthwaite"))
def test_satterthwaite_at_singular_fits_as_lmerTest(entry):
    table = fit_of(entry).coef_table()
    agrees(table, entry["R"]["satterthwaite"])
    assert "boundary" in table.attrs["notes"][0]


@every(lambda e: e["R"].get("kenward_roger"))
def test_kenward_roger_as_pbkrtest(entry):
    fit = fit_of(entry)
    agrees(fit.coef_table("kenward-roger"), entry["R"]["kenward_roger"], se=True)
    theirs = np.array(entry["R"]["kr_vcov_adj"]["values"])
    se = np.sqrt(np.diag(theirs))
    ours = kenward_roger(fit.design, fit.estimate).cov
    assert (np.abs(ours - theirs) < 1e-4 * np.outer(se, se)).all()


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])
def test_f_tests_of_several_coefficients_as_anova(df):
    entry = BY_ID["body_ris.REML"]
    fit, key = fit_of(entry), {"satterthwaite": "Satterthwaite", "kenward-roger": "Kenward-Roger"}[df]
    for names, term in ((["Diet2", "Diet3"], "Diet"), (["Time:Diet2", "Time:Diet3"], "Time:Diet")):
        row, ours = entry["R"][f"anova3_{key}"][term], fit.test(names, df)
        assert ours.df1 == row["NumDF"]
        assert ours.df2 == pytest.approx(row["DenDF"], rel=1e-3)
        assert pytest.approx(row["F"], rel=1e-4) == ours.F
        assert ours.p == pytest.approx(row["p"], rel=1e-3)


def test_satterthwaite_is_two_v_squared_over_its_variance():
    """The profiled form equals the textbook's, with the full Hessian in (G, sigma2) from the readable likelihood."""
    fit = fit_of(BY_ID["orth_ri.REML"])
    at = np.array([fit.G.iloc[0, 0], fit.sigma2])
    step = 1e-3 * at

    def moved(*signs):
        return at + np.array(signs) * step

    def deviance(point):
        return fit.deviance_at([[point[0]]], point[1])

    H = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            a, b = np.eye(2)[i], np.eye(2)[j]
            H[i, j] = sum(s * t * deviance(moved(*(s * a + t * b))) for s in (1, -1) for t in (1, -1)) / (
                4 * step[i] * step[j]
            )

    def variance(point):
        V = [s.Z @ [[point[0]]] @ s.Z.T + point[1] * np.eye(len(s.y)) for s in fit.design.by_subject()]
        return lmmteach.gls([s.y for s in fit.design.by_subject()], [s.X for s in fit.design.by_subject()], V).cov_beta

    slopes = [(variance(moved(*e)) - variance(moved(*-e))) / (2 * h) for e, h in zip(np.eye(2), step, strict=True)]
    for k, name in enumerate(fit.beta.index):
        g = np.array([slope[k, k] for slope in slopes])
        v = variance(at)[k, k]
        assert fit.coef_table().loc[name, "df"] == pytest.approx(2 * v**2 / (g @ (2 * np.linalg.inv(H)) @ g), rel=1e-4)


@pytest.mark.filterwarnings("ignore:groups=.* has no effect")
def test_ml_has_its_own_degrees_of_freedom():
    """Without random effects ML counts N where REML counts N - p."""
    data = lmmteach.load_sleepstudy()
    for method, df in (("REML", 178), ("ML", 180)):
        fit = lmmteach.lmm("reaction ~ days", data, groups="subject", method=method)
        assert fit.coef_table()["df"].to_numpy() == pytest.approx([df, df])


@pytest.mark.filterwarnings("ignore:groups=.* has no effect")
def test_a_variance_of_zero_gives_the_degrees_of_freedom_of_the_model_without_it():
    entry = BY_ID["dyestuff2.REML"]
    without = lmmteach.lmm("Yield ~ 1", data_of(entry), groups="Batch").coef_table()
    assert fit_of(entry).coef_table()["df"].to_numpy() == pytest.approx(without["df"].to_numpy(), rel=1e-6)


def test_balanced_data_have_exact_degrees_of_freedom():
    """In a balanced design with intercept and slope the slope's t has m - 1 degrees of freedom, its SE is exact."""
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    for df in ("satterthwaite", "kenward-roger"):
        table = fit.coef_table(df)
        assert table["df"].to_numpy() == pytest.approx([17, 17], abs=1e-3)
        assert table["Std. Error"].to_numpy() == pytest.approx(fit.se.to_numpy(), rel=1e-6)
    slopes = [np.polyfit(s.X[:, 1], s.y, 1)[0] for s in fit.design.by_subject()]
    t, p = stats.ttest_1samp(slopes, 0)
    assert table.loc["days", "t value"] == pytest.approx(t, rel=1e-6)
    assert table.loc["days", "p value"] == pytest.approx(p, rel=1e-3)


def test_unstructured_balanced_data_have_the_degrees_of_freedom_of_hotelling():
    """A contrast of a fully unstructured V with a mean for each visit: m - 1 (one group), exactly."""
    data = lmmteach.load_sleepstudy().query("days < 4")
    data = data.assign(visit=data["days"].astype(str))
    fit = lmmteach.lmm("reaction ~ 0 + visit", data, groups="subject", time="days", residual="unstructured")
    table = fit.coef_table("kenward-roger")
    assert table["df"].to_numpy() == pytest.approx([17] * 4, rel=1e-6)
    wide = data.pivot(index="subject", columns="days", values="reaction")
    change = (wide[1] - wide[0]).to_numpy()
    test = fit.test({"visit1": 1, "visit0": -1}, "kenward-roger")
    assert pytest.approx(stats.ttest_1samp(change, 0).statistic ** 2, rel=1e-6) == test.F
    assert test.df2 == pytest.approx(17, rel=1e-6)
    # Equality of all four means is Hotelling's T2 on the three changes: F(3, 15).
    D = wide.to_numpy()[:, 1:] - wide.to_numpy()[:, :1]
    T2 = 18 * D.mean(0) @ np.linalg.solve(np.cov(D.T), D.mean(0))
    every_change = [{f"visit{k}": 1, "visit0": -1} for k in (1, 2, 3)]
    together = fit.test(every_change, "kenward-roger")
    assert together.df2 == pytest.approx(15, rel=1e-6)
    assert pytest.approx(T2 * 15 / (17 * 3), rel=1e-6) == together.F


def test_kenward_roger_does_not_depend_on_how_one_V_is_written():
    """A random intercept and compound symmetry are one V: same adjusted SE, same df."""
    entry = BY_ID["orth_ri.REML"]
    data = data_of(entry)
    intercept = lmmteach.lmm("distance ~ age*Sex + (1 | Subject)", data).coef_table("kenward-roger")
    symmetry = lmmteach.lmm("distance ~ age*Sex", data, groups="Subject", residual="cs").coef_table("kenward-roger")
    pd.testing.assert_frame_equal(intercept, symmetry, rtol=1e-5)


def test_kenward_roger_against_the_formulas_written_out():
    """Dense matrices, a variance for each sex: no library between the paper and the number."""
    fit = fit_of(BY_ID["orth_ri_varsex.REML"])
    d = fit.design
    Z = (d.codes[:, None] == np.arange(d.n_subjects)).astype(float)
    labels = list(fit.residual.sd_ratio)
    sex = d.frame["Sex"].astype(str).to_numpy()
    parts = [Z @ Z.T, np.diag((sex == labels[0]) * 1.0), np.diag((sex == labels[1]) * 1.0)]
    s = [fit.G.iloc[0, 0], *(fit.sigma2 * ratio**2 for ratio in fit.residual.sd_ratio.values())]
    Vi = np.linalg.inv(sum(w * M for w, M in zip(s, parts, strict=True)))
    X, Phi = d.X, np.linalg.inv(d.X.T @ Vi @ d.X)
    P = [-X.T @ Vi @ A @ Vi @ X for A in parts]
    Q = [[X.T @ Vi @ A @ Vi @ B @ Vi @ X for B in parts] for A in parts]
    M = Vi - Vi @ X @ Phi @ X.T @ Vi
    W = 2 * np.linalg.inv([[np.trace(M @ A @ M @ B) for B in parts] for A in parts])
    U = sum(W[r, c] * (Q[r][c] - P[r] @ Phi @ P[c]) for r in range(3) for c in range(3))
    adjusted = Phi + 2 * Phi @ U @ Phi
    table = fit.coef_table("kenward-roger")
    assert table["Std. Error"].to_numpy() == pytest.approx(np.sqrt(np.diag(adjusted)), rel=1e-6)
    for k in range(4):
        g = np.array([(Phi @ one @ Phi)[k, k] for one in P])
        assert table["df"].iloc[k] == pytest.approx(2 * Phi[k, k] ** 2 / (g @ W @ g), rel=1e-6)


def test_degrees_of_freedom_do_not_see_scale_or_origin_of_time():
    data = lmmteach.load_sleepstudy().iloc[[row for row in range(180) if row % 7]]
    plain = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data)
    moved = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data.assign(days=data["days"] * 365.25 + 730000))
    for df in ("satterthwaite", "kenward-roger"):
        a, b = plain.test("days", df), moved.test("days", df)
        assert (b.F, b.df2) == pytest.approx((a.F, a.df2), rel=1e-4)


@pytest.mark.filterwarnings("ignore::lmmteach.errors.LmmWarning")
@pytest.mark.parametrize("entry", hard_sets()[::5], ids=lambda e: e["id"])
def test_hard_sets_have_degrees_of_freedom(entry):
    fit = hard_fit(entry)
    for df in ("satterthwaite", "kenward-roger"):
        table = fit.coef_table(df)
        assert np.isfinite(table).all().all()
        assert (table["df"] > 0).all()
        assert (table["Std. Error"] > 0.99 * fit.se).all()


def test_limits_and_p_follow_from_the_table():
    fit = fit_of(BY_ID["sleep_ri.REML"])
    table = fit.coef_table(level=0.9)
    t = stats.t(table["df"])
    assert table["upper"].to_numpy() == pytest.approx(table["Estimate"] + t.ppf(0.95) * table["Std. Error"])
    assert table["p value"].to_numpy() == pytest.approx(2 * t.sf(abs(table["t value"])), rel=1e-9)
    normal = fit.coef_table("normal")
    assert np.isinf(normal["df"]).all()
    assert normal["upper"].to_numpy() == pytest.approx(normal["Estimate"] + 1.959963985 * normal["Std. Error"])
    assert normal["p value"].to_numpy() == pytest.approx(2 * stats.norm.sf(abs(normal["t value"])), rel=1e-9)


def test_one_coefficient_by_F_is_its_t_squared():
    fit = fit_of(BY_ID["orth_ris.REML"])
    for df in ("satterthwaite", "kenward-roger", "normal"):
        row, test = fit.coef_table(df).loc["age"], fit.test("age", df)
        assert (test.F, test.df2, test.p) == pytest.approx((row["t value"] ** 2, row["df"], row["p value"]), rel=1e-9)


def test_weights_with_names_are_matched_by_name():
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    first = pd.Series([0.0, 1.0], index=["days", "(Intercept)"])
    alone, jointly = fit.test("(Intercept)").F, fit.test(np.eye(2)).F
    for what in (first, [first], first.to_frame().T, {"(Intercept)": 1}):
        np.testing.assert_allclose(fit.test(what).F, alone, rtol=1e-12)
    both = pd.DataFrame([[0, 1], [1, 2]], columns=["days", "(Intercept)"])
    np.testing.assert_allclose(fit.test(both).F, jointly, rtol=1e-10)
    for what in (pd.Series([0.0, 1.0]), pd.DataFrame([[0.0, 1.0]])):
        with pytest.raises(ParameterError, match=r"no fixed effect 0.*are an array"):
            fit.test(what)
    with pytest.raises(ParameterError, match="weight of 'days' is given twice"):
        fit.test(pd.Series([1.0, 1.0], index=["days", "days"]))
    with pytest.raises(ParameterError, match=r"weight of 'days' is one number, not of shape \(2,\)"):
        fit.test({"days": [1, 2]})


def test_errors_teach():
    sleep = lmmteach.load_sleepstudy()
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep)
    with pytest.raises(ParameterError, match="'satterthwaite', 'kenward-roger', 'kenward-roger-observed', 'normal'"):
        fit.coef_table("kr")
    with pytest.raises(ParameterError, match="confidence level"):
        fit.coef_table(level=95)
    with pytest.raises(ParameterError, match=r"There are: .*days"):
        fit.test("day")
    with pytest.raises(ParameterError, match="one weight for each of the 2"):
        fit.test([[1.0, 0.0, 0.0]])
    with pytest.raises(ParameterError, match="repeat"):
        fit.test(["days", {"days": 2}])
    ml = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep, method="ML")
    with pytest.raises(ModelError, match="Refit with method='REML'"):
        ml.coef_table("kenward-roger")
    ar1 = lmmteach.lmm("reaction ~ days", sleep, groups="subject", time="days", residual="ar1")
    with pytest.raises(ModelError, match=r"AR1 is not linear.*satterthwaite"):
        ar1.coef_table("kenward-roger")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["id"])
def test_information_criteria_of_both_conventions(entry):
    fit, truth = fit_of(entry), entry["truth"]
    assert fit.information_criteria()["AIC"] == pytest.approx(truth["AIC"], abs=4e-5)
    assert fit.information_criteria("lme4")["BIC"] == pytest.approx(truth["BIC_N"], abs=4e-5)
    nlme = truth["BIC_N_minus_p"] if fit.method == "REML" else truth["BIC_N"]
    assert fit.information_criteria("nlme")["BIC"] == pytest.approx(nlme, abs=4e-5)


def test_the_reference_holds_what_these_tests_count_on():
    whole = json.loads((HERE / "reference_fits.json").read_text())["entries"]
    assert sum(bool(e["truth"].get("satterthwaite")) for e in whole) == 34
    assert sum(bool(e["R"].get("kenward_roger")) for e in whole) == 16


def numeric_hessian(value, at, steps):
    """Second derivatives by central differences."""
    H, eye = np.empty((len(at), len(at))), np.diag(steps)
    for i, j in np.ndindex(H.shape):
        corners = [value(at + a * eye[i] + b * eye[j]) * a * b for a in (1, -1) for b in (1, -1)]
        H[i, j] = sum(corners) / (4 * steps[i] * steps[j])
    return H


def gappy():
    sleep = lmmteach.load_sleepstudy().query("days < 5")
    return sleep[(np.arange(len(sleep)) * 7) % 10 < 7].reset_index(drop=True)


def test_the_observed_information_is_the_curvature_of_these_data():
    """W = 2 H^-1, H the Hessian of the readable -2 log L in the covariances of a Toeplitz R, the entries of a G."""
    data = gappy()
    fit = lmmteach.lmm("reaction ~ days", data, groups="subject", time="days", residual="toeplitz")
    at = fit.sigma2 * np.append(1.0, fit.residual.rho)

    def value(s):
        return fit.deviance_at(sigma2=lmmteach.Toeplitz(sigma2=s[0], rho=s[1:] / s[0]))

    H = numeric_hessian(value, at, np.full(len(at), 2e-3 * at[0]))
    found = kenward_roger(fit.design, fit.estimate, observed=True)
    assert pytest.approx(2 * np.linalg.inv(H), rel=2e-3, abs=2e-3 * np.abs(found.W).max()) == found.W
    expected = kenward_roger(fit.design, fit.estimate)
    assert np.abs(found.W / expected.W - 1).max() > 0.02, "the data are unbalanced enough to tell them apart"

    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data)
    G = fit.G.to_numpy()
    at = np.array([G[0, 0], G[0, 1], G[1, 1], fit.sigma2])
    H = numeric_hessian(lambda s: fit.deviance_at(s[[0, 1, 1, 2]].reshape(2, 2), s[3]), at, 2e-3 * np.abs(at))
    W = kenward_roger(fit.design, fit.estimate, observed=True).W
    assert W[-1, -1] == pytest.approx(2 * np.linalg.inv(H)[-1, -1], rel=2e-3)


@pytest.mark.parametrize("residual", ["toeplitz", "cs", "unstructured"])
def test_both_informations_of_kenward_and_roger_are_offered(residual):
    data = gappy()
    fit = lmmteach.lmm("reaction ~ days", data, groups="subject", time="days", residual=residual)
    expected, observed = (fit.coef_table(df) for df in ("kenward-roger", "kenward-roger-observed"))
    assert abs(observed.loc["days", "df"] / expected.loc["days", "df"] - 1) > 1e-4
    assert fit.test("days", df="kenward-roger-observed").df2 == pytest.approx(observed.loc["days", "df"])
    # Of one combination they are Satterthwaite's, who takes the observed information, too.
    assert observed["df"].to_numpy() == pytest.approx(fit.coef_table()["df"].to_numpy(), rel=1e-3)
    with pytest.raises(ModelError, match="derived for REML"):
        lmmteach.lmm("reaction ~ days + (1 | subject)", data, "ML").coef_table("kenward-roger-observed")


def test_balanced_data_have_one_information():
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    expected, observed = (fit.coef_table(df) for df in ("kenward-roger", "kenward-roger-observed"))
    assert observed[["Std. Error", "df"]].to_numpy() == pytest.approx(
        expected[["Std. Error", "df"]].to_numpy(), rel=1e-5
    )


def test_at_a_singular_fit_the_observed_information_leaves_out_what_it_does_not_know():
    fit = fit_of(BY_ID["dyestuff2.REML"])
    table = fit.coef_table("kenward-roger-observed")
    assert np.isfinite(table["df"]).all()
    assert (table["Std. Error"] > 0).all()
