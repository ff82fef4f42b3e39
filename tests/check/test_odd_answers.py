"""2,000 odd answers: never a traceback, never a pass, never slow, nothing printed."""

from __future__ import annotations

import datetime
import decimal
import fractions
import itertools
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.check import forms
from lmmteach.check.forms import Unfit, fit_form, loose
from lmmteach.check.shelf import all_exercises, find_exercise
from lmmteach.check.variant import variant

COUNT = 2000
VALUES = ["02.1", "02.2", "05.1", "05.2", "06.2", "09.2"]
METHODS = [
    "__eq__", "__ne__", "__repr__", "__str__", "__array__", "__bool__", "__len__", "__float__", "__int__",
    "__index__", "__iter__", "__getitem__", "__getattr__", "__hash__", "__call__", "__format__", "__complex__",
    "__contains__", "__array_ufunc__", "__array_interface__", "__array_struct__", "__next__", "__lt__", "__gt__",
    "__add__", "__sub__", "__mul__", "__abs__", "__neg__", "__class__", "__dict__", "__doc__", "__reduce__",
    "__reduce_ex__", "__deepcopy__", "__copy__",
]  # fmt: skip
ERRORS = [
    SystemExit,
    KeyboardInterrupt,
    GeneratorExit,
    RecursionError,
    MemoryError,
    ValueError,
    TypeError,
    StopIteration,
]


def raising(error: type[BaseException]) -> Callable[..., Any]:
    def method(*args: Any, **kwargs: Any) -> Any:
        raise error("hostile")

    return method


def hostile(rng: random.Random, base: type = object) -> Any:
    """An object of a class whose every method raises, or lies, or loops."""
    error = rng.choice(ERRORS)
    body: dict[str, Any] = {}
    for name in rng.sample(METHODS, rng.randint(3, len(METHODS))):
        if name in ("__class__", "__dict__", "__doc__"):
            body[name] = property(raising(error))
        elif name == "__eq__" and rng.random() < 0.3:
            body[name] = lambda self, other: True
        elif name == "__iter__" and rng.random() < 0.3:
            body[name] = lambda self: itertools.count()
        elif name == "__hash__" and base is not object:
            continue
        else:
            body[name] = raising(error)
    body.setdefault("__hash__", object.__hash__ if base is object else base.__hash__)
    kind = type("Hostile", (base,), body)
    try:
        return kind.__new__(kind)
    except BaseException:
        return object()


def lie() -> Any:
    """A class whose metaclass raises at every look (not at the top of this module: pytest would look)."""

    class Liar(type):
        def __getattribute__(cls, name: str) -> Any:
            raise SystemExit(name)

        def __instancecheck__(cls, instance: Any) -> bool:
            raise KeyboardInterrupt

    return Liar("Lie", (), {})


def plain_odds(rng: random.Random) -> Any:
    return rng.choice(plain_list())


@cache
def plain_list() -> list[Any]:
    itself: list[Any] = []
    itself.append(itself)
    knot: dict[Any, Any] = {}
    knot["me"] = knot
    deep: Any = 1.0
    for _ in range(2000):
        deep = [deep]
    return [
        10**400, -(10**5000), 1e308, -1e308, float("inf"), float("nan"), 5e-324, 0, -0.0, True, False, None, ...,
        NotImplemented, "", "0.5", "\ud800", "x" * 10**6, b"0.5", bytearray(3), memoryview(b"abc"), 1j, (), [], {},
        set(), frozenset([1]), [None], [[1, 2], [3]], [1, "a"], ["a", 1.0, None], itself, knot, deep, range(10**9),
        itertools.count(), (n for n in range(3)), iter([1]), object(), object, type, lie(), type.__call__(lie()), int,
        len, print, exit, quit, lambda: 1, datetime.datetime(2020, 1, 1), decimal.Decimal("0.5"),
        fractions.Fraction(1, 2), lmmteach, np, Exception("x"), np.array([]), np.zeros((0, 2)), np.zeros((3, 0, 2)),
        np.array(None), np.array([None, 1]), np.array(["a"]), np.array([b"a"]), np.array(["2020"], dtype="M8[Y]"),
        np.array([1], dtype="m8[s]"), np.zeros(2, dtype="f4,f4"), np.broadcast_to(0.5, (10**9, 10**9)),
        np.zeros((2000, 2000)), np.ma.masked, np.ma.array([1.0], mask=[True]), np.float16(np.inf), np.longdouble(0),
        np.array([1 + 1j]), np.full((6, 6), np.nan), np.bool_(True), pd.NA, pd.NaT, pd.Series(dtype=float),
        pd.Series([pd.NA, 1]), pd.Series(["a"]), pd.Series([1.0, None]), pd.Index([]), pd.DataFrame(),
        pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": [1], "b": ["x"]}), pd.Timestamp("2020"), pd.Categorical(["a"]),
        pd.Series(pd.Categorical([1])), pd.Series([1], dtype="Int64"), pd.DataFrame({"a": [pd.NA]}),
        pd.DataFrame(np.zeros((1, 2)), columns=["a", "a"]), pd.Series([[1, 2], [3]]), pd.interval_range(0, 2),
        pd.Series([1, 2], index=pd.MultiIndex.from_tuples([(1, 2), (3, 4)])), pd.Series({"ML": 1, "REML": None}),
        {"ML": None}, {"ML": 1, "REML": float("nan")}, {"ML": [1], "REML": {}}, {None: 1}, {(1, 2): 3},
        {"REML": "x", "ML": "y"},
    ]  # fmt: skip


