"""What goes wrong around an explorer, and what its reader then sees: nothing breaks a neighbour, nothing is silent."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import explore
from lmmteach.explore.told import three

from .explorer_page import settle, state
from .lab import Notebook, running_lab

pytestmark = pytest.mark.browser
BARE = "<!doctype html><html lang='en'><meta charset='utf-8'><title>page</title><body>{}</body></html>"
G22 = "input.lmmx-box[data-param=G22]"


@pytest.fixture(scope="module")
def sleep() -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())


@pytest.fixture(scope="module")
def piece(sleep: lmmteach.Fit) -> str:
    return sleep.explore(prediction=-1).to_html()


def opened(page: Any, folder: Path, *pieces: str) -> Any:
    path = folder / "page.html"
    path.write_text(BARE.format("\n".join(pieces)), encoding="utf-8")
    page.goto(path.as_uri())
    return page


def slope(page: Any, number: int = 0) -> Any:
    return page.locator(".lmmx").nth(number).locator(G22)


def test_without_javascript_the_numbers_stand_in_its_place(browser: Any, sleep: Any, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(sleep.explore("time origin", origin=2).save(tmp_path / "explorer.html").as_uri())
    said = page.locator("main p").first.inner_text()
    assert said == (
        "Where is time zero? reaction ~ days + (1 + days | subject) needs JavaScript to be moved. "
        "Now G₁₁ = 612; G₁₂ = 9.6; G₂₂ = 35.1; σ² = 655; time zero at: 2."
    )
    also = page.locator("main p").nth(1).inner_text()  # a site's policy may be what keeps it still
    assert also == "If yours is on, this site runs no program in its pages: open the file on your own machine."
    V = sleep.marginal_cov(times=[0, 9]).to_numpy()
    cells = page.locator("main tbody tr").first.locator("td").all_inner_texts()
    assert [cells[0], cells[-1]] == [three(V[0, 0]), three(V[0, 1])]
    page.goto(explore(None, "hierarchy").save(tmp_path / "other.html").as_uri())
    assert "variance between schools: 20; " in page.locator("main p").first.inner_text()
    assert page.locator("main table").count() == 0
    context.close()
    # Where only pictures can be shown (a PDF), a still is.
    assert sleep.explore()._repr_mimebundle_()[0]["image/png"].startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["05-g-moves-v", "14-missing-data"])
def test_a_lesson_without_javascript_can_be_read(name: str, browser: Any, http: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{http}/{name}.html")
    assert page.locator("article h1").inner_text()
    hosts = page.locator(".lmmx-host")
    assert hosts.count() > 0
    for number in range(hosts.count()):
        assert "needs JavaScript to be moved. Now " in hosts.nth(number).inner_text()
    # Every question's answers unfold without a script, and lead somewhere.
    feedback = page.locator("details.quiz-notes")
    assert feedback.count() > 0
    assert not feedback.first.locator("p").first.is_visible()
    assert not page.locator(".quiz-foot").first.is_visible(), "buttons that can do nothing are not offered"
    feedback.first.locator("summary").click()
    assert feedback.first.locator("p").first.is_visible()
    context.close()


def test_two_explorers_of_one_fit_do_not_touch_each_other(page: Any, piece: str, tmp_path: Path) -> None:
    opened(page, tmp_path, piece, piece)
    before = slope(page, 1).input_value()
    slope(page, 0).fill("77")
    page.locator(".lmmx").nth(0).locator(".lmmx-row input[data-hold=rho]").check()
    settle(page)
    assert slope(page, 0).input_value() == "77"
    assert slope(page, 1).input_value() == before
    assert page.locator(".lmmx").nth(1).locator(".lmmx-row input[data-hold=covariance]").is_checked()
    ids = page.evaluate("[...document.querySelectorAll('.lmmx [id]')].map((n) => n.id)")
    assert len(ids) == len(set(ids))
    page.locator(".lmmx").nth(1).locator("[data-action=draws]").click()
    settle(page)
    assert state(page)["seed"] == 1


def test_fifty_explorers_on_one_page(page: Any, piece: str, tmp_path: Path) -> None:
    started = time.perf_counter()
    opened(page, tmp_path, *[piece] * 50)
    page.locator(".lmmx").nth(49).wait_for()
    settle(page)
    opening = time.perf_counter() - started
    for number in (0, 49):
        started = time.perf_counter()
        slope(page, number).fill("55")
        settle(page)
        print(f"explorer {number}: moved and painted in {1000 * (time.perf_counter() - started):.0f} ms")
        want = page.locator(".lmmx").nth(number).locator("[data-out=gap]").inner_text()
        assert want not in ("+0.00", "–")
    heap = page.context.new_cdp_session(page).send("Runtime.getHeapUsage")["usedSize"] / 1e6
    print(f"50 explorers: open in {opening:.1f} s, {heap:.0f} MB of heap")
    assert page.locator(".lmmx").count() == 50
    assert page.locator("style[data-lmmx]").count() == 1
    assert slope(page, 0).input_value() == slope(page, 49).input_value() == "55"
    assert slope(page, 25).input_value() != "55"
    assert heap < 500  # ten megabytes each would already be too much


def test_two_versions_on_one_page_keep_to_their_own(page: Any, piece: str, tmp_path: Path) -> None:
    now = re.search('data-version="([^"]*)"', piece)[1]
    older = piece.replace(now, "0123456789ab").replace("Jump to the fit", "To the fit")
    opened(page, tmp_path, older, piece)
    settle(page)
    assert page.evaluate("Object.keys(globalThis.lmmteachExplorers)") == ["0123456789ab", now]
    buttons = page.locator("[data-action=fit]").all_inner_texts()
    # The words may lie in the core or in a panel; each explorer must still move.
    assert len(buttons) == 2
    assert buttons[1] == "Jump to the fit"
    for number in (0, 1):
        slope(page, number).fill("61")
        settle(page)
        assert page.locator(".lmmx").nth(number).locator("[data-out=gap]").inner_text() != "+0.00"


DAMAGED = {
    "cut short": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "no JSON": lambda text: "<p>sign in to continue</p>",
    "null": lambda text: "null",
    "another thing": lambda text: '{"view": 3}',
    "no state": lambda text: json.dumps({**json.loads(text), "state": {}}),
    "an unknown panel": lambda text: text.replace('"panel":"sd"', '"panel":"nowhere"'),
}


def test_damaged_data_say_so_and_leave_the_others_alone(page: Any, watch: Any, piece: str, tmp_path: Path) -> None:
    text = re.search('<script type="application/json">(.*?)</script>', piece, re.DOTALL)[1]
    hurt = [piece.replace(text, harm(text)) for harm in DAMAGED.values()]
    hurt.append(re.sub('<script type="application/json">.*?</script>', "", piece, flags=re.DOTALL))
    opened(page, tmp_path, *hurt, piece)
    settle(page)
    said = page.locator("[role=alert]").all_inner_texts()
    assert len(said) == len(hurt)
    assert all(text.startswith("This explorer cannot be shown") for text in said)
    assert page.locator(".lmmx").count() == 1
    slope(page).fill("77")
    settle(page)
    assert page.locator(".lmmx [data-out=gap]").inner_text() != "+0.00"


REFUSING = """
delete window.ResizeObserver;
const denied = () => { throw new DOMException("denied", "SecurityError"); };
Object.defineProperty(window, "localStorage", { get: denied });
Object.defineProperty(window, "sessionStorage", { get: denied });
const writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
Object.defineProperty(navigator, "clipboard", { value: { writeText } });
Element.prototype.requestFullscreen = () => Promise.reject(new TypeError("denied"));
"""


def test_a_browser_that_refuses_everything_still_shows_and_moves(page: Any, piece: str, tmp_path: Path) -> None:
    page.add_init_script(REFUSING)
    opened(page, tmp_path, piece)
    slope(page).fill("77")
    settle(page)
    assert page.locator("[data-out=gap]").inner_text() != "+0.00"
    page.locator(".lmmx-copy").click()
    assert page.locator(".lmmx-copied").inner_text() == "Selected: copy with the keyboard."
    assert "explorer.move(" in page.evaluate("getSelection().toString()")
    page.locator("[data-action=projector]").click()
    settle(page)
    assert page.locator(".lmmx-full").count() == 1
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator(".lmmx-full").count() == 0


def test_no_clipboard_at_all_selects_the_code(page: Any, piece: str, tmp_path: Path) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined });")
    opened(page, tmp_path, piece)
    page.locator(".lmmx-copy").click()
    assert page.locator(".lmmx-copied").inner_text() == "Selected: copy with the keyboard."


def test_found_with_odd_fits_nobody_differs(page: Any, sleep: Any, tmp_path: Path) -> None:
    # With G = 0 every predicted b is 0: its line against normal quantiles is flat, not missing.
    opened(page, tmp_path, sleep.explore("residuals", prediction=-1, show="b", G=[[0, 0], [0, 0]]).to_html())
    settle(page)
    labels = page.locator(".lmmx canvas[aria-label]").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert any("straight line" in label for label in labels)


CELLS = [
    "import lmmteach\n"
    "fit = lmmteach.lmm('reaction ~ days + (1 + days | subject)', lmmteach.load_sleepstudy())\n"
    "explorer = fit.explore(prediction=-1)\n"
    "explorer",
    "try:\n"
    "    print('READ', float(explorer.G.loc['days', 'days']))\n"
    "except NameError:\n"
    "    print('READ nothing: a new kernel')",
    "import os\nos.kill(os.getpid(), 9)",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    cells = [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for k, text in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    names = [f"{ending}.ipynb" for ending in ENDINGS]
    with running_lab(tmp_path_factory.mktemp("lab"), dict.fromkeys(names, book)) as addresses:
        yield addresses


def restarted(page: Any) -> None:
    """The reader restarts the kernel."""
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    page.keyboard.press("0")
    page.locator(".jp-Dialog .jp-mod-accept").click()


def killed(page: Any) -> None:
    """The kernel dies, as where memory runs out; JupyterLab says so, sometimes twice, and starts another."""
    told = page.locator(".jp-Dialog", has_text="appears to have died").first
    page.add_locator_handler(told, lambda: told.locator(".jp-mod-accept").click(), no_wait_after=True)
    page.locator(".jp-Notebook .jp-CodeCell").nth(2).locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")


ENDINGS = {"restarted": restarted, "killed": killed}


@pytest.mark.kernel
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_kernel_that_ends_takes_nothing_from_the_page(
    ending: str, page: Any, watch: Any, lab: dict[str, str]
) -> None:
    watch.tolerated = lambda text: "lmmx" not in text  # JupyterLab's own remarks on a kernel that went away
    page.set_default_timeout(90_000)
    page.goto(lab[f"{ending}.ipynb"] % f"lab/workspaces/{ending}/tree")  # each its own, nothing restored
    page.locator(".jp-Notebook .jp-CodeCell").nth(len(CELLS) - 1).wait_for()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached")
    book = Notebook(page)
    book.start(0).locator(".lmmx").wait_for()
    slope(page).fill("77")
    book.until(1, "READ 77.0")

    # The kernel ends under it: the page keeps its state and goes on moving.
    ENDINGS[ending](page)
    book.until(1, "READ nothing: a new kernel")
    assert slope(page).input_value() == "77"
    slope(page).fill("88")
    settle(page)
    assert page.locator(".lmmx [data-cell='V-0-0']").count() == 1
    shown = page.locator(".lmmx [data-out=gap]").inner_text()
    slope(page).fill("99")
    settle(page)
    assert page.locator(".lmmx [data-out=gap]").inner_text() not in (shown, "+0.00")

    # The cell run again, it and Python are one again.
    book.start(0)
    page.wait_for_function("() => document.querySelector('.lmmx [data-out=gap]')?.textContent === '+0.00'")
    slope(page).fill("66")
    book.until(1, "READ 66.0")
