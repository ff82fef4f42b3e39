"""Bad input: each kind gets its own error, which names the culprit and says what to do."""

from __future__ import annotations

import re
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import DataError, FormulaError, LmmError, LmmWarning, ModelError, ParameterError

FORMULA = "reaction ~ days + (1 + days | subject)"


@pytest.fixture
def sleep():
    return lmmteach.load_sleepstudy()


def refused(kind, culprit, remedy, formula, data, **options):
    """The call fails with this kind of error, whose text names the culprit and offers the remedy."""
    with pytest.raises(kind, match=re.escape(culprit)) as caught:
        lmmteach.lmm(formula, data, **options)
    assert isinstance(caught.value, LmmError)
    assert remedy in str(caught.value)


def test_unknown_column(sleep):
    refused(DataError, "'reacton'", "Did you mean 'reaction'?", "reacton ~ days + (1 | subject)", sleep)
    refused(DataError, "'sbject'", "Did you mean 'subject'?", "reaction ~ days + (1 | sbject)", sleep)
    refused(DataError, "'person'", "Did you mean", "reaction ~ days", sleep.rename(columns={"subject": "persons"}),
            groups="person")  # fmt: skip


def test_empty_data(sleep):
    refused(DataError, "no rows", "Check the filter", FORMULA, sleep.iloc[:0])


def test_all_missing_response(sleep):
    refused(DataError, "'reaction' holds only missing values", "Check", FORMULA, sleep.assign(reaction=np.nan))


def test_no_complete_row(sleep):
    odd = sleep.assign(reaction=sleep.reaction.where(sleep.index % 2 == 0), days=sleep.days.where(sleep.index % 2 == 1))
    refused(DataError, "No row is complete", "joined", FORMULA, odd)


def test_text_response(sleep):
    refused(DataError, "'reaction' is text (it holds 'slow')", "Name a column of numbers", FORMULA,
            sleep.assign(reaction="slow"))  # fmt: skip
    some = sleep.assign(reaction=sleep.reaction.astype(object).where(sleep.index != 7, "slow"))
    refused(DataError, "it holds 'slow' among numbers, in row 7", "pandas.to_numeric(data['reaction']", FORMULA, some)


def test_a_true_or_false_response_is_made_numbers(sleep):
    slow = sleep.assign(slow=sleep.reaction > 300)
    refused(DataError, "'slow' is True or False", "data['slow'].astype(int)", "slow ~ days + (1 | subject)", slow)
    assert lmmteach.lmm("slow ~ days + (1 | subject)", slow.assign(slow=slow["slow"].astype(int))).n_obs == 180


