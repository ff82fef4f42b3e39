"""Data as other programs write them: commas for points, zones, nullable and Arrow columns, repeated rows' names."""

from __future__ import annotations

import decimal
import io
import locale
import re

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import DataError, LmmWarning

FORMULA = "reaction ~ days + (1 | subject)"


@pytest.fixture
def sleep():
    return lmmteach.load_sleepstudy().iloc[:50]


def test_decimal_commas_are_named_not_taken_for_labels(sleep):
    text = sleep.assign(days=sleep.days + 0.5).to_csv(index=False, sep=";", decimal=",")
    wrong = pd.read_csv(io.StringIO(text), sep=";")
    with pytest.raises(DataError, match=r"'(days|reaction)' holds numbers with commas.*decimal commas.*decimal=','"):
        lmmteach.lmm(FORMULA, wrong)
    right = pd.read_csv(io.StringIO(text), sep=";", decimal=",")
    assert lmmteach.lmm(FORMULA, right).deviance == pytest.approx(lmmteach.lmm(FORMULA, sleep).deviance, abs=1e-8)
    labelled = wrong.assign(reaction=sleep.reaction, days=wrong.days.astype("category"))
    assert lmmteach.lmm(FORMULA, labelled).n_obs == 50


@pytest.mark.parametrize("separator", [",", "."])
def test_numbers_are_read_and_written_with_points_whatever_the_locale(sleep, separator, monkeypatch):
    plain = str(lmmteach.lmm(FORMULA, sleep))
    before = locale.setlocale(locale.LC_ALL)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"):
        try:
            locale.setlocale(locale.LC_ALL, name)
            break
        except locale.Error:
            continue
    monkeypatch.setattr(
        locale, "localeconv", lambda: {"decimal_point": separator, "thousands_sep": " ", "grouping": []}
    )
    try:
        assert str(lmmteach.lmm(FORMULA, lmmteach.load_sleepstudy().iloc[:50])) == plain
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_dates_with_zones_are_refused_with_the_cure(sleep):
    zoned = sleep.assign(days=pd.date_range("2024-03-30", periods=50, freq="h", tz="Europe/Berlin"))
    with pytest.raises(DataError, match=r"'days' holds dates or durations.*365.25"):
        lmmteach.lmm(FORMULA, zoned)
    cured = zoned.assign(days=(zoned.days - zoned.days.min()).dt.total_seconds() / 3600)
    assert np.isfinite(lmmteach.lmm(FORMULA, cured).deviance)


@pytest.mark.parametrize("kind", ["date", "period"])
def test_dates_of_other_kinds_are_counted_as_the_remedy_says(sleep, kind):
    """Python's own dates and pandas' periods are dates, too: what is printed, done, gives a fit."""
    days = pd.Timestamp("2024-03-04") + pd.to_timedelta(sleep["days"], unit="D")
    data = sleep.assign(days=days.dt.date if kind == "date" else days.dt.to_period("D"))
    with pytest.raises(DataError, match="'days' holds dates") as refused:
        lmmteach.lmm("reaction ~ days + (1 | subject)", data)
    as_time = re.search(r"count from the first: (.*365\.25\))\.", str(refused.value))
    assert as_time is not None
    for step in as_time[1].split("; then "):
        exec(step, {"data": data, "pandas": pd})
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", data)
    expected = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep)
    assert fit.beta["days"] / 365.25 == pytest.approx(expected.beta["days"], rel=1e-6)


def test_arrow_columns_give_the_same_fit(sleep):
    pytest.importorskip("pyarrow")
    arrow = sleep.convert_dtypes(dtype_backend="pyarrow").assign(subject=sleep.subject.astype("string[pyarrow]"))
    fit, plain = lmmteach.lmm(FORMULA, arrow), lmmteach.lmm(FORMULA, sleep)
    assert fit.deviance == pytest.approx(plain.deviance, abs=1e-9)
    assert list(fit.random_effects().index) == list(plain.random_effects().index)
    holes = arrow.assign(days=arrow.days.where(sleep.days != 3))
    with pytest.warns(LmmWarning, match=r"Dropped 5 of 50 rows with missing values \(days: 5\)"):
        assert lmmteach.lmm(FORMULA, holes).n_obs == 45


@pytest.mark.parametrize("kind", ["boolean", "bool", "object"])
def test_truths_are_a_factor_in_every_dress(sleep, kind):
    fit = lmmteach.lmm("reaction ~ late + (1 | subject)", sleep.assign(late=(sleep.days > 4).astype(kind)))
    assert list(fit.beta.index) == ["(Intercept)", "lateTRUE"]


def test_repeated_row_names_come_back_as_they_were(sleep):
    repeated = sleep.set_index(pd.MultiIndex.from_arrays([np.zeros(50), np.arange(50) % 3], names=["a", "b"]))
    fit = lmmteach.lmm(FORMULA, repeated)
    assert fit.fitted().index.equals(repeated.index)
    assert fit.predict(repeated).to_numpy() == pytest.approx(fit.fitted().to_numpy())


