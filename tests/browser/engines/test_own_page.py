"""The page for one's own data in each engine: every kind of file ends in a fit or a sentence, and nothing is sent."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS
from tests.explore.own_files import FORMULA, files, study, table

from ..explorer_page import fixed
from .page import Engine

pytestmark = pytest.mark.browser
#: put into the page once: ``brought`` opens bytes and fits, as hands do, and says what stands there then
HANDS = """
window.idle = () => new Promise((done) => {
  const look = () => (document.querySelector(".lmmx-yours[aria-busy]") ? setTimeout(look, 10) : done(true));
  setTimeout(look, 20);
});
window.refused = () => document.querySelector(".lmmx-refused").textContent;
window.brought = async (packed, formula) => {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const moved = new DataTransfer();
  moved.items.add(new File([bytes], "study.csv", { type: "text/csv" }));
  const picker = document.querySelector("input[type=file]");
  picker.files = moved.files;
  picker.dispatchEvent(new Event("change", { bubbles: true }));
  await idle();
  if (refused()) return { refused: refused() };
  const box = document.querySelector(".lmmx-formula");
  box.value = formula;
  for (const kind of ["input", "change"]) box.dispatchEvent(new Event(kind, { bubbles: true }));
  document.querySelector("[data-action='fit-own']").click();
  await idle();
  return { refused: refused(), counts: document.querySelector("[data-out=counts]")?.textContent };
};
window.views = async () => {
  const wrong = [];
  const names = [...document.querySelectorAll("[data-view]")].map((node) => node.dataset.view);
  for (const name of names) {
    document.querySelector(`[data-view='${name}']`).click();
    await idle();
    const title = document.querySelector(".lmmx-explored h2")?.textContent;
    if (refused() || !title) wrong.push([name, refused()]);
  }
  return { names, wrong };
};
"""
#: what a page may try, each of which its policy refuses: none reaches the server
TRIED = """
const tries = [
  fetch("policy.html"), new Promise((done, refused) => {
    const image = new Image();
    Object.assign(image, { onload: done, onerror: refused, src: "policy.png" });
  }),
];
return Promise.allSettled(tries).then((all) => all.map(({ status }) => status));
"""


@pytest.fixture(scope="module")
def own(engine: Engine, address: str) -> Engine:
    engine.open(f"{address}/own.html")
    engine.run(HANDS)
    return engine


def brought(own: Engine, raw: bytes, formula: str) -> dict[str, Any]:
    packed = base64.b64encode(raw).decode()
    answer: dict[str, Any] = own.run(f"return brought({json.dumps(packed)}, {json.dumps(formula)})")
    return answer


def test_every_file_ends_in_a_fit_or_in_a_sentence(own: Engine) -> None:
    wrong = {}
    for name, (raw, formula, words) in files().items():
        said = brought(own, raw, formula)["refused"]
        if (words not in said) if words else said:
            wrong[name] = said
    assert wrong == {}


@pytest.mark.parametrize("people", [24, 400], ids=["in the page", "beside the page"])
def test_its_fit_is_pythons_and_opens_every_view(own: Engine, people: int) -> None:
    data = study(people, 4)
    answer = brought(own, table(data).encode(), FORMULA)
    assert own.run("return document.querySelector('.lmmx-own-host').own.client.beside") is (people > 100)
    assert fixed(lmmteach.lmm(FORMULA, data).deviance, 3) in answer["counts"]
    seen = own.run("return views()")
    assert seen == {"names": [name for name, view in VIEWS.items() if view.needs_fit], "wrong": []}


def test_nothing_may_leave(own: Engine) -> None:
    assert own.run(TRIED) == ["rejected", "rejected"]


def test_it_complained_of_nothing_else(own: Engine) -> None:
    said = [one for one in own.run("return window.complaints") if "policy" not in one.lower()]
    assert said == []
