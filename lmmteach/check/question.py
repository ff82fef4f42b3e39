"""A student's own numbers for one exercise: ``q.G``, ``q.sigma2``, ``q.times``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from lmmteach.summary import STYLE

__all__ = ["Question"]


class Question:
    """The numbers of one exercise for one student; each is an attribute, and none can be changed.

    >>> q = Question("05.2", "A correlation", "Work out ...", {"sigma2": 400.0, "times": np.arange(3.0)})
    >>> q.sigma2, q.but(sigma2=0.0).sigma2
    (400.0, 0.0)
    """

    def __init__(self, id: str, title: str, text: str, numbers: Mapping[str, Any]) -> None:
        self.id, self.title, self.text = id, title, text
        self._numbers = {name: _frozen(value) for name, value in numbers.items()}
        self._kept: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._numbers:
            there = ", ".join(self.__dict__.get("_numbers", {})) or "none"
            raise AttributeError(f"this exercise has no number {name!r}; its numbers: {there}")
        value = self._numbers[name]
        return value.copy() if isinstance(value, pd.DataFrame | pd.Series) else value

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._numbers]

    @property
    def numbers(self) -> dict[str, Any]:
        """All of them, by name."""
        return dict(self._numbers)

    @property
    def shown(self) -> dict[str, str]:
        """All of them, by name, as a reader sees them."""
        return {name: _shown(value) for name, value in self._numbers.items()}

    def but(self, **changes: Any) -> Question:
        """The same question with other numbers: what a slip would have worked with."""
        return Question(self.id, self.title, self.text, {**self._numbers, **changes})

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Something an exercise works out from the numbers, a fit say, kept for the next check."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    @property
    def source(self) -> str:
        """Which data it uses: "real", "standin", or "" where it needs neither."""
        frames = (value for value in self._numbers.values() if isinstance(value, pd.DataFrame))
        return next((str(frame.attrs["source"]) for frame in frames if frame.attrs.get("source")), "")

    @property
    def digest(self) -> str:
        """Twelve characters that change when a number does, so that a grader sees whether it has the same ones."""
        content = json.dumps({name: _digits(value) for name, value in self._numbers.items()}, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def __repr__(self) -> str:
        lines = [f"Exercise {self.id}: {self.title}"]
        for name, value in self._numbers.items():
            lines.append(f"q.{name} = {_shown(value)}".replace("\n", "\n" + " " * (len(name) + 5)))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        name_cell = "vertical-align:top;padding-left:0"
        value_cell = "text-align:left;white-space:pre;font-family:monospace;line-height:1.6"
        rows = "".join(
            f"<tr style='background:none'><td style='{name_cell}'><code>q.{escape(name)}</code></td>"
            f"<td style='{value_cell}'>{escape(_shown(value))}</td></tr>"
            for name, value in self._numbers.items()
        )
        caption = f"{escape(self.id)} · your numbers" if rows else f"{escape(self.id)} · no numbers of its own"
        return f"<style>{STYLE}</style><div class='lmm'><table><caption>{caption}</caption>{rows}</table></div>"


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flags.writeable = False
    return value


def _shown(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        source = {"standin": ", simulated stand-in data"}.get(str(value.attrs.get("source", "")), "")
        return f"table of {len(value)} rows: {', '.join(map(str, value.columns))}{source}"
    if isinstance(value, np.ndarray) and value.ndim == 2:
        cells = [[f"{entry:.6g}" for entry in row] for row in value.tolist()]
        widths = [max(len(row[k]) for row in cells) for k in range(value.shape[1])]
        lines = ["  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in cells]
        return "\n".join(lines)
    if isinstance(value, np.ndarray):
        return ", ".join(f"{entry:g}" for entry in value.tolist())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _digits(value: Any) -> Any:
    """A value to ten digits, as JSON can hold it."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return [list(map(str, np.ravel(value.columns if isinstance(value, pd.DataFrame) else [value.name]))),
                _digits(value.to_numpy().tolist())]  # fmt: skip
    if isinstance(value, np.ndarray):
        return _digits(value.tolist())
    if isinstance(value, dict):
        return {str(key): _digits(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        # a table has thousands of plain numbers, and a class as many tables as people
        return [f"{entry:.10g}" if type(entry) is float else _digits(entry) for entry in value]
    if isinstance(value, float | np.floating):
        return f"{float(value):.10g}"
    return int(value) if isinstance(value, int | np.integer) else str(value)