def test_several_levels_of_column_names_say_how_to_join_them(sleep):
    with pytest.raises(DataError, match=r"2 levels of column names.*_'.join"):
        lmmteach.lmm(FORMULA, pd.concat({"top": sleep}, axis=1))


def test_a_decimal_that_signals_is_missing(sleep):
    odd = [decimal.Decimal("sNaN"), *map(decimal.Decimal, sleep.days[1:].tolist())]
    with pytest.warns(LmmWarning, match=r"Dropped 1 of 50 rows with missing values \(days: 1\)"):
        fit = lmmteach.lmm(FORMULA, sleep.assign(days=odd))
    assert fit.deviance == pytest.approx(lmmteach.lmm(FORMULA, sleep.iloc[1:]).deviance, abs=1e-9)


def test_a_name_with_points_and_underscores_is_a_name(sleep):
    fit = lmmteach.lmm("reaction ~ day__no.x + (1 | subject)", sleep.rename(columns={"days": "day__no.x"}))
    assert list(fit.beta.index) == ["(Intercept)", "day__no.x"]


def test_a_column_that_is_a_number_answers_to_it(sleep):
    fit = lmmteach.lmm("reaction ~ `7` + (1 | subject)", sleep.rename(columns={"days": 7}))
    assert list(fit.beta.index) == ["(Intercept)", "7"]


def test_predictions_do_not_mind_other_columns(sleep):
    fit = lmmteach.lmm("reaction ~ 1 + (1 | subject)", sleep)
    new = pd.DataFrame({"when": pd.date_range("2020", periods=2), "subject": ["308", "nobody"]})
    assert fit.predict(new, "marginal").tolist() == pytest.approx([fit.beta.iloc[0]] * 2)
    with pytest.raises(DataError, match="'days' holds text"):
        lmmteach.lmm(FORMULA, sleep).predict(sleep.assign(days="a"))


@pytest.mark.parametrize("residual", ["ar1", "exponential"])
def test_times_as_text_are_the_numbers_they_spell(sleep, residual):
    def fit(data):
        return lmmteach.lmm("reaction ~ days", data, groups="subject", time="day", residual=residual)

    plain = fit(sleep.assign(day=sleep["days"] + 5))
    text = fit(sleep.assign(day=(sleep["days"] + 5).astype(str)))  # in the alphabet 10 comes before 5
    assert text.deviance == pytest.approx(plain.deviance, abs=1e-9)
    with pytest.raises(DataError, match=r"'day' are text \('week 0'\).*in which order"):
        fit(sleep.assign(day="week " + sleep["days"].astype(str)))


def test_categories_have_an_order_but_no_distances(sleep):
    data = sleep.assign(day=pd.Categorical(sleep["days"] ** 2))
    by_rank = lmmteach.lmm("reaction ~ days", data, groups="subject", time="day", residual="ar1")
    plain = lmmteach.lmm("reaction ~ days", data, groups="subject", time="days", residual="ar1")
    assert by_rank.deviance == pytest.approx(plain.deviance, abs=1e-9)
    with pytest.raises(DataError, match="'day' holds categories"):
        lmmteach.lmm("reaction ~ days", data, groups="subject", time="day", residual="exponential")


def test_times_that_rounding_set_apart_are_one_visit(sleep):
    late = np.arange(len(sleep)) >= 20
    data = sleep.assign(year=np.where(late, sleep["days"] * 0.1, sleep["days"] / 10))
    assert data["year"].nunique() > 10
    noisy = lmmteach.lmm("reaction ~ days", data, groups="subject", time="year", residual="ar1")
    plain = lmmteach.lmm("reaction ~ days", sleep, groups="subject", time="days", residual="ar1")
    assert noisy.deviance == pytest.approx(plain.deviance, abs=1e-9)


ODD = ["ms", None, 5, ["ms"], np.zeros(3), np.array("ms"), {"reaction": 5, "days": np.zeros(2), 7: "d", (1, 2): "d"}]


@pytest.mark.parametrize("said", ODD, ids=repr)
@pytest.mark.parametrize("name", ["units", "source", "title"])
def test_attrs_may_hold_anything(sleep, name, said):
    """Other programs keep their own things there: what is no text says nothing, and costs nothing."""
    from matplotlib.figure import Figure

    from lmmteach.plots import draw_spaghetti

    sleep.attrs = {name: said}
    fit = lmmteach.lmm(FORMULA, sleep)
    labels = fit.explore(prediction=-1)._data["labels"]
    title = said if isinstance(said, str) and name == "title" else "reaction"
    assert (labels["unit"], labels["title"]) == ("", f"Explorer: {title}")
    assert fit.explore().to_html()
    assert "stand-in" not in str(fit)
    ax = draw_spaghetti(Figure().subplots(), sleep, subject="subject", time="days", response="reaction")
    assert ax.get_ylabel() == "reaction"


def test_attrs_that_are_right_are_read_beside_those_that_are_not(sleep):
    sleep.attrs = {"units": {"reaction": "ms", "days": None}, "source": "standin", "title": b"bytes"}
    fit = lmmteach.lmm(FORMULA, sleep)
    assert fit.explore()._data["labels"]["unit"] == "ms"
    assert "(simulated stand-in data)" in str(fit)
