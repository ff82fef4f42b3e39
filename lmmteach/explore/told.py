"""Values as messages, pictures and pages write them."""

from __future__ import annotations

from ..arguments import told

__all__ = ["three", "told"]


def three(x: float) -> str:
    """Three significant digits, as on the page.

    Examples
    --------
    >>> three(1210.4), three(-0.031234)
    ('1210', '-0.0312')
    """
    return f"{float(f'{x:.3g}'):.6g}"
