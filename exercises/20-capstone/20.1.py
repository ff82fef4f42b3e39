"""20.1: from a raw file to one row a reading."""

import pandas as pd

from lmmteach.check import Exercise, Wrong
from lmmteach.datasets import raw_trial


def numbers(rng):
    return {"raw": raw_trial(rng)}


def tidy(raw, missing=("", "n/a", "999"), comma=True, tenths="divided", twice=False):
    """One row a reading; the options are the slips."""
    rows = raw if twice else raw.drop_duplicates("patient")
    rows = rows.assign(row=range(len(rows)), arm=rows["arm"].str.strip().str.lower())
    long = rows.melt(["row", "patient", "arm"], var_name="month", value_name="sbp")
    text = long["sbp"].where(~long["sbp"].isin(missing))
    text = text.str.replace(",", ".") if comma else text
    long["sbp"] = pd.to_numeric(text, errors="coerce")
    large = long["sbp"] > (300 if "999" in missing else 1000)
    if tenths == "divided":
        long["sbp"] = long["sbp"].where(~large, long["sbp"] / 10)
    if tenths == "dropped":
        long["sbp"] = long["sbp"].where(~large)
    long["month"] = long["month"].str.removeprefix("sbp_").astype(int)
    return long.dropna(subset=["sbp"])


def summary(q, arm=None, **slips):
    long = tidy(q.raw, **slips)
    people = len(q.raw) if slips.get("twice") else q.raw["patient"].nunique()
    rows = q.raw if slips.get("twice") else q.raw.drop_duplicates("patient")
    trained = rows["arm"].str.strip().str.lower() == "training" if arm is None else rows["arm"] == arm
    return {
        "patients": people,
        "training": int(trained.sum()),
        "readings": len(long),
        "mean at month 0": float(long.loc[long["month"] == 0, "sbp"].mean()),
    }


EXERCISE = Exercise(
    id="20.1",
    title="From a raw file to rows",
    text="""
`q.raw` is the file of a centre of your own, as it came: one row for each patient, and every cell is text. The study's
notes say:

- not measured is an empty cell, `n/a` or `999`;
- one nurse wrote decimal commas;
- one device gave tenths of mmHg: a value above 300 is ten times too large (but see the first line);
- the arm is `control` or `training`, however it is spelled;
- one patient was entered twice.

Make one row for each reading, and write the steps as a **function**: the next two exercises have other centres' files.
Hand over how many patients there are, how many of them are in the training arm, how many readings there are, and the
mean of the readings of month 0, in mmHg:
`{"patients": ..., "training": ..., "readings": ..., "mean at month 0": ...}`.
""",
    numbers=numbers,
    expected=summary,
    starter='answer = {"patients": ..., "training": ..., "readings": ..., "mean at month 0": ...}',
    solution="""
def readings_of(file):
    people = file.drop_duplicates("patient").copy()
    people["arm"] = people["arm"].str.strip().str.lower()
    rows = people.melt(id_vars=["patient", "arm"], var_name="month", value_name="sbp")
    rows["month"] = rows["month"].str.replace("sbp_", "").astype(int)
    rows["sbp"] = rows["sbp"].replace(["", "n/a", "999"], np.nan).str.replace(",", ".").astype(float)
    rows.loc[rows["sbp"] > 300, "sbp"] /= 10
    return rows.dropna(subset=["sbp"])

mine = readings_of(q.raw)
arms = q.raw.drop_duplicates("patient")["arm"].str.strip().str.lower()
answer = {
    "patients": len(arms),
    "training": (arms == "training").sum(),
    "readings": len(mine),
    "mean at month 0": mine.loc[mine["month"] == 0, "sbp"].mean(),
}
""".strip(),
    hints=(
        "Mend one kind of dirt after the other, and count after each.",
        "`drop_duplicates` takes the name of a column. `str.strip()` and `str.lower()` mend the arms, "
        '`str.replace(",", ".")` the commas. Codes for missing values have to go before you look for large values.',
        "`melt` makes rows of columns. Leave out the rows without a reading at the end, and count patients before "
        "that.",
    ),
    wrong=(
        Wrong(
            "codes-kept",
            "A code for a missing value went in as a reading: 999 mmHg. Codes go first.",
            answer=lambda q: summary(q, missing=("", "n/a")),
            close=True,
        ),
        Wrong(
            "code-divided",
            "999 is a code for *not measured*. You took it for a value in tenths, and have people with 99.9 mmHg.",
            answer=lambda q: code_divided(q),
            close=True,
        ),
        Wrong(
            "twice",
            "One patient stands in your rows twice. Two equal rows are not two patients.",
            answer=lambda q: summary(q, twice=True),
            close=True,
        ),
        Wrong(
            "twice-in-readings",
            "You counted the patients well, but the readings of the patient entered twice count twice.",
            answer=lambda q: summary(q) | {k: summary(q, twice=True)[k] for k in ("readings", "mean at month 0")},
            close=True,
        ),
        Wrong(
            "commas-lost",
            'The values with a decimal comma are missing. `errors="coerce"` makes '
            "gaps of what it cannot read, and says nothing.",
            answer=lambda q: summary(q, comma=False),
            close=True,
        ),
        Wrong(
            "tenths-kept",
            "Some of your values are above 300 mmHg: those that came in tenths.",
            answer=lambda q: summary(q, tenths="kept"),
            close=True,
        ),
        Wrong(
            "tenths-dropped",
            "You threw away the values in tenths. The notes say what they are: divide them.",
            answer=lambda q: summary(q, tenths="dropped"),
            close=True,
        ),
        Wrong(
            "arms-by-spelling",
            "In the training arm you counted one spelling alone. Strip the spaces and make the letters small first.",
            answer=lambda q: summary(q, arm="training"),
            close=True,
        ),
        Wrong(
            "all-cells",
            "You counted every cell as a reading. What was not measured is none.",
            answer=lambda q: summary(q) | {"readings": 5 * q.raw["patient"].nunique()},
        ),
        Wrong(
            "mean-of-all",
            "The mean is that of all readings. The question asks for the first visit, month 0.",
            answer=lambda q: summary(q) | {"mean at month 0": float(tidy(q.raw)["sbp"].mean())},
            close=True,
        ),
    ),
    right="Every rule of the notes was kept, in an order that works: codes go before large values are looked for, and "
    "the patient who was entered twice counts once.",
    notice="none of this is in the report's paragraph, and all of it can change the paragraph. Keep the function: it "
    "is the record of what was done to the file.",
)


def code_divided(q):
    """As if 999 were in tenths, for the codes alone are then below 300."""
    long = tidy(q.raw, missing=("", "n/a"), tenths="kept")
    long["sbp"] = long["sbp"].where(long["sbp"] <= 300, long["sbp"] / 10)
    return summary(q, missing=("", "n/a")) | {"mean at month 0": float(long.loc[long["month"] == 0, "sbp"].mean())}
