"""The book's reference part: other programs' numbers held against lmmteach, and a page for every public name."""

from __future__ import annotations

import copy
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import lmmteach

BOOK = Path(__file__).resolve().parent.parent / "book"


def load(path: Path) -> ModuleType:
    """A helper of the book's pages: it stands beside them and not in the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tables = load(BOOK / "reference" / "rosetta_tables.py")
KEYS = sorted(tables.recorded()["fits"])


def ours_of(key: str) -> dict[str, Any]:
    if key.startswith("sleepstudy"):
        return tables.numbers(tables.fit_model(key, lmmteach.load_sleepstudy()))
    return tables.recorded()["fits"][key]["lmmteach"]


def test_versions_are_recorded() -> None:
    assert {"R", "lme4", "lmerTest", "pbkrtest", "nlme", "statsmodels"} <= set(tables.recorded()["versions"])


@pytest.mark.parametrize("key", KEYS)
def test_every_number_agrees(key: str) -> None:
    tables.Aligned(key, ours_of(key))  # raises where a program is further off than the pages say


@pytest.mark.real_data
@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("framingham")])
def test_recorded_fits_are_still_ours(key: str) -> None:
    try:
        data = lmmteach.load_framingham(source="real")
    except lmmteach.LmmError as problem:
        pytest.skip(str(problem))
    fit = tables.fit_model(key, data)
    kept = ours_of(key)
    assert fit.deviance == pytest.approx(kept["deviance"], abs=1e-6)
    assert fit.beta.to_numpy() == pytest.approx(list(kept["beta"].values()), rel=1e-5)
    assert fit.se.to_numpy() == pytest.approx(list(kept["se"].values()), rel=1e-5)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("model", ["A3", "B3"])
def test_recorded_fits_are_the_shipped_ones(model: str, method: str) -> None:
    shipped = lmmteach.framingham_fit(model, method)
    kept = ours_of(f"framingham.{'ri' if model == 'A3' else 'rs'}.{method}")
    assert shipped.deviance == pytest.approx(kept["deviance"], abs=1e-5)
    assert shipped.beta.to_dict() == pytest.approx(kept["beta"], rel=1e-4)
    assert shipped.sigma2 == pytest.approx(kept["sigma2"], rel=1e-4)


@pytest.mark.parametrize(
    "path", [("deviance",), ("beta", "days"), ("se", "days"), ("df", "days"), ("sigma2",), ("bic",)]
)
def test_a_wrong_number_is_found(path: tuple[str, ...]) -> None:
    """Half a per cent off in any one of ours, and the table refuses."""
    key = "sleepstudy.rs.ML"
    ours = copy.deepcopy(ours_of(key))
    place: Any = ours
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] *= 1.005
    with pytest.raises(AssertionError, match="against"):
        tables.Aligned(key, ours)


def test_nlme_differs_only_as_said() -> None:
    """Without its two conventions undone, nlme's ML standard errors and REML BIC do not agree."""
    for key, field in (("sleepstudy.rs.ML", "se"), ("sleepstudy.rs.REML", "bic")):
        nlme, ours = tables.recorded()["fits"][key]["nlme"], ours_of(key)
        a, b = (fit["se"]["days"] if field == "se" else fit["bic"] for fit in (nlme, ours))
        assert abs(a - b) > 5e-3


def test_other_numbers_are_marked_and_derived_ones_bracketed() -> None:
    html = tables.Aligned("sleepstudy.rs.ML", ours_of("sleepstudy.rs.ML"))._repr_html_()
    assert "class='other'" in html
    assert "<td>(" in html
    assert "tabindex='0'" in html


@pytest.mark.parametrize("name", sorted(lmmteach.__all__))
def test_every_public_name_has_its_page(name: str) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (BOOK / "reference" / "api").glob("*.md"))
    assert re.search(rf"^\.\. auto(?:function|class|exception):: {name}$", pages, re.MULTILINE)


def test_docstrings_are_escaped_outside_code_only() -> None:
    pytest.importorskip("sphinx")
    escaped = load(BOOK / "_ext" / "api_pages.py").escaped
    lines = ["R = rho_|j - k|, ``a*b|c``, :meth:`x_`", ">>> 2 * 3", "6 * 1", "", "y * z"]
    assert list(escaped(lines)) == [
        r"R = rho\_\|j - k\|, ``a*b|c``, :meth:`x_`", ">>> 2 * 3", "6 * 1", "", r"y \* z",
    ]  # fmt: skip
