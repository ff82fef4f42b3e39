"""Whether what a notebook shows carries a still picture beside its live page."""

from __future__ import annotations

import os

__all__ = ["PICTURES", "wanted"]

#: the book's build, whose pages show what is live alone, sets it to "no"
PICTURES = "LMMTEACH_STILLS"


def wanted() -> bool:
    """Whether to draw one: it takes most of a second, and a notebook may be read where nothing runs."""
    return os.environ.get(PICTURES) != "no"