def odd(rng: random.Random) -> Any:
    kind = rng.random()
    if kind < 0.4:
        return plain_odds(rng)
    if kind < 0.7:
        return hostile(rng, rng.choice([object, object, float, int, str, list, tuple, dict, set, np.ndarray][:9]))
    inner = hostile(rng) if rng.random() < 0.5 else plain_odds(rng)
    wraps: list[Callable[[Any], Any]] = [
        lambda x: [x], lambda x: (x, 1.0), lambda x: {"ML": x, "REML": 1.0}, lambda x: [[1.0, x], [2.0, 3.0]],
        lambda x: _object_array(x), lambda x: {"V", "G22", "x"}, lambda x: pd.Series([1.0, 2.0]),
        lambda x: ([[1, 2], [2, x]], x),
    ]  # fmt: skip
    return rng.choice(wraps)(inner)


def _object_array(entry: Any) -> Any:
    array = np.empty(2, dtype=object)
    array[0] = entry
    return array


def test_no_odd_answer_passes_raises_prints_or_takes_long(capfd: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(20240607)
    slowest, names = 0.0, set()
    for id in VALUES:
        variant(find_exercise(id), "")  # the fits in 09.2 are not what is timed
    for number in range(COUNT):
        id = VALUES[number % len(VALUES)]
        answer = odd(rng)
        started = time.perf_counter()
        feedback = lmmteach.check(id, answer)
        slowest = max(slowest, time.perf_counter() - started)
        assert feedback.passed is False, (number, id)
        names.add(feedback.diagnosis)
        for text in (str(feedback), repr(feedback), feedback._repr_html_()):
            assert isinstance(text, str)
            assert "Traceback" not in text
        assert feedback.paragraphs[0]
    assert len(names) > 8, f"the answers are not odd enough: {names}"
    assert slowest < 2.0
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


ROW = ["a"] * 1000
MANY = {
    "rows in rows": [[ROW] * 1000] * 3,
    "a dictionary of lists": {str(k): [1.0] * 1000 for k in range(3000)},
    "one array many times": [np.ones(10**6)] * 20,
    "one long text many times": ["x" * 10**6] * 10**4,
    "a series of lists": pd.Series([ROW] * 1001),
}  # fmt: skip


@pytest.mark.parametrize("answer", MANY.values(), ids=MANY.keys())
def test_what_would_fill_the_memory_is_refused_before_it_is_copied(
    answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is a tenth of what it is: to count every entry under a watch takes its time."""
    monkeypatch.setattr(forms.Budget.__init__, "__defaults__", (forms.MOST // 10,))
    variant(find_exercise("05.2"), "")
    tracemalloc.start()
    try:
        assert lmmteach.check("05.2", answer).diagnosis == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 10e6
    finally:
        tracemalloc.stop()


def test_an_object_array_of_no_dimension_is_one_number() -> None:
    assert loose(np.array(0.5, dtype=object)) == 0.5
    assert type(loose(np.array(0.5, dtype=object))) is float


def test_odd_things_where_a_function_or_a_fit_is_asked() -> None:
    rng = random.Random(7)
    for id in ("04.1", "06.1", "09.1", "05.3"):
        for _ in range(40):
            answer = odd(rng)
            feedback = lmmteach.check(id, answer)
            assert not feedback.passed
            assert "Traceback" not in feedback.text


@pytest.mark.parametrize("exercise", all_exercises(), ids=lambda exercise: exercise.id)
def test_the_right_answer_in_a_hostile_coat_is_not_trusted(exercise: Any) -> None:
    class Same:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

        def __array__(self, *args: Any) -> Any:
            return np.asarray(variant(exercise, "").solved)

        def __float__(self) -> float:
            return float(variant(exercise, "").solved)

    assert not lmmteach.check(exercise.id, Same()).passed


@pytest.mark.parametrize("coat", [
    float, np.float64, np.float32, np.array, lambda x: [x], lambda x: (x,), lambda x: pd.Series([x]),
    lambda x: np.array([[x]]), lambda x: pd.DataFrame([[x]]), lambda x: pd.Series([x], index=["a"]),
])  # fmt: skip
def test_one_number_is_taken_in_any_honest_coat(coat: Callable[[float], Any]) -> None:
    assert lmmteach.check("02.1", coat(float(variant(find_exercise("02.1"), "").solved))).passed


def test_a_dictionary_may_be_a_series() -> None:
    right = variant(find_exercise("09.2"), "").solved
    assert lmmteach.check("09.2", right).passed
    assert lmmteach.check("09.2", pd.Series(right)).passed


def test_of_several_parts_the_one_that_does_not_fit_is_named() -> None:
    """A student who hands over G without sigma2 hears that two things are asked for, and which of them is amiss."""
    G = np.array([[1200.0, 10.0], [10.0, 6.0]])
    for answer, said in (
        (G, "Part 1 of 2: Asked for is an array of 2 × 2; this is a list of 2 numbers."),
        ((G, G), "Part 2 of 2: One number is asked for; this is an array of 2 × 2. Pick the entry you mean."),
        ((G, np.nan), "Part 2 of 2: There is NaN"),
    ):
        with pytest.raises(Unfit) as found:
            fit_form(loose(answer), (G, 430.0))
        assert found.value.says.startswith(said)
    with pytest.raises(Unfit, match=r"^slope: One number is asked for"):
        fit_form(loose({"level": 1, "slope": [1, 2]}), {"level": 1.0, "slope": 2.0})


def test_an_exercise_that_is_not() -> None:
    with pytest.raises(lmmteach.LmmError, match=r"Did you mean 05\.2"):
        lmmteach.check("05.22", 1)
    with pytest.raises(lmmteach.LmmError, match="quotation marks"):
        lmmteach.check(5.2, 1)  # type: ignore[arg-type]
    assert lmmteach.check("5.2", None).id == "05.2"
