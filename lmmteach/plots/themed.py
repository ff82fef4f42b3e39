"""A figure for a page with a theme of its own."""

from __future__ import annotations

import io
import re
from html import escape
from itertools import pairwise
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure, SubFigure

from .. import stills
from .style import GROUPS, INK, MODEL, MUTED, PARAMETER_COLOURS

#: where a picture's points lie; six digits behind the point are no finer than two, and twice as long
_PLACES = re.compile(r'\b(d|x|y)="([^"]*)"')
#: points drawn alike, one after another
_POINT = r'<use xlink:href="#{}" x="[^"]*" y="[^"]*" style="{}"/>\s*'
_ALIKE = re.compile(
    _POINT.format(r"(?P<mark>\w+)", r'(?P<style>[^"]*)') + f"(?:{_POINT.format('(?P=mark)', '(?P=style)')})+"
)
#: a path of straight lines
_LINES = re.compile(r'\bd="\s*(M(?:[\s.\d-]|[MLz])*?)\s*"')
_LONG = re.compile(r"-?\d+\.\d{3,}")
#: what stands for a colour in a page; a page without such variables keeps the colour
_THEMED = {
    INK: "currentColor",
    MUTED: f"var(--pst-color-text-muted, var(--jp-ui-font-color2, {MUTED}))",
    MODEL: f"var(--lmm-model, {MODEL})",
    **{colour: f"var(--lmm-group-{k}, {colour})" for k, colour in enumerate(GROUPS, 1)},
    **{
        colour.lower(): f"var(--lmm-{name}, {colour.lower()})"
        for name, colour in zip(("g11", "g22", "g12", "s2"), PARAMETER_COLOURS.values(), strict=True)
    },
}
_COLOUR = re.compile("|".join(_THEMED))


#: points, from which one path is shorter
MANY = 12


class ThemedFigure:
    """A figure that takes a page's text colours and font: inline SVG in HTML, PNG elsewhere.

    Parameters
    ----------
    figure : Figure
        What should follow the theme is drawn in the colours of :mod:`lmmteach.plots.style`.
    alt : str
        What the picture shows, for those who cannot see it.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, alt

    def _repr_html_(self) -> str:
        out = io.StringIO()
        grounds: list[Any] = [self.figure, *self.figure.findobj(SubFigure), *self.figure.findobj(Axes)]
        for ground in grounds:
            ground.patch.set(facecolor="none", edgecolor="none")
        shown = self.figure.canvas
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": self.alt}):
            # `savefig` draws all of it twice, first into nothing
            FigureCanvasSVG(self.figure).print_svg(out, metadata={"Date": None})  # type: ignore[no-untyped-call]
        self.figure.set_canvas(shown)  # a window that shows it goes on
        text = out.getvalue()
        svg = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
        svg = _COLOUR.sub(lambda found: _THEMED[found[0]], svg)
        svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
        svg = re.sub(r'\b(width|height)="[\d.]+pt" ?', "", svg, count=2)
        svg = _PLACES.sub(lambda found: f'{found[1]}="{_LONG.sub(_hundredths, found[2])}"', svg)
        svg = _ALIKE.sub(_marked, svg)
        svg = _LINES.sub(lambda found: f'd="{_steps(found[1])}"', svg)
        width = self.figure.get_figwidth() * 72
        style = f"width: 100%; max-width: {width:.0f}px; height: auto; display: block"
        return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" style="{style}" ', 1)

    def _repr_png_(self) -> bytes | None:
        if not stills.wanted():
            return None
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=144, facecolor="white")
        return out.getvalue()


def _steps(path: str) -> str:
    """A path of straight lines as steps from point to point, which are shorter than places.

    >>> _steps("M 1 2 \\nL 1.5 1 \\nL 11.5 1 \\nz\\nM 3 4 \\nL 5 6")
    'M1 2l.5-1 10 0zM3 4l2 2'
    """
    out = []
    for part in re.findall(r"M[^Mz]*z?", path):
        numbers = [round(100 * float(number)) for number in re.findall(r"-?[\d.]+", part)]
        at = list(zip(numbers[::2], numbers[1::2], strict=True))
        steps = " ".join(f"{_short(b[0] - a[0])} {_short(b[1] - a[1])}" for a, b in pairwise(at))
        start = f"M{_short(at[0][0])} {_short(at[0][1])}" + (f"l{steps}" if steps else "")
        out.append(start.replace(" -", "-") + ("z" if part.endswith("z") else ""))
    return "".join(out)


def _marked(points: re.Match[str]) -> str:
    """Many points as one path with a mark at each of its ends: a fourth of the letters, drawn the same."""
    places = re.findall(r'x="([^"]*)" y="([^"]*)"', points[0])
    if len(places) < MANY:
        return points[0]
    line = "M " + " L ".join(f"{x} {y}" for x, y in places)
    name = f"{points['mark']}-{places[0][0]}-{places[0][1]}"
    return (
        f'<marker id="{name}" style="overflow: visible" markerUnits="userSpaceOnUse" markerWidth="1" markerHeight="1">'
        f'<use xlink:href="#{points["mark"]}" style="{points["style"]}"/></marker>'
        f'<path d="{line}" style="fill: none; stroke: none; marker: url(#{name})"/>'
    )


def _short(hundredths: int) -> str:
    """
    >>> [_short(n) for n in (0, 5, -50, 125, 300)]
    ['0', '.05', '-.5', '1.25', '3']
    """
    text = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0(?=\.)", r"\1", text)


def _hundredths(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
