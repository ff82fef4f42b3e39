"""The page for data of one's own, as one file opened from disk: brought, fitted, explored, saved; nothing leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import VIEWS
from tests.explore.own_files import FORMULA, files, study, table, wide

from .axe import faults
from .explorer_page import fixed

pytestmark = pytest.mark.browser


def idle(page: Any) -> None:
    page.wait_for_timeout(30)
    page.wait_for_selector(".lmmx-yours:not([aria-busy])")


def bring(page: Any, raw: bytes | str, name: str = "study.csv") -> None:
    content = raw if isinstance(raw, bytes) else raw.encode()
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
    idle(page)


def fit(page: Any, formula: str | None = None) -> None:
    if formula is not None:
        page.fill(".lmmx-formula", formula)
    page.click("[data-action='fit-own']")
    idle(page)


def refused(page: Any) -> str:
    return str(page.inner_text(".lmmx-refused")).replace("\n", " ")


#: one of each kind; all of them are read under Node
BROUGHT = (
    "semicolons and decimal commas", "UTF-16", "Latin-1", "line breaks in quotes", "missing values of every spelling",
    "accents and blanks in names", "wide, decimal commas", "shuffled", "duplicated visits", "text in the response",
    "one subject", "a workbook", "a million rows",
)  # fmt: skip


def test_every_file_ends_in_a_fit_or_in_a_sentence(own: Any) -> None:
    wrong, brought = {}, files()
    for name in BROUGHT:
        raw, formula, words = brought[name]
        bring(own, raw)
        if not refused(own):
            fit(own, formula)
        said = refused(own)
        if (words not in said) if words else said:
            wrong[name] = said
    assert wrong == {}


@pytest.mark.parametrize("slope", [True, False])
def test_every_view_opens(own: Any, slope: bool) -> None:
    bring(own, table(study().assign(sex=lambda data: np.where(data["id"] % 2, "m", "f"))))
    own.check("[data-column=sex] input")
    if not slope:
        own.uncheck(".lmmx-roles > .lmmx-check input")
    fit(own)
    assert own.input_value(".lmmx-formula") == f"y ~ sex + t + ({'1 + t' if slope else '1'} | id)"
    names = own.eval_on_selector_all("[data-view]", "nodes => nodes.map(node => node.dataset.view)")
    assert names == [name for name, view in VIEWS.items() if view.needs_fit]
    for name in names:
        own.click(f"[data-view='{name}']")
        idle(own)
        assert refused(own) == ""
        assert own.inner_text(".lmmx-explored h2") == VIEWS[name].title
        assert len(own.query_selector_all(".lmmx-explored .lmmx-panel")) == len(VIEWS[name].panels)


def test_what_is_chosen_is_what_python_fits(own: Any) -> None:
    """A wide file with decimal commas, a covariate that changes the course, ML."""
    data = wide(study())
    data.insert(1, "arm", np.where(np.arange(len(data)) % 2, "drug", "placebo"))
    bring(own, table(data, ";", ","))
    assert own.is_checked(".lmmx-found input")
    own.check("[data-column=arm] input")
    own.check("[data-column=arm] label:last-child input")
    own.select_option(".lmmx-fitline select", "ML")
    fit(own)
    long = data.melt(["id", "arm"], var_name="time", value_name="y")
    long["time"] = long["time"].str[2:].astype(int)
    python = lmmteach.lmm("y ~ arm*time + (1 + time | id)", long, "ML")
    assert own.input_value(".lmmx-formula") == "y ~ arm*time + (1 + time | id)"
    assert fixed(python.deviance, 3) in own.inner_text("[data-out=counts]")
    for name, beta, se in zip(python.beta.index, python.beta, python.se, strict=True):
        row = f"[data-coefficient='{name}'] td"
        titles = own.eval_on_selector_all(row, "nodes => nodes.map(node => Number(node.title))")
        assert titles[:2] == pytest.approx([beta, se], rel=1e-6)
    assert "became 'y', with 'time' 0, 1, 2, 3. 24 rows made 96." in own.inner_text("[data-out=said]")


def test_a_large_table_is_fitted_beside_the_page_and_can_be_stopped(own: Any) -> None:
    data = study(400, 5)
    bring(own, table(data))
    assert own.evaluate("document.querySelector('.lmmx-own-host').own.client.beside")
    fit(own, FORMULA)
    python = lmmteach.lmm(FORMULA, data)
    assert fixed(python.deviance, 3) in own.inner_text("[data-out=counts]")
    # Stopped at the moment at which the question went out: a fit this small may be done before any timer rings.
    own.evaluate("""() => {
        const { client } = document.querySelector('.lmmx-own-host').own;
        const { fit } = client;
        client.fit = (given) => {
            client.fit = fit;
            const answer = fit(given);
            client.stop();
            return answer;
        };
        document.querySelector("[data-action='fit-own']").click();
    }""")
    own.wait_for_selector("text=Stopped. Nothing was changed.")
    fit(own, "y ~ 1 + (1 | id)")  # the table is there still
    assert refused(own) == ""
    assert fixed(lmmteach.lmm("y ~ 1 + (1 | id)", data).deviance, 3) in own.inner_text("[data-out=counts]")


def test_a_hundred_thousand_rows_say_how_far_they_are(own: Any) -> None:
    own.evaluate("""() => {
        window.told = new Set();
        const busy = document.querySelector('.lmmx-busy');
        const look = () => { if (!busy.hidden) told.add(busy.querySelector('span').textContent); };
        new MutationObserver(look).observe(busy, { subtree: true, childList: true, attributes: true });
    }""")
    data = study(25_000, 4)
    own.set_input_files(
        "input[type=file]", {"name": "long.csv", "mimeType": "text/csv", "buffer": table(data).encode()}
    )
    own.wait_for_selector("[data-out=table]")
    idle(own)
    fit(own, FORMULA)
    assert "100,000 readings of 25,000 subjects" in own.inner_text("[data-out=counts]")
    assert fixed(lmmteach.lmm(FORMULA, data).deviance, 3) in own.inner_text("[data-out=counts]")
    assert {"Reading the table\u2026", "Pooling the subjects\u2026"} <= set(own.evaluate("[...told]"))


def test_an_odd_cell_can_be_taken_for_a_missing_one(own: Any) -> None:
    bring(own, files()["text in the response"][0])
    assert "\u201cabc\u201d in line 14" in own.inner_text(".lmmx-preview")
    fit(own)
    assert 'holds "abc" among numbers, in line 14' in refused(own)
    own.click("[data-action=blank]")
    own.wait_for_selector("[data-out=counts]")
    assert "Dropped 1 of 96 rows with missing values (y: 1)." in own.inner_text("[data-out=said]")
    own.click("summary")
    assert 'na_values=["abc"]' in own.inner_text("[data-out=python]")


def test_cells_can_be_pasted(own: Any) -> None:
    own.fill(".lmmx-paste", table(study(), "\t"))
    own.dispatch_event(".lmmx-paste", "change")
    own.wait_for_selector("[data-out=table]")
    assert own.inner_text("[data-out=table]") == "pasted.csv: 96 rows, 3 columns, separated by tabs."


def test_page_and_data_are_saved_as_one_file(own: Any, context: Any, watch: Any, tmp_path: Path) -> None:
    bring(own, table(study().assign(id=lambda data: "<b>" + data["id"].astype(str) + "</script>")))
    fit(own)
    own.click("[data-view=shrinkage]")
    idle(own)
    with own.expect_download() as download:
        own.click("[data-action=save]")
    assert download.value.suggested_filename == "study.html"
    download.value.save_as(tmp_path / "study.html")
    again = context.new_page()
    watch.follow(again)
    again.goto((tmp_path / "study.html").as_uri())
    again.wait_for_selector(".lmmx-explored h2")
    assert again.inner_text("[data-out=counts]") == own.inner_text("[data-out=counts]")
    assert again.inner_text(".lmmx-explored h2") == VIEWS["shrinkage"].title
    with again.expect_download() as download:  # a saved page saves itself, too
        again.click("[data-action=save]")
    download.value.save_as(tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text("utf-8") == (tmp_path / "study.html").read_text("utf-8")


def test_the_data_open_in_python(own: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pasted cells have no file: the notebook holds them."""
    data = study().assign(id=lambda data: "Zo\u00eb " + data["id"].astype(str))
    own.fill(".lmmx-paste", table(data, "\t"))
    own.dispatch_event(".lmmx-paste", "change")
    idle(own)
    fit(own)
    with own.expect_download() as download:
        own.click("[data-action=notebook]")
    assert download.value.suggested_filename == "pasted.ipynb"
    download.value.save_as(tmp_path / "pasted.ipynb")
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.read(tmp_path / "pasted.ipynb", as_version=4)
    known: dict[str, Any] = {}
    for cell in notebook.cells[1:]:
        exec(cell.source.removesuffix("fit.explore()"), known)
    pd.testing.assert_frame_equal(known["data"], data, check_dtype=False)
    assert fixed(known["fit"].deviance, 3) in own.inner_text("[data-out=counts]")


