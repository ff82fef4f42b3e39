"""The lessons' five lines in R: stored as R printed them, and the numbers are Python's.

``tests/reference/make_beside.R`` holds the snippets and runs them on the stand-in of the Framingham data.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import lmmteach
from lmmteach.publish.sources import find_book

pytest.importorskip("myst_nb", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))
from beside_r import beside, stored, whence
from reading_time import lesson_minutes

BOOK = find_book()
SCRIPT = (Path(__file__).parent / "reference" / "make_beside.R").read_text(encoding="utf-8")
SCHOOLS = Path(__file__).parent / "reference" / "data" / "schools.csv"
FULL = "cholesterol ~ sex*year + age*year + (1 + year | id)"
SIX = np.column_stack([np.ones(6), np.arange(0, 11, 2)])
Numbers = dict[str, object]


@cache
def data() -> pd.DataFrame:
    return lmmteach.load_framingham("standin")


@cache
def fitted(formula: str = FULL, **options: str) -> lmmteach.Fit:
    frame = data().assign(late=data()["year"] - 10)
    return lmmteach.lmm(formula, frame, **options)


def marginal(fit: lmmteach.Fit) -> np.ndarray:
    return lmmteach.marginal_covariance(SIX, fit.G, fit.sigma2)


def spaghetti() -> Numbers:
    wide = data().pivot(index="id", columns="year", values="cholesterol")
    return {"came": wide.count(), "cov": wide.cov(), "cor": wide.corr()}


def individuals() -> Numbers:
    fit = fitted("cholesterol ~ sex + age + year + (1 + year | id)")
    X, y = fit.design.X, fit.design.y
    r = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    ols = np.sqrt((r @ r) / (len(y) - X.shape[1]) * np.diag(np.linalg.inv(X.T @ X)))
    return {"ratio": ols / fit.se}


def intercept() -> Numbers:
    fit = fitted("cholesterol ~ year + (1 | id)")
    V = lmmteach.marginal_covariance(np.ones((6, 1)), fit.G, fit.sigma2)
    return {"V": V, "icc": V[0, 1] / V[0, 0]}


def layers() -> Numbers:
    R = (lmmteach.Exponential(rho=0.1, sigma2=280) + lmmteach.Independent(sigma2=190)).cov([0, 2, 4])
    return {"V": lmmteach.marginal_covariance(np.ones((3, 1)), [[1400]], R)}


def slope() -> Numbers:
    Z = np.array([[1, 0], [1, 4], [1, 10]])
    return {"V": Z @ np.array([[1400, -60], [-60, 12]]) @ Z.T + 400 * np.eye(3)}


def flagship() -> Numbers:
    return {"V": marginal(fitted()), "deviance": fitted().deviance}


def origin() -> Numbers:
    late = fitted("cholesterol ~ sex*late + age*late + (1 + late | id)")
    return {"late": late.G, "deviances": [fitted().deviance, late.deviance]}


def ridge() -> Numbers:
    G = np.array([[1700, -90], [-90, 18]])
    V = lmmteach.marginal_covariance([[1, 0], [1, 10]], G, 100)
    return {"V": V, "values": np.linalg.eigvalsh(G)[::-1]}


def means() -> Numbers:
    who = data()["id"] == 2
    return {
        "conditional": fitted().fitted(level="conditional")[who],
        "marginal": fitted().fitted(level="marginal")[who],
        "variance": np.diag(fitted().marginal_cov(subject=2)),
    }


def landscape() -> Numbers:
    ml = fitted(method="ML")
    return {"deviances": [one.deviance_at([[900, 0], [0, 4]], 500) for one in (ml, fitted())]}


def answers() -> Numbers:
    def tested(weights: dict[str, float]) -> list[float]:
        row = fitted().contrast(weights).iloc[0]
        return [row[name] for name in ("Estimate", "Std. Error", "df", "p value")]

    new = pd.DataFrame({"sex": "female", "age": 42, "year": [0, 5, 10]})
    man = {"year": 1.0, "sexmale:year": 1.0, "year:age": 50.0}
    return {"sex": tested({"sexmale:year": 1.0}), "man": tested(man), "new": fitted().predict(new, level="marginal")}


def shrunk() -> Numbers:
    b = fitted().random_effects()
    who = b["year"].abs().idxmax()
    return {"who": float(who), "b": b.loc[who], "hand": b.loc[who]}


def structures() -> Numbers:
    mean = "cholesterol ~ sex*year + age*year"
    fits = [
        fitted(f"{mean} + (1 | id)"),
        fitted(f"{mean} + (1 | id)", time="year", residual="ar1"),
        fitted(),
    ]
    return {"deviances": [fit.deviance for fit in fits], "aic": [fit.aic for fit in fits]}


def whitened() -> Numbers:
    own = data()["id"] == data()["id"].iloc[0]
    return {"normalized": fitted().residuals("marginal", kind="normalized")[own]}


def hierarchy() -> Numbers:
    fit = lmmteach.lmm("score ~ 1 + (1 | school) + (1 | classroom)", pd.read_csv(SCHOOLS))
    return {"part": [fit.G["school"].iloc[0, 0], fit.G["classroom"].iloc[0, 0], fit.sigma2]}


def planning() -> Numbers:
    """The power of lesson 16's plan by its formula: R's is that of some hundred studies, which it missed by chance."""
    t = np.arange(0, 11, 2.0)
    se = (4 / 40 * (12 + 400 / ((t - t.mean()) ** 2).sum())) ** 0.5
    critical = stats.t.ppf(0.975, 38)
    power = 1 - stats.nct.cdf(critical, 38, 2 / se) + stats.nct.cdf(-critical, 38, 2 / se)
    return {"power": power, "error": stored()["blocks"]["16"]["numbers"]["error"]}


BY_PYTHON: dict[str, Callable[[], Numbers]] = {
    "00": spaghetti, "01": individuals, "02": intercept, "03": layers, "04": slope, "05": flagship, "06": origin,
    "07": ridge, "08": means, "09": landscape, "10": answers, "11": shrunk, "12": structures, "13": whitened,
    "15": hierarchy, "16": planning,
}  # fmt: skip


def snippets() -> dict[str, tuple[str, list[str]]]:
    """The script's snippets by number: the code, and the names of its numbers."""
    body = SCRIPT.split("# ---- the snippets ----\n")[1]
    found = {}
    for part in re.split(r"^#> ", body, flags=re.MULTILINE)[1:]:
        number, *lines = part.splitlines()
        code = "\n".join(line for line in lines if not line.startswith("#= ")).strip()
        found[number] = (code, re.findall(r"^#= ([^:]+):", part, re.MULTILINE))
    return found