def test_one_cell_of_text_among_numbers_is_named_before_its_levels_fill_the_memory():
    n = 6000
    many = pd.DataFrame({"y": np.sin(np.arange(n)), "x": np.arange(n) / 7, "g": np.arange(n) // 10}).astype(
        {"x": object}
    )
    many.loc[77, "x"] = "n/a"
    many.loc[5, "y"] = np.nan
    culprit, remedy = (
        "it holds 'n/a' among numbers, in row 77",
        "data['x'] = pandas.to_numeric(data['x'], errors='coerce')",
    )
    for formula in (
        "y ~ x + (1 | g)",
        "y ~ x*g + (1 | g)",
        "y ~ g + (0 + x | g)",
        "y ~ log(x) + (1 | g)",
        "x ~ 1 + (1 | g)",
    ):
        tracemalloc.start()
        refused(LmmError, culprit, remedy, formula, many)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 50e6  # the columns of the levels would take 288 MB
    refused(
        ModelError,
        "'factor(x)' has 6000 levels",
        "random term",
        "y ~ factor(x) + (1 | g)",
        many.assign(x=np.arange(n), y=1.0 * many.g),
    )


def test_as_many_effects_as_rows_bear_are_fitted(sleep):
    few = sleep.iloc[:30].assign(visit=[f"v{k % 27}" for k in range(30)])
    assert len(lmmteach.lmm("reaction ~ 0 + visit + (1 | subject)", few).beta) == 27


def test_one_subject(sleep):
    refused(DataError, "only one 'subject' (308)", "grouping column", FORMULA, sleep[sleep.subject == "308"])


def test_fewer_rows_than_parameters(sleep):
    three = sleep.iloc[[0, 1, 12]]
    refused(ModelError, "3 rows cannot estimate 4 fixed effects", "more data",
            "reaction ~ days + I(days^2) + I(days^3) + (1 | subject)", three)  # fmt: skip
    refused(ModelError, "3 rows cannot estimate 4 parameters (2 fixed effects, 1 entries of G", "more data",
            "reaction ~ days + (1 | subject)", three)  # fmt: skip


def test_infinite_values_are_placed(sleep):
    odd = sleep.assign(days=sleep.days.where(sleep.index != 9, np.inf))
    refused(DataError, "'days' holds 1 infinite value(s), the first in row 9", "Replace", FORMULA, odd)
    refused(
        DataError, "'log(days)' is not a finite number in row 0", "log", "reaction ~ log(days) + (1 | subject)", sleep
    )


def test_rows_are_counted_as_the_data_count_them_where_some_were_dropped(sleep):
    odd = sleep.assign(
        reaction=sleep.reaction.where(sleep.index > 2), x=(sleep.days + 1.0).where(sleep.index != 10, -1.0)
    )
    refused(DataError, "'log(x)' is not a finite number in row 10", "log", "reaction ~ log(x) + (1 | subject)", odd)


def test_numbers_too_large_to_square(sleep):
    for scale in (1e200, 1e36, 1e-38, 1e-200):
        odd = sleep.assign(reaction=sleep.reaction * scale)
        refused(DataError, "'reaction' reaches", "Change its unit", FORMULA, odd)
        odd = sleep.assign(days=sleep.days * scale)
        refused(DataError, "'days' reaches", "Change its unit", FORMULA, odd)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [1e32, 1e-37])
def test_numbers_just_small_and_large_enough_have_all_their_answers(sleep, scale):
    plain = lmmteach.lmm(FORMULA, sleep)
    fit = lmmteach.lmm(FORMULA, sleep.assign(reaction=sleep.reaction * scale))
    for df in ("satterthwaite", "kenward-roger"):
        columns = ["df", "t value", "p value"]
        np.testing.assert_allclose(fit.coef_table(df)[columns], plain.coef_table(df)[columns], rtol=1e-4)
    names = ["rho[(Intercept),days]"]
    for method in ("wald", "profile", "bootstrap"):
        found, expected = (one.confint(method, names=names, n=10) for one in (fit, plain))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(fit.confint().loc["sigma2"], plain.confint().loc["sigma2"] * scale**2, rtol=1e-4)


@pytest.mark.parametrize(
    ("formula", "culprit"),
    [
        ("reaction days", "exactly one '~'"),
        ("reaction ~ days ~ subject", "exactly one '~'"),
        ("~ days + (1 | subject)", "no response"),
        ("reaction ~ days + + (1 | subject) )", "brackets"),
        ("reaction ~ days + (1 | subject", "brackets"),
        ("reaction ~ days + 1 | subject", "without brackets"),
        ("reaction ~ days (1 | subject)", "not joined by '+'"),
        ("reaction ~ days + (1 | subject | days)", "one '|'"),
        ("reaction ~ days * + (1 | subject)", "joins days and +(1 | subject)"),
        ("reaction ~ logg(days) + (1 | subject)", "Did you mean log(...)"),
        ("reaction ~ np.log(days) + (1 | subject)", "not formula algebra"),
        ("reaction ~ days[0] + (1 | subject)", "not formula algebra"),
        ("reaction ~ days", "not a mixed model yet"),
        ("reaction ~ 0 + (1 | subject)", "no fixed effect"),
        ("reaction ~ days + (0 | subject)", "no effect in it"),
        (3, "must be a string"),
    ],
)
def test_formulas_that_do_not_parse(sleep, formula, culprit):
    with pytest.raises(FormulaError, match=re.escape(culprit)):
        lmmteach.lmm(formula, sleep)


