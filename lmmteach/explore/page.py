"""The explorer as text: a piece for a page that has other things on it, and a page of its own."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from ..covariance.marginal import marginal_covariance
from ..errors import ParameterError
from ..files import encodable, write_safely
from .compose import saved_script, scripts, version
from .reserved import reserved
from .told import three, told

__all__ = ["fragment", "iframe", "in_script", "page_of", "revived", "save_page", "whole_page"]

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{head}<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; background: #fdfcfa; color: #1d1f24;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }}
{style}
main {{ max-width: 1640px; margin: 0 auto; padding: 24px clamp(14px, 3vw, 32px) 48px; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #16181d; color: #e6e5e1; }} }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
FALLBACK = """.lmmx-fallback { max-width: 44rem; line-height: 1.5; font-variant-numeric: tabular-nums; }
.lmmx-fallback :is(td, th) { padding: 2px 10px; text-align: right; }
.lmmx-fallback caption { padding-bottom: 6px; text-align: left; }"""


def page_of(body: str, title: str, *, style: str, head: str = "") -> str:
    """A page around ``body``, light or dark as its reader has it; ``style`` and ``head`` are what it has besides."""
    return PAGE.format(title=html.escape(title), body=body, style=style, head=head)


def save_page(path: Any, page: Callable[[], str]) -> Path:
    """Write what ``page`` makes to an HTML file, whole or not at all; returns its path.

    Raises
    ------
    ParameterError
        If that is no file's name, does not end in .html, names no folder there is, or cannot be written.
    """
    try:
        path = Path(path)
    except TypeError:
        raise ParameterError(f"path cannot be {told(path)}.", "Give the file's name, as 'explorer.html'.") from None
    if path.suffix.lower() not in (".html", ".htm"):
        raise ParameterError(
            f"{told(path.name)} does not end in .html.", "It is saved as a web page: end its name in .html."
        )
    if not os.path.isdir(path.parent):
        raise ParameterError(f"There is no folder {told(str(path.parent))}.", "Make it first, or save somewhere else.")
    try:
        write_safely(path, page())
    except (OSError, ValueError) as error:
        raise ParameterError(
            f"{told(path.name)} cannot be written: {getattr(error, 'strerror', None) or error}.",
            "Save under another name or somewhere else; what stood there is as it was.",
        ) from error
    return path


def fragment(data: dict[str, Any], title: str, V: Any = None) -> str:
    """A ``div`` with its data and the scripts that start it; may stand on a page more than once.

    ``V`` is that of the state, where R is not sigma2 I; the scripts then know that R, too.
    """
    panels = [panel["panel"] for panel in data["view"]["panels"]]
    parts = [*panels, *(["residual"] if "residual" in data else [])]
    return encodable(
        f'<div class="lmmx-host" data-version="{version()}" data-panels="{" ".join(parts)}">'
        f'<div class="lmmx-fallback" style="{reserved(data)}">{_unmoved(data, title, V)}</div>\n'
        f'<script type="application/json">{in_script(data)}</script></div>\n'
        + "\n".join(f"<script>{script}</script>" for script in scripts(parts))
    )


def revived() -> str:
    """What starts the explorers on a page made of a notebook that kept its widgets' state; elsewhere it is idle."""
    return f"<script data-lmmx-saved>{saved_script()}</script>"


def whole_page(data: dict[str, Any], title: str, V: Any = None) -> str:
    """One HTML file that needs nothing else; ``V`` as in :func:`fragment`."""
    return page_of(fragment(data, title, V), title, style=FALLBACK)


def iframe(name: str, title: str, height: int) -> str:
    """The element that frames a saved explorer on another page.

    The frame may run scripts, copy, save and fill the screen, nothing else: without an origin of its own
    (``allow-same-origin``) it reaches neither the page around it nor what that page's site stores.
    """
    address = f"./{quote(os.fsencode(name))}"  # "a#b.html" is a name, not a place in a page "a"
    return encodable(
        f'<iframe src="{html.escape(address)}" title="{html.escape(title)}" width="100%" height="{height}" '
        'loading="lazy" sandbox="allow-scripts allow-downloads" allow="clipboard-write; fullscreen" '
        'style="border: 0"></iframe>'
    )


def _unmoved(data: dict[str, Any], title: str, V: Any = None) -> str:
    """What a reader without JavaScript sees: where everything stands, and V as a table."""
    state = data["state"]
    values = [(dial, state["dials"][dial["name"]]) for dial in data["view"]["dials"]]
    stands = [f"{dial['what']}: {_value(dial, value)}" for dial, value in values if value not in ("", [])]
    if data["fit"] is None:
        return _needs(title, stands)
    G, labels = np.array(state["G"], dtype=float).reshape(len(state["G"]), len(state["G"])), data["grid"]["label"]
    names = ((), ("G₁₁",), ("G₁₁", "G₁₂", "G₂₂"))[len(G)]
    entries = dict(zip(names, G[np.triu_indices(len(G))], strict=True)) | {"σ²": state["sigma2"]}
    V = marginal_covariance(data["grid"]["Z"], G, state["sigma2"]) if V is None else V
    head = "".join(f'<th scope="col">{html.escape(label)}</th>' for label in labels)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(label)}</th>' + "".join(f"<td>{three(v)}</td>" for v in row) + "</tr>\n"
        for label, row in zip(labels, V, strict=True)
    )
    made = "V = Z G Z′ + σ² I" if "residual" not in data else "V = Z G Z′ + R" if len(G) else "V = R"
    caption = f"{made} by {html.escape(data['labels']['time'])}"
    return (
        _needs(title, [f"{name} = {three(value)}" for name, value in entries.items()] + stands)
        + f"<table><caption>{caption}</caption>\n<thead><tr><td></td>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"
    )


def _needs(title: str, stands: list[str]) -> str:
    now = f" Now {'; '.join(stands)}." if stands else ""
    needs = f"<p><strong>{html.escape(title)}</strong> needs JavaScript to be moved.{html.escape(now)}</p>"
    return needs + "<p>If yours is on, this site runs no program in its pages: open the file on your own machine.</p>"


def _value(dial: dict[str, Any], value: Any) -> str:
    """A dial's value in the words the page shows."""
    if dial["kind"] == "slider":
        return three(value)
    if dial["kind"] == "pick":
        return next(str(words) for option, words in dial["options"] if option == value)
    return ", ".join(three(one) if isinstance(one, float) else str(one) for one in value)


def in_script(data: Any) -> str:
    """JSON that cannot end the script element it stands in: every < > & is written as an escape."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
