"""Our fit of every model beside lme4's, nlme's and statsmodels': how many digits agree, whose optimum is better.

    digits of a = -log10 |a - b| / s,   s = max(1, |b|) for -2 log L, SE for beta, sqrt(G_ii G_jj) for G, b for sigma2

with b ours.  A G_ii near 0 has no scale of its own: it is measured against a thousandth of sigma2 / mean z_i^2.  A
higher log-likelihood is the better optimum, whoever found it.  The book's page "How do we know it is right?" shows
this.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

HERE = Path(__file__).parent
OURS = HERE / "agreement_ours.json"
PROGRAMS = ("lme4", "nlme", "statsmodels")
QUANTITIES = ("deviance", "beta", "G", "sigma2")
MOST = 10.0  # digits: the files keep 13, and the worst-conditioned sums are good to about 10
SHORT = 1e-3  # units of -2 log L: a program this far above the best has stopped short of the optimum


class Numbers(NamedTuple):
    """What a program says of a model; ``G`` as one list of the upper triangles' entries."""

    deviance: float
    beta: np.ndarray
    se: np.ndarray
    G: np.ndarray
    sigma2: float


@dataclass
class Case:
    """One model: ours, what each program said (or its error), and what they agree on."""

    name: str
    family: str
    words: str
    formula: str
    method: str
    n_obs: int
    ours: Numbers
    scale: np.ndarray
    certified: bool
    singular: bool
    identified: bool
    kkt: dict[str, float]  # "lowest" and "product": see make_agreement.kkt
    theirs: dict[str, Numbers] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    claimed: dict[str, float] = field(default_factory=dict)  # reported -2 log L that its own G and sigma2 do not have

    def above(self, program: str) -> float:
        """How far a program's -2 log L lies above ours; below 0, it found the better optimum."""
        return self.theirs[program].deviance - self.ours.deviance

    def short(self, program: str) -> bool:
        """Whether a program stopped short of the best optimum."""
        return self.above(program) > SHORT

    def digits(self, program: str, quantity: str) -> float:
        """How many digits of a quantity agree (at most MOST); nan where there is nothing to compare."""
        a, b = getattr(self.theirs[program], quantity), getattr(self.ours, quantity)
        unit: Any = {
            "deviance": max(1.0, abs(self.ours.deviance)), "beta": self.ours.se, "G": self.scale, "sigma2": b,
        }[quantity]  # fmt: skip
        comparable = self.identified or quantity in ("deviance", "beta")
        if np.size(b) == 0 or np.size(a) != np.size(b) or not comparable:
            return float("nan")
        off = float(np.max(np.abs(np.asarray(a) - b) / unit))
        return float(np.clip(-np.log10(max(off, 1e-300)), 0.0, MOST))


def cases() -> list[Case]:
    """Every model."""
    said, found = peers(), []
    for name, one in read(OURS.name)["fits"].items():
        about = {key: one[key] for key in Case.__dataclass_fields__ if key in one}
        case = Case(name=name, ours=_numbers(one), **(about | {"scale": np.array(one["scale"])}))
        for program, numbers in said.get(name, {}).items():
            if "error" in numbers:
                case.errors[program] = " ".join(str(numbers["error"]).split())
                continue
            case.theirs[program] = _numbers(numbers)
            if program in one.get("at_theirs", {}):
                case.claimed[program] = numbers["deviance"]
                case.theirs[program] = case.theirs[program]._replace(deviance=one["at_theirs"][program])
        found.append(case)
    return found


def peers() -> dict[str, dict[str, Any]]:
    """What the programs said, by model and program."""
    said = {name: dict(programs) for name, programs in read("peers_r.json")["fits"].items()}
    for name, numbers in read("peers_statsmodels.json")["fits"].items():
        said.setdefault(name, {})["statsmodels"] = numbers
    return said


def versions() -> dict[str, str]:
    """What made the recorded numbers."""
    return read("peers_r.json")["versions"] | read("peers_statsmodels.json")["versions"] | read(OURS.name)["versions"]


def read(name: str) -> dict[str, Any]:
    """A file of this folder."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def upper_of(G: Any) -> list[float]:
    """The upper triangle of a matrix; of several groups, by the groups' last names ("cask:batch": cask)."""
    if isinstance(G, dict):
        return [entry for name in sorted(G, key=lambda name: name.split(":")[0]) for entry in upper_of(G[name])]
    square = np.atleast_2d(np.array(G if G is not None else [], dtype=float))
    return square[np.triu_indices(len(square))].tolist() if square.size else []


def _numbers(said: dict[str, Any]) -> Numbers:
    flat = isinstance(said["G"], list) and said["G"] and not isinstance(said["G"][0], list)
    G = said["G"] if flat else upper_of(said["G"])
    return Numbers(said["deviance"], np.array(said["beta"]), np.array(said["se"]), np.array(G), said["sigma2"])
