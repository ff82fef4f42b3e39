"""One notation: every symbol of every formula stands on the page of notation, and in one sense."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lmmteach import explore
from lmmteach.publish.sources import find_book

from .symbols import formulas, symbols

BOOK = find_book()
NOTATION = (BOOK / "reference" / "notation.md").read_text(encoding="utf-8")
PLACES = {"tools before lesson 0": "before", "misconceptions": "misconceptions", "write lmm yourself": "write-lmm"}
PLACES |= {f"{which} review": f"review-{number}" for number, which in enumerate(("first", "second", "third"), start=1)}
#: functions, and the capitals of the table's words
WORDS = {r"\E", r"\Var", r"\Cov", r"\Cor", r"\Corr", r"\ICC", r"\diag", r"\ML", r"\REML", "N", "P", "I"}
#: read in the sense of the notation page, with a person in mind who is not named
SHORT = {"V", "Z", "X", "R", "Y", "b", "e", "b_0", "b_1", "e_1", "e_2", r"\sigma", "i", "j", "s", "t"}

PAGES = [
    *(path for folder in (".", "instructor", "slides") for path in sorted((BOOK / folder).glob("*.md"))),
    BOOK / "reference" / "glossary.md",
]


def rows(part: str) -> list[list[str]]:
    """The rows of the tables of symbols in a part of the notation page."""
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in lines if row[0].strip() != "symbol"]


def declared(cell: str) -> list[str]:
    return [symbol for formula in formulas(cell) for symbol, _ in symbols(formula)]


GENERAL, LOCAL = NOTATION.split("(one-lesson)=")
EVERYWHERE = [symbol for row in rows(GENERAL) for symbol in declared(row[0])]


def places(where: str) -> set[str]:
    """The pages that a cell names.

    >>> sorted(places("tools before lesson 0; lessons 1, 7"))
    ['01', '07', 'before']
    """
    named = {page for words, page in PLACES.items() if words in where}
    for words in PLACES:
        where = where.replace(words, "")
    return named | {f"{int(number):02d}" for number in re.findall(r"\d+", where)}


def local_letters() -> dict[str, set[str]]:
    """Each letter of one lesson, with the pages where it may stand."""
    found: dict[str, set[str]] = {}
    for symbol, where, meaning in rows(LOCAL):
        for letter in declared(symbol) + declared(meaning):
            found.setdefault(letter, set()).update(places(where))
    return found


ONLY = local_letters()


def unknown(path: Path, text: str) -> list[str]:
    """The symbols of a page that are not on the notation page, or not for this page."""
    page = path.stem if path.stem in PLACES.values() else path.stem[:2]
    known = set(EVERYWHERE) | SHORT | WORDS
    found = {symbol for formula in formulas(text) for symbol, _ in symbols(formula)}
    return sorted(symbol for symbol in found - known if page not in ONLY.get(symbol, set()))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_symbol_is_on_the_notation_page(path: Path) -> None:
    assert unknown(path, path.read_text(encoding="utf-8")) == []


def test_the_reader_of_formulas_sees_a_second_notation() -> None:
    slips = r"$y_i$, $e_{ij1}$, $G_1$, $G_2$, $\bar y$, $\det G$ and $u = t - c$"
    assert unknown(Path("05-g-moves-v.md"), slips) == ["G_1", "G_2", r"\det", "c", "e_ij1", "u", "y", "y_i"]
    assert unknown(Path("05-g-moves-v.md"), r"$V_i = Z_i\,G\,Z_i' + \sigsq I$, $\hat\beta_0$, $\Got^*$") == []


def test_a_symbol_has_one_row() -> None:
    """Two rows would be two senses; a row such as that of X beta is about a product."""
    cells = [formula for row in rows(GENERAL) for formula in formulas(row[0])]
    alone = [formula for formula in cells if not re.search(r"[+-]|\\beta$", formula)]
    names = [name for formula in alone for name in {found[0] for found in symbols(formula)}]
    assert len(names) > 30
    assert {name for name in names if names.count(name) > 1} <= {"b_i"}  # and its prediction
    local = {name for row in rows(LOCAL) for name in declared(row[0])}
    assert set(names) & local - SHORT == set(), "a letter of one lesson is in the tables, too"


def test_rho_and_phi_keep_apart() -> None:
    """The correlation of intercept and slope has no power; what fades with time is phi."""
    for path in PAGES:
        for formula in formulas(path.read_text(encoding="utf-8")):
            for symbol, power in symbols(formula):
                assert symbol != r"\rho" or power == "", f"{path.name}: {formula}"
    text = {path.stem: path.read_text(encoding="utf-8") for path in PAGES}
    assert any(r"\phi^" in text[name] for name in text if name.startswith("12-"))


PANELS = Path(explore.__file__).parent / "static" / "panels"


def drawn_letters(script: str) -> list[str]:
    """The letters that a panel sets in a formula, `v("Y", "ij")`, as the notation page has them.

    >>> drawn_letters('v("Y", "ij"), " at ", v("t")')
    ['Y_ij', 't']
    """
    found = re.findall(r'\bv\("([A-Za-z])"(?:, "(\w+)")?\)', script)
    return [f"{letter}_{sub}" if sub else letter for letter, sub in found]


def test_the_explorers_write_the_same_letters() -> None:
    letters = {name for path in PANELS.glob("*.js") for name in drawn_letters(path.read_text(encoding="utf-8"))}
    assert {"Y_ij", "e_ij", "t_ij"} <= letters
    # z_ij is the second column of Z where it is no time; the page has z for the row
    assert sorted(letters - set(EVERYWHERE) - SHORT - WORDS - {"z_ij"}) == []
