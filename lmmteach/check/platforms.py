"""The learning platforms whose gradebooks are written, and what each calls its columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["PLATFORMS", "Platform"]


@dataclass(frozen=True)
class Platform:
    """A gradebook's form: who stands in which columns, and how a column of points is headed."""

    title: str
    columns: tuple[str, ...]
    #: without these a file is no export of its gradebook
    needed: frozenset[str]
    #: the column by which it tells two people apart
    key: str
    #: the column for a name that is on no roster
    unplaced: str
    #: columns that hold a name or an ID whole; and those of the first and the last name, where they are apart
    whole: tuple[str, ...]
    first: str = ""
    last: str = ""
    #: how a lesson's column is headed
    heading: str = "Exercises {lesson}: {title}"
    #: whether the points that can be had stand in a row of their own
    points_row: str = ""

    def names(self, row: dict[str, str]) -> list[str]:
        """Every name that a row's person may go by; a whole name with a comma is its own other way round."""
        found = [row[column] for column in self.whole]
        if self.first:
            found += [f"{row[self.first]} {row[self.last]}", f"{row[self.last]}, {row[self.first]}"]
        return [*found, *_turned(found)]


def _turned(names: Iterable[str]) -> list[str]:
    parts = (name.partition(",") for name in names)
    return [f"{first} {last}" for last, comma, first in parts if comma]


CANVAS = Platform(
    title="Canvas",
    columns=("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
    needed=frozenset({"Student", "ID"}),
    key="ID",
    unplaced="Student",
    whole=("Student", "ID", "SIS User ID", "SIS Login ID"),
    points_row="    Points Possible",
)
MOODLE = Platform(
    title="Moodle",
    columns=("First name", "Last name", "ID number", "Email address"),
    needed=frozenset({"First name", "Last name", "Email address"}),
    key="Email address",
    unplaced="Last name",
    whole=("ID number", "Email address"),
    first="First name",
    last="Last name",
)
BLACKBOARD = Platform(
    title="Blackboard",
    columns=("Last Name", "First Name", "Username", "Student ID"),
    needed=frozenset({"Last Name", "First Name", "Username"}),
    key="Username",
    unplaced="Last Name",
    whole=("Username", "Student ID"),
    first="First Name",
    last="Last Name",
    heading="Exercises {lesson}: {title} [Total Pts: {points}]",
)
PLATFORMS = {"canvas": CANVAS, "moodle": MOODLE, "blackboard": BLACKBOARD}
