"""The forms for issues and pull requests: the host shows a faulty one as nothing, and says so to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the book extra")
FOLDER = Path(__file__).resolve().parent.parent / ".github"
#: what a mender cannot do without
ASKED = {
    "bug": {"call", "data", "expected", "happened", "version"},
    "wrong-number": {"call", "output", "reference", "reference-output", "data", "version"},
    "idea": {"who", "what"},
}
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def form(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / "ISSUE_TEMPLATE" / f"{name}.yml").read_text(encoding="utf-8")))


def test_each_form_is_tested() -> None:
    assert {path.stem for path in (FOLDER / "ISSUE_TEMPLATE").iterdir()} == {*ASKED, "config"}
    assert form("config") == {"blank_issues_enabled": False}


@pytest.mark.parametrize("name", ASKED)
def test_a_form_asks_for_what_a_mender_needs(name: str) -> None:
    found = form(name)
    assert set(found) == {"name", "description", "labels", "body"}
    assert all(isinstance(found[key], str) and found[key] for key in ("name", "description"))
    assert {field["type"] for field in found["body"]} <= KINDS
    questions = [field for field in found["body"] if field["type"] != "markdown"]
    ids = [field["id"] for field in questions]
    assert len(ids) == len(set(ids))
    assert {field["id"] for field in questions if field["validations"]["required"]} == ASKED[name]
    labels = [field["attributes"]["label"] for field in questions]
    assert all(labels)
    assert len(labels) == len(set(labels)), "the host refuses a form with two fields of one label"


@pytest.mark.parametrize("name", ASKED)
def test_a_form_says_nothing_that_the_host_does_not_read(name: str) -> None:
    """A key of another name (`descripton`) is dropped without a word, or drops the form."""
    known = {"label", "description", "placeholder", "render", "value"}
    for field in form(name)["body"]:
        assert set(field) <= {"type", "id", "attributes", "validations"}
        assert set(field["attributes"]) <= known
        assert set(field.get("validations", {})) <= {"required"}


def test_a_pull_request_is_asked_for_reason_check_and_changelog() -> None:
    text = (FOLDER / "pull_request_template.md").read_text(encoding="utf-8")
    for asked in ("What changes, and why", "How it was checked", "make.py lint", "CHANGELOG.md"):
        assert asked in text
