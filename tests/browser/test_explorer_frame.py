"""A saved explorer framed by another page: all of it works there, and it reaches nothing of the page around it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.publish.serve import open_server

from .painted import settle

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("frame")
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    frame = fit.explore(address="a").embed(where / "G moves? V#1.html")
    linked = frame.replace(".html", ".html#lmm.a=sigma2:700", 1)
    icon = '<link rel="icon" href="data:,">'
    for name, html in {"host": frame, "linked": linked}.items():
        (where / f"{name}.html").write_text(f"<!doctype html><meta charset=utf-8>{icon}<title>{name}</title>{html}")
    return where


@pytest.fixture(scope="module")
def http(folder: Path) -> Iterator[str]:
    with open_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url.rstrip("/")
        server.shutdown()


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, folder: Path, http: str) -> str:
    return folder.as_uri() if request.param == "file" else http


def framed(page: Any, url: str) -> Any:
    page.goto(url)
    page.frame_locator("iframe").locator(".lmmx-code").wait_for()
    return page.frames[1]


def test_copying_full_screen_and_moving_work_in_a_frame(page: Any, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    frame = framed(page, f"{address}/host.html")
    frame.locator(".lmmx-copy").click()
    frame.locator(".lmmx-copied", has_text="Copied.").wait_for()
    assert "fit.explore()" in page.evaluate("navigator.clipboard.readText()")
    assert frame.evaluate("document.documentElement.requestFullscreen().then(() => 'full', String)") == "full"
    frame.locator("[data-param=sigma2]:not([type=range])").fill("800")
    settle(frame)
    assert frame.locator("[data-out=gap]").inner_text() != "+0.00"
    frame.wait_for_function("() => location.hash.includes('sigma2')")


def test_a_frames_address_restores_its_state(page: Any, address: str) -> None:
    frame = framed(page, f"{address}/linked.html")
    frame.wait_for_function("() => document.querySelector('.lmmx-host').model.get('sigma2') === 700")


def test_a_frame_cannot_reach_the_page_around_it(page: Any, http: str) -> None:
    frame = framed(page, f"{http}/host.html")
    tried = "() => { try { return parent.document.title; } catch (error) { return error.name; } }"
    assert frame.evaluate(tried) == "SecurityError"
    assert (
        frame.evaluate("() => { try { return localStorage; } catch (error) { return error.name; } }") == "SecurityError"
    )
