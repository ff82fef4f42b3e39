"""Whatever a browser or a platform has kept, whole or damaged: the page counts on, the grader reads its report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmteach.check.reports import read_report

from .page import Page, asking
from .test_explorers import JSON_ABLE
from .verdict import cases

BOOK = Path(__file__).parents[2] / "book" / "_static"
ADAPTER = Path(__file__).parents[2] / "lmmteach" / "publish" / "lms" / "adapter.js"
#: the book's scripts stand in no module: they are run in turn, as a page does
PROGRESS = """
const { readFileSync } = await import("node:fs");
let held = null;
globalThis.localStorage = { getItem: () => held, setItem: (_, text) => { held = text; } };
const run = (path) => (0, eval)(readFileSync(path, "utf8"));
run(%s); run(%s);
const { lmmteachProgress: progress, lmmteachAnswers: answers } = globalThis;
return ({ text, now }) => {
  held = text;
  const before = progress.read();
  const listed = progress.review(before, now).map(({ id, entry }) => [id, new Date(entry.last).toISOString()]);
  progress.hinted({ id: "02.1", numbers: "n", version: "1" }, 2, now);
  progress.answered({ id: "02.1", numbers: "n", draw: 1, version: "1" }, { passed: true, name: "right" }, 1.5, now);
  progress.checked("a.html#q", "Which?", false, now);
  const after = progress.read();
  const versions = Object.values(after.exercises).map((one) => one.version).filter(Boolean);
  const report = answers.report("Ada", progress.reported(after), versions.sort().at(-1) ?? "", new Date(now));
  return { before, listed, after, report };
};
"""
#: a lesson of two questions on a platform
PLATFORM = """
const { readFileSync } = await import("node:fs");
const run = (path) => (0, eval)(readFileSync(path, "utf8"));
run(%s);
const source = readFileSync(%s, "utf8");
return ({ held }) => {
  const cmi = { "cmi.suspend_data": held, "cmi.core.lesson_status": "incomplete" };
  const heard = {};
  const forms = [{ id: "q", dataset: {} }, { id: "e", dataset: { exercise: "02.1" } }];
  globalThis.window = { parent: null, API: {
    LMSInitialize: () => "true", LMSCommit: () => "true", LMSFinish: () => "true", LMSGetLastError: () => "0",
    LMSGetValue: (name) => cmi[name] ?? "", LMSSetValue: (name, value) => { cmi[name] = value; return "true"; },
  } };
  globalThis.addEventListener = (name, act) => { heard[name] = act; };
  globalThis.document = { querySelector: () => forms[0], querySelectorAll: () => forms, getElementById: () => null };
  globalThis.location = { pathname: "/a.html", hash: "" };
  (0, eval)(source);
  heard.DOMContentLoaded();
  heard.load();
  const first = cmi["cmi.core.score.raw"];
  globalThis.lmmteachProgress.checked("a.html#q", "Which?", true, 1e12);
  globalThis.lmmteachProgress.answered({ id: "02.1", numbers: "n" }, { passed: true, name: "right" }, 1.5, 1e12);
  return { first, last: cmi["cmi.core.score.raw"], status: cmi["cmi.core.lesson_status"],
    kept: cmi["cmi.suspend_data"] };
};
"""


def sources(body: str, *paths: Path) -> str:
    return body % tuple(json.dumps(str(path)) for path in paths)


@pytest.fixture(scope="module")
def progress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    body = sources(PROGRESS, BOOK / "answers.js", BOOK / "progress.js")
    with asking(body, tmp_path_factory.mktemp("progress")) as one:
        yield one


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with asking(sources(PLATFORM, BOOK / "progress.js", ADAPTER), tmp_path_factory.mktemp("platform")) as one:
        yield one


FIELDS = ["attempts", "passed", "missed", "hints", "streak", "last", "lastRight", "diagnosis", "answer", "numbers",
          "draw", "version", "words"]  # fmt: skip
ODD = JSON_ABLE | st.sampled_from([1, 3, True, "n", "1", 1e300, -1, 1e12, 9e15, [1.5], {"set": ["a"]}])
entries = st.fixed_dictionaries(
    {"attempts": st.integers(0, 5) | ODD, "last": st.integers(0, 2 * 10**12) | ODD},
    optional={name: ODD for name in FIELDS if name not in ("attempts", "last")},
)
ids = st.sampled_from(["02.1", "03.2", "__proto__", "constructor", "a.html#q", "<b>", ""])
parts = st.dictionaries(ids, entries | ODD, max_size=4) | ODD
stores = st.fixed_dictionaries({}, optional={"version": st.just(1) | ODD, "exercises": parts, "checks": parts})


@st.composite
def texts(draw: st.DrawFn, made: st.SearchStrategy[Any]) -> str:
    """JSON of such a form, sometimes with numbers that no calendar holds, sometimes cut or written over."""
    text = json.dumps(draw(made))
    for word in ("NaN", "-Infinity", "Infinity"):
        text = text.replace(word, "1e999")
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at, end = sorted(draw(st.integers(0, len(text))) for _ in range(2))
        text = text[:at] + draw(st.sampled_from(["", "{", "null", "0", '"'])) + text[end:]
    return text


@cases(14)
@given(text=texts(stores.map(lambda one: {"version": 1, **one})))
def test_whatever_a_browser_kept_work_goes_on_and_is_handed_in(
    progress: Page, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = progress.ask({"text": text, "now": 1_700_000_000_000})
    for entry in [*found["before"]["exercises"].values(), *found["before"]["checks"].values()]:
        assert entry["attempts"] >= 0
        assert 0 <= entry["last"] <= 8.64e15
        assert isinstance(entry["passed"], bool)
    assert found["after"]["exercises"]["02.1"]["passed"] is True
    assert found["after"]["checks"]["a.html#q"]["missed"] is True
    path = tmp_path_factory.getbasetemp() / "report.json"
    path.write_text(found["report"], encoding="utf-8")
    report = read_report(path)
    assert report["exercises"]["02.1"]["passed"] is True
    assert set(report["exercises"]) <= set(found["after"]["exercises"])


@cases(8)
@given(held=texts(st.fixed_dictionaries({}, optional={"all": stores | ODD, "steps": ODD, "link": ODD})) | texts(ODD))
def test_whatever_a_platform_kept_the_lesson_is_scored(platform: Page, held: str) -> None:
    found = platform.ask({"held": held})
    assert found["first"] in ("0", "50", "100")
    assert (found["last"], found["status"]) == ("100", "completed")
    assert len(found["kept"]) <= 4096
