"""Labels: numbers are found among numbers by value, and that must be what their spelling says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmteach.design import labels
from lmmteach.design.frame import clean_columns
from lmmteach.design.labels import find, find_spelled, label, spell

WHOLE = st.integers(-3, 12) | st.sampled_from([2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**62])
FRACTIONS = (
    WHOLE.map(float)
    | st.sampled_from([-0.0, 0.1, 0.5, 1e-300, 1e300, float("nan"), float("inf"), float("-inf")])
    | st.floats(width=32)
)
TEXT = st.sampled_from(["3", "3.0", "0.1", "TRUE", "True", "true", "FALSE", "nan", "", " 3"]) | WHOLE.map(str)
ANYTHING = WHOLE | FRACTIONS | TEXT | st.booleans() | st.just(Decimal("3.0")) | FRACTIONS.map(np.float32)
KINDS: dict[str, tuple[st.SearchStrategy[Any], Any]] = {
    "int64": (WHOLE, np.int64),
    "uint64": (WHOLE.map(abs), np.uint64),
    "int8": (st.integers(-128, 127), np.int8),
    "float64": (FRACTIONS, np.float64),
    "float32": (FRACTIONS.map(np.float32), np.float32),
    "bool": (st.booleans(), np.bool_),
    "text": (TEXT, object),
    "mixed": (ANYTHING, object),
}


@st.composite
def columns(draw: st.DrawFn) -> Any:
    """Up to a dozen labels of one kind, as an array or as a plain list."""
    cell, dtype = KINDS[draw(st.sampled_from(list(KINDS)))]
    listed = draw(st.lists(cell, max_size=12))
    values = np.empty(len(listed), dtype=dtype)
    values[:] = listed
    return values if draw(st.booleans()) else listed


@given(columns(), columns())
def test_what_is_found_is_what_is_spelled_alike(values: Any, levels: Any) -> None:
    assert find(values, levels).tolist() == find_spelled(values, levels).tolist()


@given(columns())
def test_a_column_is_spelled_as_its_labels_are(values: Any) -> None:
    assert spell(values) == [label(value) for value in values]


def test_numbers_among_numbers_are_not_spelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast way is taken where it may be, so that the comparison above compares two things."""
    monkeypatch.setattr(labels, "spell", lambda values: pytest.fail("spelled"))
    assert find(np.array([308.0, 7.0, -0.0]), np.array([0, 307, 308])).tolist() == [2, -1, 0]
    assert find(pd.Index([1.5]), np.array([1, 2])).tolist() == [-1]


@pytest.mark.parametrize(
    ("value", "place"),
    [(2**53 + 1, 4), (np.float32(0.1), 1), (Decimal("0.1"), 1), (True, 2), ("0.1", 1), (np.bool_(False), 3)],
)
def test_what_float64_would_merge_or_change_is_spelled(value: Any, place: int) -> None:
    assert find([value], [2**53, "0.1", "True", "FALSE", 2**53 + 1]) == [place]


def test_long_ids_stay_apart() -> None:
    whole = np.array([2**53, 2**53 + 1])
    assert find(whole, whole).tolist() == [0, 1]


@pytest.mark.parametrize("ids", [[1.0, None, 2.5], [True, None, False], ["b", None, "a"], [2**60 + 1, 2**60, 5]])
def test_a_column_of_objects_is_read_as_before(ids: list[Any]) -> None:
    column = clean_columns(pd.DataFrame({"id": pd.Series(ids, dtype=object)}), ["id"], [])[0]["id"]
    assert spell(column) == [label(one) for one in ids if one is not None]
