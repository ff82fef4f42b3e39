"""Groups: whose rows R ties together, how groups are told apart and named, and how new rows find theirs."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import DataError, ModelError

FORMULA = "reaction ~ days + (1 | subject)"


@pytest.fixture(scope="module")
def sleep():
    data = lmmteach.load_sleepstudy()
    return data.assign(subject=data.subject.astype(str))


@pytest.fixture(scope="module")
def kids():
    """Ten schools of five kids, each seen four times; a rater is crossed with both."""
    rng = np.random.default_rng(2)
    q = pd.DataFrame(
        {"sch": np.repeat(range(10), 20), "kid": np.repeat(range(50), 4), "t": np.tile(np.arange(4.0), 50)}
    )
    q["rater"] = rng.integers(0, 6, len(q))
    q["y"] = q.t + rng.normal(size=10)[q.sch] + rng.normal(size=50)[q.kid] + rng.normal(size=len(q))
    return q


SPELLINGS = ["y ~ t + (1 | sch/kid)", "y ~ t + (1 | kid) + (1 | sch)", "y ~ t + (1 | sch) + (1 | kid)"]


def test_residuals_are_correlated_within_the_innermost_of_nested_groups_however_the_model_is_written(kids):
    fits = [lmmteach.lmm(formula, kids, time="t", residual="ar1") for formula in SPELLINGS]
    assert [fit.n_subjects for fit in fits] == [50] * 3
    assert [fit.design.group for fit in fits] == ["kid:sch", "kid", "kid"]
    assert [fit.deviance for fit in fits] == pytest.approx([fits[0].deviance] * 3, abs=1e-6)
    V = fits[0].marginal_cov(subject="7:1")
    assert V.shape == (4, 4)
    between = fits[0].deviance_at  # the likelihood in steps agrees on who is tied to whom
    assert between(list(fits[0].estimate.G)) == pytest.approx(fits[0].deviance, abs=1e-6)


def test_groups_may_name_another_kind_a_column_or_a_combination(kids):
    inner = lmmteach.lmm(SPELLINGS[0], kids, residual="ar1")
    assert lmmteach.lmm(SPELLINGS[0], kids, groups="kid:sch", residual="ar1").deviance == inner.deviance
    assert lmmteach.lmm(SPELLINGS[0], kids, groups="kid", residual="ar1").deviance == pytest.approx(inner.deviance)
    outer = lmmteach.lmm(SPELLINGS[0], kids, groups="sch", residual="ar1")
    assert (outer.n_subjects, inner.n_subjects) == (10, 50)
    assert abs(outer.deviance - inner.deviance) > 0.01


def test_crossed_groups_must_say_within_which_residuals_are_correlated(kids):
    formulas = ["y ~ t + (1 | kid) + (1 | rater)", "y ~ t + (1 | rater) + (1 | kid)"]
    for formula in formulas:
        with pytest.raises(ModelError, match=r"groups (kid, rater|rater, kid) are crossed.*groups='kid'"):
            lmmteach.lmm(formula, kids, residual="ar1")
    first, second = (lmmteach.lmm(formula, kids, groups="kid", residual="ar1").deviance for formula in formulas)
    assert first == pytest.approx(second, abs=1e-6)
    for plain in ("independent", lmmteach.Diagonal("t")):  # they tie no rows together: nobody need be named
        assert np.isfinite(lmmteach.lmm(formulas[0], kids, residual=plain).deviance)


def test_a_plain_R_leaves_the_first_group_the_subject(kids):
    fit = lmmteach.lmm(SPELLINGS[0], kids)
    assert (fit.design.group, fit.n_subjects) == ("sch", 10)
    assert [len(s.rows) for s in fit.design.by_subject()] == [20] * 10


def test_two_rows_of_one_kid_at_one_time_name_the_kid(kids):
    twice = kids.assign(t=kids.t.where(kids.index != 29, 0.0))
    with pytest.raises(DataError, match="kid:sch 7:1 has two rows at t 0"):
        lmmteach.lmm(SPELLINGS[0], twice, time="t", residual="ar1")


DRESSES = {
    "text": lambda s: s,
    "int": lambda s: s.astype(int),
    "int8": lambda s: (s.astype(int) - 300).astype("int8"),
    "uint64": lambda s: s.astype("uint64"),
    "Int64": lambda s: s.astype(int).astype("Int64"),
    "float": lambda s: s.astype(float),
    "halves": lambda s: s.astype(float) + 0.5,
    "float32": lambda s: (s.astype(float) / 3).astype("float32"),
    "object ints": lambda s: s.astype(int).astype(object),
    "decimals": lambda s: s.map(Decimal),
    "string": lambda s: s.astype("string"),
    "bool": lambda s: s > "333",
    "boolean": lambda s: (s > "333").astype("boolean"),
    "object bools": lambda s: (s > "333").astype(object),
    "category of text": lambda s: s.astype("category"),
    "category of ints": lambda s: s.astype(int).astype("category"),
    "category of floats": lambda s: s.astype(float).astype("category"),
    "category of halves": lambda s: (s.astype(float) + 0.5).astype("category"),
    "category of float32": lambda s: s.astype("float32").astype("category"),
    "category of bools": lambda s: (s > "333").astype("category"),
    "category of days": lambda s: pd.to_datetime(s.astype(int), unit="D").astype("category"),
    "category of moments": lambda s: pd.to_datetime(s.astype(int), unit="s", utc=True).astype("category"),
    "category of durations": lambda s: pd.to_timedelta(s.astype(int), unit="h").astype("category"),
    "category of periods": lambda s: pd.to_datetime(s.astype(int), unit="D").dt.to_period("D").astype("category"),
    "category of intervals": lambda s: pd.cut(s.astype(int), [300, 320, 340, 400]),
    "category of pairs": lambda s: pd.Series(pd.Categorical([(one[0], int(one)) for one in s]), index=s.index),
    "category of decimals": lambda s: s.map(Decimal).astype("category"),
    "reversed category": lambda s: pd.Series(pd.Categorical(s, categories=sorted(set(s))[::-1]), index=s.index),
    "long ids": lambda s: s.astype(int) + 2**53,
    "longest ids": lambda s: s.astype(int).astype("uint64") + np.uint64(2**63),
    "text and numbers": lambda s: pd.Series(
        [one if int(one) % 2 else int(one) for one in s], index=s.index, dtype=object
    ),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("nested", [False, True])
def test_rows_of_the_fit_find_their_groups_again(sleep, dress, nested):
    data = sleep.assign(subject=DRESSES[dress](sleep.subject), half=sleep.index // 5 % 2 * 0.5)
    fit = lmmteach.lmm("reaction ~ days + (1 | subject/half)" if nested else FORMULA, data)
    assert fit.n_subjects == data.subject.nunique()
    assert fit.predict(data).to_numpy() == pytest.approx(fit.fitted().to_numpy(), rel=1e-12)
    some = data.iloc[[170, 3, 66]]
    assert fit.predict(some).to_numpy() == pytest.approx(fit.fitted().loc[some.index].to_numpy(), rel=1e-12)
    subject = data.subject.iloc[66]
    assert len(fit.marginal_cov(subject=subject)) == (data.subject == subject).sum()


@pytest.mark.parametrize("trained", ["text", "int", "float", "object ints", "category of text", "category of floats"])
@pytest.mark.parametrize("asked", ["text", "int", "float", "string", "category of ints", "category of float32"])
def test_a_group_is_known_by_its_spelling_not_by_its_kind(sleep, trained, asked):
    fit = lmmteach.lmm(FORMULA, sleep.assign(subject=DRESSES[trained](sleep.subject)))
    other = sleep.assign(subject=DRESSES[asked](sleep.subject))
    assert fit.predict(other).to_numpy() == pytest.approx(fit.fitted().to_numpy(), rel=1e-12)
    assert len(fit.marginal_cov(subject=other.subject.iloc[0])) == 10


def test_numbers_in_combined_labels_are_spelled_as_R_spells_them(sleep):
    fit = lmmteach.lmm("reaction ~ days + (1 | half/subject)", sleep.assign(half=sleep.index // 90 * 0.5 + 0.5))
    assert list(fit.random_effects()["subject:half"].index[[0, -1]]) == ["308:0.5", "372:1"]


@pytest.mark.parametrize("base", [2**53, 2**62, -(2**62)])
@pytest.mark.parametrize("kind", ["int64", "Int64", object])
def test_long_ids_are_not_merged(sleep, base, kind):
    number = sleep.subject.map({one: k for k, one in enumerate(sleep.subject.unique())})
    fit = lmmteach.lmm(FORMULA, sleep.assign(subject=(number + base).astype(kind)))
    assert fit.deviance == pytest.approx(lmmteach.lmm(FORMULA, sleep).deviance, abs=1e-8)
    assert list(fit.random_effects().index) == [base + k for k in range(18)]


def test_long_ids_that_miss_a_row_are_not_merged_and_may_be_numbers_elsewhere(sleep):
    number = sleep.subject.map({one: k for k, one in enumerate(sleep.subject.unique())})
    ids = (number.astype("UInt64") + np.uint64(2**63)).mask(sleep.index == 5)
    with pytest.warns(lmmteach.LmmWarning, match=r"Dropped 1 of 180 rows with missing values \(subject: 1\)"):
        assert lmmteach.lmm(FORMULA, sleep.assign(subject=ids)).n_subjects == 18
    slow = lmmteach.lmm("reaction ~ days + long + (1 | subject)", sleep.assign(long=(sleep.days % 3 + 1) * 2**60))
    assert slow.beta["long"] * 2**60 == pytest.approx(
        lmmteach.lmm("reaction ~ days + long + (1 | subject)", sleep.assign(long=sleep.days % 3 + 1)).beta["long"]
    )


def test_text_and_numbers_that_are_written_alike_are_one_subject(sleep):
    mixed = pd.Series([one if k % 2 else float(one) for k, one in enumerate(sleep.subject)], dtype=object)
    fit = lmmteach.lmm(FORMULA, sleep.assign(subject=mixed))
    assert list(fit.random_effects().index) == list(sleep.subject.unique())


def test_two_levels_that_are_written_alike_are_refused(sleep):
    levels = pd.Categorical([308 if k % 2 else "308" for k in range(180)], categories=[308, "308"])
    with pytest.raises(DataError, match=r"'subject' has two levels that are both written '308'.*astype\(str\)"):
        lmmteach.lmm(FORMULA, sleep.assign(subject=levels))


def test_combined_labels_with_colons_stay_apart():
    rng = np.random.default_rng(3)
    pairs = [("x", "z"), ("x", "z:y"), ("y:x", "z"), ("y:x", "z:y")]
    data = pd.DataFrame([pair for pair in pairs for _ in range(6)], columns=["a", "b"])
    data["y"] = np.repeat([0.0, 5.0, 10.0, 15.0], 6) + rng.normal(size=24)
    fit = lmmteach.lmm("y ~ 1 + (1 | a:b)", data)
    labels = list(fit.random_effects().index)
    assert len(set(labels)) == 4
    assert fit.predict(data).to_numpy() == pytest.approx(fit.fitted().to_numpy())
    two = lmmteach.lmm("y ~ 1 + (1 | a:b)", data.iloc[:21])
    assert [len(two.marginal_cov(subject=one)) for one in two.design.subjects] == [6, 6, 6, 3]


def test_many_levels_of_many_columns_are_combined():
    n = 70_000
    rng = np.random.default_rng(0)
    data = pd.DataFrame({name: rng.permutation(n) for name in "abcd"} | {"y": rng.normal(size=n)})
    data = pd.concat([data, data.assign(y=data.y + rng.normal(size=n))])
    assert lmmteach.lmm("y ~ 1 + (1 | a:b:c:d)", data).n_subjects == n


def test_each_term_has_a_name_of_its_own(sleep):
    dotted = lmmteach.lmm(
        "reaction ~ days + (1 | subj.id) + (0 + days | subj.id)", sleep.assign(**{"subj.id": sleep.subject})
    )
    assert list(dotted.G) == list(dotted.random_effects()) == ["subj.id", "subj.id.1"]
    other = sleep.assign(id=sleep.subject, **{"id.1": sleep.index % 7})
    three = lmmteach.lmm("reaction ~ days + (1 | id) + (0 + days | id) + (1 | id.1)", other)
    assert list(three.G) == list(three.random_effects()) == ["id", "id.2", "id.1"]  # as R's make.unique
    assert [len(table) for table in three.random_effects().values()] == [18, 18, 7]
    assert all(re.search(rf"\b{re.escape(name)}\b", str(three)) for name in three.G)
