"""What an explorer is made of, declared: panels, free parameters, dials, presets, a prompt.

The views themselves stand in :mod:`~lmmteach.explore.gallery`, each a declaration of about ten lines.  A value
that depends on the fit (a slider's reach, a preset) is a function of its facts: G11, G12, G22 and sigma2 of the
fit; ``first``, ``last`` and ``step``, its times; ``room``, down to G22 = -room every V_i stays positive definite
(with G12 = 0); ``subjects``, their labels; ``columns``, the constant columns a picture may be coloured by.  Such a
function may be asked before there is a fit, for a page that makes one: see :mod:`.facts` for what it may do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .facts import OpenFacts, as_data

__all__ = ["Answer", "Dial", "Flags", "Panel", "Pick", "Preset", "Prompt", "Slider", "View"]

Facts = Mapping[str, Any]
PARAMETERS = ("G11", "G12", "G22", "sigma2")


@dataclass(frozen=True)
class Panel:
    """One panel: its kind (a file in ``static/panels``), heading, a note, and whether it takes a whole row."""

    panel: str
    title: str
    note: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Preset:
    """A named setting: ``to`` takes the fit's facts and gives the parameters and dials that change."""

    label: str
    to: Callable[[Facts], Facts]
    needs_slope: bool = True


@dataclass(frozen=True)
class Slider:
    """A number to move that is no entry of G: a time origin, a spacing, a share.

    Any of them may be a function of the facts, as ``low``, ``high`` and ``value`` often are; ``step`` 0 means as
    fine as the slider allows.  ``colour`` is a parameter's name or "line"; ``place`` "panel" leaves the control to
    a panel.
    """

    name: Any
    symbol: Any
    what: Any
    low: Any
    high: Any
    value: Any
    step: Any = 0
    unit: Any = ""
    colour: str = "line"
    place: str = "console"


@dataclass(frozen=True)
class Pick:
    """One of a few words: ``options`` are (value, label) pairs, or a function of the facts that gives them."""

    name: Any
    what: Any
    options: Any
    value: Any
    place: str = "console"


@dataclass(frozen=True)
class Flags:
    """Any of ``options`` (values), such as the visits taken away; a panel draws the control."""

    name: str
    what: str
    options: Any
    value: Any = ()
    place: str = "panel"


Dial = Slider | Pick | Flags


@dataclass(frozen=True)
class Answer:
    """One answer to a prompt, and why it is right or which idea leads to it.

    ``fits`` names the readings of the screen that it agrees with (``static/maths/seen``).  ``right`` is for answers
    that are right on every screen; where the outcome depends on the setting none is marked, and the screen decides.
    """

    text: str
    why: str
    right: bool = False
    fits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prompt:
    """Predict, lock, reveal, explain: judged once one of ``watch`` (parameters or dials) has been moved.

    ``asks`` is the panel the question is about: it stands beside the question, and on the screen together with
    what ``watch`` names first.  ``reads`` names what is read off the screen when a gesture has ended
    (``SEEN`` in ``static/frame/registry.js``); without it the answers' ``right`` decides alone.  ``task`` says what to
    do after the lock, where "move ..." with the first of ``watch`` would not do.
    """

    question: str
    answers: tuple[Answer, ...]
    watch: tuple[str, ...]
    asks: str = ""
    reads: str = ""
    task: str = ""