def test_the_policy_forbids_every_connection(own: Any, watch: Any) -> None:
    """Not our promise but the browser's refusal: by fetch, by a socket, by an image, by a form, and from the worker."""
    # Chromium reports what its policy stopped as a request that failed: none of these was sent.
    watch.tolerated = lambda text: "Content Security Policy" in text or text.endswith("(csp)")
    target = "http://127.0.0.1:9/"
    tried = own.evaluate(
        """async (target) => {
        const refused = [];
        document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
        await fetch(target).catch(() => {});
        try { new WebSocket(target.replace("http", "ws")); } catch { /* refused */ }
        navigator.sendBeacon(target, "x");
        const image = new Image();
        image.src = target;
        const source = `fetch("${target}").then(() => postMessage("went"), () => postMessage("refused"))`;
        const worker = new Worker(URL.createObjectURL(new Blob([source])));
        const beside = await new Promise((told) => { worker.onmessage = ({ data }) => told(data); });
        await new Promise((done) => setTimeout(done, 50));
        return [beside, [...new Set(refused)].sort()];
    }""",
        target,
    )
    assert tried == ["refused", ["connect-src", "img-src"]]
    stopped = [f"{url} (csp)" for url in watch.requests if url.startswith(("http", "ws"))]
    assert sorted(watch.failed) == sorted(stopped)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_used_by_everybody(own: Any, scheme: str) -> None:
    """axe-core, light and dark; on a phone nothing is wider than the screen."""
    own.emulate_media(color_scheme=scheme)
    own.set_viewport_size({"width": 390, "height": 844})
    data = pd.concat([study(), study().iloc[[3]]])
    bring(own, table(data.assign(arm=np.where(data["id"] % 2, "drug", "placebo"))))
    own.check("[data-column=arm] input")
    fit(own)
    own.click("summary")
    assert own.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(own, ".lmmx-yours", colours=scheme == "dark") == []