def test_a_hostile_formula_reaches_no_evaluator(sleep, tmp_path):
    target = tmp_path / "touched"
    for attack in (f"__import__('os').system('touch {target}')", f"open('{target}', 'w')", "(lambda: 1)()"):
        with pytest.raises(FormulaError):
            lmmteach.lmm(f"reaction ~ {attack} + (1 | subject)", sleep)
        with pytest.raises(FormulaError):
            lmmteach.lmm(f"reaction ~ days + (1 + {attack} | subject)", sleep)
    assert not target.exists()


def test_a_G_that_is_not_psd_is_refused_only_where_V_is_not_valid(sleep):
    fit = lmmteach.lmm(FORMULA, sleep)
    with pytest.raises(ParameterError, match=r"V of subject number 1 is not positive definite.*Raise sigma2"):
        fit.deviance_at([[1, 50], [50, 1]], 10)
    assert np.isfinite(fit.deviance_at([[100, 50], [50, 1]], 1000))  # G is not PSD, V is: a strange result
    with pytest.raises(ParameterError, match="symmetric"):
        fit.deviance_at([[1, 0], [2, 1]], 10)
    with pytest.raises(ParameterError, match="sigma2 is -1"):
        fit.deviance_at([[1, 0], [0, 1]], -1)
    with pytest.raises(ParameterError, match="G must be 2 x 2"):
        fit.deviance_at([[1.0]], 10)


def test_missing_rows_are_dropped_and_counted_once(sleep):
    odd = sleep.assign(reaction=sleep.reaction.where(sleep.index % 10 != 3))
    with pytest.warns(LmmWarning, match=r"Dropped 18 of 180 rows with missing values \(reaction: 18\)") as heard:
        fit = lmmteach.lmm(FORMULA, odd)
    assert len(heard) == 1
    assert heard[0].filename == __file__
    assert fit.n_obs == 162
    assert fit.deviance == pytest.approx(lmmteach.lmm(FORMULA, odd.dropna()).deviance, abs=1e-9)
    assert "Dropped 18" in str(fit)
    assert list(fit.fitted().index) == [row for row in range(180) if row % 10 != 3]


@pytest.mark.filterwarnings("ignore:Dropped 3")
def test_fits_made_side_by_side_keep_their_own_remarks(sleep):
    holed = sleep.assign(reaction=sleep.reaction.where(sleep.index > 2))
    before = warnings.showwarning, warnings._showwarnmsg_impl

    def remarks_of(number):
        return lmmteach.lmm("reaction ~ days + (1 | subject)", holed if number % 2 else sleep).warnings

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(remarks_of, range(48)))
    assert set(found[::2]) == {()}
    assert set(found[1::2]) == {("Dropped 3 of 180 rows with missing values (reaction: 3).",)}
    assert (warnings.showwarning, warnings._showwarnmsg_impl) == before


def test_a_prediction_says_at_the_callers_line_which_rows_it_leaves_out(sleep):
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep)
    with pytest.warns(LmmWarning, match="Dropped 1 of 2") as heard:
        fit.predict(pd.DataFrame({"days": [1, np.nan], "subject": ["308", "308"]}))
    assert heard[0].filename == __file__


def test_a_collinear_column_is_dropped_and_named(sleep):
    with pytest.warns(LmmWarning, match="already determine 'twice'"):
        fit = lmmteach.lmm("reaction ~ days + twice + (1 | subject)", sleep.assign(twice=2 * sleep.days + 1))
    assert list(fit.beta.index) == ["(Intercept)", "days"]
    assert fit.design.dropped == ["twice"]
    assert fit.deviance == pytest.approx(lmmteach.lmm("reaction ~ days + (1 | subject)", sleep).deviance, abs=1e-8)
    new = pd.DataFrame({"days": [0, 9], "twice": [1, 19], "subject": ["308", "308"]})
    assert np.isfinite(fit.predict(new)).all()


