"""What a platform sees of a lesson and an explorer: questions one by one, score, completion, and where a reader was."""

from __future__ import annotations

import html as markup
import io
import json
import os
import re
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

import lmmteach
from lmmteach.check.page import page_table
from lmmteach.check.shelf import all_exercises, lesson_titles
from lmmteach.cli import main
from lmmteach.errors import LmmError
from lmmteach.publish.lms import command
from lmmteach.publish.lms.exercises import number_questions
from lmmteach.publish.lms.gift import gift
from lmmteach.publish.lms.qti import qti
from lmmteach.publish.lms.questions import Question, questions_of
from lmmteach.publish.lms.scorm import explorer_package, lesson_package
from lmmteach.publish.lms.shelf import lesson_files, lessons_in, page_of
from lmmteach.publish.serve import open_server
from tests.explore.node import node

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
#: a platform: it gives the package a frame, keeps what it is told, and gives it back at the next visit
PLATFORM = """<!doctype html><meta charset="utf-8"><title>platform</title><link rel="icon" href="data:,">
<script src="scorm12.min.js"></script>
<script>
const API = window.API = new Scorm12API({ autocommit: false, logLevel: 5 });
const kept = sessionStorage.getItem("cmi");
if (kept) API.loadFromJSON(JSON.parse(kept).cmi);
window.commits = 0;
const keep = () => { commits += 1; sessionStorage.setItem("cmi", API.renderCMIToJSONString()); };
API.on("LMSCommit", keep);
API.on("LMSFinish", () => { keep(); window.finished = true; });
</script>
<iframe style="width: 1200px; height: 800px; border: 0"></iframe>"""
READ_GIFT = """
const { parse } = require(%s);
console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(%s, "utf8")).map((text) => parse(text))));
"""


def stand_in(name: str) -> Path:
    """A package of npm's, which the tests do not fetch."""
    found = HERE / "node_modules" / name
    if not found.is_dir():
        said = f"{name} is not here: npm install --prefix tests/browser/lms --no-package-lock --ignore-scripts"
        if os.environ.get("LMMTEACH_CI") == "1":
            pytest.fail(said)
        pytest.skip(said)
    return found


@pytest.fixture(scope="module")
def asked(html: Path) -> dict[str, list[Question]]:
    """All questions, by lesson."""
    return {lesson: [*questions_of(page_of(html, lesson)), *number_questions(lesson)] for lesson in lessons_in(html)}


# ---- questions ----


def test_every_question_of_a_page_is_there(html: Path, asked: dict[str, list[Question]]) -> None:
    for lesson, questions in asked.items():
        ids = re.findall(r'<form class="quiz[^>]* id="([^"]+)"', page_of(html, lesson).read_text("utf-8"))
        assert [one.name for one in questions][: len(ids)] == ids
        for one in questions:
            assert one.ask
            assert sum(answer.right for answer in one.answers) == 1
            assert not re.search(r"\\(Goo|Got|Gtt|sigsq|class)\b|\$|<(?!/?(code|em|strong|sub|sup|br)>)", str(one))


def test_numbers_are_those_of_the_page() -> None:
    """Each exercise with a number gives one question; its right answer and slack are those that the page accepts."""
    found = {one.name: one for lesson in lesson_titles() for one in number_questions(lesson)}
    assert len(found) >= 13
    for exercise in all_exercises():
        if (one := found.get(f"exercise-{exercise.id.replace('.', '-')}")) is None:
            continue
        low, high = page_table(exercise)["parts"][0]["right"][0][0]
        assert one.right.value is not None
        assert (one.right.value - one.right.slack, one.right.value + one.right.slack) == pytest.approx((low, high))
        for other in one.answers[1:-1]:
            assert other.value is not None
            assert abs(other.value - one.right.value) > one.right.slack + other.slack