@dataclass(frozen=True)
class View:
    """What an explorer shows and lets move.

    ``match`` adds the game of reaching the fit by hand; ``readouts`` says what stands under the sliders:
    "likelihood" (-2 log L and the gap), "lights" (is G PSD, is V PD), "words" (what both mean).
    A view with ``needs_fit`` False works from its dials alone.  ``moves`` names the parameters that a panel moves
    and the console does not.  ``any_R`` says that its panels know other residuals than R = sigma2 I.
    """

    title: str
    panels: tuple[Panel, ...]
    free: tuple[str, ...] = ("G11", "G12", "rho", "G22", "sigma2")
    dials: tuple[Dial, ...] = ()
    presets: tuple[Preset, ...] = ()
    prompt: Prompt | None = None
    match: bool = False
    readouts: tuple[str, ...] = ("likelihood", "lights", "words")
    name: str = ""
    needs_fit: bool = True
    moves: tuple[str, ...] = ()
    any_R: bool = False

    def open(self, q: int) -> dict[str, Any]:
        """The view for any fit with q random effects, as data: what depends on the fit is left to be reckoned."""
        facts = OpenFacts(q)
        presets = [one for one in self.presets if q != 1 or not one.needs_slope]
        return {
            "title": self.title, "name": self.name, "panels": [vars(panel) for panel in self.panels],
            "free": list(self.free), "moves": list(self.moves), "match": self.match, "readouts": list(self.readouts),
            "prompt": self.prompt and _told(self.prompt),
            "dials": [_fields(dial, facts) for dial in self.dials],
            "presets": [{"label": one.label, "to": _as_data(one.to(facts))} for one in presets],
        }  # fmt: skip

    def declaration(self, G: np.ndarray | None, sigma2: float, facts: Facts) -> dict[str, Any]:
        """The view as JSON-able Python, for a fit with this G (q x q) and sigma2; G None: no fit at all."""
        q = 0 if G is None else len(G)
        known = dict(facts)
        if G is not None:
            known |= {"sigma2": float(sigma2)} | ({"G11": float(G[0, 0])} if q else {})
        if G is not None and q > 1:
            known |= {"G12": float(G[0, 1]), "G22": float(G[1, 1])}
        has = () if G is None else ("sigma2",) if q == 0 else ("G11", "sigma2") if q == 1 else self.free
        free = [name for name in self.free if name in has]
        dials = [dial for dial in (_resolved(one, known) for one in self.dials) if _has_choice(dial)]
        names = {dial["name"] for dial in dials}
        return {
            "title": self.title,
            "name": self.name,
            "prompt": _prompt(self.prompt, [*free, *(self.moves if q > 1 else ())], names),
            "panels": [vars(panel) for panel in self.panels],
            "free": free,
            "dials": dials,
            "match": self.match,
            "readouts": list(() if G is None else self.readouts),
            "presets": [
                _preset(one, known, q, names)
                for one in (() if G is not None and not q else self.presets)
                if (q != 1 or not one.needs_slope) and not set(one.to(known)) - names - set(PARAMETERS) - set(known)
            ],
        }


def _resolved(dial: Dial, facts: Facts) -> dict[str, Any]:
    out = _fields(dial, facts)
    if isinstance(dial, Slider):
        out |= {key: float(out[key]) for key in ("low", "high", "value", "step")}
    return out


def _fields(dial: Dial, facts: Facts) -> dict[str, Any]:
    """A dial's fields and its kind, each as data."""
    fields = {key: value(facts) if callable(value) else value for key, value in vars(dial).items()}
    return _as_data(fields | {"kind": type(dial).__name__.lower()})


def _as_data(fields: Facts) -> dict[str, Any]:
    return {name: as_data(value) for name, value in fields.items()}


def _has_choice(dial: dict[str, Any]) -> bool:
    """Whether there is anything to choose: a fit may have no covariate, or all its visits."""
    return bool(dial["low"] < dial["high"] if dial["kind"] == "slider" else dial["options"])


def _prompt(prompt: Prompt | None, free: list[str], dials: set[str]) -> dict[str, Any] | None:
    """The prompt, unless what it asks to move cannot be moved here (a slope where there is none)."""
    if prompt is None or not set(prompt.watch) & (set(free) | dials):
        return None
    return _told(prompt)


def _told(prompt: Prompt) -> dict[str, Any]:
    answers = [{**vars(answer), "fits": list(answer.fits)} for answer in prompt.answers]
    return {**vars(prompt), "answers": answers, "watch": list(prompt.watch)}


def _preset(preset: Preset, facts: Facts, q: int, dials: set[str]) -> dict[str, Any]:
    changed = _as_data(preset.to(facts))
    moved = {key: changed.pop(key) for key in list(changed) if key in dials}
    out: dict[str, Any] = {"label": preset.label, "dials": moved}
    if q and (changed or not out["dials"]):
        known = {"G12": 0.0, "G22": 0.0, **facts, **changed}
        value = {name: float(known[name]) for name in PARAMETERS}
        cross = value["G12"]
        out["G"] = [[value["G11"]]] if q == 1 else [[value["G11"], cross], [cross, value["G22"]]]
        out["sigma2"] = value["sigma2"]
    return out
