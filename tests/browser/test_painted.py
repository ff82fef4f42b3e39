"""What the browser's tests stand on: a wait is for a function, and for what is not there yet, too."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Error, TimeoutError

pytestmark = pytest.mark.browser

LATER = """<meta charset="utf-8"><script>
setTimeout(() => document.documentElement.insertAdjacentHTML("beforeend", "<p>5</p>"), 400);
</script>"""
SAYS = "() => document.querySelector('p').textContent === '5'"


def test_what_is_not_there_yet_is_waited_for(page: Any) -> None:
    page.set_content(LATER)
    page.wait_for_function(SAYS)
    assert page.locator("p").inner_text() == "5"
    page.set_content(LATER)
    page.wait_for_function("async () => document.querySelector('p').textContent === '5'")
    assert page.locator("p").inner_text() == "5"


def test_what_never_comes_is_named(page: Any, watch: Any) -> None:
    watch.tolerated = lambda text: "nowhere" in text
    page.set_content("<p>4</p>")
    with pytest.raises(TimeoutError) as late:
        page.wait_for_function(SAYS, timeout=200)
    assert late.value.__notes__ == [f"waited for: {SAYS}"]
    with pytest.raises(Error, match="nowhere is not defined"):
        page.wait_for_function("() => nowhere")


@pytest.mark.parametrize("expression", ["window.ready", "document.title === ''"])
def test_an_expression_is_refused(page: Any, expression: str) -> None:
    with pytest.raises(ValueError, match="wait for a function"):
        page.wait_for_function(expression)
