"""The stand-in: its script reproduces it, and its REML fit is the real one within what was promised."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import lmmteach
from lmmteach.datasets import framingham_fit, load_framingham
from lmmteach.datasets.shipped import shipped_text
from tests.conftest import real_file as found_real_file

REFERENCE = Path(__file__).parents[1] / "reference"
REAL = found_real_file()  # asked before the fixture hides the file


def visits_by_sex(data) -> Counter:
    people = data.groupby("id").agg(sex=("sex", "first"), years=("year", tuple))
    return Counter(zip(people["sex"], people["years"], strict=True))


def test_the_script_reproduces_the_file(tmp_path: Path) -> None:
    made = tmp_path / "made.csv"
    subprocess.run([sys.executable, str(REFERENCE / "make_standin.py"), str(made)], check=True)
    assert made.read_bytes() == shipped_text("framingham_standin.csv").encode()


@pytest.mark.parametrize("model", ["A0", "A1", "A2", "A3", "B1", "B2", "B3"])
def test_the_figures_and_the_fits_name_their_coefficients_alike(model: str) -> None:
    """R's names, so that ``fit.beta - framingham_fit().beta`` means what it says."""
    real = framingham_fit(model)
    fit = lmmteach.lmm(real.formula, load_framingham(source="standin"))
    assert list(fit.beta.index) == list(real.beta.index)
    assert list(fit.G.index) == list(real.G.index)


def test_reml_gives_the_real_estimates_back() -> None:
    real = framingham_fit("B3", "REML")
    fit = lmmteach.lmm(real.formula, load_framingham(source="standin"), method="REML")
    assert np.max(np.abs(fit.beta.to_numpy() - real.beta.to_numpy()) / real.se.to_numpy()) < 0.1
    np.testing.assert_allclose(fit.G, real.G, rtol=0.02)
    assert fit.sigma2 == pytest.approx(real.sigma2, rel=0.02)
    # Nor do the standard errors mislead: the design is as precise as the real one.
    np.testing.assert_allclose(fit.se, real.se, rtol=0.02)


def test_visits_and_sexes_are_the_counted_ones() -> None:
    known = json.loads((REFERENCE / "framingham_visits.json").read_text(encoding="utf-8"))
    expected = Counter(
        {(sex, tuple(line["years"])): line[sex] for line in known["visits"] for sex in ("female", "male")}
    )
    assert visits_by_sex(load_framingham(source="standin")) == expected


@pytest.mark.real_data
def test_visits_and_sexes_are_the_real_ones_and_the_people_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REAL is not None
    monkeypatch.setenv("LMMTEACH_DATA", str(REAL.parent))
    real, standin = load_framingham(source="real"), load_framingham(source="standin")
    assert visits_by_sex(standin) == visits_by_sex(real)
    series = [set(data.groupby("id")["cholesterol"].agg(tuple)) for data in (real, standin)]
    assert not {person for person in set.intersection(*series) if len(person) > 2}
