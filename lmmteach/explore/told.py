"""Values as messages, pictures and pages write them."""

from __future__ import annotations

from typing import Any

__all__ = ["three", "told"]

LONGEST = 120


def told(value: Any) -> str:
    """The value as Python writes it, cut where it gets long; its kind where Python cannot write it.

    Examples
    --------
    >>> told("REML")
    "'REML'"
    >>> told(10**5000)
    'a value of the kind int'
    """
    try:
        text = repr(value)
    except Exception:
        return f"a value of the kind {type(value).__name__}"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def three(x: float) -> str:
    """Three significant digits, as on the page.

    Examples
    --------
    >>> three(1210.4), three(-0.031234)
    ('1210', '-0.0312')
    """
    return f"{float(f'{x:.3g}'):.6g}"
