"""00.1: from long to wide, and the sample covariance by visit."""

import numpy as np

from lmmteach.check import Exercise, Wrong, framingham

WIDE = 'wide = q.data.pivot(index="id", columns="year", values="cholesterol")\n'


def numbers(rng):
    data = framingham()
    visits = data.groupby("id")["year"].nunique()
    full = rng.choice(visits.index[visits == 6], 35, replace=False)
    gaps = rng.choice(visits.index[visits < 6], 35, replace=False)
    mine = data[data["id"].isin(np.concatenate([full, gaps]))]
    return {"data": mine[["id", "year", "cholesterol"]].reset_index(drop=True)}


EXERCISE = Exercise(
    id="00.1",
    title="From long to wide",
    text="""
`q.data` holds the readings of 70 people of your own, one row for each reading: `id`, `year`, `cholesterol`. Half of
the people missed at least one exam.

Bring them into the wide form, with one row for each person and one column for each visit. Then work out the 6 × 6
**sample covariance matrix** by visit, each entry from everybody who came to both visits.
""",
    numbers=numbers,
    quantity="covariance",
    starter="wide = ...\nanswer = ...",
    solution=WIDE + "answer = wide.cov()",
    hints=(
        "What should be a row of the wide table, what a column, and what stands in the cells?",
        "pandas has it: `q.data.pivot(index=..., columns=..., values=...)`.",
        "A DataFrame knows how to compute the covariances of its columns, and leaves gaps out pair by pair.",
    ),
    wrong=(
        Wrong(
            "correlation",
            "These are correlations: 1 on the diagonal. The question asks for covariances, with the variances on the "
            "diagonal.",
            code=WIDE + "answer = wide.corr()",
        ),
        Wrong(
            "complete-only",
            "You kept only the people who came to every exam. For two visits, everybody who came to these two counts.",
            code=WIDE + "answer = wide.dropna().cov()",
        ),
        Wrong(
            "divided-by-n",
            "You divided by the number of people. A sample covariance divides by one less, because the means come from "
            "the same people.",
            code=WIDE + "n = wide.notna().astype(int)\nn = n.T @ n\nanswer = wide.cov() * (n - 1) / n",
            close=True,
        ),
        Wrong(
            "mean-filled",
            "You put the visit's mean where a reading is missing. Those points lie in the middle of the cloud, and "
            "make every variance and covariance too small.",
            code=WIDE + "answer = wide.fillna(wide.mean()).cov()",
        ),
        Wrong(
            "zero-filled",
            "You put 0 where a reading is missing. Nobody has a cholesterol of 0: the zeros decide every entry.",
            code=WIDE + "answer = wide.fillna(0).cov()",
        ),
        Wrong(
            "carried-forward",
            "You carried the last reading forward into the gaps. That invents readings which agree too well.",
            code=WIDE + "answer = wide.ffill(axis=1).cov()",
        ),
        Wrong(
            "rows-independent",
            "This keeps the variances and sets the covariances to 0, as if the rows of the file were independent.",
            code=WIDE + "answer = np.diag(wide.var())",
        ),
    ),
    right="Each entry rests on the people who came to both visits, so different entries rest on different people.",
    notice="nothing off the diagonal is near 0. The rows of the file are far from independent.",
)
