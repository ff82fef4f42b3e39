"""Explorers: any value for any trait, any state a page may send, every view of every odd fit, every label as text."""

from __future__ import annotations

import decimal
import json
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lmmteach
from lmmteach.explore import VIEWS, Explorer
from lmmteach.explore.traits import is_psd

from .fits import FITS, HTML, fitted
from .verdict import NIGHTLY, cases, judged

HEAVY = {"structures"}  # fits several models: seen with every odd fit below, not with every odd value
ODD = [
    None, True, False, 0, 1, -1, 2, 0.5, 10**30, 10**400, 10**5000, float("nan"), float("inf"), -1e308, 5e-324, 1e160,
    1j, "", "G", "ML", "REML", "rho", "covariance", "400", "two", "nan", HTML, "x" * 10**5, b"ML", [], [1], [[1]],
    [[1, 0], [0, 1]], [[4, 2], [2, 1]], [[1, 2], [3]], [[1, 2], [2, 1]], [[1, 0.1], [0, 1]], [[[1]]],
    [[-1, 0], [0, 1]], [["1", "0"], ["0", "1"]], [[True, False], [False, True]], [[1e200, 0], [0, 1]],
    [[1e-170, 1e-171], [1e-171, 1e-170]], [[None, 1], [1, 2]], ["a", 1.0, None], [0.0, 9.0], {}, {"G": 1}, {1: 2},
    {"subject": "308"}, {"origin": "<b>"}, {"subject": None}, {"pair": [[1]]}, {"seed": 1}, {None: None}, set(), (),
    range(10**9), object(), np.eye(2), np.eye(3), np.array("REML"), np.array(3.0), np.array(["ML", "REML"]),
    np.zeros((0, 0)), np.float32(3), np.int64(2), np.bool_(True), np.str_("ML"), np.datetime64("2020"),
    np.broadcast_to(1.0, (10**9, 10**9)), pd.NA, pd.NaT, pd.Series([1, 2]), pd.DataFrame({"a": ["x"]}),
    pd.DataFrame(np.eye(2), columns=["days", "days"]), pd.DataFrame([[1, pd.NA], [0, 1]]),
    pd.DataFrame([[1, 0], [0, 1]], dtype="Int64"), pd.Timestamp("2020"), decimal.Decimal(3), slice(2), len, Explorer,
]  # fmt: skip
NAMES = ["G", "sigma2", "hold", "seed", "method", "dials", "prediction"]
OTHERS = [
    "_data",
    "_esm",
    "_css",
    "comm",
    "layout",
    "keys",
    "fit",
    "view",
    "__class__",
    "constructor",
    "x",
    "",
    "accepts_any_G",
]
JSON_ABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**40)
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["ML", "rho"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=6,
)
#: what a refusal may say instead of the name
CALLED = ["G ", "G12", "dial", "This explorer", "seed", "numbers", "address", "called"]


