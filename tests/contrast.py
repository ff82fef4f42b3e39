"""How well two colours can be told apart (WCAG 2)."""

from __future__ import annotations

import re


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` or of a computed ``rgb(...)``.

    >>> luminance("#ffffff"), luminance("rgb(0, 0, 0)")
    (1.0, 0.0)
    """
    if colour.startswith("#"):
        channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    else:
        channels = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 to 21; text needs 4.5, a line 3.

    >>> round(contrast("#ffffff", "rgb(0, 0, 0)"), 6)
    21.0
    """
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)
