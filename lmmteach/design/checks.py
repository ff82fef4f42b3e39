"""Models that are not what they look like, said before any search: exchanged sides, and what ties nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import FormulaError, ModelError
from .algebra import arithmetic, factors, variables
from .columns import aliased
from .formula import Formula, RandomPart
from .grammar import spell_name
from .labels import Grouping, grouping
from .matrices import Matrix

FEW = 10  # values of a column of measurements that may be classes all the same


def check_sides(parsed: Formula, plain: bool, groups: str | None, said: list[str]) -> None:
    """Whether the response explains itself, and whether anything ties the rows of a group together."""
    given = arithmetic(parsed.response)
    right = {factor for part in (parsed.fixed, *(one.effects for one in parsed.random)) for factor in factors(part)}
    named = {name for factor in right for _, name in factor.columns}.union(*(part.group for part in parsed.random))
    if given.shown in {factor.shown for factor in right} | (named if given.bare else set()):
        raise FormulaError(
            f"The response {given.shown!r} stands on both sides of the '~': it would explain itself.",
            "Leave it out on the right.",
        )
    if not parsed.random and plain:
        said.append(
            f"groups={groups!r} has no effect on this fit: there is no random term and R is independent, so nothing "
            f"ties the rows of one {groups} together, and this is an ordinary regression. Add '+ (1 | {groups})', or "
            "say residual='cs'."
        )


def check_strata(frame: pd.DataFrame, extra: tuple[str, ...]) -> None:
    """Refuse a variance for each value of a column of measurements, or of many levels where one row has one."""
    for name in extra:
        made = grouping(frame, (name,))
        least = int(np.bincount(made.codes).min())
        if (_measured(frame[name]) and len(made.levels) > FEW) or (least < 2 and len(made.levels) > FEW):
            raise ModelError(
                f"by={name!r} asks for a variance for each of {len(made.levels)} values of {name!r}, "
                f"the rarest of which {'one row has' if least == 1 else f'{least} rows have'}.",
                f"Make classes of it: data['class'] = pandas.qcut(data[{name!r}], 2).astype(str), and by='class'.",
            )


def _measured(column: pd.Series) -> bool:
    """Whether it holds numbers that are no labels, since they are not whole."""
    return column.dtype == float and bool((column != column.round()).any())


def check_groups(part: RandomPart, made: Matrix, groups: Grouping, frame: pd.DataFrame, said: list[str]) -> None:
    """Refuse groups that are no groups, as in ``(id | x)``, where the sides of the bar were exchanged."""
    levels, rows, q = len(groups.levels), len(groups.codes), len(made.names)
    measured = 2 * levels > rows and any(_measured(frame[name]) for name in part.group)
    bar = "|" if part.correlated else "||"
    what = (
        f"({part.effects} {bar} {part.label}) makes {q * levels} random effects, {q} for each of {levels} values of "
        f"{part.label!r}, from {rows} rows"
    )
    if (levels == rows or measured) and q > 1:
        turned = next((name for name in sorted(variables(part.effects)) if frame[name].nunique() * 2 <= rows), None)
        raise ModelError(
            f"{what}: on the right of the bar stands what names the groups, on its left what varies between them.",
            f"Write ({part.label} {bar} {turned}), if {turned!r} names the groups."
            if turned and len(part.group) == 1
            else f"Write (1 {bar} g), with a column g that names groups of several rows.",
        )
    if levels == rows:
        said.append(f"{what}: as many as rows. Is {part.label!r} the column that names the groups?")


def told_of(part: RandomPart, made: Matrix) -> list[str]:
    """What to say of the effects of a random term: those that make no column, or none of their own, and of '||'."""
    bar = f"({part.effects} {'|' if part.correlated else '||'} {part.label})"
    said = made.spec.empty()
    alias = [made.names[k] for k in aliased(made.values)]
    if alias:
        said.append(
            f"{bar}: the other columns of Z already determine {', '.join(map(repr, alias))}, so that no data can tell "
            "their variances apart. Leave them out of the bar."
        )
    factors = ", ".join(made.spec.factors[code].shown for code in made.spec.codings)
    if factors and not part.correlated:
        each = [":".join(spell_name(f.shown) if f.bare else f.shown for f in term) for term in made.spec.terms]
        apart = " + ".join(f"({'0 + ' + one if one else '1'} | {':'.join(part.group)})" for one in each)
        coded = " The fit depends on how the levels are coded, on the first of them above all."
        said.append(
            f"{bar} makes the whole G diagonal, also between the levels of {factors}, which lme4 keeps correlated."
            f"{coded if '(Intercept)' in made.names else ''} lme4's model is written term by term: {apart}."
        )
    return said
