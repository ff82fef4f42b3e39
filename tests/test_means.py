"""Contrasts, marginal means and tests of terms: against emmeans, lmerTest and pbkrtest, and against algebra by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy

import lmmteach
from lmmteach.inference.adjust import tukey_width
from tests.reference.means import ASKED, BOTH, HERE, MODELS, RECORDED, fitted, gaps, means_of

WITHIN = 1e-4  # of R's answer; of an estimate, of its standard error


def close(ours: pd.DataFrame, theirs: dict[str, Any]) -> None:
    off = gaps(ours, theirs)
    assert len(off) >= 4
    assert max(off.values()) < WITHIN, (off, ours, theirs)


def test_the_recorded_models_are_many_unbalanced_and_singular() -> None:
    assert len(MODELS) >= 10
    assert {"R", "lme4", "lmerTest", "emmeans", "pbkrtest"} == set(RECORDED["versions"])
    assert sum(one["singular"] for one in MODELS.values()) >= 2
    assert sum(one["rows"] is not None or "generated" in one["csv"] for one in MODELS.values()) >= 5


@pytest.mark.parametrize("name", MODELS)
def test_fits_stand_at_the_same_optimum(name: str) -> None:
    fit = fitted(name)
    assert abs(fit.deviance - MODELS[name]["deviance"]) < 1e-6
    assert fit.singular == MODELS[name]["singular"]


@pytest.mark.parametrize(("name", "number", "df"), ASKED)
def test_marginal_means_are_those_of_emmeans(name: str, number: int, df: str) -> None:
    close(means_of(name, number, df), MODELS[name][df]["means"][number])


@pytest.mark.parametrize(("name", "df"), BOTH)
def test_tests_of_terms_are_those_of_lmertest_and_pbkrtest(name: str, df: str) -> None:
    theirs = MODELS[name][df]["anova"]
    ours = fitted(name).anova(df=df)
    assert [term.replace(" ", "") for term in ours.index] == [t.replace(" ", "") for t in np.atleast_1d(theirs["term"])]
    close(ours, {key: value for key, value in theirs.items() if key != "term"})


@pytest.mark.parametrize(("name", "df"), BOTH)
def test_contrasts_are_those_of_lmertest_and_pbkrtest(name: str, df: str) -> None:
    one = MODELS[name]
    ours = fitted(name).contrast(np.array(one["weights"]), df=df)
    close(ours, one[df]["contrast"])


def dense(fit: lmmteach.Fit, psi_root: np.ndarray, log_sigma2: float) -> tuple[float, np.ndarray]:
    """-2 log L (REML, no constant) and Cov(beta-hat), subject by subject, G = sigma2 L L' over columns t^k / 10^k."""
    A, b, rest = np.zeros((3, 3)), np.zeros(3), 0.0
    for one in fit.design.by_subject():
        Z = one.Z / [1.0, 10.0, 100.0] @ psi_root
        C = np.linalg.cholesky(np.exp(log_sigma2) * (Z @ Z.T + np.eye(len(Z))))
        W = np.linalg.solve(C, np.column_stack([one.X, one.y]))
        A, b = A + W[:, :3].T @ W[:, :3], b + W[:, :3].T @ W[:, 3]
        rest += W[:, 3] @ W[:, 3] + 2 * np.log(np.diag(C)).sum()
    return float(rest + np.linalg.slogdet(A)[1] - b @ np.linalg.solve(A, b)), np.linalg.inv(A)


