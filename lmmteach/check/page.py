"""An exercise as a page of the book holds it: what each answer would be told, so that the page only has to compare.

A page has no Python.  Its numbers are those of a student called :data:`PAGE`, the same for everybody, and what the
checker would say of any answer to them is worked out when the book is built: a list of ranges, each with a verdict, of
which the first that holds is meant; or, where words are chosen, every choice with its verdict.  Page and notebook
cannot differ, because both have the ranges from the same place.

The table is mixed up before it is written into the page (:func:`mixed_up`), so that the answer is not read by accident.
That hides nothing from somebody who wants to know: the program that turns it back stands in the page, too.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lmmteach.check import ranges
from lmmteach.check.declaration import Exercise, Wrong
from lmmteach.check.diagnosis import judge_form, part_slips
from lmmteach.check.forms import folded
from lmmteach.check.general_slips import part_says, slips, unnamed
from lmmteach.check.posed import Variant
from lmmteach.check.ranges import Ranges
from lmmteach.check.session import PAGE
from lmmteach.check.variant import recorded_variant, variant
from lmmteach.version import __version__

__all__ = ["mixed_up", "on_page", "page_table"]

MOST_NUMBERS, MOST_CHOICES = 6, 1024
#: what is mixed up: all that can be typed but what HTML or JSON would write differently
SIGNS = "".join(sign for sign in map(chr, range(33, 127)) if sign not in "\"&'<>\\")


def on_page(exercise: Exercise) -> bool:
    """Whether a page can hold it: no table of data, no function, and few numbers or words to give."""
    if exercise.inputs is not None or exercise.accepts:
        return False
    mine = recorded_variant(exercise, PAGE, 0)  # any draw tells: to draw until all is clear takes fits of tables
    if any(isinstance(number, pd.DataFrame) for number in mine.q.numbers.values()):
        return False
    if isinstance(mine.expected, frozenset):
        return 2 ** len(exercise.choices) <= MOST_CHOICES
    if _is_order(mine.expected):
        return len(mine.expected) ** len(mine.expected) <= MOST_CHOICES
    parts = _parts(mine.expected)
    return parts is not None and sum(part.size for _, part in parts) <= MOST_NUMBERS and _known_by_values(exercise)


def _known_by_values(exercise: Exercise) -> bool:
    return not exercise.otherwise and not any(wrong.when for wrong in exercise.wrong)


def page_table(exercise: Exercise) -> dict[str, Any]:
    """All that a page needs to check answers to an exercise and to hand them in, as JSON can hold it."""
    mine = variant(exercise, PAGE)
    right = judge_form(mine, mine.expected)
    head: dict[str, Any] = {
        "id": exercise.id,
        "title": exercise.title,
        "hints": list(exercise.hints),
        "rightSays": right.says,
        "notice": f"Notice: {exercise.notice}",
        "numbers": mine.digest,
        "draw": mine.draw,
        "whose": PAGE,
        "version": __version__,
    }
    found = _words(mine) if isinstance(mine.expected, frozenset) or _is_order(mine.expected) else _numbers(mine)
    texts: dict[str, int] = {}
    return head | _by_number(found, texts) | {"texts": list(texts)}


def _by_number(table: Any, texts: dict[str, int]) -> Any:
    """A table with each sentence written once, and its number in its places: parts share their mistakes."""
    if isinstance(table, list):
        return [_by_number(entry, texts) for entry in table]
    if not isinstance(table, dict):
        return table
    return {
        name: texts.setdefault(entry, len(texts)) if name == "says" else _by_number(entry, texts)
        for name, entry in table.items()
    }


def _is_order(form: Any) -> bool:
    return isinstance(form, tuple) and all(isinstance(part, str) for part in form)


# ---- words ----


def _words(mine: Variant) -> dict[str, Any]:
    """Every choice of words with its verdict: a number of the list of verdicts, by the choice's number."""
    verdicts: dict[tuple[str, str], int] = {}  # in the order of their numbers
    if isinstance(mine.expected, frozenset):
        options, kind = list(mine.exercise.choices), "set"
        chosen: Iterator[Any] = (
            frozenset(folded(word) for k, word in enumerate(options) if number >> k & 1)
            for number in range(2 ** len(options))
        )
    else:
        there = {folded(word): word for word in mine.exercise.choices}
        options, kind = sorted(there[word] for word in mine.expected), "order"
        chosen = itertools.product(map(folded, options), repeat=len(options))
    said = []
    for form in chosen:
        verdict = judge_form(mine, form)
        said.append(verdicts.setdefault((verdict.name, verdict.says), len(verdicts)))
    told = [{"name": name, "says": says} for name, says in verdicts]
    return {"kind": kind, "options": options, "verdicts": told, "said": said}


# ---- numbers ----


