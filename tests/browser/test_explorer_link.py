"""A link to the setting: on by default on a page of its own, a part for each explorer, kept on reload, copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import explore

from .explorer_page import settle

pytestmark = pytest.mark.browser
HOSTS = "() => [...document.querySelectorAll('.lmmx-host')].map((host) => host.model.get('sigma2'))"


@pytest.fixture(scope="module")
def fit() -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())


@pytest.fixture(scope="module")
def folder(fit: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("link")
    fit.explore(prediction=-1).save(where / "one.html")
    fit.explore("time origin", prediction=-1).save(where / "two words.html")
    fit.explore(prediction=-1, address=False).save(where / "none.html")
    pieces = [fit.explore(prediction=-1), fit.explore("slopes", prediction=-1), fit.explore(prediction=-1)]
    head = "<!doctype html><meta charset=utf-8><title>t</title><link rel=icon href='data:,'><body>"
    (where / "three.html").write_text(head + "".join(one.to_html() for one in pieces), encoding="utf-8")
    deck = f"<div class=reveal>{fit.explore(prediction=-1).to_html()}</div>"
    (where / "deck.html").write_text(head + deck, encoding="utf-8")
    return where


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / name).as_uri())
    settle(page)


def box(page: Any, which: int = 0) -> Any:
    return page.locator(".lmmx-host").nth(which).locator("input.lmmx-box[data-param=sigma2]")


def test_a_page_keeps_its_setting_on_reload(page: Any, folder: Path) -> None:
    opened(page, folder, "one.html")
    assert "#" not in page.url  # nothing was moved
    box(page).fill("700")
    page.wait_for_function("() => location.hash.includes('sigma2:700')")
    page.reload()
    page.wait_for_function("() => document.querySelector('.lmmx-host').model.get('sigma2') === 700")
    assert page.url.endswith("#lmm.marginal=sigma2:700")
    page.locator("[data-action=reset]").click()
    page.wait_for_function("() => !location.hash.includes('sigma2')")


def test_a_name_of_two_words_is_one_in_the_address(page: Any, folder: Path) -> None:
    opened(page, folder, "two words.html")
    page.locator("[data-param=origin][type=range]").press("ArrowRight")
    page.wait_for_function("() => /^#lmm\\.time-origin=origin:/.test(location.hash)")


def test_each_explorer_of_a_page_has_its_own_part(page: Any, folder: Path) -> None:
    opened(page, folder, "three.html")
    for which, value in enumerate(("700", "800", "900")):
        box(page, which).fill(value)
        page.wait_for_function(f"() => location.hash.includes('sigma2:{value}')")
    assert page.url.split("#")[1] == "lmm.marginal=sigma2:700&lmm.slopes=sigma2:800&lmm.marginal-2=sigma2:900"
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    settle(page)
    page.wait_for_function(f"() => ({HOSTS})().join() === '700,800,900'")


@pytest.mark.parametrize("name", ["none.html", "deck.html"])
def test_where_the_address_is_not_its_own_it_is_left_alone(page: Any, folder: Path, name: str) -> None:
    """Because Python said so; or in a deck, whose address says which slide it is."""
    opened(page, folder, name)
    assert page.locator("[data-action=link]").count() == 0
    box(page).fill("700")
    page.wait_for_timeout(600)
    assert "#" not in page.url


def test_the_link_is_copied_with_the_last_move_in_it(page: Any, folder: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, folder, "one.html")
    width = page.locator("[data-action=link]").bounding_box()["width"]
    box(page).fill("700")
    page.locator("[data-action=link]").click()
    page.wait_for_function("() => document.querySelector('[data-action=link]').textContent === 'Copied'")
    assert page.locator("[data-action=link]").bounding_box()["width"] == width
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{(folder / 'one.html').as_uri()}#lmm.marginal=sigma2:700"
    page.goto("about:blank")
    page.goto(copied)
    page.wait_for_function("() => document.querySelector('.lmmx-host').model.get('sigma2') === 700")


def test_where_a_browser_copies_nothing_the_link_stands_ready(page: Any, folder: Path) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    opened(page, folder, "one.html")
    before = page.locator(".lmmx-console").bounding_box()
    page.locator("[data-action=link]").click()
    link = page.locator(".lmmx-linkbox")
    assert link.input_value().startswith("file://")
    assert link.evaluate("node => node.selectionEnd - node.selectionStart") == len(link.input_value())
    assert page.locator(".lmmx-console").bounding_box() == before  # nothing is pushed aside
    page.keyboard.press("Escape")
    assert not link.is_visible()
    assert page.evaluate("document.activeElement.dataset.action") == "link"


def test_a_view_that_no_one_named_is_kept_all_the_same(fit: lmmteach.Fit, page: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    from lmmteach.explore import VIEWS

    mine = replace(VIEWS["marginal"], name="Mein \u00dcberblick & <b>")
    explore(fit, mine, prediction=-1).save(tmp_path / "mine.html")
    opened(page, tmp_path, "mine.html")
    box(page).fill("700")
    page.wait_for_function("() => location.hash === '#lmm.mein-berblick-b=sigma2:700'")