def test_a_factor_under_a_double_bar_is_said_to_be_taken_apart(sleep):
    late = sleep.assign(late=np.where(sleep.days > 4, "yes", "no"))
    with pytest.warns(
        LmmWarning, match=r"\(1 \+ late \|\| subject\) makes the whole G diagonal.*\(0 \+ late \| subject\)"
    ):
        fit = lmmteach.lmm("reaction ~ days + (1 + late || subject)", late)
    assert "The fit depends on how the levels are coded" in fit.message
    assert fit.G.loc["(Intercept)", "lateyes"] == 0
    turned = late.assign(late=pd.Categorical(late.late, ["yes", "no"]))
    with pytest.warns(LmmWarning, match="makes the whole G diagonal"):
        other = lmmteach.lmm("reaction ~ days + (1 + late || subject)", turned)
    assert abs(other.deviance - fit.deviance) > 0.1
    assert lmmteach.lmm("reaction ~ days + (1 + days || subject)", late).warnings == ()


def test_two_effects_of_one_name_are_refused(sleep):
    both = sleep.assign(sex=np.where(sleep.index < 90, "female", "male"), sexmale=sleep.days**2)
    refused(DataError, "Two fixed effects would both be called 'sexmale'", "Rename that column",
            "reaction ~ sex + sexmale + (1 | subject)", both)  # fmt: skip
    refused(DataError, "Two random effects of 'subject' would both be called 'sexmale'", "Rename that column",
            "reaction ~ sex + (1 + sex + sexmale | subject)", both)  # fmt: skip
    with pytest.warns(LmmWarning, match="already determine 'sexmale'"):  # the same thing twice is no such case
        fit = lmmteach.lmm(
            "reaction ~ sex + sexmale + (1 | subject)", both.assign(sexmale=(both.sex == "male").astype(float))
        )
    assert list(fit.beta.index) == ["(Intercept)", "sexmale"]


def test_an_exact_fit_is_refused(sleep):
    refused(ModelError, "fits every row exactly", "computed from a covariate", "reaction ~ days + (1 | subject)",
            sleep.assign(reaction=2.0 * sleep.days + 1))  # fmt: skip
    by_subject = sleep.assign(reaction=2.0 * sleep.subject.astype(int) + sleep.days)
    refused(ModelError, "fits every row exactly", "computed", "reaction ~ days + (1 | subject)", by_subject)
    refused(DataError, "the same number (1) in every row", "Check", FORMULA, sleep.assign(reaction=1.0))
    lines = pd.DataFrame({"y": [1, 2, 3, 5, 6, 7, 2, 3, 4], "t": [0, 1, 2] * 3, "g": list("aaabbbccc")})
    refused(ModelError, "fits every row exactly", "computed", "y ~ t + (1 | g)", lines)


