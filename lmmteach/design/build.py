"""Formula and data become a Design: y, X, Z, groups and times, as the lecture writes them.

Y_i = X_i beta + Z_i b_i + e_i          (n_i)  =  (n_i x p)(p)  +  (n_i x q)(q)  +  (n_i)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..covariance.occasions import Occasions
from ..covariance.structure import Structure
from ..errors import DataError, FormulaError, ModelError
from . import formula as language
from .algebra import arithmetic, variables
from .checks import check_groups, check_sides, check_strata, told_of
from .clock import number_visits, read_clock, spacing, unseen_visits
from .columns import alias, check_names, drop_aliased
from .frame import as_numbers, clean_columns, told_about
from .labels import Grouping, grouping, spell, stray
from .matrices import Recipe, check_size, matrix, response


@dataclass(frozen=True, eq=False)
class RandomTerm:
    """One random-effects term: its columns of Z and the group each row belongs to.

    ``Z`` is (N x q); ``grouping`` numbers the rows' groups.
    """

    group: str
    names: list[str]
    correlated: bool
    Z: np.ndarray
    grouping: Grouping
    spec: Recipe = field(repr=False)

    @property
    def codes(self) -> np.ndarray:
        """(N,) the number of each row's group."""
        return self.grouping.codes

    @property
    def levels(self) -> np.ndarray:
        """The groups' names."""
        return self.grouping.levels

    @property
    def q(self) -> int:
        """How many random effects each level of the group has."""
        return len(self.names)


class Subject(NamedTuple):
    """One subject's rows: ``label``, ``rows``, ``y`` (n,), ``X`` (n x p), ``Z`` (n x q), ``times`` (n,)."""

    label: Any
    rows: np.ndarray
    y: np.ndarray
    X: np.ndarray
    Z: np.ndarray
    times: np.ndarray


@dataclass(frozen=True, eq=False)
class Design:
    """Everything the likelihood needs, and the names people know it by.

    ``y`` (N,), ``X`` (N x p), ``terms`` the random parts, ``codes`` (N,) the subject of each row,
    ``times`` (N,) the measurement times, ``visits`` (N,) their ranks among all distinct times.
    """

    formula: str
    response: str
    fixed_names: list[str]
    dropped: list[str]
    y: np.ndarray
    X: np.ndarray
    terms: tuple[RandomTerm, ...]
    group: str
    codes: np.ndarray
    subjects: np.ndarray
    time: str | None
    times: np.ndarray
    visits: np.ndarray
    frame: pd.DataFrame
    index: pd.Index
    units: dict[str, str]
    source: str | None
    title: str | None
    spec: Recipe = field(repr=False)
    visit_values: np.ndarray = field(repr=False)
    kept: list[int] = field(repr=False)
    alias: np.ndarray = field(repr=False)  # (kept x dropped): what each dropped column of X is made of
    timed: bool = field(repr=False)  # whether ``times`` are times, not ranks of visits for want of them

    @property
    def n_obs(self) -> int:
        """N, the number of rows used."""
        return len(self.y)

    @property
    def n_subjects(self) -> int:
        """m, the number of subjects."""
        return len(self.subjects)

    @cached_property
    def term_names(self) -> list[str]:
        """The terms' names as lme4 prints them: the group, numbered where it comes twice by what no other is called."""
        groups, names = [term.group for term in self.terms], list[str]()
        for group in groups:
            numbered = (f"{group}.{number}" for number in count(1))
            free = (n for n in numbered if n not in {*groups, *names})
            names.append(group if group not in names else next(free))
        return names

    @property
    def random_names(self) -> list[str]:
        """The names of the random effects of the only term (of all terms, joined, if several)."""
        return [name for term in self.terms for name in term.names]

    @property
    def Z(self) -> np.ndarray:
        """The columns of Z of every term side by side, (N x q)."""
        return np.hstack([term.Z for term in self.terms]) if self.terms else np.empty((self.n_obs, 0))

    @cached_property
    def subject_grouping(self) -> Grouping:
        """How rows are numbered by subject, so that new rows can be."""
        own = (term.grouping for term in self.terms if term.group == self.group)
        return next(own, None) or grouping(self.frame, (self.group,))

    def by_subject(self, chosen: Iterable[int] | None = None) -> Iterator[Subject]:
        """Go through the subjects in order (or the ``chosen`` numbers), each with its rows in the order of the data."""
        order = np.argsort(self.codes, kind="stable")
        Z, ends = self.Z, np.cumsum(self.n_rows)
        for k in range(self.n_subjects) if chosen is None else chosen:
            rows = order[ends[k] - self.n_rows[k] : ends[k]]
            yield Subject(self.subjects[k], rows, self.y[rows], self.X[rows], Z[rows], self.times[rows])

    def occasions(self, rows: np.ndarray, structure: Structure) -> Occasions:
        """What a residual structure needs to know of ``rows`` (the last axis within a subject)."""
        labels, strata = self._strata(structure)
        # Only a structure in continuous time asks how far apart visits are.
        nearest, gap, furthest = self._spacing if structure.needs_time else (1.0, 1.0, 1.0)
        return Occasions(
            self.times[rows], self.visits[rows], strata[rows], int(self.visits.max()) + 1,
            gap, int(self.n_rows.max()), labels, nearest, furthest,
        )  # fmt: skip

    def _strata(self, structure: Structure) -> tuple[tuple[Any, ...], np.ndarray]:
        """The labels and codes of the strata that have a variance each."""
        by = {part.by for part in structure.parts if part.by}
        if not by:
            return (), np.zeros(self.n_obs, dtype=int)
        if len(by) > 1:
            raise ModelError(f"Variances cannot differ by {' and by '.join(sorted(by))} at once.", "Choose one.")
        name = by.pop()
        if name == "visit":
            return tuple(self.visit_values.tolist()), self.visits
        by_level = grouping(self.frame, (name,))
        return tuple(by_level.levels.tolist()), by_level.codes

    @cached_property
    def _spacing(self) -> tuple[float, float, float]:
        """The least and the median time to a subject's next visit, and the longest from its first to its last."""
        return spacing(self.times, self.codes)

    @cached_property
    def n_rows(self) -> np.ndarray:
        """(m,) how many rows each subject has."""
        return np.bincount(self.codes)


