"""What ``make.py tomorrow`` stands on, as far as it can be held without building: versions, configuration, icons."""

from __future__ import annotations

import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tomorrow.build import faults_of

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the book extra")
pytest.importorskip("fontTools", reason="fontTools comes with the book extra")
ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK / "_ext"))
from icons import icon_sheet  # noqa: E402

#: what Jupyter Book brings, and the pair of themes that goes with it
ENDING = {"jupyter-book", "sphinx-book-theme", "pydata-sphinx-theme"}


def test_what_the_book_needs_is_needed_tomorrow_too() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    lines = (ROOT / "tests" / "tomorrow" / "versions.txt").read_text(encoding="utf-8").splitlines()
    wanted = {line for line in lines if not line.startswith("#")}
    kept = {one for one in extras["book"] if re.split(r"[<>=]", one)[0] not in ENDING}
    assert len(kept) > 5
    assert kept <= wanted
    assert not any("<" in line for line in wanted), "it is to meet what comes"


def test_plain_sphinx_is_told_what_jupyter_book_is() -> None:
    told = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    made = runpy.run_path(str(BOOK / "_plain" / "conf.py"))
    for name, value in told["sphinx"]["config"].items():
        if name not in ("html_logo", "html_theme_options"):
            assert made[name] == value, name
    assert told["sphinx"]["config"]["html_theme_options"].items() <= made["html_theme_options"].items()
    assert set(told["sphinx"]["local_extensions"]) <= set(made["extensions"])
    for path in (made["html_logo"], made["html_favicon"], made["external_toc_path"], *made["bibtex_bibfiles"]):
        assert Path(path).is_file()
    for name in made["html_css_files"] + made["html_js_files"]:
        assert (BOOK / "_static" / name).is_file()


def test_icons_of_the_newer_theme_are_cut_where_they_lie(tmp_path: Path) -> None:
    """Its sheet names the icons itself; a font of the book stands for its own."""
    fonts = tmp_path / "vendor" / "fontawesome" / "webfonts"
    fonts.mkdir(parents=True)
    font = BOOK / "_static" / "fonts" / "source-sans-3-latin-wght-normal.woff2"
    for name in ("fa-solid-900", "fa-brands-400"):
        (fonts / f"{name}.woff2").write_bytes(font.read_bytes())
    sheet = tmp_path / "styles" / "pydata-sphinx-theme.css"
    sheet.parent.mkdir()
    faces = "".join(f"@font-face{{src:url(../vendor/fontawesome/webfonts/{name}.woff2)}}" for name in
                    ("fa-solid-900", "fa-brands-400"))  # fmt: skip
    sheet.write_text(faces + '.fa-bars,.fa-navicon{--fa:"\\41"}.fa-list{--fa:"\\42"}', encoding="utf-8")
    assert icon_sheet(tmp_path, ['<i class="fa-solid fa-navicon"></i>']) == ""
    from fontTools.ttLib import TTFont

    assert [path.name for path in fonts.iterdir()] == ["fa-solid-900.woff2"]
    assert set(TTFont(fonts / "fa-solid-900.woff2").getBestCmap()) == {0x41}
    rules = sheet.read_text(encoding="utf-8")
    assert "fa-solid-900.woff2" in rules
    assert "fa-brands-400.woff2" not in rules


def test_a_site_that_lacks_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "intro.html").write_text(
        '<link rel="canonical" href="https://a.org/"><script src="_static/gone.js"></script>'
        '<img src="https://b.org/x.png">',
        encoding="utf-8",
    )
    faults = faults_of(tmp_path)
    assert "02-random-intercept: not built" in faults
    assert "intro.html: names _static/gone.js, which is not there" in faults
    assert "intro.html: asks another host" in faults
    assert {"explorers are missing", "formulas are missing"} <= set(faults)
