"""The publishing workflow and the launch links, as far as they can be checked without the host that runs them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the book extra")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    folder = ROOT / ".github" / "workflows"
    assert [path.name for path in folder.iterdir()] == ["book.yml"]
    return dict(yaml.safe_load((folder / "book.yml").read_text(encoding="utf-8")))


def steps(workflow: dict[Any, Any], job: str) -> str:
    return "\n".join(str(step) for step in workflow["jobs"][job]["steps"])


def test_it_tests_builds_audits_and_publishes(workflow: dict[Any, Any]) -> None:
    assert set(workflow["jobs"]) == {"lint", "test", "oldest", "fuzz", "audit", "build", "publish", "notebooks"}
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
    assert set(workflow["jobs"]["publish"]["needs"]) == {"lint", "test", "oldest", "audit", "build"}


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


def test_each_task_of_the_workflow_is_one_of_make(workflow: dict[Any, Any]) -> None:
    tasks = re.search(r"make\.py ([a-z |]+)\n", (ROOT / "make.py").read_text(encoding="utf-8"))
    assert tasks is not None
    used = {task for job in workflow["jobs"] for task in re.findall(r"make\.py (\w+)", steps(workflow, job))}
    assert used == {"book", "test", "lint", "oldest"}
    assert used < set(tasks[1].split(" | "))
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^\$ python make\.py (\w+)", contributing)) == set(tasks[1].split(" | "))


def test_each_job_may_do_only_what_it_does(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    may = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert may == {"publish": {"pages": "write", "id-token": "write"}, "notebooks": {"contents": "write"}}
    for name in may:  # nothing that a pull request brings runs with them
        assert "refs/heads/main" in workflow["jobs"][name]["if"]
    text = (ROOT / ".github" / "workflows" / "book.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"])


def test_the_branch_of_notebooks_is_named_once(workflow: dict[Any, Any]) -> None:
    command = workflow["jobs"]["notebooks"]["steps"][-1]["run"]
    pattern = re.search(r"s/\^branch: \*\\\((.*?)\\\)", command)
    assert pattern is not None
    launch = (ROOT / "book" / "launch.yml").read_text(encoding="utf-8")
    found = re.search(rf"(?m)^branch: *({pattern[1]})", launch)
    assert found is not None
    assert found[1] == yaml.safe_load(launch)["branch"]