def build(
    text: str, data: pd.DataFrame, groups: str | None = None, time: str | None = None,
    structure: Structure | None = None, said: list[str] | None = None,
) -> Design:  # fmt: skip
    """Make the :class:`Design` of a formula and a DataFrame.

    ``groups`` names the subject, a column or one of the formula's groups; ``time`` the column of
    measurement times; ``structure`` is R's, which may need further columns.  What a reader should know of it is
    added to ``said``: to warn here and listen there would mix up the remarks of fits made side by side.
    """
    said = [] if said is None else said
    extra = () if structure is None else structure.columns
    parsed = language.read(text)
    if not parsed.random and groups is None:
        raise FormulaError(
            f"{text!r} has no random effect, so this is not a mixed model yet.",
            "Add one, as in '+ (1 | subject)', or name the subjects of a covariance pattern model: groups='subject'.",
        )
    kinds = {part.group: part.label for part in parsed.random}
    if groups is not None:
        kinds = {next((one for one, name in kinds.items() if name == groups), (groups,)): groups} | kinds
    further = [name for name in (*next(iter(kinds)), time, *extra) if name is not None]
    frame, rows = clean_columns(data, [*sorted(parsed.names), *further], said)
    name, y = _response(parsed.response, frame)
    check_sides(parsed, structure is None or structure.plain, groups, said)
    check_strata(frame, extra)
    X, fixed_names, spec = matrix(parsed.fixed, frame)
    said += spec.empty()
    if not fixed_names:
        raise FormulaError("The model has no fixed effect at all.", "Keep the intercept (1) or a covariate.")
    numbered = {columns: grouping(frame, columns) for columns in kinds}
    terms = tuple(_random_term(part, frame, numbered[part.group], said) for part in parsed.random)
    serial = structure is not None and structure.serial and groups is None
    subject = _innermost(numbered, kinds) if serial else next(iter(kinds))
    group, codes, subjects = kinds[subject], numbered[subject].codes, numbered[subject].levels
    if len(subjects) < 2:
        raise DataError(
            f"There is only one {group!r} ({subjects[0]}): how subjects differ cannot be seen from one subject.",
            "Check the grouping column, or fit an ordinary regression.",
        )
    kept = drop_aliased(X, fixed_names, said)
    if len(y) <= len(kept):
        raise ModelError(
            f"{len(y)} rows cannot estimate {X.shape[1]} fixed effects and a residual variance.",
            "Use fewer terms or more data.",
        )
    dropped = [name for column, name in enumerate(fixed_names) if column not in kept]
    made_of = alias(X, kept)
    X, fixed_names = X[:, kept], [fixed_names[column] for column in kept]
    check_names(fixed_names, "fixed effects")
    clock = None if time is None else read_clock(frame[time], data)
    if clock is not None and structure is not None and any(part.clock == "visit" for part in structure.parts):
        said += unseen_visits(clock, data)
    visits, values = number_visits(clock, codes)
    axis = time or _time_column(parsed, frame, codes)
    if clock is None and axis is not None:
        clock = frame[axis]
    timed = clock is not None and not isinstance(clock.dtype, pd.CategoricalDtype)
    times = clock.to_numpy(dtype=float) if clock is not None and timed else visits.astype(float)
    units, source, title = told_about(data)
    return Design(
        formula=text, response=name, fixed_names=fixed_names, dropped=dropped, y=y, X=X, terms=terms,
        group=group, codes=codes, subjects=subjects, time=axis, times=times, visits=visits,
        frame=frame, index=data.index[rows], units=units, source=source, title=title,
        spec=spec, visit_values=values, kept=kept, alias=made_of, timed=timed,
    )  # fmt: skip


