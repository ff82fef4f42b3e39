"""Files as people bring them, each with what must become of it: a fit of the formula, or a sentence with words."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd

FORMULA = "y ~ t + (1 + t | id)"


def study(people: int = 24, visits: int = 4) -> pd.DataFrame:
    """A small study in long form."""
    rng = np.random.default_rng(30)
    i, t = np.divmod(np.arange(people * visits), visits)
    b = rng.normal(size=(people, 2)) * [3.0, 0.8]
    y = 20 + t + b[i, 0] + b[i, 1] * t + rng.normal(size=len(t))
    return pd.DataFrame({"id": i + 1, "t": t, "y": y.round(2)})


def table(data: pd.DataFrame, sep: str = ",", decimal: str = ".", **how: object) -> str:
    return data.to_csv(index=False, sep=sep, decimal=decimal, **how)


def wide(data: pd.DataFrame, name: str = "y_{}") -> pd.DataFrame:
    """One row a person."""
    return data.pivot(index="id", columns="t", values="y").rename(columns=lambda t: name.format(t)).reset_index()


def cells(data: pd.DataFrame, column: str, places: dict[int, str]) -> str:
    """The table with some cells of a column written otherwise."""
    written = data.astype(object)
    for row, cell in places.items():
        written.loc[row, column] = cell
    return table(written)


def files() -> dict[str, tuple[bytes, str, str]]:
    """Name -> (bytes, formula, "" where it must be fitted, else words of the refusal)."""
    data = study()
    missing = ["NA", "N/A", ".", "", "NaN", "null", "-", "?", "missing", "n/a", "#N/A"]
    gaps = cells(data, "y", {7 * k: cell for k, cell in enumerate(missing)})
    odd = data.assign(id=[f"Zoë Ünal, {k}" for k in data["id"]], **{"Blutdruck (mmHg)": data["y"]})
    twice = pd.concat([data, data.iloc[[3, 9]]])
    quoted = io.StringIO()
    csv.writer(quoted, quoting=csv.QUOTE_ALL).writerows([["id", "t", "y"], *data.astype(str).to_numpy().tolist()])
    broken = odd.assign(id=odd["id"].str.replace(" ", "\n"))
    days = [
        [f"{1 + t}.2.2020", f"2020-02-30 0{t}:00", f"2020-02-0{1 + t // 2} {6 + 12 * (t % 2)}:00Z"] for t in data["t"]
    ]
    none = data.assign(arm=np.array(["None", "none", "drug"])[data["id"] % 3])
    w = np.random.default_rng(5).normal(size=len(data)).round(2)
    both = wide(data).merge(wide(data.assign(y=w), "w_{}"))
    text = table(data)
    dates = pd.Timestamp("2020-01-31") + pd.to_timedelta(30 * data["t"], "D")
    found: dict[str, tuple[str | bytes, str, str]] = {
        "commas": (text, FORMULA, ""),
        "semicolons and decimal commas": (table(data, ";", ","), FORMULA, ""),
        "tabs": (table(data, "\t"), FORMULA, ""),
        "tabs and decimal commas": (table(data, "\t", ","), FORMULA, ""),
        "bars": (table(data, "|"), FORMULA, ""),
        "blanks": (table(data, " "), FORMULA, ""),
        "a byte order mark": ("\ufeff" + text, FORMULA, ""),
        "CRLF": (text.replace("\n", "\r\n"), FORMULA, ""),
        "old Macintosh": (text.replace("\n", "\r"), FORMULA, ""),
        "UTF-16": (text.encode("utf-16"), FORMULA, ""),
        "Latin-1": (table(odd[["id", "t", "y"]]).encode("latin-1"), FORMULA, ""),
        "sep= in the first line": ("sep=;\n" + table(data, ";", ","), FORMULA, ""),
        "quoted": (quoted.getvalue(), FORMULA, ""),
        "line breaks in quotes": (table(broken), "`Blutdruck (mmHg)` ~ t + (1 + t | id)", ""),
        "missing values of every spelling": (gaps, FORMULA, ""),
        "R's row names": (data.to_csv(), FORMULA, ""),
        "shuffled": (table(data.sample(frac=1, random_state=1)), FORMULA, ""),
        "blank lines": (text.replace("\n", "\n\n") + "\n\n", FORMULA, ""),
        "accents and blanks in names": (table(odd), "`Blutdruck (mmHg)` ~ t + (1 | id)", ""),
        "wide": (table(wide(data)), "y ~ time + (1 + time | id)", ""),
        "wide, two variables": (table(both), "y ~ time + w + (1 | id)", ""),
        "wide, decimal commas": (table(wide(data, "score.week{}"), ";", ","), "score ~ week + (1 + week | id)", ""),
        "a variable more": (table(data.assign(w=w)), "y ~ w + t + (1 | id)", ""),
        "duplicated visits": (table(twice), FORMULA, ""),
        "ids as words": (table(data.assign(id="rat " + data["id"].astype(str))), FORMULA, ""),
        "long ids": (table(data.assign(id=10**17 + data["id"])), FORMULA, ""),
        "dates": (table(data.assign(t=dates)), FORMULA, ""),
        "dates, day first": (table(data.assign(t=[one for one, *_ in days])), FORMULA, ""),
        "dates with hours": (table(data.assign(t=[one for *_, one in days])), FORMULA, ""),
        "dates of SAS": (table(data.assign(t=[one.strftime("%d%b%Y").upper() for one in dates])), FORMULA, ""),
        "day before month": (table(data.assign(t=[one.strftime("%d/%m/%Y") for one in dates])), FORMULA, ""),
        "month before day": (table(data.assign(t=[one.strftime("%m/%d/%Y") for one in dates])), FORMULA, ""),
        "dates that no calendar has": (table(data.assign(t=[one for _, one, _ in days])), "y ~ t^2 + log(t) + (1 | id)",
                                       'holds "2020-02-30 00:00"'),
        "blanks around cells": (text.replace(",", " , ").replace("\n", " \n"), FORMULA, ""),
        "an arm called None, one called none": (table(none), "y ~ arm*t + (1 | id)", ""),
        "a column of JavaScript's": (table(data.rename(columns={"t": "__proto__"})), "y ~ __proto__ + (1 | id)", ""),
        "no column of JavaScript's": (text, "y ~ constructor + (1 | id)", "Column 'constructor' is not in the data"),
        "thousands": (table(data.assign(y=[f"1,{500 + x:.2f}" for x in data["y"]])), FORMULA, ""),
        "text in the response": (cells(data, "y", {12: "abc"}), FORMULA, 'holds "abc" among numbers, in line 14'),
        "a unit in the response": (cells(data, "y", {3: "12.5 kg"}), FORMULA, '"12.5 kg" among numbers, in line 5'),
        "one subject": (table(data.assign(id=1)), FORMULA, "There is only one 'id' (1)"),
        "one row a subject": (table(data.assign(id=range(len(data)))), FORMULA, "on the right of the bar stands"),
        "nothing": (b"", FORMULA, "The file is empty."),
        "a head alone": ("id,t,y\n", FORMULA, "a head and no rows"),
        "no head": (text.partition("\n")[2], FORMULA, "The first line holds numbers alone"),
        "a workbook": (b"PK\x03\x04" + bytes(100), FORMULA, "This is a workbook"),
        "a picture": (b"\x89PNG\r\n" + bytes(100), FORMULA, "The file holds no text"),
        "a quote without an end": (text.replace("1,2,", '1,"2,', 1), FORMULA, "quote that opens in line 4 is never"),
        "a cell too many": (text.replace("1,2,", "1,2,7,", 1), FORMULA, "Line 4 has 4 cells, the head 3"),
        "a response that is one number": (table(data.assign(y=7)), FORMULA, "the same number (7) in every row"),
        "a response that X explains": (table(data.assign(y=2 * data["t"])), FORMULA, "fits every row exactly"),
        "decimal commas or thousands": (table(data.assign(y="1," + (data["id"] * 7 + data["t"] + 100).astype(str))),
                                        FORMULA, 'holds "1,107"'),
        "dates of two readings": (table(data.assign(t=[f"{1 + t}/3/2020" for t in data["t"]])), "y ~ log(t) + (1 | id)",
                                  'holds "1/3/2020"'),
        "a million rows": ("id,t,y\n" + "1,0,5\n" * 1_000_000, FORMULA, "more than 300,000 rows"),
    }  # fmt: skip
    return {name: (text if isinstance(text, bytes) else text.encode(), *rest) for name, (text, *rest) in found.items()}