def test_satterthwaite_of_a_singular_fit_is_that_of_a_dense_likelihood() -> None:
    fit = fitted("sleep_singular")
    wide = np.diag([1.0, 10.0, 100.0])
    psi = wide @ fit.G.to_numpy() @ wide / fit.sigma2
    root = np.zeros((3, 3))
    root[:, 0] = psi[:, 0] / np.sqrt(psi[0, 0])
    left = psi - np.outer(root[:, 0], root[:, 0])
    root[1:, 1] = left[1:, 1] / np.sqrt(left[1, 1])  # of rank 2: the last column is 0, and stays so
    places = ([0, 1, 2, 1, 2], [0, 0, 0, 1, 1])
    start = np.append(root[places], np.log(fit.sigma2))

    def at(theta: np.ndarray) -> tuple[float, np.ndarray]:
        L = np.zeros((3, 3))
        L[places] = theta[:-1]
        return dense(fit, L, theta[-1])

    def slopes(h: float) -> tuple[np.ndarray, np.ndarray]:
        steps = h * np.eye(len(start))
        corners = [[[at(start + i * a + j * b)[0] for j in (1, -1)] for i in (1, -1)] for a in steps for b in steps]
        H = np.array([(c[0][0] - c[0][1] - c[1][0] + c[1][1]) / (4 * h * h) for c in corners])
        return H.reshape(len(start), -1), np.array([(at(start + a)[1] - at(start - a)[1]) / (2 * h) for a in steps])

    (H, J), (H2, J2) = slopes(1e-3), slopes(2e-3)
    H, J = (4 * H - H2) / 3, (4 * J - J2) / 3  # Richardson
    grad = np.diagonal(J, axis1=1, axis2=2)
    variance = 2 * np.einsum("kp,kp->p", grad, np.linalg.solve(H, grad))
    np.testing.assert_allclose(fit.coef_table()["df"], 2 * np.diag(at(start)[1]) ** 2 / variance, rtol=WITHIN)


@pytest.fixture(scope="module")
def trial() -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / "generated_trial.csv")


def test_no_order_of_levels_changes_a_test_of_a_term(trial: pd.DataFrame) -> None:
    """Other first levels change every coefficient and no type III test; F of one degree of freedom says it exactly."""
    formula = "y ~ dose*t + site*t + age + (1 | id)"
    fit = lmmteach.lmm(formula, trial)
    turned = trial.assign(
        dose=pd.Categorical(trial.dose, ["none", "low", "high"]), site=pd.Categorical(trial.site, ["south", "north"])
    )
    other = lmmteach.lmm(formula, turned)
    assert abs(fit.beta["t"] - other.beta["t"]) > 0.1
    np.testing.assert_allclose(fit.anova(df="normal"), other.anova(df="normal"), rtol=1e-6)


def test_no_contrasts_change_a_mean_or_a_test_of_a_term(trial: pd.DataFrame) -> None:
    """Sum and polynomial contrasts and another reference level are the same model: so are its means and tests."""
    plain = lmmteach.lmm("y ~ dose*t + site*dose + (1 | id)", trial)
    coded = lmmteach.lmm("y ~ C(dose, sum)*t + C(site, ref='south')*C(dose, sum) + (1 | id)", trial)
    assert list(plain.beta.index) != list(coded.beta.index)
    np.testing.assert_allclose(plain.anova(), coded.anova(), rtol=1e-6)
    for asked in (["dose"], ["dose", "site"]):
        np.testing.assert_allclose(plain.marginal_means(asked), coded.marginal_means(asked), rtol=1e-6)
    steps = trial.assign(dose=pd.Categorical(trial.dose, ["none", "low", "high"], ordered=True))
    ordered = lmmteach.lmm("y ~ dose*t + site*dose + (1 | id)", steps)
    np.testing.assert_allclose(plain.anova("normal"), ordered.anova("normal"), rtol=1e-6)
    assert ordered.marginal_means("dose").loc["low", "Estimate"] == pytest.approx(
        plain.marginal_means("dose").loc["low", "Estimate"]
    )


def test_a_terms_name_is_tested_as_anova_does_and_a_coefficients_wins() -> None:
    fit = fitted("trial")
    table = fit.anova()
    for term in ("dose", "dose:t", "dose:site"):
        found = fit.test(term)
        np.testing.assert_allclose([found.F, found.df1, found.df2, found.p], table.loc[term], rtol=1e-10)
    assert pytest.approx(fit.coef_table().loc["t", "t value"] ** 2) == fit.test("t").F
    assert abs(table.loc["t", "F value"] - fit.test("t").F) > 1
    both = fit.test(["dose:t", "age"])
    assert both.df1 == 3
    assert pytest.approx(fit.test(["doselow:t", "dosenone:t", "age"]).F) == both.F


