"""What a residual structure answers for itself, so that nobody asks for its class."""

from __future__ import annotations

from typing import Any, ClassVar


class Answers:
    """The questions of any structure, answered from what its class says of it."""

    by: str | None
    needs_time: ClassVar[bool] = False
    continuous: ClassVar[bool] = False  # whether it is known at any time, not only at the data's visits
    independent: ClassVar[bool] = False  # whether no row is correlated with another
    clock: ClassVar[str] = ""  # what counts as a distance between rows: "visit", "time", or nothing
    cases: ClassVar[tuple[type[Any], ...]] = ()  # the structures that are this one with some values of rho

    @property
    def parts(self) -> tuple[Any, ...]:
        """The structures that add up to this one: itself, unless it is a sum."""
        return (self,)

    @property
    def plain(self) -> bool:
        """Whether R = sigma2 I, which knows neither subjects nor times."""
        return self.independent and not self.by

    @property
    def serial(self) -> bool:
        """Whether R depends on which of a subject's rows is which."""
        return any(not part.independent or part.by == "visit" for part in self.parts)

    @property
    def by_visit(self) -> bool:
        """Whether R is known only at the data's visits."""
        return any(part.by == "visit" or not part.continuous for part in self.parts)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose levels have a variance each."""
        return tuple(dict.fromkeys(part.by for part in self.parts if part.by not in (None, "visit")))

    @property
    def name(self) -> str:
        """What messages call it: AR1, or AR1 + Independent.

        >>> import lmmteach
        >>> (lmmteach.Independent() + lmmteach.AR1(by="visit")).name
        'AR1 + Independent'
        """
        return " + ".join(type(part).__name__ for part in self.parts)

    @property
    def call(self) -> str:
        """The call that makes it, without values: AR1(by='visit') + Independent()."""
        return " + ".join(f"{type(part).__name__}({', '.join(part.told)})" for part in self.parts)

    @property
    def told(self) -> list[str]:
        """The arguments that say which structure it is."""
        return [f"by={self.by!r}"] if self.by else []

    def contains(self, other: Answers) -> bool:
        """Whether every R of ``other`` is an R of this one.

        >>> import lmmteach
        >>> lmmteach.Toeplitz().contains(lmmteach.AR1()), lmmteach.AR1().contains(lmmteach.Toeplitz())
        (True, False)
        """
        alike = len(other.parts) == 1 and type(other) in (type(self), *self.cases) and other.by in (None, self.by)
        return alike and (self.clock in ("", other.clock) or not other.clock)
