"""How much room an explorer will take, roughly: a page keeps it free, so that what comes below does not jump.

In the book the text below an explorer is often on the screen before the explorer's program has arrived.  The program
alone knows how high the explorer is; here it is reckoned from what the view declares, a little too low rather than too
high.  ``tests/browser/test_explorer_still.py`` holds the reckoning against what browsers make of every view.
"""

from __future__ import annotations

from typing import Any

__all__ = ["reserved"]

#: pixels of a panel, title and key included, that is lower than most
LOW = {"equation": 140, "icc": 50, "plans": 190, "code": 130, "errors": 240, "tally": 290, "moments": 290, "sd": 290}
PANEL, PROMPT, SLIDER, READ, WORDS, SWITCH, BUTTONS, MATCH, GAP = 380, 240, 66, 130, 97, 42, 90, 86, 22
#: the width classes of the style sheet ``layout``, by what each is called in a page, with their columns of panels
COLUMNS = {"--lmmx-in-hand": 0, "--lmmx-in-one": 1, "--lmmx-in-two": 2, "--lmmx-in-three": 3}


def reserved(data: dict[str, Any]) -> str:
    """What ``style`` says of the room: a height in pixels for each width class of the explorer.

    Examples
    --------
    >>> view = {"panels": [{"panel": "sd", "wide": False}], "free": [], "dials": [], "readouts": [], "presets": []}
    >>> reserved({"view": view | {"prompt": None, "match": False}, "fit": None, "chrome": False})
    '--lmmx-in-hand:402px;--lmmx-in-one:380px;--lmmx-in-two:380px;--lmmx-in-three:380px'
    """
    return ";".join(f"{name}:{_height(data, columns)}px" for name, columns in COLUMNS.items())


def _height(data: dict[str, Any], columns: int) -> int:
    view = data["view"]
    framed = data.get("chrome", True) is not False
    header = (60 + (18 if columns else 0)) if framed else 0
    prompt = PROMPT + GAP if framed and view["prompt"] else 0
    sliders = [dial for dial in view["dials"] if dial["kind"] == "slider" and dial["place"] == "console"]
    bar = SLIDER * (len(view["free"]) + len(sliders)) + (
        READ if {"likelihood", "lights"} & set(view["readouts"]) else 0
    )
    fits = data["fit"] is not None and view["free"]
    status = BUTTONS + (WORDS if "words" in view["readouts"] else 0) + (SWITCH if fits else 0)
    status += MATCH if view["match"] else 0
    panels = [(LOW.get(one["panel"], PANEL), one["wide"]) for one in view["panels"]]
    if not columns:
        return int(header + prompt + sum(high + GAP for high, _ in panels) + status)
    whole = [one["panel"] == "code" for one in view["panels"]]
    cells = sum(
        (high + GAP) * (columns if row else min(columns, 2 if wide else 1))
        for (high, wide), row in zip(panels, whole, strict=True)
    )
    # Panels side by side leave room below the lower one, and none can be shared out between columns.
    rows = (1.15 if columns > 1 else 1) * (prompt + cells) / columns - GAP
    beside = max([rows, *(high for high, _ in panels)])
    if not (view["free"] or view["readouts"] or sliders):
        return int(header + status + beside)  # what is chosen stands above the panels
    return int(header + max(bar + status + GAP, beside))