class Parts(HTMLParser):
    """The tags of a page and the text of its scripts with data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.data: list[str] = []
        self.inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside = ("type", "application/json") in attributes

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, text: str) -> None:
        if self.inside:
            self.data.append(text)


def never(name: str) -> Any:
    raise AssertionError(f"{name} is in the page")


def carried(html: str) -> Any:
    """The one piece of data in the page; NaN and Infinity are no JSON, and no tag comes from a label."""
    parts = Parts(html)
    assert parts.tags[:5] == ["div", "div", "p", "strong", "p"]
    assert set(parts.tags[5:-3]) <= {"table", "caption", "thead", "tbody", "tr", "td", "th"}
    assert parts.tags[-3:] == ["script", "script", "script"]
    return json.loads("".join(parts.data), parse_constant=never)


def state(explorer: Explorer) -> tuple[str, Any]:
    now = {name: getattr(explorer, name) for name in NAMES}
    return json.dumps(now | {"G": now["G"].to_numpy().tolist()}, sort_keys=True), explorer._data


def assert_consistent(explorer: Explorer) -> None:
    """Numbers finite, the page carries the state, and the code shown brings it back."""
    assert explorer.sigma2 > 0
    page = carried(explorer.to_html())
    assert page["state"]["G"] == explorer.G.to_numpy().tolist()
    if explorer.fit is not None:
        V = explorer.V.to_numpy()
        assert np.isfinite(V).all()
        assert np.isfinite(explorer.deviance) or np.linalg.eigvalsh(V).min() <= 1e-9 * np.abs(V).max()
    assert_code(explorer)


def assert_code(explorer: Explorer) -> None:
    made = {"explorer": Explorer(explorer.fit, explorer.view)}
    told = explorer.code().partition("explorer.move(")
    exec("".join(told[1:]) or "pass", made)
    assert made["explorer"].code() == explorer.code()
    np.testing.assert_allclose(made["explorer"].G, explorer.G, rtol=1e-10)


@pytest.fixture(scope="module")
def known() -> dict[str, Explorer]:
    """One explorer of every view; a test leaves it where it likes."""
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    return {name: fit.explore(name) for name in VIEWS if name not in HEAVY}


views = st.sampled_from([name for name in VIEWS if name not in HEAVY])
odd = st.sampled_from(ODD)


def names_of(explorer: Explorer) -> list[str]:
    return NAMES[:5] + [dial["name"] for dial in explorer.declared_dials]


def unchanged_if_refused(explorer: Explorer, call: Any, culprits: list[str]) -> bool:
    before = state(explorer)
    refused = []

    def tried() -> None:
        try:
            call()
        except lmmteach.LmmError:
            refused.append(1)
            raise

    judged(tried, [*culprits, *CALLED])
    assert not refused or state(explorer) == before
    return not refused


@cases(10)
@given(views, st.sampled_from(NAMES), odd | JSON_ABLE)
def test_any_value_of_any_trait(known, view, name, value):
    explorer = known[view]
    if unchanged_if_refused(explorer, lambda: setattr(explorer, name, value), [name, *names_of(explorer)]):
        assert is_psd(explorer.G.to_numpy()) or name != "G"
        assert_consistent(explorer)


@cases(10)
@given(views, st.data())
def test_any_move(known, view, data):
    explorer = known[view]
    names = data.draw(st.lists(st.sampled_from([*names_of(explorer), "x"]), unique=True, min_size=1, max_size=4))
    moves = {name: data.draw(odd | JSON_ABLE) for name in names}
    call = lambda: explorer.move(allow_not_psd=data.draw(st.booleans()), **moves)  # noqa: E731
    if unchanged_if_refused(explorer, call, names):
        assert_consistent(explorer)


@cases(10)
@given(views, st.dictionaries(st.sampled_from([*NAMES, *OTHERS]), JSON_ABLE | odd, max_size=4))
def test_any_state_a_page_may_send(known, view, sent):
    explorer = known[view]
    if unchanged_if_refused(explorer, lambda: explorer.set_state(sent), [*sent, *names_of(explorer)]):
        assert_consistent(explorer)


@cases(3)
@given(st.sampled_from(["marginal", "spaghetti", "time origin", "layers"]), st.data())
def test_any_start(known, view, data):
    fit = known["marginal"].fit
    names = [*names_of(known[view]), "prediction", "address", "x"]
    options = {name: data.draw(odd) for name in data.draw(st.lists(st.sampled_from(names), unique=True, max_size=3))}
    explorer = judged(lambda: fit.explore(view, **options), [*options, *CALLED])
    if explorer is not None:
        assert_consistent(explorer)
    judged(lambda: fit.explore(data.draw(odd)), ["There is no explorer called"])


def value_at_its_end(dial: dict[str, Any]) -> Any:
    if dial["kind"] == "slider":
        return dial["low"] if dial["value"] == dial["high"] else dial["high"]
    return dial["options"] if dial["kind"] == "flags" else dial["options"][-1][0]


#: a day's tests look at some of the fits, the nightly ones at all
TODAY = list(FITS) if NIGHTLY else [
    "plain", "slope only", "no time", "uneven times", "two visits", "one time for all", "curve",
    "keyword", "Python's own words", "hostile names",
]  # fmt: skip


@pytest.mark.parametrize("name", TODAY)
def test_every_view_of_a_fit_nobody_thought_of(name):
    fit = judged(lambda: fitted(name), ["Change its unit"])
    if fit is None:
        return
    for view in VIEWS:
        explorer = judged(lambda view=view: fit.explore(view), ["This explorer", "random effects"])
        if explorer is None:
            continue
        assert carried(explorer.to_html())["view"] == json.loads(json.dumps(explorer._data["view"]))
        for preset in explorer._data["view"]["presets"]:
            moves = {key: preset[key] for key in ("G", "sigma2") if key in preset} | preset["dials"]
            explorer.move(allow_not_psd=True, **moves)
        for dial in explorer.declared_dials:
            explorer.move(**{dial["name"]: value_at_its_end(dial)})
        assert_code(explorer)
    for view in ("marginal", "spaghetti"):
        assert fit.explore(view).to_png().startswith(b"\x89PNG")


@cases(3)
@given(st.text(max_size=12) | st.sampled_from([HTML, "<!--<script>", "]]>", "&lt;", "\u2028", "${x}", "`", "\ud7ff"]))
def test_no_label_leaves_its_place(known, label):
    data = lmmteach.load_sleepstudy().iloc[:40].copy()
    data.attrs = {"units": {"reaction": label, "days": label}, "title": label, "source": label}
    data["subject"] = [label + str(s) for s in data["subject"]]
    data["kind"] = [label + "a" if s < label + "310" else label + "b" for s in data["subject"]]
    explorer = lmmteach.lmm("reaction ~ days + (1 | subject)", data).explore()
    assert carried(explorer.to_html())["labels"] == explorer._data["labels"]
    assert carried(explorer.to_html())["people"]["label"] == explorer._data["people"]["label"]
