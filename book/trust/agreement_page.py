"""The table and the figure of "How do we know it is right?"."""

from __future__ import annotations

import math
import re
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lmmteach.plots import INK, MUTED
from lmmteach.plots.style import style
from tests.benchmarks import fit_speed
from tests.reference.agreement import MOST, PROGRAMS, SHORT, Case, Numbers

FAMILIES = {
    "classic": "Classic data sets, every covariance structure that both sides have",
    "framingham": "Framingham, the real participants: the lecture’s models",
    "nested": "Crossed and nested random effects",
    "hard": "Hard sets: small data made to break a program",
}
LABELS = {"deviance": "−2 log L", "beta": "fixed effects β", "G": "G", "sigma2": "σ²"}
MINUS = str.maketrans("-", "−")


def strip(cases: list[Case], quantity: str) -> Figure:
    """One dot a model: how many digits of a quantity a program shares with us; hollow where it stopped short."""
    figure, ax = plt.subplots(figsize=(4.5, 2.9), layout="constrained")
    style(ax, f"{LABELS[quantity]}: digits that agree with ours")
    for row, program in enumerate(reversed(PROGRAMS)):
        for short in (False, True):
            some = [c.digits(program, quantity) for c in cases if program in c.theirs and c.short(program) == short]
            x = np.sort([d for d in some if not math.isnan(d)])
            ax.scatter(
                x, row + heap(x), s=9, linewidths=0.8, edgecolors=INK, facecolors="none" if short else INK,
                alpha=1.0 if short else 0.55, clip_on=False,
            )  # fmt: skip
    ax.set(xlim=(-0.2, MOST + 0.2), ylim=(-0.5, len(PROGRAMS) - 0.4), yticks=range(len(PROGRAMS)))
    ax.set_yticklabels(reversed(PROGRAMS))
    ax.set_xticks(range(0, 11, 2), ["0", "2", "4", "6", "8", "10+"])
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=MUTED, alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    plt.close(figure)
    return figure