def _parts(form: Any) -> list[tuple[Any, np.ndarray]] | None:
    """The numbers of an answer, part by part; None where they are something else."""
    if isinstance(form, bool) or not isinstance(form, float | np.ndarray | dict | tuple):
        return None
    if isinstance(form, float | np.ndarray):
        return [(None, np.asarray(form))] if np.ndim(form) < 2 else None
    parts = list(form.items()) if isinstance(form, dict) else list(enumerate(form))
    if not all(isinstance(part, float) and not isinstance(part, bool) for _, part in parts):
        return None
    return [(key, np.asarray(part)) for key, part in parts]


def _numbers(mine: Variant) -> dict[str, Any]:
    exercise, rtol = mine.exercise, mine.exercise.rtol
    parts = _parts(mine.expected) or []
    kind = {float: "number", dict: "named", tuple: "parts"}.get(type(mine.expected), "array")
    several = kind in ("named", "parts")
    listed = [_whole(mine, wrong, parts) for wrong in exercise.wrong]
    keys = [key for key, _ in parts]
    return {
        "kind": kind,
        "parts": [
            {
                "key": key,
                "label": f"`{key}`" if kind == "named" else f"Part {key + 1}" if several else "",
                "size": part.size,
                "shape": list(part.shape),
                "right": _written(ranges.value(part, rtol)),
                "slips": [
                    *([_told(wrong, mine, form) for wrong, form in part_slips(mine, key)] if several else []),
                    *(
                        {"name": slip.name, "says": slip.says, "some": slip.some, "ranges": _written(slip.ranges)}
                        for slip in slips(part, exercise.quantity, rtol)
                    ),
                ],
                "else": _elses(part, rtol),
            }
            for key, part in parts
        ],
        "listed": [one for one in listed if one],
        "several": [part_says("{label}", "{says}", right, len(keys)) for right in range(len(keys))] if several else [],
    }


def _whole(mine: Variant, wrong: Wrong, parts: list[tuple[Any, np.ndarray]]) -> dict[str, Any] | None:
    """A listed mistake, if its answer has the form that the page asks for."""
    form = mine.wrong_forms[wrong.name]
    theirs = _parts(form)
    if theirs is None or [(folded(str(key)), part.shape) for key, part in theirs] != [
        (folded(str(key)), part.shape) for key, part in parts
    ]:
        return None
    verdict = judge_form(mine, form)
    written = [_written(ranges.value(part, mine.exercise.rtol)) for _, part in theirs]
    return {"name": verdict.name, "says": verdict.says, "ranges": [one for part in written for one in part]}


def _told(wrong: Wrong, mine: Variant, form: Any) -> dict[str, Any]:
    """A listed mistake in one part of an answer."""
    says = wrong.says if isinstance(wrong.says, str) else wrong.says(mine.q, mine.wrong_forms[wrong.name])
    found = _written(ranges.value(form, mine.exercise.rtol))
    return {"name": wrong.name, "says": says, "some": False, "ranges": found}


def _elses(part: np.ndarray, rtol: float) -> list[str]:
    """What is said of an answer that shows no mistake, by which of its entries are right (the first one counts 1)."""
    found = []
    for number in range(2**part.size - 1):
        off = np.array([not number >> k & 1 for k in range(part.size)]).reshape(part.shape)
        found.append(unnamed(np.where(off, part + 2 * np.abs(part).max() + 1, part), part, rtol))
    return found


def _written(found: Ranges) -> list[list[list[float]]]:
    """Ranges as JSON: for each number a list of lower and upper ends, those that overlap made one."""
    written = []
    for low, high in zip(np.atleast_2d(found.low.T), np.atleast_2d(found.high.T), strict=True):
        merged: list[list[float]] = []
        for a, b in sorted(zip(low.tolist(), high.tolist(), strict=True)):
            if merged and a <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], b)
            else:
                merged.append([a, b])
        written.append([[_finite(a), _finite(b)] for a, b in merged])
    return written


def _finite(end: float) -> float:
    """JSON has no infinity, and a page no need of more than twelve digits."""
    return float(f"{np.clip(end, -1e300, 1e300):.12g}")


# ---- into the page ----


def mixed_up(table: dict[str, Any]) -> str:
    """A table as letters that say nothing to a reader of the page's source; the same key turns it back.

    Each sign stands for another one, the same throughout a table: what repeats itself still does, and packs.

    >>> "Notice" in mixed_up({"id": "05.1", "notice": "Notice: ..."})
    False
    """
    plain = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return plain.translate(str.maketrans(SIGNS, _shuffled(str(table["id"]))))


def _shuffled(key: str) -> str:
    blocks = (hashlib.sha256(f"lmmteach {key} {k}".encode()).digest() for k in range(len(SIGNS) // 32 + 1))
    bytes_, signs = b"".join(blocks), list(SIGNS)
    for k in range(len(signs) - 1, 0, -1):
        other = bytes_[k] % (k + 1)
        signs[k], signs[other] = signs[other], signs[k]
    return "".join(signs)
