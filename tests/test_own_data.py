"""``lmmteach explore``: a file of one's own, and no Python written."""

from __future__ import annotations

import json
import re
from operator import attrgetter
from pathlib import Path

import pandas as pd
import pytest

import lmmteach
from lmmteach import cli
from lmmteach.explore import VIEWS
from lmmteach.explore.compose import css, esm, kinds, own_css, scripts
from lmmteach.own_data import read_table

SLEEP = lmmteach.load_sleepstudy()
FORMULA = "reaction ~ days + (1 + days | subject)"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def commas(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, sep=";", decimal=",")


@pytest.mark.parametrize(
    "text",
    [
        SLEEP.to_csv(index=False),
        SLEEP.to_csv(index=False, sep="\t"),
        SLEEP.to_csv(index=False, sep=";"),
        commas(SLEEP),
        SLEEP.to_csv(index=False).replace("\n", "\r\n"),
        SLEEP.to_csv(index=False, quoting=1),
        ("\ufeff" + SLEEP.to_csv(index=False)).encode(),
        commas(SLEEP).encode("utf-16"),
    ],
    ids=["comma", "tab", "semicolon", "decimal comma", "CRLF", "quotes", "BOM", "UTF-16"],
)
def test_the_table_is_read_as_it_was_meant(text: str | bytes, tmp_path: Path) -> None:
    found = read_table(written(tmp_path, text))
    assert found["reaction"].tolist() == pytest.approx(SLEEP["reaction"].tolist())
    assert found["days"].tolist() == SLEEP["days"].tolist()


def test_dates_are_counted_in_days_as_the_page_counts_them(tmp_path: Path) -> None:
    found = read_table(written(tmp_path, "id;when;x\n1;03.01.2024;1\n1;01.02.2024 12:00;2\n2;NA;3\n"))
    assert found["when"].tolist()[:2] == [0.0, 29.5]
    assert found["when"].isna().tolist() == [False, False, True]
    assert found.attrs["units"] == {"when": "days since 2024-01-03"}
    none = read_table(written(tmp_path, "id;when\n1;03.01.2024\n1;30.02.2024\n"))  # February has no such day
    assert none["when"].tolist() == ["03.01.2024", "30.02.2024"]


def test_a_page_is_written_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    arguments = ["explore", str(written(tmp_path, commas(SLEEP))), FORMULA, "--view", "shrinkage", "-o", str(page)]
    assert cli.main(arguments) == 0
    assert str(page) in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert "shrinkage" in text
    assert f"{lmmteach.lmm(FORMULA, SLEEP).sigma2:.6f}"[:8] in text


def test_what_was_dropped_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    holes = SLEEP.assign(reaction=SLEEP["reaction"].where(SLEEP.index != 3))
    arguments = ["explore", str(written(tmp_path, holes.to_csv(index=False))), FORMULA, "-o", str(tmp_path / "p.html")]
    assert cli.main(arguments) == 0
    assert capsys.readouterr().err.count("Dropped 1 of 180 rows") == 1


@pytest.mark.parametrize(
    ("text", "formula", "more", "said"),
    [
        (b"PK\x03\x04\x00\x00", FORMULA, [], "holds no text"),
        ("", FORMULA, [], "holds no text"),
        ("a,b\n1,2\n1,2,3\n", FORMULA, [], "is no table"),
        (SLEEP.to_csv(index=False), "reaction ~ day + (1 | subject)", [], "Did you mean 'days'?"),
        ("id,y0,y4\n1,2,3\n2,3,5\n", "y ~ time + (1 | id)", [], "makes it long: lmmteach explore --blank"),
        (SLEEP.to_csv(index=False), FORMULA, ["--view", "nothing"], "no explorer called 'nothing'"),
        (SLEEP.to_csv(index=False), FORMULA, ["--method", "MLE"], "Use 'REML'"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_written(
    text: str | bytes, formula: str, more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert cli.main(["explore", str(written(tmp_path, text)), formula, *more, "-o", str(page)]) == 1
    assert said in capsys.readouterr().err
    assert not page.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explore", str(tmp_path / "gone.csv"), FORMULA, "-o", str(tmp_path / "p.html")]) == 1
    assert "gone.csv" in capsys.readouterr().err


def test_a_blank_page_is_one_file_that_may_connect_to_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "own.html"
    assert cli.main(["explore", "--blank", "-o", str(page)]) == 0
    assert str(page) in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[0]
    assert policy.startswith("default-src 'none';")
    assert "connect-src 'none'" in policy
    assert re.findall(r'(?:src|href)="', text.partition("<body>")[2].partition("<script")[0]) == []
    given = json.loads(re.findall(r'class="lmmx-own-data">(.*?)</script>', text, re.DOTALL)[0])
    assert set(given["views"]) == {"1", "2"}
    assert set(given["views"]["2"]) == {name for name, view in lmmteach.explore.VIEWS.items() if view.needs_fit}


@pytest.mark.parametrize("arguments", [["--blank", "data.csv"], ["data.csv"], []])
def test_a_blank_page_takes_no_file_and_a_file_its_formula(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["explore", *arguments])
    assert "give FILE and FORMULA, or --blank alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "why"), [("own.txt", "does not end in .html"), ("no/folder/own.html", "There is no folder")]
)
def test_a_blank_page_that_cannot_be_written_says_why(
    name: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explore", "--blank", "-o", str(tmp_path / name)]) == 1
    assert why in capsys.readouterr().err


def test_other_explorers_carry_nothing_of_the_page_for_own_data() -> None:
    """Its programs are sent to those who open it, and to nobody else."""
    estimates = set(map(attrgetter("panel"), VIEWS["repeat"].panels)) - {
        panel.panel for name, view in VIEWS.items() if name != "repeat" for panel in view.panels
    }
    explorer = "".join(scripts(kind for kind in kinds() if kind not in estimates))
    assert 'M["maths/model.js"]' in explorer
    # the fitter comes with the view that repeats a study, and so to notebooks, which may show any view
    assert not re.search(r'M\["(own|maths/fitting)/|M\["maths/fit\.js"\]', explorer)
    assert 'M["own/' not in esm()
    assert ".lmmx-dropzone" in own_css()
    assert ".lmmx-dropzone" not in css()
