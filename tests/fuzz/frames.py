"""Data frames as people bring them, and as nobody would."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

try:
    import pyarrow as pa
except ImportError:
    pa = None

NAMES = [
    "x",
    "blood pressure",
    "µg",
    "ﬁt",
    "a.b",
    "exp",
    "log",
    "pi",
    "class",
    "Ünï",
    "数",
    "I",
    "x:y",
    "a|b",
    "(1)",
    "0",
    "~",
    "<img src=x onerror=alert(1)>",
    "it's",
    'say "hi"',
    "v0_",
    "_rows_",
    "Intercept",
    "__class__",
    "{x}",
    "a\\b",
    " ",
]
LABELS = ["a", "b]", "c:d", "<img src=x>", "T.1", "", " ", "1", "1.0", "nan", "v0_", "é", "[0]", "`"]


def written(name: str) -> str:
    """A name as a formula writes it."""
    return f"`{name}`"


def _numbers(draw: st.DrawFn, n: int, rng: np.random.Generator) -> np.ndarray:
    kind = draw(st.sampled_from(["normal", "counts", "few", "constant", "huge", "tiny", "shifted", "wide", "steps"]))
    made = {
        "normal": lambda: rng.normal(size=n),
        "counts": lambda: rng.integers(0, 9, n).astype(float),
        "few": lambda: rng.choice([0.0, 2.0, 4.0], n),
        "constant": lambda: np.full(n, draw(st.sampled_from([0.0, 3.0]))),
        "huge": lambda: rng.normal(size=n) * 10.0 ** draw(st.integers(3, 300)),
        "tiny": lambda: rng.normal(size=n) * 10.0 ** -draw(st.integers(3, 300)),
        "shifted": lambda: rng.normal(size=n) + 10.0 ** draw(st.integers(2, 12)),
        "wide": lambda: rng.normal(size=n) * 10.0 ** rng.integers(-20, 20, n),
        "steps": lambda: np.arange(n) * 0.5,
    }[kind]()
    for value in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 1e308, 5e-324]), max_size=1)):
        made[rng.integers(n) if n else slice(0)] = value
    return made


def column(draw: st.DrawFn, n: int, rng: np.random.Generator) -> Any:
    """A column of any kind at all."""
    kind = draw(
        st.sampled_from(
            ["float"] * 6
            + ["text"] * 3
            + ["category"] * 2
            + ["Int64", "Float64", "boolean", "bool", "int8", "uint64", "float32", "object numbers", "decimal", "zones"]
            + ["dates", "durations", "period", "complex", "lists", "mixed", "all missing", "string", "sparse", "bytes"]
            + ["comma", "arrow int", "arrow text", "arrow bool", "arrow time", "arrow decimal", "numbers as category"]
            + ["interval", "object bools", "big int"]
        )
    )
    if kind.startswith("arrow") and pa is None:
        kind = "float"
    numbers = _numbers(draw, n, rng)
    whole = rng.integers(0, 4, n)
    holes = rng.random(n) < draw(st.sampled_from([0, 0, 0.1]))
    text = rng.choice(np.array(LABELS[: draw(st.integers(1, len(LABELS)))], dtype=object), n)
    gaps = pd.Series(whole).astype("Int64").mask(holes)
    return {
        "float": lambda: numbers,
        "text": lambda: pd.Series(text).mask(holes),
        "category": lambda: pd.Categorical(text, categories=[*dict.fromkeys(text), "unused"]),
        "Int64": lambda: gaps,
        "Float64": lambda: pd.Series(np.nan_to_num(numbers)).astype("Float64").mask(holes),
        "boolean": lambda: (gaps > 1).astype("boolean"),
        "bool": lambda: whole > 1,
        "int8": lambda: whole.astype("int8"),
        "uint64": lambda: whole.astype("uint64") + np.uint64(2**63),
        "float32": lambda: whole.astype("float32"),
        "object numbers": lambda: pd.Series(whole, dtype=object).mask(holes, None),
        "decimal": lambda: pd.Series([decimal.Decimal(int(i)) / 3 for i in whole], dtype=object),
        "zones": lambda: pd.date_range("2020-03-29", periods=n, freq="h", tz="Europe/Berlin"),
        "dates": lambda: pd.Series([datetime.date(2020, 1, 1 + int(i)) for i in whole], dtype=object),
        "durations": lambda: pd.to_timedelta(whole, unit="D"),
        "period": lambda: pd.period_range("2020", periods=n, freq="M"),
        "complex": lambda: whole * 1j,
        "lists": lambda: pd.Series([[int(i)] for i in whole]),
        "mixed": lambda: pd.Series([int(i) if i % 2 else f"t{i}" for i in whole], dtype=object),
        "all missing": lambda: pd.Series([None] * n, dtype=object),
        "string": lambda: pd.array(text, dtype="string"),
        "sparse": lambda: pd.arrays.SparseArray(whole.astype(float)),
        "bytes": lambda: pd.Series([b"a%d" % i for i in whole]),
        "comma": lambda: pd.Series([f"{i},5" for i in whole]),
        "arrow int": lambda: gaps.astype(pd.ArrowDtype(pa.int64())),
        "arrow text": lambda: pd.Series(text.astype(str)).astype(pd.ArrowDtype(pa.string())),
        "arrow bool": lambda: pd.Series(whole > 1).astype(pd.ArrowDtype(pa.bool_())),
        "arrow time": lambda: pd.Series(pd.date_range("2020", periods=n, tz="UTC")).astype(
            pd.ArrowDtype(pa.timestamp("ns", "UTC"))
        ),
        "arrow decimal": lambda: (
            pd.Series(whole).astype(pd.ArrowDtype(pa.int64())).astype(pd.ArrowDtype(pa.decimal128(38, 3)))
        ),
        "numbers as category": lambda: pd.Categorical(whole * 1.5),
        "interval": lambda: pd.cut(whole, [-1, 1, 4]),
        "object bools": lambda: pd.Series(whole > 1, dtype=object).mask(holes, None),
        "big int": lambda: pd.Series([10 ** (300 + 10 * int(i)) for i in whole], dtype=object),
    }[kind]()


def groups(draw: st.DrawFn, n: int, rng: np.random.Generator) -> Any:
    """A grouping column: sizes equal, mixed, all of one row, a single group."""
    m = draw(st.sampled_from([1, 2, 3, 5, 8, max(n, 1)]))
    codes = np.arange(n) * m // max(n, 1) if draw(st.booleans()) else rng.integers(0, m, n)
    kind = draw(st.sampled_from(["int", "text", "float", "category", "Int64", "bool", "objects"]))
    return {
        "int": lambda: codes,
        "text": lambda: pd.Series([f"p<{c}>" for c in codes]),
        "float": lambda: codes + 0.5,
        "category": lambda: pd.Categorical([f"{c}" for c in codes], categories=[str(c) for c in range(m + 1)]),
        "Int64": lambda: pd.Series(codes, dtype="Int64"),
        "bool": lambda: codes > 0,
        "objects": lambda: pd.Series([f"{c}" if c % 2 else int(c) for c in codes], dtype=object),
    }[kind]()


@st.composite
def frames(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, str]]:
    """A frame, and the names of its parts: y, x, z and g."""
    n = draw(st.sampled_from([0, 1, 2, 5, 12, 12, 24, 24, 24, 40]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strange = draw(st.integers(0, 3)) == 0
    chosen = draw(st.permutations(NAMES)) if strange else ["y", "x", "z", "g"]
    names = dict(zip("yxzg", chosen, strict=False))
    odd = draw(st.integers(0, 4))
    made = {
        names["y"]: column(draw, n, rng) if odd == 0 else rng.normal(size=n) + np.arange(n) % 5,
        names["x"]: column(draw, n, rng),
        names["z"]: column(draw, n, rng) if odd == 1 else rng.integers(0, 5, n),
        names["g"]: column(draw, n, rng) if odd == 2 else groups(draw, n, rng),
    }
    frame = pd.DataFrame({key: pd.Series(value).reset_index(drop=True) for key, value in made.items()})
    dress = draw(
        st.sampled_from(["plain"] * 6 + ["repeated index", "dates", "two levels", "twice", "multi", "reversed"])
    )
    if dress == "repeated index":
        frame.index = pd.Index([0] * n)
    elif dress == "dates":
        frame.index = pd.date_range("2020", periods=n, tz="Asia/Tokyo")
    elif dress == "multi":
        frame.index = pd.MultiIndex.from_arrays([np.arange(n) // 2, np.arange(n)])
    elif dress == "two levels":
        frame = pd.concat({"top": frame}, axis=1)
    elif dress == "twice":
        frame = pd.concat([frame, frame[[names["x"]]]], axis=1)
    elif dress == "reversed":
        frame = frame.iloc[::-1]
    return frame, names
