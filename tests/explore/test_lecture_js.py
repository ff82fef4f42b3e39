"""The lecture's plan and keys, run under Node: minutes into a schedule, how late it is, what a key means where."""

from __future__ import annotations

from pathlib import Path

from .node import run_js

PARTS = [
    {"title": "1 · Look", "slide": 0, "minutes": {"90": 8, "50": 5}},
    {"title": "2 · Ask", "slide": 3, "minutes": {"90": 7, "50": 0}},
    {"title": "3 · Go", "slide": 9, "minutes": {"90": 75, "50": 45}},
]


def test_a_plan_says_where_each_part_begins_and_how_late_it_is(tmp_path: Path) -> None:
    found = run_js(
        """const { scheduleOf, lengthsOf, behind, standing, clock } = await module("hall/plan.js");
        const long = scheduleOf(given, "90");
        return {
          long, short: scheduleOf(given, "50").map(({ from, to }) => [from, to]), lengths: lengthsOf(given),
          late: [[0, 479], [0, 480], [0, 601], [1, 300], [1, 700]].map(([part, at]) => behind(long, part, at)),
          words: [0, 29, 31, 95, -181].map(standing), clocks: [0, 59.9, 605, 3722].map(clock),
        };""",
        PARTS,
        tmp_path,
    )
    assert [(part["from"], part["to"]) for part in found["long"]] == [(0, 480), (480, 900), (900, 5400)]
    assert found["short"] == [[0, 300], [300, 300], [300, 3000]]
    assert found["lengths"] == ["90", "50"]
    assert found["late"] == [0, 0, 121, -180, 0]
    assert found["words"] == ["On time", "On time", "1 minute behind", "2 minutes behind", "3 minutes ahead"]
    assert found["clocks"] == ["0:00", "0:59", "10:05", "1:02:02"]


RANGE, BOX, BUTTON, SELECT, BODY = "input[type=range]", "input[type=text]", "button", "select", "body"


#: the key, what has the focus, whether it was reached by the keyboard, what the key means there
KEYS = [
    ("PageDown", RANGE, False, "next"),
    ("PageUp", BOX, True, "previous"),
    ("PageDown", SELECT, True, "next"),
    ("F5", BODY, False, "screen"),
    ("Escape", RANGE, False, "overview"),
    (" ", RANGE, False, "next"),
    (" ", BUTTON, False, "next"),
    (" ", BUTTON, True, None),
    (" ", BOX, True, None),
    ("ArrowRight", BODY, False, "next"),
    ("ArrowRight", RANGE, False, None),
    ("ArrowLeft", BUTTON, False, "previous"),
    ("ArrowRight", SELECT, False, "next"),
    ("ArrowRight", SELECT, True, None),
    ("b", BOX, True, "blank"),
    (".", BOX, True, None),
    (".", RANGE, False, "blank"),
    ("d", SELECT, True, None),
    ("d", BODY, False, "pen"),
    ("s", BODY, False, "notes"),
    ("]", RANGE, False, "later"),
    ("x", BODY, False, None),
]


def test_what_a_key_means_hangs_on_what_has_the_focus(tmp_path: Path) -> None:
    found = run_js(
        """const { meaningOf } = await module("kit/clicker.js");
        const target = (focus, worked) => ({
          matches: (selector) => selector.split(", ").some((one) =>
            (one === ":focus-visible" ? worked : one === focus || (one === "input" && focus.startsWith("input")))),
        });
        return given.map(([key, focus, worked]) =>
          [meaningOf({ key }, target(focus, worked)), meaningOf({ key, ctrlKey: true }, target(focus, worked)),
            meaningOf({ key }, target(focus, true), !worked)]);""",
        [case[:3] for case in KEYS],
        tmp_path,
    )
    assert found == [[means, None, means] for *_, means in KEYS], "the pointer's ring is not the keyboard's"
