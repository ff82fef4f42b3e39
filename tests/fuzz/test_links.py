"""Any link to an explorer, whole or damaged, opens it at a setting that Python accepts and that spells itself again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lmmteach
from lmmteach.explore import VIEWS, Explorer

from .page import Page, asking
from .test_explorers import HEAVY
from .verdict import cases

OPENED = """
const { joined, parse, spell } = await module("frame/address.js");
return ({ hash, data }) => {
  const text = new URLSearchParams(hash).get("lmm.a");
  if (text === null) return { none: true };
  const setting = parse(text, data);
  const again = new URLSearchParams(joined(hash, "lmm.a", spell(setting, data.start))).get("lmm.a");
  return { setting, again: again === null ? data.start : parse(again, data) };
};
"""
VALUES = ["", "0", "-1", "700", "1e-9", "1e300", "12,5", "1,234", "0x10", "NaN", "Infinity", "1e400", "%", "%2C", "%E9",
          "rho", "covariance", "ML", "REML", "null", "true", "[]", "308", "a:b", "4,2,2,1", "4,2,3,1", "4", "9,9,9,1",
          "constructor", "__proto__", "<b>", "\u2212" "3", "1;2"]  # fmt: skip
NAMES = ["G", "sigma2", "seed", "hold", "method", "prediction", "kept", "__proto__", "constructor", "dials", "x"]


@pytest.fixture(scope="module")
def known() -> dict[str, Explorer]:
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    return {name: fit.explore(name) for name in VIEWS if name not in HEAVY}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with asking(OPENED, tmp_path_factory.mktemp("links")) as one:
        yield one


def choices(dial: dict[str, Any]) -> list[str]:
    """Values a link of that explorer may hold."""
    if dial["kind"] == "slider":
        return [str(dial["low"]), str(dial["high"]), str(dial["value"]), str(2 * dial["high"] + 1)]
    options = dial["options"] if dial["kind"] == "flags" else [value for value, _ in dial["options"]]
    return [*map(str, options[:4]), ",".join(map(str, options[:3]))]


def hashes(draw: st.DataObject, explorer: Explorer) -> str:
    """Parts of a link, in any order, and then places cut out, doubled, or written over."""
    values = {dial["name"]: choices(dial) for dial in explorer.declared_dials}
    names = draw.draw(st.lists(st.sampled_from([*NAMES, *values]), max_size=5))
    parts = [f"{name}:{draw.draw(st.sampled_from([*VALUES, *values.get(name, [])]))}" for name in names]
    text = "lmm.a=" + ";".join(parts)
    for _ in range(draw.draw(st.integers(0, 3))):
        at, end = sorted(draw.draw(st.integers(6, len(text))) for _ in range(2))
        text = (
            text[:at] + draw.draw(st.sampled_from(["", "%", "&", ":", ";", ",", "=", "+", "#", "\ud7ff"])) + text[end:]
        )
    return draw.draw(st.sampled_from(["", "play&", "%&", "lmm.ab=seed:1&"])) + text


@cases(10)
@given(name=st.sampled_from([name for name in VIEWS if name not in HEAVY]), draw=st.data())
def test_any_link_opens_at_a_setting(known: dict[str, Explorer], page: Page, name: str, draw: st.DataObject) -> None:
    explorer = known[name]
    found = page.ask({"hash": hashes(draw, explorer), "data": explorer._data})
    if "none" in found:
        return
    setting = found["setting"]
    assert found["again"] == setting
    assert set(setting) == set(explorer._data["start"])
    assert set(setting["dials"]) == set(explorer._data["start"]["dials"])
    # G may leave what a covariance can be: the explorer's lights say so
    moves = {key: value for key, value in setting.items() if key not in ("dials", "prediction")} | setting["dials"]
    if explorer.fit is None:
        moves = {key: value for key, value in moves.items() if key not in ("G", "sigma2")}
    explorer.move(allow_not_psd=True, **moves)
