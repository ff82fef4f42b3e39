"""What went wrong, where, and what to do about it.

Every error a user can cause is an :class:`LmmError`; its message has up to four
parts, in this order: what was wrong, where (column, row, subject), what to do, and
the lesson that explains it.  No user error ever surfaces as a numpy traceback.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "FormulaError",
    "LmmError",
    "LmmWarning",
    "ModelError",
    "ParameterError",
]


class LmmError(ValueError):
    """Something lmmteach cannot do with what it was given.

    Parameters
    ----------
    what : str
        What was wrong and where, naming the culprit.
    fix : str, optional
        What to do about it, as an instruction.
    lesson : str, optional
        The lesson of the book that explains it.

    Examples
    --------
    >>> raise LmmError("Column 'yaer' is not in the data.", fix="Did you mean 'year'?")
    Traceback (most recent call last):
        ...
    lmmteach.errors.LmmError: Column 'yaer' is not in the data. Did you mean 'year'?
    """

    def __init__(self, what: str, fix: str = "", lesson: str = "") -> None:
        self.what, self.fix, self.lesson = what, fix, lesson
        see = f"(Lesson: {lesson})" if lesson else ""
        super().__init__(" ".join(part for part in (what, fix, see) if part))


class DataError(LmmError):
    """The data cannot be used: a column, a value, or too few rows."""


class FormulaError(LmmError):
    """The formula cannot be read, or names something that is not there."""


class ModelError(LmmError):
    """The model and the data do not go together, or two fits cannot be compared."""


class ParameterError(LmmError):
    """A parameter value that no covariance matrix can have (a G that is not PSD, say)."""


class LmmWarning(UserWarning):
    """Said once: something was dropped, replaced, or deserves a second look."""