def heap(x: np.ndarray, near: float = 0.14, rise: float = 0.055) -> np.ndarray:
    """Heights that stack dots (ascending x) which would cover each other, as far as the row allows."""
    heights, run = np.zeros(len(x)), 0
    for i in range(1, len(x)):
        run = run + 1 if x[i] - x[i - 1 - run] < near else 0
        heights[i] = ((run + 1) // 2) * (1 if run % 2 else -1)
    return np.clip(heights * rise, -0.36, 0.36)


def small_table(frame: pd.DataFrame, label: str) -> str:
    """A table that looks like the page's others and scrolls where it is wider than a phone."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in ["", *frame.columns])
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th>{''.join(f'<td>{escape(str(value))}</td>' for value in row)}</tr>"
        for name, row in zip(frame.index, frame.to_numpy(), strict=True)
    )
    return (
        "<style>.answers table.table :is(th, td) { min-width: 0 !important }</style>"
        f"<div class='pst-scrollable-table-container answers' tabindex='0' role='region' aria-label='{escape(label)}'>"
        f"<table class='table'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def speed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The kept times of a fit: a row a size, ours in ms, the others' as multiples."""
    head, _, *lines = fit_speed.table(rows).splitlines()
    # "× 450" and "2,634 × 6" stay on their lines
    cut = [[re.sub(r" ?× ?| (?=ms)", lambda s: s[0].replace(" ", "\N{NO-BREAK SPACE}"), cell.strip())
            for cell in line.strip("| ").split("|")] for line in (head, *lines)]  # fmt: skip
    frame = pd.DataFrame([line[1:] for line in cut[1:]], index=[line[0] for line in cut[1:]], columns=cut[0][1:])
    return frame.rename_axis(cut[0][0])


def full_table(cases: list[Case]) -> str:
    """Every model and program, folded by family, as HTML that scrolls inside its wrapper."""
    return STYLE + "".join(_family(title, [c for c in cases if c.family == key]) for key, title in FAMILIES.items())


def _family(title: str, some: list[Case]) -> str:
    head = "".join(
        f"<th scope='col'{' class=n' if numeric else ''}>{label}</th>"
        for label, numeric in [
            ("program", 0), ("−2 log L", 1), ("above ours", 1), ("β off, in SE", 1), ("G", 0), ("σ²", 1),
            ("digits of β · G · σ²", 0), ("", 0),
        ]
    )  # fmt: skip
    body = "".join(_case(case) for case in some)
    return (
        f"<details class='agreement'><summary>{title} <span>{len(some)} models</span></summary>"
        f"<div class='pst-scrollable-table-container' tabindex='0' role='region' aria-label='{escape(title)}'>"
        f"<table class='table'><thead><tr>{head}</tr></thead>{body}</table></div></details>"
    )


def _case(case: Case) -> str:
    rows = [f"<tr class='model'><th colspan='8' scope='rowgroup'>{escape(case.words)} "
            f"<code>{escape(case.formula)}</code> {case.method}</th></tr>"]  # fmt: skip
    rows.append(_row("lmmteach", case.ours, "", "", "", "singular" if case.singular else ""))
    for program in PROGRAMS:
        if program in case.errors:
            why = escape(_brief(case.errors[program]))
            rows.append(f"<tr><td>{program}</td><td colspan='7' class='said'>no answer: {why}</td></tr>")
        elif program in case.theirs:
            digits = [case.digits(program, quantity) for quantity in ("beta", "G", "sigma2")]
            shown = " · ".join("–" if math.isnan(d) else f"{d:.0f}" for d in digits)
            compared = _above(case, program), _off(case, program), shown, _verdict(case, program)
            rows.append(_row(program, case.theirs[program], *compared))
    return f"<tbody>{''.join(rows)}</tbody>"


def _row(program: str, said: Numbers, above: str, off: str, digits: str, verdict: str) -> str:
    G = ", ".join(number(entry) for entry in said.G) or "none"
    return (
        f"<tr><td>{program}</td><td class=n>{said.deviance:.4f}</td><td class=n>{above}</td><td class=n>{off}</td>"
        f"<td>{G}</td><td class=n>{number(said.sigma2)}</td><td>{digits}</td><td>{verdict}</td></tr>"
    ).translate(MINUS)


def number(value: float) -> str:
    """Four significant digits.

    >>> number(1210.218), number(0.00001234), number(0.0)
    ('1210', '1.234e-05', '0')
    """
    return "0" if value == 0 else f"{value:.4g}"


def _above(case: Case, program: str) -> str:
    above = case.above(program)
    return "0" if abs(above) < 5e-7 else f"{above:+.2g}" if abs(above) < 1 else f"{above:+.1f}"


def _off(case: Case, program: str) -> str:
    a, b = case.theirs[program].beta, case.ours.beta
    if len(a) != len(b):
        return "–"
    off = float(np.max(np.abs(a - b) / case.ours.se))
    return "0" if off < 5e-8 else f"{off:.1g}"


def _verdict(case: Case, program: str) -> str:
    if program in case.claimed:
        return f"reports {case.claimed[program]:.4f}; its own G and σ² give the value shown"
    if case.above(program) < -SHORT:
        return "<b>found the better optimum</b>"
    return "stopped short" if case.short(program) else "same"


def _brief(error: str) -> str:
    return error if len(error) < 90 else error[:87] + "…"


STYLE = """<style>
details.agreement { border-top: 1px solid var(--pst-color-border); }
details.agreement:last-of-type { border-bottom: 1px solid var(--pst-color-border); }
details.agreement > summary { padding: .7rem 0; min-height: 44px; cursor: pointer; font-weight: 600;
  color: var(--pst-color-link); }
details.agreement > summary span { font-weight: 400; color: var(--pst-color-text-muted); margin-left: .5em;
  white-space: nowrap; }
details.agreement table.table { font-size: .84rem; white-space: nowrap; }
details.agreement table.table :is(th, td) { padding: .12rem 1.3rem .12rem 0; text-align: left;
  min-width: 0 !important; }
details.agreement table.table .n { text-align: right; }
details.agreement table.table tr.model th { position: static !important; background: none !important;
  font-weight: 600; padding-top: .75rem; }
details.agreement table.table tr.model code { font-weight: 400; margin: 0 .5em; }
details.agreement table.table tbody tr:last-child { border-bottom: 0; }
details.agreement td.said { color: var(--pst-color-text-muted); }
details.agreement .pst-scrollable-table-container { max-height: 34rem; overflow: auto; margin: 0; }
details.agreement .pst-scrollable-table-container > table.table { margin: 0 0 3rem; }
/* rows that fade say that there are more below; the last ones stop above it */
details.agreement[open] { position: relative; }
details.agreement[open]::after { content: ""; position: absolute; inset: auto 0 0; height: 3rem; pointer-events: none;
  background: linear-gradient(to top, var(--pst-color-background), transparent); }
details.agreement thead th { position: sticky; top: 0; background: var(--pst-color-background) !important; }
</style>"""