def test_options_that_are_not_known(sleep):
    refused(ModelError, "method='reml'", "'REML'", FORMULA, sleep, method="reml")
    refused(ModelError, "'ar2'", "ar1", FORMULA, sleep, residual="ar2")
    refused(
        ModelError, "needs to know when", "time='...'", "reaction ~ days + (1 | subject)", sleep, residual="exponential"
    )
    refused(DataError, "subject 308 has two rows at days 0", "AR1() + Independent()", "reaction ~ days + (1 | subject)",
            sleep.assign(days=sleep.days // 2), time="days", residual="ar1")  # fmt: skip
    refused(DataError, "must be a pandas DataFrame, not list", "DataFrame", FORMULA, [1, 2])


def test_a_data_frame_of_another_library_is_told_from_those_of_pandas(sleep):
    other = type("DataFrame", (), {"__module__": "polars.dataframe.frame", "to_pandas": lambda self: sleep})()
    refused(DataError, "must be a pandas DataFrame, not polars.DataFrame", "data.to_pandas()", FORMULA, other)
    assert lmmteach.lmm(FORMULA, other.to_pandas()).n_obs == 180


def test_values_are_shown_as_plain_numbers(sleep):
    refused(DataError, "'k' is text (it holds 0.5)", "to_numeric", "k ~ days + (1 | subject)",
            sleep.assign(k=pd.Categorical(sleep.days + 0.5)))  # fmt: skip
    fit = lmmteach.lmm("reaction ~ factor(days) + (1 | subject)", sleep)
    with pytest.raises(DataError, match=r"'days' holds 0\.5, a level the model has not seen.*Known levels: 0, 1, 2"):
        fit.predict(sleep.assign(days=sleep.days + 0.5))


def test_columns_of_odd_types(sleep):
    refused(DataError, "'d' holds dates", "pandas.Timedelta", "reaction ~ d + (1 | subject)",
            sleep.assign(d=pd.Timestamp("2020-01-01")))  # fmt: skip
    refused(DataError, "holds a list", "one number", "reaction ~ d + (1 | subject)", sleep.assign(d=[[1]] * 180))
    refused(DataError, "complex", "real", "reaction ~ d + (1 | subject)", sleep.assign(d=1j))
    refused(DataError, "2 columns named 'days'", "Rename", FORMULA, pd.concat([sleep, sleep[["days"]]], axis=1))


@pytest.mark.parametrize("change", ["nullable", "repeated index", "object numbers", "category group", "reversed"])
def test_honest_data_in_odd_dress_gives_the_same_fit(sleep, change):
    plain = lmmteach.lmm(FORMULA, sleep)
    dressed = {
        "nullable": lambda: sleep.convert_dtypes(),
        "repeated index": lambda: sleep.set_index(np.zeros(180, dtype=int)),
        "object numbers": lambda: sleep.assign(days=sleep.days.astype(object)),
        "category group": lambda: sleep.assign(subject=sleep.subject.astype("category").cat.add_categories("none")),
        "reversed": lambda: sleep.iloc[::-1],
    }[change]()
    fit = lmmteach.lmm(FORMULA, dressed)
    assert fit.deviance == pytest.approx(plain.deviance, abs=1e-8)
    assert fit.beta.to_numpy() == pytest.approx(plain.beta.to_numpy(), rel=1e-7)
    assert fit.n_subjects == 18


def test_singular_and_unidentified_fits_explain_themselves(sleep):
    constant = sleep.assign(reaction=sleep.groupby("days").reaction.transform("mean") + (sleep.index % 2))
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", constant)
    assert fit.singular
    assert fit.converged
    assert "the variance of (Intercept) across subject is estimated as 0" in fit.message
    assert "Singular fit" in str(fit)
    assert "Singular fit" in fit._repr_html_()
    with pytest.warns(LmmWarning, match="as many as rows"):
        alone = lmmteach.lmm("reaction ~ days + (1 | row)", sleep.assign(row=np.arange(180)))
    assert "Weakly identified: G and sigma2" in alone.message
    assert lmmteach.lmm(FORMULA, sleep).message == ""


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y"])
def test_the_remedy_for_dates_that_are_text_makes_a_time_of_them(form):
    """As numbers nothing would be left of them; dates of a file are text."""
    day = pd.date_range("2024-01-01", periods=30, freq="17D")
    rows = pd.DataFrame({"id": np.repeat(np.arange(10), 3), "day": day.strftime(form), "y": np.sin(np.arange(30.0))})
    with pytest.raises(ModelError, match="These are dates") as caught:
        lmmteach.lmm("y ~ day*id + day:I(id**2) + (1 | id)", rows)
    steps = re.search(r"Count from the first: (.*); then (.*?)\. If its levels", str(caught.value))
    data = rows.copy()
    for step in steps.groups():
        exec(step, {"data": data, "pandas": pd})
    assert np.allclose(data["day"], np.arange(30) * 17 / 365.25)
