"""Work that takes longer than a second says how far it is."""

from __future__ import annotations

import sys
import time


class Progress:
    """A bar of text on stderr, for work that takes longer than a second: ``bootstrap ######....  60 %, 4 s left``."""

    def __init__(self, label: str, total: int, shown: bool) -> None:
        self.label, self.total, self.shown = label, total, shown
        self.began, self.next, self.drawn = time.monotonic(), 1.0, False

    def __call__(self, done: int) -> None:
        """Say that so many are done."""
        spent = time.monotonic() - self.began
        last = done == self.total and self.drawn
        if self.shown and (spent >= self.next or last):
            share = done / self.total
            left = f"{spent:.0f} s" if last else f"{spent / share - spent:.0f} s left"
            print(
                f"\r{self.label} {'#' * int(30 * share):.<30} {share:4.0%}, {left:<12}",
                end="",
                file=sys.stderr,
                flush=True,
            )
            self.next, self.drawn = spent + 0.2, True

    def say(self, text: str) -> None:
        """A line of its own, before the bar."""
        print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the line."""
        if self.drawn:
            print(file=sys.stderr, flush=True)
