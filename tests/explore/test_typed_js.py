"""What is typed or stands in an address: read as one number or not at all, within Python's bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach import ParameterError
from lmmteach.explore import Explorer

from .node import run_js

PLAIN = {
    "12.5": 12.5, "12,5": 12.5, " -3 ": -3, "−3,25": -3.25, "+4": 4, ".5": 0.5, ",5": 0.5, "5.": 5, "5,": 5,
    "0,125": 0.125, "1e-7": 1e-7, "1,5E3": 1500, "1.234": 1.234, "12,3456": 12.3456, "1234,567": 1234.567,
}  # fmt: skip
UNREAD = [
    "",
    " ",
    "x",
    "0x10",
    "1.234,5",
    "1,234.5",
    "1,234",
    "-12,345",
    "1,2,3",
    "1 000",
    "Infinity",
    "NaN",
    "-",
    "e5",
    "1e",
    "--1",
    "12.5kg",
]


def test_a_comma_is_a_point_and_what_could_be_two_numbers_is_none(tmp_path: Path) -> None:
    read = 'const { typed } = await module("kit/typed.js"); return given.map(typed);'
    assert run_js(read, list(PLAIN), tmp_path) == list(PLAIN.values())
    assert run_js(read, UNREAD, tmp_path) == [None] * len(UNREAD)


@pytest.mark.parametrize("value", [1e155, 1e-320, 2e150, 5e-151, -1e151, 0.0, 1e150, 1e-150, 655.0])
def test_the_page_refuses_the_numbers_that_python_refuses(value: float, sleep: lmmteach.Fit, tmp_path: Path) -> None:
    read = 'const { refusal } = await module("kit/typed.js");'
    refused = run_js(f'{read} return ["sigma2", "G11"].map((name) => refusal(name, given));', value, tmp_path)
    for name, why in zip(("sigma2", "G"), refused, strict=True):
        try:
            sleep.explore().move(**{name: value}, allow_not_psd=True)
            python = ""
        except ParameterError as error:
            python = str(error)
        assert bool(why) is bool(python), (name, why, python)


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    return fit.explore("shrinkage")


def parsed(explorer: Explorer, texts: list[str], folder: Path) -> list[dict[str, Any]]:
    read = (
        'const { parse } = await module("frame/address.js"); return given.texts.map((text) => parse(text, given.data));'
    )
    return run_js(read, {"texts": texts, "data": explorer._data}, folder)


@pytest.mark.parametrize(
    "text",
    ["subject:%", "subject:%25", "colour:%E9", "G:,,,", "G:1e153,0,0,1", "G:0x10,0,0,1", "G:1,2,3,4", "G:1", "seed:",
     "seed:1,2", "seed:0x10", "seed:1.5", "sigma2:", "sigma2:1e155", "sigma2:1e-320", "sigma2:5,7", "sigma2:-1",
     "hold:", "%", ";;:", "nobody:5"],
)  # fmt: skip
def test_what_makes_no_sense_in_an_address_is_left_out_and_the_rest_restored(
    text: str, explorer: Explorer, tmp_path: Path
) -> None:
    alone, before, behind = parsed(explorer, [text, f"sigma2:700;{text}", f"{text};sigma2:700"], tmp_path)
    start = explorer._data["start"]
    assert alone == start
    assert before == behind == start | {"sigma2": 700}


def test_an_address_comes_back_as_it_was_spelt(explorer: Explorer, tmp_path: Path) -> None:
    start = explorer._data["start"]
    moved = start | {
        "G": [[1e-7, 0], [0, 1e21]],
        "sigma2": 1e-12,
        "seed": 0,
        "dials": start["dials"] | {"subject": "309"},
    }
    again = run_js(
        """
        const { joined, parse, spell } = await module("frame/address.js");
        const hash = joined("", "lmm.a", spell(given.moved, given.data.start));
        return parse(new URLSearchParams(hash).get("lmm.a"), given.data);
        """,
        {"moved": moved, "data": explorer._data}, tmp_path,
    )  # fmt: skip
    assert again == moved


@pytest.mark.parametrize(
    ("hash", "text", "want"),
    [
        ("", "seed:3", "lmm.a=seed:3"),
        ("my-section", "seed:3", "my-section&lmm.a=seed:3"),
        ("my-section&lmm.a=seed:3", "sigma2:1e%2B21;seed:4", "my-section&lmm.a=sigma2:1e%252B21;seed:4"),
        ("my-section&lmm.a=seed:3", "", "my-section"),
        ("lmm.ab=seed:1&lmm.a=seed:2", "seed:3", "lmm.ab=seed:1&lmm.a=seed:3"),
        ("caf%C3%A9", "seed:3", "caf%C3%A9&lmm.a=seed:3"),
    ],
)
def test_the_rest_of_an_address_stays_as_it_is(hash: str, text: str, want: str, tmp_path: Path) -> None:
    read = 'const { joined } = await module("frame/address.js"); return joined(given[0], "lmm.a", given[1]);'
    assert run_js(read, [hash, text], tmp_path) == want


def test_a_sigma2_too_small_to_compute_with_is_not_called_a_negative_variance(
    explorer: Explorer, tmp_path: Path
) -> None:
    why = run_js(
        """
        const { implied } = await module("maths/derive.js");
        const { aboutV } = await module("frame/words.js");
        return given.states.map(([G, sigma2]) => aboutV(implied(given.data, G, sigma2, "REML")));
        """,
        {"data": explorer._data, "states": [([[600, 600], [600, 600]], 1e-20), ([[600, 0], [0, -60]], 1.0)]}, tmp_path,
    )  # fmt: skip
    assert "sixteen digits" in why[0]
    assert "negative variance" not in why[0]
    assert "negative variance" in why[1]
