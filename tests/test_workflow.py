"""The publishing workflow and the launch links, as far as they can be checked without the host that runs them."""

from __future__ import annotations

import re
import runpy
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from lmmteach.publish.bookzip import NAME as ZIP
from lmmteach.publish.paper.shelf import EPUB, PDF
from tests.wheel.build import DIST, NOTES

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the book extra")
ROOT = Path(__file__).resolve().parent.parent


FOLDER = ROOT / ".github" / "workflows"
NAMES = ["book", "release"]


def read(name: str) -> dict[Any, Any]:
    return dict(yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    return read("book")


@pytest.fixture(scope="module")
def release() -> dict[Any, Any]:
    return read("release")


def test_each_workflow_is_tested() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{name}.yml" for name in NAMES]


def steps(workflow: dict[Any, Any], job: str) -> str:
    return "\n".join(str(step) for step in workflow["jobs"][job]["steps"])


def test_it_tests_builds_audits_and_publishes(workflow: dict[Any, Any]) -> None:
    jobs = {
        "lint",
        "test",
        "wheel",
        "oldest",
        "fuzz",
        "tomorrow",
        "frontends",
        "audit",
        "build",
        "publish",
        "notebooks",
    }
    assert set(workflow["jobs"]) == jobs
    matrix = workflow["jobs"]["test"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}
    declared = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert declared is not None
    assert matrix["python"][0] == declared[1]
    assert len(matrix["python"]) >= 3
    assert "make.py oldest" in steps(workflow, "oldest")
    assert "pip_audit --strict" in steps(workflow, "audit")
    assert "make.py book" in steps(workflow, "build")
    assert "make.py test" in steps(workflow, "test")
    assert "deploy-pages" in steps(workflow, "publish")
    assert set(workflow["jobs"]["publish"]["needs"]) == {"lint", "test", "wheel", "oldest", "audit", "build"}


def test_lint_looks_at_rules_layout_and_types() -> None:
    commands = [" ".join(command) for command in runpy.run_path(str(ROOT / "make.py"))["TASKS"]["lint"][1]]
    assert commands == ["-m ruff check .", "-m ruff format --check .", "-m mypy"]


def test_the_fuzzing_is_nightly(workflow: dict[Any, Any]) -> None:
    hours = [entry["cron"].split() for entry in workflow[True]["schedule"]]  # YAML reads the key "on" as true
    assert [hour[2:] for hour in hours] == [["*", "*", "*"]]
    job = workflow["jobs"]["fuzz"]
    assert "'schedule'" in job["if"]
    assert job["env"] == {"LMMTEACH_FUZZ": "nightly"}
    assert "make.py test tests/fuzz" in steps(workflow, "fuzz")


def test_the_book_is_printed_and_the_whole_epub_checked(workflow: dict[Any, Any], release: dict[Any, Any]) -> None:
    """Where tests skip for want of epubcheck, a release does not: it is installed, and --check fails without it."""
    for told, job in ((workflow, "build"), (release, "book")):
        text = steps(told, job)
        assert text.index("epubcheck") < text.index("make.py book") < text.index("make.py print --check")
        assert text.index("make.py print") < text.index("upload-")


def test_plain_sphinx_is_tried_every_night(workflow: dict[Any, Any]) -> None:
    job = workflow["jobs"]["tomorrow"]
    assert "'schedule'" in job["if"]
    assert "make.py tomorrow" in steps(workflow, "tomorrow")
    (path,) = (step["with"]["cache-dependency-path"] for step in job["steps"] if "setup-python" in step.get("uses", ""))
    assert (ROOT / path).is_file()


def test_each_task_of_a_workflow_is_one_of_make() -> None:
    tasks = re.search(r"make\.py ([a-z |]+)\n", (ROOT / "make.py").read_text(encoding="utf-8"))
    assert tasks is not None
    jobs = [(read(name), job) for name in NAMES for job in read(name)["jobs"]]
    used = {task for workflow, job in jobs for task in re.findall(r"make\.py (\w+)", steps(workflow, job))}
    assert used == {"book", "print", "test", "lint", "oldest", "tomorrow", "frontends", "wheel"}
    assert used < set(tasks[1].split(" | "))
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^\$ python make\.py (\w+)", contributing)) == set(tasks[1].split(" | "))


@pytest.mark.parametrize("name", NAMES)
def test_each_job_is_bounded_and_its_actions_are_of_a_named_version(name: str) -> None:
    workflow = read(name)
    assert workflow["permissions"] == {"contents": "read"}
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if "uses" in step:  # the publishing action keeps its major versions on branches, release/v1
                assert re.fullmatch(r"[\w-]+/[\w-]+@(release/)?v\d+", step["uses"])


@pytest.mark.parametrize("name", NAMES)
def test_what_a_contributor_can_name_is_no_part_of_a_command(name: str) -> None:
    """The name of a branch or a tag in ``${{ }}`` would be pasted into the shell; a variable is not."""
    for job in read(name)["jobs"].values():
        for step in job["steps"]:
            assert "github." not in "".join(re.findall(r"\$\{\{(.*?)\}\}", step.get("run", "")))


def test_each_job_may_do_only_what_it_does(workflow: dict[Any, Any], release: dict[Any, Any]) -> None:
    may = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert may == {"publish": {"pages": "write", "id-token": "write"}, "notebooks": {"contents": "write"}}
    for name in may:  # nothing that a pull request brings runs with them
        assert "refs/heads/main" in workflow["jobs"][name]["if"]
    may = {name: job["permissions"] for name, job in release["jobs"].items() if "permissions" in job}
    assert may == {"publish": {"id-token": "write"}, "page": {"contents": "write"}}
    for name in may:  # they hold no source: what they publish was built and tried before them
        assert "checkout" not in steps(release, name)


def test_a_tag_is_built_checked_tried_and_then_published(release: dict[Any, Any]) -> None:
    assert release[True] == {"push": {"tags": ["v*"]}}  # YAML reads the key "on" as true
    jobs = release["jobs"]
    assert set(jobs) == {"test", "build", "fresh", "book", "publish", "page"}
    assert jobs["publish"]["needs"] == ["test", "build", "fresh", "book"]
    assert jobs["page"]["needs"] == ["publish"]
    assert jobs["fresh"]["needs"] == ["build"]
    assert 'make.py wheel --tag "$GITHUB_REF_NAME"' in steps(release, "build")
    assert {system.split("-")[0] for system in jobs["fresh"]["strategy"]["matrix"]["os"]} == {
        "ubuntu",
        "macos",
        "windows",
    }
    assert (ROOT / jobs["fresh"]["steps"][-1]["run"].removeprefix("python ")).is_file()
    publishing = jobs["publish"]["steps"][-1]
    assert publishing["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert publishing["with"] == {"attestations": True}


def test_what_one_job_leaves_the_next_finds(release: dict[Any, Any]) -> None:
    left = {
        step["with"]["name"]: step["with"]["path"]
        for job in release["jobs"].values()
        for step in job["steps"]
        if "upload-artifact" in step.get("uses", "")
    }
    paper = "book/_build/print/lmmteach.*"
    assert left == {"dist": DIST.name, "notes": NOTES.name, "book": f"book/_build/html/{ZIP}", "print": paper}
    assert all(fnmatch(name, Path(paper).name) for name in (PDF, EPUB))
    for part in (
        f"made/notes/{NOTES.name}",
        "made/dist/*",
        f"made/book/{ZIP}",
        f"made/print/{PDF}",
        f"made/print/{EPUB}",
    ):
        assert part in steps(release, "page")


def test_the_branch_of_notebooks_is_named_once(workflow: dict[Any, Any]) -> None:
    command = workflow["jobs"]["notebooks"]["steps"][-1]["run"]
    pattern = re.search(r"s/\^branch: \*\\\((.*?)\\\)", command)
    assert pattern is not None
    launch = (ROOT / "book" / "launch.yml").read_text(encoding="utf-8")
    found = re.search(rf"(?m)^branch: *({pattern[1]})", launch)
    assert found is not None
    assert found[1] == yaml.safe_load(launch)["branch"]