def _innermost(numbered: dict[tuple[str, ...], Grouping], kinds: dict[tuple[str, ...], str]) -> tuple[str, ...]:
    """The kind of groups that each lie within one of every other kind, as pupils in schools: nlme's R is theirs."""
    inner, *others = sorted(numbered, key=lambda columns: -len(numbered[columns].levels))
    codes = numbered[inner].codes
    if any((_first_of_group(numbered[one].codes, codes) != numbered[one].codes).any() for one in others):
        raise ModelError(
            f"The groups {', '.join(kinds.values())} are crossed: within which of them are residuals correlated?",
            f"Name it: groups={kinds[inner]!r}, for example.",
        )
    return inner


def _response(expression: str, frame: pd.DataFrame) -> tuple[str, np.ndarray]:
    """y and its name: a column, or what R's arithmetic makes of columns."""
    factor = arithmetic(expression)
    name, columns = factor.shown, [column for _, column in factor.columns]
    for column in columns:
        if not isinstance(frame[column].dtype, pd.CategoricalDtype):
            continue
        levels = frame[column].cat.categories
        truth = set(spell(levels)) <= {"FALSE", "TRUE"}
        raise DataError(
            f"The response {column!r} is {'True or False' if truth else f'text (it holds {stray(frame[column])})'}, "
            "but a mean needs numbers.",
            f"Convert it: data[{column!r}] = data[{column!r}].astype(int)." if truth else as_numbers(column, levels),
        )
    if factor.levels:
        raise FormulaError(f"The response {name} is a factor, but a mean needs numbers.", "Name a column of numbers.")
    y = frame[name].to_numpy(dtype=float) if columns == [name] else response(expression, frame)
    check_size(y, name)
    if np.ptp(y) == 0:
        raise DataError(
            f"The response {name!r} is the same number ({y[0]:g}) in every row: there is nothing to explain.",
            "Check the column.",
        )
    return name, y


def _random_term(part: language.RandomPart, frame: pd.DataFrame, groups: Grouping, said: list[str]) -> RandomTerm:
    made = matrix(part.effects, frame)
    if not made.names:
        raise FormulaError(f"The random term ({part.effects} | {part.label}) has no effect in it.", "Write (1 | ...).")
    check_names(made.names, f"random effects of {part.label!r}")
    check_groups(part, made, groups, frame, said)
    said += told_of(part, made)
    return RandomTerm(part.label, made.names, part.correlated, made.values, groups, made.spec)


def _time_column(parsed: language.Formula, frame: pd.DataFrame, codes: np.ndarray) -> str | None:
    """The time axis where none is named: the one number in Z, else the one number that varies within subjects."""
    for parts in ([part.effects for part in parsed.random], [parsed.fixed]):
        used = set().union(*(variables(part) for part in parts)) if parts else set()
        numeric = [n for n in sorted(used) if not isinstance(frame[n].dtype, pd.CategoricalDtype)]
        varies = [n for n in numeric if np.any(_first_of_group(frame[n].to_numpy(), codes) != frame[n].to_numpy())]
        if len(varies) == 1:
            return varies[0]
    return None


def _first_of_group(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Each row's value replaced by that of its group's first row."""
    first = np.full(codes.max() + 1, -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return values[first[codes]]
