"""The calls that are refused, each with its remedy: how a reader does what the hint says.  Used by test_remedies.py."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import lmmteach
from lmmteach.design.functions import INSTEAD

SLEEP = lmmteach.load_sleepstudy()
F = "reaction ~ days + (1 | subject)"
Call = tuple[str, pd.DataFrame, dict[str, Any]]


class Case(NamedTuple):
    """A call that is refused, and what following its hint makes of it."""

    formula: Any
    data: Any
    follow: Callable[[str, Any], Call]
    options: dict[str, Any] | None = None


def like(**changed: Any) -> pd.DataFrame:
    """The sleep study with columns of one's own."""
    return SLEEP.assign(**changed)


def example(hint: str, data: Any) -> Call:
    """The formula that the hint shows."""
    return re.search("reads like '(.*?)'", hint)[1], SLEEP, {}


def formula(*parts: str) -> Callable[[str, Any], Call]:
    """The formula the reader writes, of which the hint holds each of the parts."""

    def follow(hint: str, data: Any) -> Call:
        made, *told = parts
        for part in told or parts:
            assert part in hint, (part, hint)
        return made, data, {}

    return follow


def ran(made: str = F, which: int = 0, steps: int = 1, **options: Any) -> Callable[[str, Any], Call]:
    """The hint's own code, run on the data; so many steps of it."""

    def follow(hint: str, data: Any) -> Call:
        found = re.findall(
            r"data(?:\.columns|\[[^\]]*\])? = .*?(?=\.$|\. [A-Z]|; if|; then|, or |\. As |, and by|$)", hint
        )
        names = {"data": data.copy(), "pandas": pd, "data_": None}
        for step in found[which:][:steps]:
            exec(step, names)
        return made, names["data"], options

    return follow


def other(changed: Callable[[Any], Any], told: str, made: str = F, **options: Any) -> Callable[[str, Any], Call]:
    """What the hint says in words, done by hand."""

    def follow(hint: str, data: Any) -> Call:
        assert told in hint, hint
        return made, changed(data), options

    return follow


same = lambda data: data  # noqa: E731
TEN = np.tile(np.arange(10), 18)
ODD = {
    "two names": pd.concat([SLEEP, SLEEP[["days"]]], axis=1),
    "levels of names": pd.concat({"a": SLEEP}, axis=1),
    "polars": type("DataFrame", (), {"__module__": "polars.frame", "to_pandas": lambda self: SLEEP})(),
    "commas": like(x=[f"{5_000_000 + 359 * k:,}" for k in range(180)]),
    "odd commas": like(x=[f"42,{446 + k}" for k in range(180)]),
    "NA": like(x=[*(f"{k},5" for k in range(179)), "NA"]),
    "percent": like(x=[f"{k}%" for k in range(180)]),
    "dates": like(when=pd.Timestamp("2020-01-01") + pd.to_timedelta(SLEEP.days * 30, unit="D")),
    "days": like(when=(pd.Timestamp("2020-01-01") + pd.to_timedelta(SLEEP.days * 30, unit="D")).dt.date),
    "periods": like(when=(pd.Timestamp("2020-01-01") + pd.to_timedelta(SLEEP.days * 31, unit="D")).dt.to_period("D")),
    "f": like(f=np.tile(["a", "b", "c"], 60), k=TEN % 3, x=np.sin(np.arange(180.0)), z=SLEEP.days * 2.0 + 1),
    "index": SLEEP.set_index("subject"),
    "kinds": like(rater=TEN % 4),
    "named": SLEEP.rename(columns={"days": "my-t"}),
    "fat": SLEEP.rename(columns={"days": "fat%"}),
    "2nd": SLEEP.rename(columns={"days": "2nd"}),
    "called": SLEEP.rename(columns={"days": "t(yr)"}),
    "ID": SLEEP.rename(columns={"subject": "ID"}),
}
FUNCTION = dict.fromkeys(INSTEAD, ODD["f"]) | {"as.numeric": like(x=TEN.astype(str))}