def test_moodles_text_is_read_back_question_by_question(asked: dict[str, list[Question]], tmp_path: Path) -> None:
    texts = [gift(questions, f"lmmteach {lesson}") for lesson, questions in asked.items()]
    (tmp_path / "gift.json").write_text(json.dumps(texts), encoding="utf-8")
    script = READ_GIFT % (json.dumps(str(stand_in("gift-pegjs"))), json.dumps(str(tmp_path / "gift.json")))
    (tmp_path / "read.cjs").write_text(script, encoding="utf-8")
    for questions, parsed in zip(asked.values(), json.loads(read(tmp_path / "read.cjs")), strict=True):
        category, *parts = parsed
        assert category["type"] == "Category"
        assert [one["title"] for one in parts] == [one.name for one in questions]
        for one, question in zip(parts, questions, strict=True):
            assert one["stem"]["text"].startswith(question.ask)
            if not question.is_number:
                assert one["type"] in ("MC", "TF")
                assert [(c["text"]["text"], c["feedback"]["text"], c["isCorrect"]) for c in one["choices"]] == [
                    (answer.words, answer.feedback, answer.right) for answer in question.answers
                ]
                continue
            full = [choice for choice in one["choices"] if choice["isCorrect"] and choice["weight"] is None]
            assert [choice["text"]["number"] for choice in full] == [pytest.approx(question.right.value, rel=1e-11)]
            assert full[0]["text"]["range"] == pytest.approx(question.right.slack, rel=1e-9)
            assert len(one["choices"]) == len(question.answers)


def test_qti_is_read_back_question_by_question(asked: dict[str, list[Question]]) -> None:
    space = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    for lesson, questions in asked.items():
        packed = zipfile.ZipFile(io.BytesIO(qti(questions, f"lmmteach {lesson}")))
        assert packed.testzip() is None
        names = [name for name in packed.namelist() if name.endswith(".xml") and "meta" not in name]
        manifest, text = (packed.read(name).decode() for name in sorted(names, key=lambda name: name.count("/")))
        listed = {node.attrib["href"] for node in ElementTree.fromstring(manifest).iter() if "href" in node.attrib}
        assert listed <= set(packed.namelist())
        items = ElementTree.fromstring(text).findall(".//q:item", space)
        assert [item.attrib["title"] for item in items] == [one.name for one in questions]
        for item, question in zip(items, questions, strict=True):
            told = [node.text or "" for node in item.findall("./q:presentation//q:mattext", space)]
            assert plain(told[0]).startswith(plain(question.ask))
            points = [
                node for node in item.findall(".//q:respcondition", space) if node.find("q:setvar", space) is not None
            ]
            assert len(points) == 1
            if question.is_number:
                low, high = (float(points[0].find(f".//q:{end}", space).text) for end in ("vargte", "varlte"))
                value, slack = question.right.value, max(question.right.slack, 1e-4)  # four decimals are written
                assert (low, high) == pytest.approx((value - slack, value + slack), abs=0.5001e-4)
            else:
                assert [plain(one) for one in told[1:]] == [plain(answer.words) for answer in question.answers]
                chosen = points[0].find(".//q:varequal", space).text
                idents = [node.attrib["ident"] for node in item.findall(".//q:response_label", space)]
                assert question.answers[idents.index(chosen)].right


