"""The book on paper, tried on two pages: what stands in the EPUB and the PDF, where links lead, what is cut off."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from PIL import Image

from lmmteach.cli import main
from lmmteach.errors import LmmError
from lmmteach.publish.paper import chapters as reading
from lmmteach.publish.paper import checked
from lmmteach.publish.paper.chapters import Chapter, read_chapters
from lmmteach.publish.paper.checked import check_epub, checker
from lmmteach.publish.paper.contents import places
from lmmteach.publish.paper.edition import print_book
from lmmteach.publish.paper.pdf import pages_of, whole, write_pdf
from lmmteach.publish.paper.shelf import EPUB, MARK, PDF, offer_paper, stamp
from lmmteach.publish.sources import find_book

pytestmark = pytest.mark.browser
#: an explorer, questions of both kinds, folds, exercises; questions that lead to the first
PAGES = ("03-decomposing-variation.html", "review-1.html")
LESSON = "lesson-03-decomposing-variation"
XHTML, MATH = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/1998/Math/MathML}"
ABOUT = {"title": "A book", "author": "Somebody", "version": "1"}


@pytest.fixture(scope="module")
def printed(browser: Any, html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("print")
    print_book(browser, find_book(), html, folder, only=PAGES)
    return folder


@pytest.fixture(scope="module")
def book(printed: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(printed / EPUB) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def pages(book: dict[str, bytes]) -> dict[str, Any]:
    """Each page of the EPUB as XML, by its name."""
    return {name: ElementTree.fromstring(data) for name, data in book.items() if name.endswith(".xhtml")}


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def of_class(page: Any, name: str) -> list[Any]:
    return [one for one in page.iter() if name in (one.get("class") or "").split()]


def test_every_link_leads_to_something_that_is_there(book: dict[str, bytes], pages: dict[str, Any]) -> None:
    ids = {name: {one.get("id") for one in page.iter()} for name, page in pages.items()}
    checked_links = 0
    for name, page in pages.items():
        for link in page.iter():
            for key in ("href", "src"):
                address = link.get(key) or ""
                if not address or re.match(r"(https?|mailto|data):", address):
                    continue
                path, _, place = address.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
                assert target in book, (name, address)
                assert not place or place in ids[target], (name, address)
                checked_links += 1
    assert checked_links > 40
    to_lesson = [one for one in pages["book/review-1.xhtml"].iter(f"{XHTML}a") if LESSON in (one.get("href") or "")]
    assert to_lesson, "the review leads to its lesson"


def test_the_package_lists_every_file_once(book: dict[str, bytes]) -> None:
    package = ElementTree.fromstring(book["book/package.opf"])
    listed = [f"book/{one.get('href')}" for one in package.iter("{http://www.idpf.org/2007/opf}item")]
    assert sorted([*listed, "book/package.opf", "mimetype", "META-INF/container.xml"]) == sorted(book)
    contents = book["book/contents.xhtml"].decode()
    assert [name in contents for name in (LESSON, "review-1")] == [True, True]


def test_nothing_waits_to_be_pressed(pages: dict[str, Any]) -> None:
    dead = {"script", "button", "input", "select", "form", "details", "summary", "iframe", "canvas", "label", "style"}
    for name, page in pages.items():
        assert not {one.tag.removeprefix(XHTML) for one in page.iter()} & dead, name
        assert not [one for one in page.iter() if one.get("hidden") is not None or one.get("onclick")], name


def test_each_question_has_its_answer_and_each_leads_to_the_other(html: Path, pages: dict[str, Any]) -> None:
    for source, name in zip(PAGES, (LESSON, "review-1"), strict=True):
        page = pages[f"book/{name}.xhtml"]
        text = (html / source).read_text(encoding="utf-8")
        asked = len(re.findall(r'<form class="quiz ', text)) + len(re.findall(r'class="lmmx-host"', text))
        questions = [one for one in of_class(page, "question") if "exercise" not in (one.get("class") or "")]
        answers = {one.get("id"): one for one in of_class(page, "answer")}
        assert len(questions) == len(answers) == asked > 3
        for question in questions:
            answer = answers[f"{question.get('id')}-answer"]
            assert f"#{question.get('id')}" in [link.get("href") for link in answer.iter(f"{XHTML}a")]
            assert len(of_class(answer, "right")) == 1, words(answer)
            assert all(len(words(note)) > 8 for note in of_class(answer, "note"))
        rights = text.count('data-right="true"')
        assert len(of_class(page, "right")) == rights + text.count('class="lmmx-host"')


def test_formulas_are_mathml_with_tex_beside(html: Path, book: dict[str, bytes], pages: dict[str, Any]) -> None:
    from fontTools.ttLib import TTFont

    formulas = list(pages[f"book/{LESSON}.xhtml"].iter(f"{MATH}math"))
    assert len(formulas) >= (html / PAGES[0]).read_text(encoding="utf-8").count("<math") > 20
    assert all(formula.get("alttext") for formula in formulas)
    assert TTFont(io.BytesIO(book["book/fonts/book-math.woff2"])).getBestCmap()[0x2211] == "summation"
    assert 'url("fonts/book-math.woff2")' in book["book/book.css"].decode()


def test_an_explorer_stands_as_pictures_that_show_something(book: dict[str, bytes], pages: dict[str, Any]) -> None:
    explorer = of_class(pages[f"book/{LESSON}.xhtml"], "explorer")[0]
    pictures = list(explorer.iter(f"{XHTML}img"))
    assert len(pictures) >= 2
    assert "σ² = " in words(of_class(explorer, "explorer-state")[0])
    for picture in pictures:
        assert len(picture.get("alt") or "") > 10
        image = Image.open(io.BytesIO(book[f"book/{picture.get('src')}"])).convert("L")
        assert image.width == pytest.approx(2 * int(picture.get("width") or 0), abs=4)
        dark = sum(image.histogram()[:160]) / (image.width * image.height)
        assert 0.002 < dark < 0.8, picture.get("src")
        edge = image.crop((image.width - 2, 0, image.width, image.height))
        assert sum(edge.histogram()[:160]) == 0, "a panel is cut at its right edge"


def test_the_pdf_has_contents_links_and_an_outline(printed: Path) -> None:
    made = (printed / PDF).read_bytes()
    assert made.startswith(b"%PDF-")
    found = pages_of(made)
    assert 3 <= found[LESSON] < found["review-1"]
    assert f"{LESSON}--play" not in found or found[f"{LESSON}--play"] >= found[LESSON]
    for sign in (b"/Outlines", b"/StructTreeRoot", b"/MarkInfo", b"/Subtype /Link", b"/Lang (en"):
        assert sign in made, sign
    assert not re.findall(rb"/URI \((?!https?:|mailto:)[^)]*", made)
    assert not (printed / "lmmteach.html").exists()


@pytest.fixture(scope="module")
def made(browser: Any, html: Path) -> list[Chapter]:
    return read_chapters(browser, html, [place for place in places(find_book(), html) if place.page == PAGES[0]])


def test_what_is_wider_than_its_sheet_is_refused(browser: Any, made: list[Chapter], tmp_path: Path) -> None:
    """The whole book is looked at whenever it is printed; here one chapter, with a table that is too wide."""
    (chapter,) = made
    table = f"<table><tr>{'<td>0.123456789</td>' * 20}</tr></table>"
    wide = replace(chapter, pages=f'<div class="chapter">{table}</div>')
    with pytest.raises(LmmError, match=rf"wider than a sheet:\n{LESSON}: table: 0.12"):
        write_pdf(browser, tmp_path / PDF, [wide], ABOUT, b"")
    assert list(tmp_path.iterdir()) == []
    contents = whole(made, ABOUT, b"", {LESSON: 47})
    assert '<span class="page">47</span>' in contents


def test_panels_are_drawn_in_the_pdf(made: list[Chapter]) -> None:
    (chapter,) = made
    assert "lmmx-title" in chapter.pages, "panels are drawn, not photographed"
    assert not re.search(r'\bid="(?!lesson-03)', chapter.pages), "each mark has its chapter's name"


@pytest.mark.skipif(checker() is None, reason="epubcheck is not installed; a release has it: make.py print --check")
def test_epubcheck_has_nothing_against_it(printed: Path) -> None:
    check_epub(printed / EPUB)


def test_what_epubcheck_says_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "checker", lambda: None)
    with pytest.raises(LmmError, match=r"not installed.*--check"):
        check_epub(tmp_path / EPUB)
    said = "import sys; print('ERROR(RSC-005): line 3: a tag'); print('INFO: x'); sys.exit(1)"
    monkeypatch.setattr(checked, "checker", lambda: [__import__("sys").executable, "-c", said])
    with pytest.raises(LmmError, match=r"RSC-005.*: a tag"):
        check_epub(tmp_path / EPUB)


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.shutil, "which", lambda name: None)
    with pytest.raises(LmmError, match="Chromium"), reading.browser():
        pass


def test_the_welcome_page_offers_what_is_there_and_of_these_pages(tmp_path: Path) -> None:
    pages, made = tmp_path / "html", tmp_path / "print"
    pages.mkdir()
    made.mkdir()
    (pages / "intro.html").write_text(f"<p>Zip</p>{MARK}<p>More</p>", encoding="utf-8")
    bare = (pages / "intro.html").read_text(encoding="utf-8")
    assert not offer_paper(pages, made, "a")
    (made / PDF).write_bytes(b"x" * 2_000_000)
    (made / EPUB).write_bytes(b"x")
    stamp(made, "a")
    for _ in range(2):  # once or twice, it stands there once
        assert offer_paper(pages, made, "a")
        offered = (pages / "intro.html").read_text(encoding="utf-8")
        assert re.findall(r'href="([^"]+)"', offered) == [PDF, EPUB]
        assert "2.0 MB" in offered
        assert (pages / PDF).is_file()
        assert (pages / EPUB).is_file()
    assert not offer_paper(pages, made, "b")
    assert (pages / "intro.html").read_text(encoding="utf-8") == bare
    assert not (pages / PDF).exists()


def test_the_command_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["print", "--help"])
    assert "EPUB" in capsys.readouterr().out