def test_a_contrast_is_read_from_whatever_has_weights() -> None:
    fit = fitted("orthodont")
    names = list(fit.beta.index)
    weights = {names[2]: 1.0, names[3]: 0.5}
    array = np.array([[0.0, 0.0, 1.0, 0.5]])
    table = fit.contrast(weights)
    for same in (array, array[0], pd.Series(weights), [weights], pd.DataFrame(array, columns=names), {"row": weights}):
        np.testing.assert_allclose(fit.contrast(same), table, rtol=1e-12)
    assert list(table.index) == [f"{names[2]} + 0.5*{names[3]}"]
    assert list(fit.contrast({"slope": weights}).index) == ["slope"]
    assert list(fit.contrast([{names[2]: -1, names[1]: 2}, names[0]]).index) == [f"2*{names[1]} - {names[2]}", names[0]]
    c = array[0]
    assert table["Estimate"].iloc[0] == pytest.approx(c @ fit.beta)
    assert table["Std. Error"].iloc[0] == pytest.approx(np.sqrt(c @ fit.cov_beta @ c))
    np.testing.assert_allclose(fit.contrast(names), fit.coef_table(), rtol=1e-12)
    with pytest.raises(lmmteach.ParameterError, match="no weight but 0"):
        fit.contrast({"age": 0})
    with pytest.raises(lmmteach.ParameterError, match="Weigh its coefficients"):
        fit.contrast("Sex:age")


def test_means_are_averages_of_predictions(trial: pd.DataFrame) -> None:
    """Whatever transforms a formula has: the grid made by hand, predicted and averaged."""
    fit = lmmteach.lmm("y ~ dose*poly(t, 2) + log(age) + site + smoker + (1 | id)", trial)
    grid = trial.drop_duplicates(["dose", "site", "smoker"]).assign(age=trial.age.mean(), t=trial.t.mean())
    assert len(grid) == 12
    by_hand = fit.predict(grid, "marginal").groupby(grid.dose).mean()
    found = fit.marginal_means("dose")
    np.testing.assert_allclose(found["Estimate"], by_hand, rtol=1e-12)
    # As observed: each row of the data with its own site and smoking, and the dose set to one for all.
    for dose in found.index:
        rows = trial.assign(dose=dose, age=trial.age.mean(), t=trial.t.mean())
        weighted = fit.marginal_means("dose", weights="proportional").loc[dose, "Estimate"]
        assert weighted == pytest.approx(fit.predict(rows, "marginal").mean(), rel=1e-12)


def test_what_the_data_do_not_determine_is_nan_and_named() -> None:
    fit = fitted("machines_empty_cell")
    with pytest.warns(lmmteach.LmmWarning, match="do not determine B night: nan"):
        cells = fit.marginal_means("machine", "shift")
    assert list(cells.index[cells["Estimate"].isna()]) == [("B", "night")]
    with pytest.warns(lmmteach.LmmWarning, match="machineB:shiftnight"):
        assert np.isnan(fit.contrast("machineB:shiftnight")["Estimate"]).all()
    kept = fit.marginal_means("machine", at={"shift": ["day", "late"]})
    assert kept.notna().all().all()
    with pytest.raises(lmmteach.ParameterError, match="do not determine"):
        fit.test("machineB:shiftnight")


@pytest.mark.filterwarnings("ignore:The other columns of X")
def test_a_combination_of_a_dropped_column_that_the_data_determine_is_estimated() -> None:
    sleep = lmmteach.load_sleepstudy()
    sleep["twice"] = 2 * sleep["days"]
    fit = lmmteach.lmm("reaction ~ days + twice + (1 | subject)", sleep)
    one = fit.contrast({"days": 1, "twice": 2})
    assert one["Estimate"].iloc[0] == pytest.approx(fit.beta["days"])
    with pytest.warns(lmmteach.LmmWarning, match="2\\*days"):
        assert fit.contrast({"days": 2, "twice": 1}).isna().all().all()


