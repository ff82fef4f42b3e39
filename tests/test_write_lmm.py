"""The page *Write lmm yourself*: its forty lines, taken from the page, fit what the library fits."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.publish.sources import find_book

pytest.importorskip("myst_nb", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))
from reading_time import lesson_minutes

PAGE = (find_book() / "write-lmm.md").read_text(encoding="utf-8")
PROGRAM = "\n".join(re.findall(r"^```\{code-cell\} python3\n:tags: \[program\]\n(.*?)^```$", PAGE, re.M | re.S))
IMPORTS = "import numpy as np\nfrom scipy.linalg import solve_triangular\nfrom scipy.optimize import minimize\n"


@cache
def program() -> dict[str, Any]:
    """The page's program, with the three imports that the page names and nothing else."""
    assert IMPORTS in PAGE
    space: dict[str, Any] = {}
    exec(IMPORTS + PROGRAM, space)
    return space


def own_lmm() -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray, float, float]]:
    found: Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray, float, float]] = program()["lmm"]
    return found


def test_the_program_has_forty_lines_and_takes_half_an_hour() -> None:
    assert 30 < sum(1 for row in PROGRAM.splitlines() if row.strip()) <= 40
    functions = [node.name for node in ast.parse(PROGRAM).body if isinstance(node, ast.FunctionDef)]
    assert functions == ["split", "marginal", "gls", "deviance", "parameters", "lmm"]
    assert len(re.findall(r"^## Step \d", PAGE, re.M)) == len(functions)
    assert lesson_minutes(PAGE) <= 30


def test_every_step_is_checked_before_the_next() -> None:
    for step in re.split(r"^## ", PAGE, flags=re.M)[1:]:
        if step.startswith("Step"):
            assert step.index(":tags: [program]") < step.index("assert ") < step.index("```{quiz}"), step[:40]


def gaps(data: pd.DataFrame) -> pd.DataFrame:
    """Six readings in ten, another set for each person."""
    return data[(np.arange(len(data)) * 7) % 10 < 6]


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("bar", ["(1 + days | subject)", "(1 | subject)", "(0 + days | subject)"])
def test_it_fits_what_the_library_fits(bar: str, method: str) -> None:
    data = gaps(lmmteach.load_sleepstudy())
    fit = lmmteach.lmm(f"reaction ~ days + {bar}", data, method=method)
    beta, se, G, sigma2, least = own_lmm()(fit.design.y, fit.design.X, fit.design.Z, fit.design.codes, method)
    assert least == pytest.approx(fit.deviance, abs=1e-6)
    assert beta == pytest.approx(fit.beta.to_numpy(), rel=1e-3)
    assert se == pytest.approx(fit.se.to_numpy(), rel=1e-3)
    assert sigma2 == pytest.approx(fit.sigma2, rel=1e-3)
    assert np.diag(G) == pytest.approx(np.diag(fit.G), rel=2e-3)


def test_a_singular_fit_is_found_too() -> None:
    """The page says that it makes the last entry of C as good as 0."""
    rng = np.random.default_rng(2)
    who, t = np.repeat(np.arange(30), 5), np.tile(np.arange(5.0), 30)
    level = rng.normal(0, 3, 30)[who]
    data = pd.DataFrame({"who": who, "t": t, "y": level + t + rng.normal(0, 4, len(t))})
    fit = lmmteach.lmm("y ~ t + (1 + t | who)", data)
    assert fit.singular
    _, _, G, _, least = own_lmm()(fit.design.y, fit.design.X, fit.design.Z, who)
    assert least == pytest.approx(fit.deviance, abs=1e-6)
    assert abs(G[0, 1]) / np.sqrt(G[0, 0] * G[1, 1]) > 1 - 1e-6