def read(script: Path) -> str:
    """What a script prints under Node."""
    done = subprocess.run([node(), str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(text: str) -> str:
    """A text's letters alone: formulas are pictures in one form and TeX in the other."""
    pictures = re.sub(r"<img[^>]*?data-equation-content=\"([^\"]*)\"[^>]*>", r" \1 ", text)
    flat = markup.unescape(markup.unescape(re.sub(r"<[^>]+>", " ", pictures.replace(r"\(", " ").replace(r"\)", " "))))
    typeset = str.maketrans(
        {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2026": "..."}
    )  # by text2qti
    return re.sub(r"\s+", "", flat.translate(typeset).replace(r"\lt", "<").replace(r"\gt", ">"))


# ---- packages ----


def unpacked(content: bytes, folder: Path) -> Path:
    """A package where a platform keeps it: all its manifest lists, and nothing else."""
    packed = zipfile.ZipFile(io.BytesIO(content))
    packed.extractall(folder)
    root = ElementTree.fromstring(packed.read("imsmanifest.xml"))
    ims, adl = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}", "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"
    places = {unquote(node.attrib["href"]) for node in root.iter(f"{ims}file")}  # they are addresses
    assert places == set(packed.namelist()) - {"imsmanifest.xml"}
    resource = root.find(f".//{ims}resource")
    assert resource is not None
    assert resource.attrib[f"{adl}scormtype"] == "sco"
    assert not re.search(r"[#? ]", resource.attrib["href"])
    return folder / unquote(resource.attrib["href"])


@pytest.fixture(scope="module")
def platform(html: Path, framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the platform is; it has lesson 5 and an explorer."""
    root = tmp_path_factory.mktemp("platform")
    shutil.copy(stand_in("scorm-again") / "dist" / "scorm12.min.js", root)
    (root / "index.html").write_text(PLATFORM, encoding="utf-8")
    unpacked(lesson_package(page_of(html, "05")), root / "lesson")
    saved = framingham.explore().save(root / "explorer.html")
    unpacked(explorer_package(saved), root / "explorer")
    with open_server(root, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url
        server.shutdown()


def opened(page: Any, platform: str, package: str) -> Any:
    page.goto(platform)
    page.evaluate("(src) => { document.querySelector('iframe').src = src; }", package)
    frame = page.frame_locator("iframe")
    frame.locator(".lmmx-panel").first.wait_for()
    # An explorer stands before all of the page's scripts have run, and the adapter counts after them.
    page.wait_for_function("() => API.LMSGetValue('cmi.core.score.raw') !== ''")
    return frame


def cmi(page: Any, name: str) -> str:
    return str(page.evaluate(f"API.LMSGetValue('cmi.{name}')"))


def left(page: Any) -> None:
    """The reader closes the page."""
    page.evaluate("document.querySelector('iframe').src = 'about:blank'")
    page.wait_for_function("() => window.finished")


def answer_check(frame: Any, question: Question, right: bool) -> None:
    form = frame.locator(f"form#{question.name}")
    chosen = next(k for k, one in enumerate(question.answers) if one.right is right)
    if question.is_number:
        form.locator("input[type=text]").fill(str(question.answers[chosen].value))
    else:
        form.locator("input[type=radio]").nth(chosen).check()
    form.locator("button[type=submit]").click()


def test_a_lesson_tells_its_score_and_is_completed(page: Any, platform: str, html: Path) -> None:
    questions = questions_of(page_of(html, "05"))
    frame = opened(page, platform, "lesson/" + page_of(html, "05").name)
    total = len(questions) + frame.locator("form[data-exercise]").count()
    assert (cmi(page, "core.lesson_status"), cmi(page, "core.score.raw")) == ("incomplete", "0")
    answer_check(frame, questions[0], right=False)
    assert cmi(page, "core.score.raw") == "0"
    answer_check(frame, questions[0], right=True)
    answer_check(frame, questions[1], right=True)
    assert cmi(page, "core.score.raw") == str(round(200 / total))
    left(page)
    assert page.evaluate("JSON.parse(sessionStorage.getItem('cmi')).cmi.core.exit") == "suspend"

    frame = opened(page, platform, "lesson/" + page_of(html, "05").name)  # on another day
    assert cmi(page, "core.score.raw") == str(round(200 / total))
    for one in questions[2:]:
        answer_check(frame, one, right=True)
    assert cmi(page, "core.lesson_status") == "incomplete"
    for form in frame.locator("form[data-exercise]").all():
        form.evaluate("(form) => { form.closest('details').open = true; }")
        form.locator("input").first.fill("1")
        form.locator("button[type=submit]").click()
    assert cmi(page, "core.lesson_status") == "completed"
    assert cmi(page, "core.score.raw") == str(round(100 * len(questions) / total))
    assert len(cmi(page, "suspend_data")) <= 4096
    left(page)
    frame = opened(page, platform, "lesson/" + page_of(html, "05").name)
    assert frame.locator(".exercise-state").first.inner_text() == "tried"
    assert (cmi(page, "core.lesson_status"), cmi(page, "core.score.max")) == ("completed", "100")


def test_another_student_at_the_same_machine_finds_nothing(page: Any, platform: str, html: Path) -> None:
    name = "lesson/" + page_of(html, "05").name
    question = questions_of(page_of(html, "05"))[0]
    answer_check(opened(page, platform, name), question, right=True)
    assert cmi(page, "core.score.raw") != "0"
    page.goto("about:blank")
    page.goto(platform)
    page.evaluate("sessionStorage.clear()")
    frame = opened(page, platform, name)
    assert cmi(page, "core.score.raw") == "0"
    assert frame.locator("body").evaluate("() => Object.keys(localStorage).filter((key) => /progress/.test(key))") == []


def test_an_explorer_tells_what_was_done(page: Any, platform: str) -> None:
    frame = opened(page, platform, "explorer/explorer.html")
    assert (cmi(page, "core.lesson_status"), cmi(page, "core.score.raw")) == ("incomplete", "0")
    frame.locator(".lmmx-answer input").first.check()
    frame.locator("[data-action=lock]").click()
    page.wait_for_function("() => API.LMSGetValue('cmi.core.score.raw') === '33'")
    slider = frame.locator("[data-param=G12][type=range]")
    slider.press("End")
    page.wait_for_function("() => API.LMSGetValue('cmi.core.score.raw') === '67'")
    set_to = slider.input_value()
    frame.locator(".lmmx-saw:enabled").first.click()
    page.wait_for_function("() => API.LMSGetValue('cmi.core.lesson_status') === 'completed'")
    assert cmi(page, "core.score.raw") == "100"
    left(page)
    frame = opened(page, platform, "explorer/explorer.html")
    assert cmi(page, "core.lesson_status") == "completed"
    # the setting waits in the address for the prediction, which comes in the next frame
    back = frame.locator("[data-param=G12][type=range]")
    pytest.importorskip("playwright.sync_api").expect(back).to_have_value(set_to)


def test_a_platform_that_refuses_is_said(page: Any, platform: str, html: Path) -> None:
    frame = opened(page, platform, "lesson/" + page_of(html, "05").name)
    page.evaluate("() => { API.LMSSetValue = () => 'false'; }")
    answer_check(frame, questions_of(page_of(html, "05"))[0], right=True)
    frame.locator("#lms-said").wait_for()
    assert "did not take the result" in frame.locator("#lms-said").inner_text()


@pytest.mark.parametrize("fault", ["() => 'false'", "() => { throw new Error('down'); }", "() => undefined"])
@pytest.mark.parametrize("call", ["LMSInitialize", "LMSSetValue", "LMSCommit"])
def test_a_platform_that_fails_ends_no_page_and_is_said(
    page: Any, platform: str, html: Path, call: str, fault: str
) -> None:
    page.goto(platform)
    page.evaluate(f"() => {{ API.{call} = {fault}; }}")
    page.evaluate("(src) => { document.querySelector('iframe').src = src; }", "lesson/" + page_of(html, "05").name)
    frame = page.frame_locator("iframe")
    answer_check(frame, questions_of(page_of(html, "05"))[0], right=True)
    assert frame.locator("form.quiz .is-right").count() == 1
    said = frame.locator("#lms-said").inner_text()
    assert ("did not open its record" if call == "LMSInitialize" else "did not take the result") in said


def test_who_is_asked_whether_to_leave_and_stays_is_heard(page: Any, platform: str, html: Path) -> None:
    questions = questions_of(page_of(html, "05"))
    frame = opened(page, platform, "lesson/" + page_of(html, "05").name)
    inside = frame.locator("body")
    inside.evaluate("() => dispatchEvent(new Event('beforeunload'))")
    answer_check(frame, questions[0], right=True)
    one = cmi(page, "core.score.raw")
    assert float(one) > 0
    # Back from the browser's memory: the platform has ended this visit, and another one begins.
    inside.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert page.evaluate("() => window.finished")
    page.evaluate("() => { API.reset(); API.loadFromJSON(JSON.parse(sessionStorage.getItem('cmi')).cmi); }")
    inside.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    answer_check(frame, questions[1], right=True)
    assert float(cmi(page, "core.score.raw")) > float(one)


def test_what_does_not_fit_leaves_out_words_then_answers_and_never_what_was_right(
    page: Any, platform: str, html: Path
) -> None:
    frame = opened(page, platform, "lesson/" + page_of(html, "05").name)
    for many, letters in ((3, 20), (12, 900), (40, 10)):
        entry = {"passed": True, "attempts": 2, "last": 1.7e12, "answer": "x" * letters, "diagnosis": "y" * letters}
        held = {"version": 1, "checks": {}, "exercises": {f"{k:02}.1": entry for k in range(many)}}
        frame.locator("body").evaluate("(_, held) => lmmteachStore.setItem('', JSON.stringify(held))", held)
        kept = json.loads(cmi(page, "suspend_data"))["all"]["exercises"]
        assert len(kept) == many
        assert all(one["passed"] for one in kept.values())
        assert len(cmi(page, "suspend_data")) <= 4096
        assert frame.locator("#lms-said").count() == 0


def test_alone_the_package_is_a_page(page: Any, platform: str, html: Path) -> None:
    """Opened without a platform it works, keeps progress in the browser as the book does, and leads nowhere."""
    page.goto(f"{platform}lesson/{page_of(html, '05').name}")
    answer_check(page, questions_of(page_of(html, "05"))[0], right=True)
    assert page.locator("form.quiz .is-right").count() == 1
    links = page.eval_on_selector_all("a[href]", "(all) => all.map((a) => a.getAttribute('href'))")
    assert [link for link in links if not re.match(r"#|https?:|data:", link)] == []


@pytest.mark.parametrize("sandbox", ['sandbox="allow-scripts"', ""])
def test_in_a_frame_without_a_platform_it_says_so(
    page: Any, framingham: lmmteach.Fit, tmp_path: Path, sandbox: str
) -> None:
    """A platform's preview of files, or a frame that reaches nothing: nobody works there for nothing."""
    start = unpacked(explorer_package(framingham.explore().save(tmp_path / "explorer.html")), tmp_path / "package")
    with open_server(start.parent, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        page.goto(server.url + start.name)
        page.locator(".lmmx").wait_for()
        assert page.locator("#lms-said").count() == 0
        page.set_content(f'<iframe {sandbox} src="{server.url}{start.name}"></iframe>')
        said = page.frame_locator("iframe").locator("#lms-said").text_content()
        assert str(said).startswith("No learning platform answers around this page")
        server.shutdown()


# ---- the command ----


def test_the_command_writes_them_all(
    html: Path, tmp_path: Path, framingham: lmmteach.Fit, capsys: pytest.CaptureFixture[str]
) -> None:
    files = dict(lesson_files(html, "05"))
    assert list(files) == ["lesson-05-scorm.zip", "lesson-05-qti.zip", "lesson-05-gift.txt"]
    assert {"before", "capstone", "review-1", "review-2", "review-3"} <= lessons_in(html).keys()
    assert next(iter(dict(lesson_files(html, "review-1")))) == "review-1-scorm.zip"
    saved = framingham.explore().save(tmp_path / "mine no. 1#.html")
    assert main(["lms", str(saved), "-o", str(tmp_path)]) == 0
    assert unpacked((tmp_path / "mine no. 1#-scorm.zip").read_bytes(), tmp_path / "out").is_file()
    assert main(["lms", str(saved), str(saved), "-o", str(tmp_path)]) == 1
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine no. 1#-scorm.zip").mkdir()
    assert main(["lms", str(saved), "-o", str(tmp_path / "taken")]) == 1
    said = capsys.readouterr().err
    assert "would take the place of the first" in said
    assert "cannot be written" in said


def test_what_cannot_be_written_is_said(
    html: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_book", lambda: tmp_path)
    assert main(["lms", "05"]) == 1
    assert "Build the book first" in capsys.readouterr().err
    (tmp_path / "_build").symlink_to(html.parent)
    monkeypatch.setattr(command, "find_book", lambda: tmp_path)
    for what in ("99", ""):
        assert main(["lms", what]) == 1
        assert f"There is no lesson {what!r}" in capsys.readouterr().err
    assert main(["lms", "05", "-o", str(tmp_path / "nowhere")]) == 1
    assert "There is no folder" in capsys.readouterr().err
    (tmp_path / "other.html").write_text("<p>no explorer</p>", encoding="utf-8")
    assert main(["lms", str(tmp_path / "other.html"), "-o", str(tmp_path)]) == 1
    assert "is no saved explorer" in capsys.readouterr().err
    with pytest.raises(LmmError, match="Build the book first"):
        questions_of(tmp_path / "05.html")