REFUSED = [
    (lambda fit: fit.marginal_means(), "Name each factor", lambda fit: fit.marginal_means("dose")),
    (
        lambda fit: fit.marginal_means("t"),
        r"at=\{'t': \[1, 3\]\}",
        lambda fit: fit.marginal_means("t", at={"t": [1, 3]}),
    ),
    (lambda fit: fit.marginal_means("id"), "groups the random effects", lambda fit: fit.random_effects()),
    (lambda fit: fit.marginal_means("Dose"), "means by 'dose'", lambda fit: fit.marginal_means("dose")),
    (
        lambda fit: fit.marginal_means("dose", at={"year": 1}),
        "at= may name 'age'",
        lambda fit: fit.marginal_means("dose", at={"age": 1}),
    ),
    (
        lambda fit: fit.marginal_means("dose", at={"site": "east"}),
        "north, south",
        lambda fit: fit.marginal_means("dose", at={"site": "north"}),
    ),
    (
        lambda fit: fit.marginal_means("dose", at={"t": [1, 1]}),
        "different ones",
        lambda fit: fit.marginal_means("dose", at={"t": [0, 1]}),
    ),
    (
        lambda fit: fit.marginal_means("dose", weights="cells"),
        "'proportional'",
        lambda fit: fit.marginal_means("dose", weights="proportional"),
    ),
    (
        lambda fit: fit.marginal_means("dose", contrasts="all"),
        "'pairwise'",
        lambda fit: fit.marginal_means("dose", contrasts="pairwise"),
    ),
    (
        lambda fit: fit.marginal_means("dose", adjust="tukey"),
        "contrasts='pairwise'",
        lambda fit: fit.marginal_means("dose", contrasts="pairwise", adjust="tukey"),
    ),
    (
        lambda fit: fit.marginal_means("dose", at={"dose": "low"}, contrasts="pairwise"),
        "no difference",
        lambda fit: fit.marginal_means("dose", contrasts="pairwise"),
    ),
    (lambda fit: fit.contrast({"dose": 1}), "doselow", lambda fit: fit.contrast({"doselow": 1})),
    (lambda fit: fit.anova(df="kr"), "'kenward-roger'", lambda fit: fit.anova(df="kenward-roger")),
]


@pytest.mark.parametrize(("ask", "said", "remedy"), REFUSED)
def test_a_wrong_question_names_a_remedy_that_works(ask: Any, said: str, remedy: Any) -> None:
    fit = fitted("trial")
    with pytest.raises(lmmteach.LmmError, match=said):
        ask(fit)
    assert len(remedy(fit))


def test_kenward_and_roger_stay_refused_where_they_are_not_defined(trial: pd.DataFrame) -> None:
    fit = lmmteach.lmm("y ~ dose + (1 | id)", trial, method="ML")
    for ask in (fit.anova, lambda df: fit.marginal_means("dose", df=df), lambda df: fit.contrast("doselow", df=df)):
        with pytest.raises(lmmteach.ModelError, match="derived for REML"):
            ask(df="kenward-roger")
        assert len(ask(df="satterthwaite"))


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("means", [2, 3, 8, 40])
def test_tukeys_width_is_scipys_found_in_few_looks(level: float, means: int, monkeypatch: pytest.MonkeyPatch) -> None:
    law, looks = scipy.stats.studentized_range, []
    tail = law.sf
    dfs = np.array([1.0, 1.5, 4.2, 30.0, 611.7, np.inf])
    known = law.ppf(level, means, dfs) / np.sqrt(2)
    monkeypatch.setattr(law, "sf", lambda *where: looks.append(where) or tail(*where))
    np.testing.assert_allclose(tukey_width(level, means, dfs), known, rtol=1e-8)
    assert len(looks) <= 8 * len(dfs)
