"""Coefficients as a reader says them: "male × year" where the formula's name is "sexmale:year"."""

from __future__ import annotations

from itertools import product

from ..design.build import Design

__all__ = ["said_names"]

#: levels that say nothing without their factor
BARE = {"yes", "no", "true", "false", "none", "other"}


def said_names(design: Design) -> list[str]:
    """A label for each coefficient, in the formula's order: levels and columns, joined by a times sign.

    A level stands without its factor where it speaks for itself; where that would name two coefficients alike,
    all keep the formula's own names.
    """
    spec = design.spec
    said: list[str] = []
    for number, (term, places) in enumerate(spec.term_columns):
        parts = []
        for factor in term:
            coding = spec.codings.get(factor.code)
            whole = (number, factor.code) in spec.whole
            levels = [_level(factor.shown, one) for one in coding.columns(whole)[1]] if coding else [factor.shown]
            parts.append(levels)
        # The first factor's columns change fastest.
        names = [" × ".join(reversed(one)) for one in product(*reversed(parts))] if parts else ["intercept"]
        said += names if len(names) == len(places) else [""] * len(places)
    own = [str(name) for name in design.fixed_names]
    kept = [said[k] for k in design.kept]
    return kept if all(kept) and len(set(kept)) == len(kept) else own


def _level(factor: str, level: str) -> str:
    """A level, after its factor's name unless it is a word of its own."""
    alone = level.replace(" ", "").replace("-", "").isalpha() and len(level) > 2 and level.lower() not in BARE
    return level if alone else f"{factor} {level}"