def test_what_is_stored_is_what_the_script_holds() -> None:
    blocks = stored()["blocks"]
    assert {number: (block["code"], list(block["numbers"])) for number, block in blocks.items()} == snippets()
    assert all(block["output"] for block in blocks.values())
    assert re.fullmatch(r"\d+\.\d+\.\d+", stored()["versions"]["R"])


@pytest.mark.parametrize("number", sorted(BY_PYTHON))
def test_r_and_python_agree(number: str) -> None:
    by_r, by_python = stored()["blocks"][number]["numbers"], BY_PYTHON[number]()
    assert list(by_r) == list(by_python)
    for name, theirs in by_r.items():
        ours = np.asarray(by_python[name], dtype=float).ravel()
        chance = 3 * by_r["error"][0] if name == "power" else 0.0
        assert np.ravel(theirs) == pytest.approx(ours, rel=1e-3, abs=chance), name


def rounded(output: str) -> set[str]:
    return set(re.findall(r"\d+\.\d+|\d{3,}", output))


def test_the_printout_is_that_of_the_numbers() -> None:
    """A printout of another run would hold other digits."""
    for number, block in stored()["blocks"].items():
        numbers = [float(one) for value in block["numbers"].values() for one in np.ravel(value)]
        known = {f"{one:.{digits}f}" for one in map(abs, numbers) for digits in range(5)}
        printed = rounded(block["output"])
        assert len(printed & known) >= 2, number


def test_every_five_lines_of_python_have_r_beside_them() -> None:
    for path in sorted(BOOK.glob("[0-9][0-9]-*.md")):
        page = path.read_text(encoding="utf-8")
        sections = re.split(r"^## ", page, flags=re.MULTILINE)
        five = [part for part in sections if re.search(r"[Tt]he same in five lines", part)]
        asked = re.findall(r"^```\{beside-r\} (\d\d)\n```$", page, re.MULTILINE)
        assert asked == [path.stem[:2]] * len(five), path.stem
        assert all("{beside-r}" in part for part in five)
        assert "```r" not in page, "R that stands in a page was run by nobody"
        assert lesson_minutes(page) <= 30
    assert set(stored()["blocks"]) == set(BY_PYTHON)


def test_the_block_shows_code_printout_and_versions() -> None:
    lines = beside("05")
    block, versions = stored()["blocks"]["05"], stored()["versions"]
    text = "\n".join(lines)
    assert block["code"] in text
    assert block["output"] in text
    assert f"R {versions['R']} with lme4 {versions['lme4']}, from the stand-in" in whence("05")
    assert "stand-in" not in whence("04")


def test_the_schools_are_those_of_the_lesson() -> None:
    page = (BOOK / "15-hierarchies.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^(draw = .*?^\}\))$", page, re.MULTILINE | re.DOTALL)
    space: dict[str, object] = {"np": np, "pd": pd}
    exec(code, space)
    pd.testing.assert_frame_equal(pd.read_csv(SCHOOLS), space["data"], atol=1e-6, rtol=0)


def test_the_stored_file_is_plain() -> None:
    assert json.loads((BOOK / "_data" / "beside_r.json").read_text(encoding="utf-8")) == stored()
    assert all(len(line) < 100 for block in stored()["blocks"].values() for line in block["output"].split("\n"))
