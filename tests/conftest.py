"""What every test shares: no network, the data's whereabouts, and an honest word about what was skipped."""

from __future__ import annotations

import os
import socket
import warnings
from pathlib import Path

import pandas as pd
import pytest

import lmmteach

ROOT = Path(__file__).resolve().parent.parent
#: a folder beside the clone that may hold the real Framingham file
BESIDE = ROOT.parent / "shared" / "data"
REAL_FILE = "Cholesterol.txt"

# Scripts that pytest would import in search of examples; some need programs that no test does.
collect_ignore_glob = ["benchmarks/*.py", "reference/make_*.py", "reference/rosetta/make_*.py"]

# Set before any loader is called, and inherited by the kernels and builds tests start.
if "LMMTEACH_DATA" not in os.environ and (BESIDE / REAL_FILE).is_file():
    os.environ["LMMTEACH_DATA"] = str(BESIDE)
os.environ["LMMTEACH_OFFLINE"] = "1"


def real_file() -> Path | None:
    """The real Framingham file, if this machine has it where tests may look."""
    folder = os.environ.get("LMMTEACH_DATA")
    path = Path(folder) / REAL_FILE if folder else None
    return path if path and path.is_file() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip those marked `real_data` where the file is not."""
    if real_file():
        return
    skip = pytest.mark.skip(reason="needs the real Framingham file (set LMMTEACH_DATA to its folder)")
    for item in items:
        if item.get_closest_marker("real_data"):
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which data the run used."""
    found = real_file()
    terminalreporter.section("data")
    if found:
        terminalreporter.line("Framingham: the real file (200 subjects)")
    else:
        skipped = terminalreporter.stats.get("skipped", [])
        waiting = sum("real Framingham file" in str(report.longrepr) for report in skipped)
        terminalreporter.line("Framingham: the simulated stand-in")
        if waiting:
            terminalreporter.line(
                f"{waiting} tests of the real file were skipped. "
                f"To run them, set LMMTEACH_DATA to a folder with {REAL_FILE}."
            )


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves this machine: a connection elsewhere is an error that names its target."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"  # a path: a local socket
        if host not in {"127.0.0.1", "localhost", "::1"}:
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(scope="session", autouse=True)
def framingham_data() -> pd.DataFrame:
    """Framingham, real or stand-in; that it is the stand-in is said once, here, not in whichever test asks first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        return lmmteach.load_framingham()


@pytest.fixture(scope="session")
def framingham(framingham_data: pd.DataFrame) -> lmmteach.Fit:
    """Its fit with random intercept and slope."""
    return lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 + year | id)", framingham_data)
