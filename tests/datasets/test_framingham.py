"""load_framingham(): which data it gives, in what shape, and what it says."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest

from lmmteach.datasets import load_framingham
from lmmteach.errors import DataError, LmmWarning
from tests.conftest import ROOT
from tests.conftest import real_file as found_real_file

COLUMNS = ["id", "sex", "age", "year", "cholesterol"]
REAL = found_real_file()  # asked before the fixture hides the file


def put(folder: Path, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Cholesterol.txt").write_bytes(content)
    return folder


def check_shape(data: pd.DataFrame) -> None:
    """What holds of the real data and the stand-in alike."""
    assert list(data.columns) == COLUMNS
    assert (len(data), data["id"].nunique()) == (1044, 200)
    assert not data.isna().any(axis=None)
    assert list(data["sex"].cat.categories) == ["female", "male"]
    people = data.groupby("id").agg(
        sex=("sex", "first"), sexes=("sex", "nunique"), ages=("age", "nunique"), years=("year", tuple)
    )
    assert people["sex"].value_counts().to_dict() == {"female": 103, "male": 97}
    assert (people[["sexes", "ages"]] == 1).all(axis=None)
    assert people["years"].nunique() == 22
    assert (people["years"] == (0, 2, 4, 6, 8, 10)).sum() == 133
    assert data.attrs["units"] == {"age": "years", "year": "years", "cholesterol": "mg/dL"}
    assert data["age"].between(31, 62).all()


def test_standin_on_request_says_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = load_framingham(source="standin")
    check_shape(data)
    assert data.attrs["source"] == "standin"
    assert "stand-in" in data.attrs["title"]


def test_nothing_to_be_had_gives_the_standin_and_one_warning() -> None:
    with pytest.warns(LmmWarning) as said:
        data = load_framingham()
    assert data.attrs["source"] == "standin"
    assert len(said) == 1
    text = str(said[0].message)
    assert "simulated stand-in" in text
    assert "LMMTEACH_OFFLINE" in text  # why
    assert "LMMTEACH_DATA" in text  # the remedy
    assert said[0].filename == __file__  # it points at the reader's own line
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_framingham().attrs["source"] == "standin"


def test_real_insists() -> None:
    with pytest.raises(DataError, match=r"cannot be had.*LMMTEACH_OFFLINE.*LMMTEACH_DATA"):
        load_framingham(source="real")


def test_unknown_source_is_named() -> None:
    with pytest.raises(DataError, match=r"'genuine'.*\"real\""):
        load_framingham(source="genuine")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["data", "with space", "Übungen λμμ"])
def test_local_copy(name: str, fake: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMMTEACH_DATA", str(put(tmp_path / name, fake)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = load_framingham()
    assert data.attrs["source"] == "real"
    assert list(data.columns) == COLUMNS
    assert data["id"].tolist() == [1, 1, 2, 2, 3]  # newid, not ID
    assert data["sex"].tolist() == ["female", "female", "male", "male", "female"]  # 0 = male, 1 = female
    assert data["year"].tolist() == [0, 2, 0, 6, 0]
    assert data["cholesterol"].tolist() == [205, 211, 180, 190, 240]


def test_local_copy_in_the_home(fake: bytes, bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(bare_machine / "course", fake)
    monkeypatch.setenv("LMMTEACH_DATA", "~/course")
    assert load_framingham().attrs["source"] == "real"


@pytest.mark.parametrize("source", ["auto", "real"])
@pytest.mark.parametrize(
    "tamper",
    [
        lambda text: text.replace(b"205", b"206"),
        lambda text: text.replace(b"\r\n", b"\n"),
        lambda text: text[:-9],
        lambda text: b"",
    ],
    ids=["a value", "line ends", "truncated", "empty"],
)
def test_altered_local_copy_is_never_used(tamper, source, fake, tmp_path, monkeypatch) -> None:
    altered = tamper(fake)
    monkeypatch.setenv("LMMTEACH_DATA", str(put(tmp_path / "data", altered)))
    with pytest.raises(DataError) as error:
        load_framingham(source=source)
    for part in (
        "Cholesterol.txt",
        hashlib.sha256(fake).hexdigest(),
        hashlib.sha256(altered).hexdigest(),
        "LMMTEACH_DATA",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize("what", ["missing", "empty folder", "the file itself"])
def test_data_variable_pointing_nowhere_is_said(
    what: str, fake: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "elsewhere"
    target = {"missing": folder, "empty folder": folder, "the file itself": folder / "Cholesterol.txt"}[what]
    if what == "empty folder":
        folder.mkdir()
    if what == "the file itself":
        put(folder, fake)
    monkeypatch.setenv("LMMTEACH_DATA", str(target))
    with pytest.warns(LmmWarning) as said:
        assert load_framingham().attrs["source"] == "standin"
    assert len(said) == 1
    assert f"LMMTEACH_DATA is '{target}'" in str(said[0].message)
    with pytest.raises(DataError, match="LMMTEACH_DATA is"):
        load_framingham(source="real")


def test_each_call_returns_its_own_table() -> None:
    first = load_framingham(source="standin")
    first.loc[0, "cholesterol"] = float("nan")
    first.attrs["units"]["age"] = "dog years"
    second = load_framingham(source="standin")
    assert second["cholesterol"].notna().all()
    assert second.attrs["units"]["age"] == "years"


def test_importing_the_datasets_is_light() -> None:
    heavy = ["pooch", "requests", "matplotlib", "ipywidgets"]
    code = (
        "import sys, lmmteach.datasets as d; d.load_framingham('standin'); d.load_sleepstudy(); "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.real_data
def test_the_real_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REAL is not None
    monkeypatch.setenv("LMMTEACH_DATA", str(REAL.parent))
    data = load_framingham(source="real")
    check_shape(data)
    assert data.attrs["source"] == "real"
    # The file itself says who is who, by its newid; its code 1 is female.
    file = pd.read_csv(REAL, sep=r"\s+")
    assert data["id"].tolist() == file["newid"].tolist()
    assert (data["sex"] == "female").tolist() == (file["sex"] == 1).tolist()
    assert (data["sex"] == "male").sum() == 530
    for ours, theirs in [("age", "age"), ("year", "year"), ("cholesterol", "cholst")]:
        assert data[ours].tolist() == file[theirs].tolist()