def function(name: str, argument: str = "x") -> Case:
    """One of other programs' functions: what the hint writes in its place."""

    def follow(hint: str, data: Any) -> Call:
        if name == "as.numeric":
            return ran("reaction ~ x + (1 | subject)")(hint, data)
        return f"reaction ~ {re.search('Write (.*?)(?:, or |[.]$)', hint)[1]} + (1 | subject)", data, {}

    return Case(f"reaction ~ {name}({argument}) + (1 | subject)", FUNCTION[name], follow)


CASES = {
    # formula
    "no string": Case(3, SLEEP, example),
    "too long": Case(F + " + days" * 20_000, SLEEP, example),
    "no tilde": Case("reaction days", SLEEP, example),
    "no response": Case("~ days + (1 | subject)", SLEEP, example),
    "tilde in brackets": Case("(reaction ~ days) + (1 | subject)", SLEEP, example),
    **{
        f"arithmetic with truths as {kind}": Case(
            "reaction ~ I(w * 2) + (1 | subject)",
            like(w=np.where(TEN % 3 > 0, *values)),
            ran("reaction ~ I(w * 2) + (1 | subject)"),
        )
        for kind, values in {"truths": (True, False), "text": ("TRUE", "FALSE"), "words": ("yes", "no")}.items()
    },
    "wide": Case(
        F,
        SLEEP.pivot(index="subject", columns="days", values="reaction").add_prefix("reaction_").reset_index(),
        ran("reaction ~ time + (1 | subject)"),
    ),
    "taken away": Case(
        "reaction ~ days + (0 + days | subject) - (1 | subject)",
        SLEEP,
        formula("reaction ~ days + (0 + days | subject)", "Leave it out"),
    ),
    "grabbed": Case(
        "reaction ~ days + (1 | subject):f",
        ODD["f"],
        formula("reaction ~ days + (1 | subject) + f", "(1 | subject) + f"),
    ),
    "powered": Case("reaction ~ days + (1 | subject)^2", SLEEP, formula(F, "(1 | subject)")),
    "no brackets": Case(
        "reaction ~ days + 1 | subject", SLEEP, formula("reaction ~ days + (1 | subject)", "days + (1 | subject)")
    ),
    "two bars": Case(
        "reaction ~ days + (1 | subject | days)",
        SLEEP,
        formula("reaction ~ days + (1 + days | subject)", "(1 + days | subject)"),
    ),
    "factor as group": Case("reaction ~ days + (1 | as.factor(subject))", SLEEP, formula(F, "(1 | subject)")),
    "no group": Case(
        "reaction ~ days + (1 | subject + f)",
        ODD["f"],
        formula("reaction ~ days + (1 | subject:f)", "a combination (school:class)"),
    ),
    # grammar
    "unreadable": Case("reaction ~ days + + * subject + (1 | subject)", SLEEP, example),
    "too deep": Case("reaction ~ " + "(" * 300 + "days" + ")" * 300 + " + (1 | subject)", SLEEP, example),
    "brackets": Case("reaction ~ days + (1 | subject", SLEEP, formula(F, "needs its ')'")),
    "number too large": Case(
        "reaction ~ I(days*1e400) + (1 | subject)",
        SLEEP,
        formula("reaction ~ I(days*1e4) + (1 | subject)", "a smaller one"),
    ),
    "called twice": Case("reaction ~ log(days)(days) + (1 | subject)", SLEEP, example),
    "digit": Case("reaction ~ 2nd + (1 | subject)", ODD["2nd"], formula("reaction ~ `2nd` + (1 | subject)", "`2nd`")),
    "no sign": Case(
        "reaction ~ my days + (1 | subject)",
        SLEEP.rename(columns={"days": "my days"}),
        formula("reaction ~ `my days` + (1 | subject)", "a name with spaces in `backticks`"),
    ),
    "dunder": Case("reaction ~ days.__class__ + (1 | subject)", SLEEP, example),
    "one backtick": Case(
        "reaction ~ `my days + (1 | subject)",
        SLEEP.rename(columns={"days": "my days"}),
        formula("reaction ~ `my days` + (1 | subject)", "as `blood pressure`"),
    ),
    "sign in a name": Case(
        "reaction ~ fat% + (1 | subject)", ODD["fat"], formula("reaction ~ `fat%` + (1 | subject)", "`fat%`")
    ),
    # functions
    **{f"function {name}": function(name) for name in INSTEAD},
    **{f"function {name}": function(name, "k") for name in ("as.factor", "as.ordered", "ordered", "categorical")},
    "function relevel": Case(
        "reaction ~ relevel(f, ref='b') + (1 | subject)",
        ODD["f"],
        formula('reaction ~ C(f, ref="b") + (1 | subject)', 'Write C(f, ref="b").'),
    ),
    "function Q": Case(
        "reaction ~ Q('my-t') + (1 | subject)", ODD["named"], formula("reaction ~ `my-t` + (1 | subject)", "`my-t`")
    ),
    "function offset": Case(
        "reaction ~ days + offset(z) + (1 | subject)",
        ODD["f"],
        formula("reaction - z ~ days + (1 | subject)", "from the response: write y - z ~ ..."),
    ),
    "function np.log": Case(
        "reaction ~ np.log(z) + (1 | subject)", ODD["f"], formula("reaction ~ log(z) + (1 | subject)", "Write log(z).")
    ),
    "function np.log1p": Case(
        "reaction ~ np.log1p(z) + (1 | subject)",
        ODD["f"],
        formula("reaction ~ log(z + 1) + (1 | subject)", "Write log(z + 1)."),
    ),
    "function logg": Case(
        "reaction ~ logg(z) + (1 | subject)", ODD["f"], formula("reaction ~ log(z) + (1 | subject)", "mean log(...)")
    ),
    "function floor": Case(
        "reaction ~ floor(z) + (1 | subject)",
        ODD["f"],
        other(lambda d: d.assign(new=np.floor(d.z)), "data['new'] = ...", "reaction ~ new + (1 | subject)"),
    ),
    "function of a name": Case(
        "reaction ~ t(yr) + (1 | subject)", ODD["called"], formula("reaction ~ `t(yr)` + (1 | subject)", "`t(yr)`")
    ),
    "us": Case(
        "reaction ~ days + us(1 + days | subject)",
        SLEEP,
        formula("reaction ~ days + (1 + days | subject)", "(1 + days | subject)"),
    ),
    "diag": Case(
        "reaction ~ days + diag(1 + days | subject)",
        SLEEP,
        formula("reaction ~ days + (1 + days || subject)", "(1 + days || subject)"),
    ),
    "ar1": Case(
        "reaction ~ days + ar1(0 + days | subject)",
        SLEEP,
        other(
            same,
            "groups='subject', time='days', residual='ar1'",
            "reaction ~ days",
            groups="subject",
            time="days",
            residual="ar1",
        ),
    ),
    "cs": Case(
        "reaction ~ days + cs(1 | subject)",
        SLEEP,
        other(same, "groups='subject', residual='cs'", "reaction ~ days", groups="subject", residual="cs"),
    ),
    "inside": Case(
        "reaction ~ log((1 | subject)) + days", SLEEP, formula("reaction ~ (1 | subject) + days", "Take it out")
    ),
    "no plus": Case("reaction ~ days (1 | subject)", SLEEP, formula(F, "days + (1 | subject)")),
    # algebra
    "contrast": Case(
        "reaction ~ C(f, helmert) + (1 | subject)",
        ODD["f"],
        formula("reaction ~ C(f, sum) + (1 | subject)", "C(f, sum)"),
    ),
    "Treatment": Case(
        "reaction ~ C(f, Treatment('b')) + (1 | subject)",
        ODD["f"],
        formula('reaction ~ C(f, ref="b") + (1 | subject)', 'C(f, ref="b")'),
    ),
    "number": Case(
        "reaction ~ days + 2 + (1 | subject)", SLEEP, formula("reaction ~ days + 1 + (1 | subject)", "1 and 0")
    ),
    "not algebra": Case("reaction ~ I(days:subject) + (1 | subject)", SLEEP, example),
    "side": Case(
        "reaction ~ days*2 + (1 | subject)", SLEEP, formula("reaction ~ I(days*2) + (1 | subject)", "write I(...)")
    ),
    "many terms": Case(
        "reaction ~ (" + "+".join(f"x{k}" for k in range(60)) + ")^50 + (1 | subject)",
        like(x1=TEN, x2=TEN**2),
        formula("reaction ~ x1 + x2 + (1 | subject)", "Write out those you need"),
    ),
    "no column": Case("reaction ~ I(2) + (1 | subject)", SLEEP, example),
    "levels": Case(
        "reaction ~ C(k, k, k) + (1 | subject)", ODD["f"], formula("reaction ~ factor(k) + (1 | subject)", "factor(k)")
    ),
    "factor inside": Case(
        "reaction ~ log(factor(k)) + (1 | subject)",
        ODD["f"],
        formula("reaction ~ factor(k) + (1 | subject)", "factor(x)"),
    ),
    "two arguments": Case(
        "reaction ~ log(z, 2) + (1 | subject)", ODD["f"], formula("reaction ~ log(z) + (1 | subject)", "log(x)")
    ),
    "reference": Case(
        'reaction ~ C(f, sum, ref="b") + (1 | subject)',
        ODD["f"],
        formula('reaction ~ C(f, ref="b") + (1 | subject)', 'C(f, ref="b")'),
    ),
    "too many": Case(
        "reaction ~ poly(z, 2, TRUE, 4) + (1 | subject)",
        ODD["f"],
        formula("reaction ~ poly(z, 2) + (1 | subject)", "poly(x, 2)"),
    ),
    "raw": Case(
        "reaction ~ poly(z, 2, raw=maybe) + (1 | subject)",
        ODD["f"],
        formula("reaction ~ poly(z, 2, raw=TRUE) + (1 | subject)", "raw=TRUE"),
    ),
    # matrices
    "many levels": Case(
        "reaction ~ x + (1 | subject)", like(x=[f"{k / 7}" for k in range(180)]), ran("reaction ~ x + (1 | subject)")
    ),
    "no such level": Case(
        'reaction ~ C(f, ref="d") + (1 | subject)',
        ODD["f"],
        lambda hint, data: (f"reaction ~ {re.search('write (.*)[.]$', hint)[1]} + (1 | subject)", data, {}),
    ),
    "log of 0": Case(
        "reaction ~ log(days) + (1 | subject)",
        SLEEP,
        other(lambda d: d[d.days > 0], "Check that column", "reaction ~ log(days) + (1 | subject)"),
    ),
    "large": Case(F, like(days=SLEEP.days * 1e40), other(lambda d: d.assign(days=d.days / 1e40), "Change its unit")),
    "text in log": Case(
        "reaction ~ log(z) + (1 | subject)",
        like(z=[*map(str, range(1, 180)), "n/a"]),
        ran("reaction ~ log(z) + (1 | subject)"),
    ),
    "labels in log": Case("reaction ~ log(f) + (1 | subject)", ODD["f"], ran("reaction ~ exp(f) + (1 | subject)")),
    "percent in log": Case(
        "reaction ~ exp(x) + (1 | subject)", ODD["percent"].iloc[:90], ran("reaction ~ I(x^2) + (1 | subject)")
    ),
    # frame
    "list": Case(F, SLEEP.to_dict("records"), other(pd.DataFrame, "pandas.DataFrame(...)")),
    "polars": Case(F, ODD["polars"], other(lambda data: data.to_pandas(), "data.to_pandas()")),
    "levels of names": Case(F, ODD["levels of names"], ran("a_reaction ~ a_days + (1 | a_subject)")),
    "empty": Case(F, SLEEP[SLEEP.days > 99], other(lambda d: SLEEP[SLEEP.days > 2], "Check the filter")),
    "misspelled": Case("reaction ~ dais + (1 | subject)", SLEEP, formula(F, "'days'")),
    "case": Case("reaction ~ days + (1 | id)", ODD["ID"], formula("reaction ~ days + (1 | ID)", "'ID'")),
    "groups' case": Case("reaction ~ Days + (1 | subject)", SLEEP, formula(F, "'days'")),
    "index": Case(F, ODD["index"], ran()),
    "minus in a name": Case(
        "reaction ~ my-t + (1 | subject)", ODD["named"], formula("reaction ~ `my-t` + (1 | subject)", "`my-t`")
    ),
    "nothing near": Case("reaction ~ zzz + (1 | subject)", SLEEP, formula(F, "subject, days")),
    "two names": Case(
        F, ODD["two names"], other(lambda d: d.set_axis([*d.columns[:-1], "again"], axis=1), "Rename all but one")
    ),
    "complex": Case(
        F, like(days=SLEEP.days + 0j), other(lambda d: d.assign(days=d.days.to_numpy().real), "Use real numbers")
    ),
    "date as time": Case("reaction ~ when + (1 | subject)", ODD["dates"], ran("reaction ~ when + (1 | subject)", 0)),
    "Python's date as time": Case(
        "reaction ~ when + (1 | subject)", ODD["days"], ran("reaction ~ when + (1 | subject)", 0, steps=2)
    ),
    "period as group": Case("reaction ~ days + (1 | when)", ODD["periods"], ran("reaction ~ days + (1 | when)", 2)),
    "date as group": Case("reaction ~ days + (1 | when)", ODD["dates"], ran("reaction ~ days + (1 | when)", 1)),
    "duration": Case(
        "reaction ~ d + (1 | subject)",
        like(d=pd.to_timedelta(SLEEP.days, unit="D")),
        ran("reaction ~ d + (1 | subject)"),
    ),
    "commas": Case("reaction ~ x + (1 | subject)", ODD["commas"], ran("reaction ~ x + (1 | subject)")),
    "42,446 as decimal": Case(
        "reaction ~ x + (1 | subject)", ODD["odd commas"], ran("reaction ~ x + (1 | subject)", 0)
    ),
    "42,446 as thousands": Case(
        "reaction ~ x + (1 | subject)", ODD["odd commas"], ran("reaction ~ x + (1 | subject)", 1)
    ),
    "decimal commas and NA": Case("reaction ~ x + (1 | subject)", ODD["NA"], ran("reaction ~ x + (1 | subject)")),
    "decimal commas as labels": Case(
        "reaction ~ x + (1 | subject)", like(x=[f"{k},5" for k in TEN]), ran("reaction ~ x + (1 | subject)", -1)
    ),
    "decimal commas, read again": Case(
        "reaction ~ x + (1 | subject)",
        like(x=[f"{k},5" for k in TEN]),
        other(
            lambda d: pd.read_csv(
                io.StringIO(d.to_csv(index=False, sep=";")), sep=";", decimal=",", dtype={"reaction": str}
            ).assign(reaction=SLEEP.reaction),
            "decimal=','",
            "reaction ~ x + (1 | subject)",
        ),
    ),
    "huge": Case(
        F,
        like(days=pd.Series([10**400, *range(179)], dtype=object)),
        other(lambda d: d.assign(days=[int(one) / 10**399 for one in d.days]), "Change its unit"),
    ),
    "lists": Case(F, like(days=[[k] for k in TEN]), other(lambda d: d.assign(days=d.days.str[0]), "one number")),
    "written alike": Case(
        F,
        like(
            subject=pd.Categorical(
                [308 if k % 2 else "308" if k < 90 else "309" for k in range(180)], categories=[308, "308", "309"]
            )
        ),
        ran(),
    ),
    "infinite": Case(
        F, like(days=SLEEP.days.where(SLEEP.index != 3, np.inf)), other(lambda d: d[np.isfinite(d.days)], "remove them")
    ),
    "all missing": Case(F, like(days=np.nan), other(lambda d: d.assign(days=TEN), "Check how the column")),
    "no complete row": Case(
        F,
        like(days=SLEEP.days.where(SLEEP.index % 2 == 0), reaction=SLEEP.reaction.where(SLEEP.index % 2 == 1)),
        other(lambda d: SLEEP, "Check how the columns were joined"),
    ),
    # columns, clock
    "one name": Case(
        "reaction ~ f + fb + (1 | subject)",
        ODD["f"].assign(fb=np.cos(np.arange(180))),
        other(
            lambda d: d.rename(columns={"fb": "other"}), "Rename that column", "reaction ~ f + other + (1 | subject)"
        ),
    ),
    "text as time": Case(
        F,
        like(visit=[f"v{k}" for k in TEN]),
        lambda hint, data: (
            F,
            data.assign(visit=pd.Categorical(data.visit, categories=[f"v{k}" for k in range(10)], ordered=True)),
            {"time": "visit", "residual": "ar1"},
        ),
        {"time": "visit", "residual": "ar1"},
    ),
    # checks
    "both sides": Case("reaction ~ reaction + days + (1 | subject)", SLEEP, formula(F, "Leave it out on the right")),
    "exchanged": Case(
        "reaction ~ days + (subject | x)",
        ODD["f"],
        lambda hint, data: (f"reaction ~ days + {re.search('Write (.*), if', hint)[1]}", data, {}),
    ),
    "no group at all": Case(
        "reaction ~ days + (1 + z | x)",
        ODD["f"].assign(z=np.cos(np.arange(180))),
        formula(F, "(1 | g), with a column g that names groups of several rows"),
    ),
    "variance each": Case(
        F, ODD["f"], ran(F, residual=lmmteach.Diagonal(by="class")), {"residual": lmmteach.Diagonal(by="x")}
    ),
    # design
    "no random term": Case("reaction ~ days", SLEEP, formula(F, "'+ (1 | subject)'")),
    "no random term, groups": Case(
        "reaction ~ days", SLEEP, other(same, "groups='subject'", "reaction ~ days", groups="subject")
    ),
    "no fixed": Case(
        "reaction ~ 0 + (1 | subject)", SLEEP, formula("reaction ~ 1 + (1 | subject)", "Keep the intercept (1)")
    ),
    "one subject": Case(
        F,
        SLEEP[SLEEP.subject == "308"].assign(group=[1, 2] * 5),
        formula("reaction ~ days + (1 | group)", "grouping column"),
    ),
    "few rows": Case(
        "reaction ~ days + I(days^2) + I(days^3) + (1 | subject)",
        SLEEP.iloc[[0, 1, 12]],
        other(lambda d: SLEEP, "more data"),
    ),
    "crossed": Case(
        "reaction ~ days + (1 | subject) + (1 | rater)",
        ODD["kinds"][ODD["kinds"].days < 4],
        lambda hint, data: (
            "reaction ~ days + (1 | subject) + (1 | rater)",
            data,
            {"residual": "ar1", "groups": re.search("groups='(.*?)'", hint)[1]},
        ),
        {"residual": "ar1"},
    ),
    "true or false": Case(
        "slow ~ days + (1 | subject)", like(slow=SLEEP.reaction > 300), ran("slow ~ days + (1 | subject)")
    ),
    "text response": Case(
        "x ~ days + (1 | subject)", like(x=[*map(str, SLEEP.reaction[:-1]), "slow"]), ran("x ~ days + (1 | subject)")
    ),
    "labels as response": Case("f ~ days + (1 | subject)", ODD["f"], ran("f ~ days + (1 | subject)")),
    "factor as response": Case(
        "factor(reaction) ~ days + (1 | subject)", SLEEP, formula(F, "Name a column of numbers")
    ),
    "constant response": Case("one ~ days + (1 | subject)", like(one=1.0), formula(F, "Check the column")),
    "no effect": Case("reaction ~ days + (0 | subject)", SLEEP, formula(F, "(1 | ...)")),
}
