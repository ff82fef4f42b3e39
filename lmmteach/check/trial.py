"""Trying a student's function on random inputs: what it returns, where it fails, whether it spoils its arguments."""

from __future__ import annotations

import copy
import linecache
import os
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmmteach.check.forms import Unfit, loose, type_name
from lmmteach.check.limits import Died, TimeUp, run_limited
from lmmteach.check.numpy_words import explained
from lmmteach.check.recorded import form_of, plain_json

__all__ = ["try_function"]

SECONDS = 3.0


class Call(NamedTuple):
    """One call: the plain form of what came back, or the diagnosis of what went wrong."""

    form: Any
    problem: tuple[str, str] | None
    changed: str  # the name of an argument that the function changed


def try_function(
    function: Any, inputs: list[tuple[Any, ...]], names: tuple[str, ...], seconds: float = SECONDS
) -> list[Any]:
    """The plain forms of what a stranger's function returns, one for each tuple of arguments.

    Raises
    ------
    Unfit
        If it is no function, fails, does not end, returns nothing, or changes its arguments.
    """
    if not callable(function):
        raise Unfit(
            "not-a-function", "Asked for is a function. Hand over its name, without brackets or quotation marks."
        )
    try:
        said = run_limited(lambda: [_told(call) for call in _calls(function, inputs, names)], seconds)
        calls = _heard(said, len(inputs))
    except TimeUp as late:
        rest = " It could not be ended: restart the kernel when you have saved." if late.left_behind else ""
        raise Unfit(
            "endless",
            f"Your function did not come back within {seconds:g} seconds. Is there a loop that never ends?{rest}",
        ) from None
    except Died:
        raise Unfit("died", "Your function ended Python itself. Take out exit(), quit() and the like.") from None
    except KeyboardInterrupt:
        raise Unfit("stopped", "Stopped before your function came back.") from None
    for call in calls:
        if call.problem:
            raise Unfit(*call.problem)
    for call in calls:
        if call.changed:
            raise Unfit(
                "changes-its-input",
                f"Your function changes the {call.changed} it is given: whoever calls it loses the original. "
                "Work on a copy, or make a new array.",
            )
    return [call.form for call in calls]


def _told(call: Call) -> list[Any]:
    """A call as plain data."""
    return [None if call.problem else plain_json(call.form), call.problem, call.changed]


def _heard(said: Any, inputs: int) -> list[Call]:
    """The calls again; a function may have put words into the copy's mouth, so anything may stand there."""
    try:
        calls = [Call(None if problem else form_of(form), problem, changed) for form, problem, changed in said]
        words = [word for call in calls for word in (call.changed, *(call.problem or ("", "")))]
        whole = len(calls) == inputs or any(call.problem for call in calls)
        if whole and all(isinstance(word, str) for word in words):
            return [call._replace(problem=call.problem and (call.problem[0], call.problem[1])) for call in calls]
    except (Unfit, TypeError, ValueError, IndexError, RecursionError):
        pass
    raise Died


def _calls(function: Callable[..., Any], inputs: list[tuple[Any, ...]], names: tuple[str, ...]) -> list[Call]:
    """Call the function on copies; the first failure is enough."""
    done: list[Call] = []
    me = os.getpid()
    for arguments in inputs:
        given = copy.deepcopy(arguments)
        try:
            with np.errstate(all="ignore"):
                try:
                    returned = function(*given)
                finally:
                    if os.getpid() != me:  # a fork that the function made: it has no more to do here
                        os._exit(0)
                form, problem = loose(returned), None
        except TimeUp:
            raise
        except Unfit as unfit:
            form, problem = None, (unfit.name, unfit.says)
        except BaseException as error:
            form, problem = None, _problem(error, function)
        changed = "" if problem else _changed(arguments, given, names)
        done.append(Call(form, problem, changed))
        if problem:
            break
    return done


def _changed(before: tuple[Any, ...], after: tuple[Any, ...], names: tuple[str, ...]) -> str:
    for name, a, b in zip(names, before, after, strict=False):
        if isinstance(a, pd.DataFrame | pd.Series):
            same = a.equals(b)
        else:
            same = np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
        if not same:
            return name
    return ""


def _problem(error: BaseException, function: Any) -> tuple[str, str]:
    """One line for what the function raised, with the line of the student's own code."""
    where = _where(error, function)
    if isinstance(error, NotImplementedError):
        return "blank", "Nothing here yet: write your lines in place of the dots."
    if isinstance(error, SystemExit):
        return "died", f"{where}your function ends Python. Take out exit() and quit(), and `return` the result."
    if isinstance(error, RecursionError):
        return "recursion", f"{where}your function calls itself without end."
    if isinstance(error, MemoryError):
        return "memory", f"{where}your function asks for more memory than there is. How large is what you build?"
    try:
        said = " ".join(str(error).split())[:200]
    except BaseException:
        said = ""
    words = explained(said)
    if words:
        return words[0], f"{where}{words[1] if where else words[1][:1].upper() + words[1][1:]}"
    kind = type_name(error)
    if isinstance(error, TypeError) and not where and "argument" in said:
        return "arguments", f"It cannot be called as the question calls it: {said}."
    return "error", f"{where}{kind}{f': {said}' if said else ''}."


def _where(error: BaseException, function: Any) -> str:
    """The last line of the student's own code that the error went through."""
    code = getattr(function, "__code__", None) if issubclass(type(function), types.FunctionType) else None
    line, trace = 0, error.__traceback__
    while code and trace:
        if trace.tb_frame.f_code.co_filename == code.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    if not code or not line:
        return ""
    text = linecache.getline(code.co_filename, line).strip()[:80]
    return f"In line {line} of your code, `{text}`: " if text else f"In line {line} of your code: "
