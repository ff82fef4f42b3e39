"""A figure for a page with a theme of its own."""

from __future__ import annotations

import io
import re
from html import escape

from matplotlib import rc_context
from matplotlib.figure import Figure

from .style import GROUPS, INK, MODEL, MUTED, PARAMETER_COLOURS

#: where a picture's points lie; six digits behind the point are no finer than two, and twice as long
_PLACES = re.compile(r'\b(d|x|y)="([^"]*)"')
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
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": self.alt}):
            self.figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
        text = out.getvalue()
        svg = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
        svg = _COLOUR.sub(lambda found: _THEMED[found[0]], svg)
        svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
        svg = re.sub(r'\b(width|height)="[\d.]+pt" ?', "", svg, count=2)
        svg = _PLACES.sub(lambda found: f'{found[1]}="{_LONG.sub(_hundredths, found[2])}"', svg)
        width = self.figure.get_figwidth() * 72
        style = f"width: 100%; max-width: {width:.0f}px; height: auto; display: block"
        return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" style="{style}" ', 1)

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=144, facecolor="white")
        return out.getvalue()


def _hundredths(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
