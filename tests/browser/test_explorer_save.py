"""Every panel as a picture and its numbers: whole in themselves, from disk and under the book's strict policy."""

from __future__ import annotations

import csv
import io
import re
import struct
import xml.etree.ElementTree as ET
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore

from .painted import settle

pytestmark = pytest.mark.browser
CODE = "code"  # words: there are no numbers to save


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("save")
    flat = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    for name, view in VIEWS.items():
        fit = flat if name == "random intercept" else framingham
        explore(fit if view.needs_fit else None, name, prediction=-1).save(where / f"{name}.html")
    explore(framingham, "spaghetti").save(where / "asks.html")
    return where


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_function("() => !document.querySelector('[data-ready=false]')")
    page.wait_for_timeout(200)
    settle(page)


def saved(page: Any, panel: Any, kind: str) -> tuple[str, bytes]:
    panel.locator("[data-action=save]").click()
    with page.expect_download() as download:
        panel.locator(f"[data-action=save-{kind}]").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def panels(page: Any) -> Iterator[tuple[str, Any]]:
    for panel in page.locator(".lmmx-panel").all():
        yield panel.get_attribute("data-panel"), panel


@pytest.mark.parametrize("name", VIEWS)
def test_every_panel_is_a_picture_and_numbers(page: Any, folder: Path, name: str) -> None:
    opened(page, folder, name)
    for kind, panel in panels(page):
        file, svg = saved(page, panel, "svg")
        assert file == f"{name.replace(' ', '-')}-{kind}.svg"
        text = svg.decode("utf-8")
        root = ET.fromstring(text)  # well formed
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        # Whole in itself: no colour by a name of the page's, no class, nothing from elsewhere, no program.
        assert not re.search(r"var\(|currentColor|\bclass=|<script|foreignObject|\bon\w+=", text)
        assert all(link.startswith("data:image/png") for link in re.findall(r'href="([^"]*)"', text))
        said = "".join(root.itertext())
        for word in panel.locator("h3").inner_text().split():
            assert word in said
        source = page.evaluate("document.querySelector('.lmmx-host').model.get('_data').labels.source")
        assert source.split() == [] or source.replace(" ", "") in said.replace(" ", "")  # which data these are
        choices = panel.locator("[data-action=save-csv]")
        panel.locator("[data-action=save]").click()
        assert choices.is_visible() == (kind != CODE), kind
        page.keyboard.press("Escape")
        if kind == CODE:
            continue
        rows = list(csv.reader(io.StringIO(saved(page, panel, "csv")[1].decode("utf-8"))))
        assert len(rows) > 1, kind
        assert any(re.search(r"[A-Za-z]", cell) for cell in rows[0]), kind  # headings
        assert not any(cell in {"undefined", "NaN", "null"} for row in rows for cell in row), kind


def test_a_png_is_twice_as_sharp_and_shows_something(page: Any, folder: Path) -> None:
    opened(page, folder, "marginal")
    for _, panel in panels(page):
        svg = ET.fromstring(saved(page, panel, "svg")[1])
        name, png = saved(page, panel, "png")
        assert name.endswith(".png")
        width, height = struct.unpack(">II", png[16:24])
        assert abs(width - 2 * float(svg.get("width") or 0)) <= 1
        assert abs(height - 2 * float(svg.get("height") or 0)) <= 1
        colours = page.evaluate(
            """async (url) => {
              const image = new Image();
              image.src = url;
              await image.decode();
              const canvas = document.createElement("canvas");
              Object.assign(canvas, { width: image.width, height: image.height });
              const c = canvas.getContext("2d");
              c.drawImage(image, 0, 0);
              return new Set(new Uint32Array(c.getImageData(0, 0, image.width, image.height).data.buffer)).size;
            }""",
            "data:image/png;base64," + b64encode(png).decode(),
        )
        assert colours > 20


def test_the_numbers_are_those_of_python_in_full(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "marginal")
    tables = {
        kind: pd.read_csv(io.BytesIO(saved(page, panel, "csv")[1]), index_col=0)
        for kind, panel in panels(page)
        if kind in {"covariance", "correlation", "equation"}
    }
    explorer = framingham.explore()
    np.testing.assert_allclose(tables["covariance"], explorer.V, rtol=1e-9)
    np.testing.assert_allclose(tables["correlation"], explorer.corr, rtol=1e-9)
    assert tables["equation"].loc["sigma2", "value"] == framingham.sigma2


def test_what_waits_for_a_prediction_is_not_given_away(page: Any, folder: Path) -> None:
    opened(page, folder, "asks")
    for kind, panel in panels(page):
        panel.locator("[data-action=save]").click()
        choice = panel.locator("[data-action=save-csv]")
        if choice.is_visible():
            shown = panel.inner_text()
            page.keyboard.press("Escape")
            rows = list(csv.reader(io.StringIO(saved(page, panel, "csv")[1].decode("utf-8"))))
            if kind in {"samplecov", "samplecorr"}:
                assert all(cell == "" or cell in shown for row in rows[1:] for cell in row[1:]), kind
        else:
            assert kind in {CODE, "pair"}
            page.keyboard.press("Escape")


def test_by_keyboard_and_by_finger(page: Any, browser: Any, folder: Path) -> None:
    opened(page, folder, "marginal")
    opener = page.locator("[data-action=save]").nth(1)
    opener.focus()
    page.keyboard.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.dataset.action") == "save-svg"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.action") == "save-png"
    page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.dataset.action") == "save"
    box = opener.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    context = browser.new_context(viewport={"width": 400, "height": 850}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    opened(phone, folder, "marginal")
    opener = phone.locator("[data-action=save]").nth(1)
    opener.tap()
    boxes = [opener.bounding_box(), phone.locator("[data-action=save-png]").nth(1).bounding_box()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_a_picture_is_of_the_theme_and_the_setting_on_show(page: Any, folder: Path) -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, folder, "marginal")
    panel = page.locator(".lmmx-panel-covariance")
    dark = saved(page, panel, "svg")[1].decode()
    page.locator("input.lmmx-box[data-param=G12]").fill("-31.5")
    settle(page)
    moved = saved(page, panel, "svg")[1].decode()
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(400)
    light = saved(page, panel, "svg")[1].decode()
    ground = re.compile(r'<rect [^>]*fill="(#\w{6})"')
    assert ground.search(dark)[1] == "#16181d"  # type: ignore[index]
    assert ground.search(light)[1] == "#fdfcfa"  # type: ignore[index]
    assert "−31.5" in moved
    assert "−31.5" not in dark
