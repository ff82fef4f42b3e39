"""The only file that formats: a fit as text, and as HTML for a notebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from .fitting.estimates import Estimates

# Okabe-Ito, darkened to read as text on white; the explorers use the same hues for the same parameters.
STYLE = """
.lmm{font-size:.9rem;line-height:1.45;max-width:46rem;color:inherit}
.lmm table{font-size:inherit;border-collapse:collapse;margin:.4em 0 1em;font-variant-numeric:tabular-nums;border:0}
.lmm th,.lmm td{padding:.18em .9em;text-align:right;border:0;background:none;color:inherit}
.lmm tr{background:none}.lmm th{font-weight:500;opacity:.8}
.lmm th:first-child,.lmm td:first-child{padding-left:0}
.lmm th:first-child,.lmm td:first-child,.lmm .lmm-word{text-align:left}
.lmm thead tr{border-bottom:1px solid currentColor}
.lmm caption{caption-side:top;text-align:left;font-weight:600;padding:.3em 0;color:inherit;white-space:nowrap}
.lmm .lmm-lead{margin:0 0 .2em;font-weight:600}.lmm .lmm-sub{margin:0 0 .8em;opacity:.85}
.lmm .lmm-note{margin:.2em 0;padding:.5em .8em;border-left:3px solid #D55E00}
"""


def number(value: Any, digits: int = 5) -> str:
    """A number to so many significant digits, never in exponents where a person would not write them.

    >>> number(1396.3391), number(0.00012345, 3), number(-871.8)
    ('1396.3', '0.000123', '-871.80')
    """
    if value is None or not np.isfinite(value):
        return "-" if value is None or np.isnan(value) else f"{value}"
    if value == 0:
        return "0"
    magnitude = int(np.floor(np.log10(abs(value))))
    if -5 <= magnitude < 7:
        return f"{value:.{max(digits - 1 - magnitude, 0)}f}"
    return f"{value:.{digits - 1}e}"


def tables(fit: Estimates) -> list[tuple[str, pd.DataFrame]]:
    """What a summary shows: random effects, residual, fixed effects; every cell already text."""
    shown = []
    random = _random_table(fit)
    if len(random):
        shown.append(("Random effects: G", random))
    shown.append(("Residual: R", _residual_table(fit)))
    fixed = pd.DataFrame(
        {
            "Estimate": [number(value) for value in fit.beta],
            "Std. Error": [number(value) for value in fit.se],
            "t value": [f"{value:.2f}" for value in fit.beta / fit.se],
        },
        index=fit.beta.index,
    )
    shown.append(("Fixed effects: beta", fixed))
    return shown


def _random_table(fit: Estimates) -> pd.DataFrame:
    rows = []
    for name, G in fit._G_by_term.items():
        sd = np.sqrt(np.diag(G))
        for j, effect in enumerate(G.columns):
            row = {"Group": name if j == 0 else "", "Effect": effect}
            row |= {"Variance": number(G.iloc[j, j]), "Std. Dev.": number(sd[j])}
            for k in range(j):
                defined = sd[j] > 0 and sd[k] > 0
                row[f"Corr {k + 1}"] = f"{G.iloc[j, k] / (sd[j] * sd[k]):.3f}" if defined else "-"
            rows.append(row)
    return pd.DataFrame(rows).fillna("").set_index("Group") if rows else pd.DataFrame()


def _residual_table(fit: Estimates) -> pd.DataFrame:
    rows = []
    for part in fit.residual.parts:
        rho = part.rho
        shown = "" if rho is None else number(float(rho), 4) if np.ndim(rho) == 0 else "see .residual.rho"
        rows.append(
            {
                "Structure": type(part).__name__,
                "Variance": number(part.sigma2),
                "Std. Dev.": number(np.sqrt(part.sigma2)),
            }
            | ({"rho": shown} if shown else {})
        )
        for level, ratio in list(part.sd_ratio.items())[1:]:
            rows.append(
                {"Structure": f"  {part.by} {level}", "Variance": number(part.sigma2 * ratio**2)}
                | {"Std. Dev.": number(np.sqrt(part.sigma2) * ratio)}
            )
    return pd.DataFrame(rows).fillna("").set_index("Structure")


def _lead(fit: Estimates) -> tuple[str, str]:
    data = {"standin": " (simulated stand-in data)"}.get(fit.design.source or "", "")
    lead = (
        f"Linear mixed model fit by {fit.method}"
        if fit.design.terms
        else f"Covariance pattern model fit by {fit.method}"
    )
    size = (
        f"{fit.n_obs} observations, {fit.n_subjects} subjects ({fit.design.group}){data}; "
        f"-2 log L = {fit.deviance:.2f}, log L = {fit.loglik:.2f}, AIC = {fit.aic:.2f}, BIC = {fit.bic:.2f}"
    )
    return lead, size


def text(fit: Estimates) -> str:
    """The summary as plain text."""
    lead, size = _lead(fit)
    parts = [lead, f"Formula: {fit.formula}", size.replace("; ", "\n"), ""]
    for title, table in tables(fit):
        parts += [title, aligned(table), ""]
    parts += [f"Note: {note}" for note in fit.notes]
    return "\n".join(parts).rstrip() + "\n"


def aligned(table: pd.DataFrame) -> str:
    plain = table.reset_index()
    plain = plain.rename(columns={"index": ""})
    columns = [[str(c), *map(str, plain[c])] for c in plain.columns]
    names = 2 if "Effect" in plain.columns else 1
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for row in zip(*columns, strict=True):
        cells = [
            cell.ljust(w) if j < names else cell.rjust(w) for j, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def html(fit: Estimates) -> str:
    """The summary for a notebook; labels from the data are text, never markup."""
    lead, size = _lead(fit)
    parts = [f"<style>{STYLE}</style><div class='lmm'>"]
    parts.append(f"<p class='lmm-lead'>{lead}</p>")
    parts.append(f"<p class='lmm-sub'><code>{escape(fit.formula)}</code><br>{escape(size)}</p>")
    parts += [html_table(title, table) for title, table in tables(fit)]
    parts += [f"<p class='lmm-note'>{escape(note)}</p>" for note in fit.notes]
    return "".join(parts) + "</div>"


def html_table(title: str, table: pd.DataFrame) -> str:
    plain: Any = table.reset_index().rename(columns={"index": ""})
    words = [" class='lmm-word'" if column == "Effect" else "" for column in plain.columns]
    labels = zip(plain.columns, words, strict=True)
    head = "".join(f"<th scope='col'{kind}>{escape(str(column))}</th>" for column, kind in labels)
    body = ""
    for row in plain.itertuples(index=False):
        cells = zip(row, words, strict=True)
        body += "<tr>" + "".join(f"<td{kind}>{escape(str(cell))}</td>" for cell, kind in cells) + "</tr>"
    return f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def text_report(lead: str, formulas: list[str], shown: pd.DataFrame, said: list[str], notes: Sequence[str]) -> str:
    """A comparison of fits as plain text: what it is, of which models, a table, what follows, and why."""
    lines = [lead, *formulas, "", aligned(shown), "", *said, ""]
    return "\n".join([*lines, *(f"Note: {line}" for line in notes)]) + "\n"


def html_report(lead: str, formulas: list[str], shown: pd.DataFrame, said: list[str], notes: Sequence[str]) -> str:
    """The same for a notebook."""
    parts = [f"<style>{STYLE}</style><div class='lmm'><p class='lmm-lead'>{lead}</p><p class='lmm-sub'>"]
    parts += [f"<code>{escape(line)}</code><br>" for line in formulas]
    parts += ["</p>", html_table("Fits", shown), "<p class='lmm-sub'>", "<br>".join(map(escape, said)), "</p>"]
    parts += [f"<p class='lmm-note'>{escape(line)}</p>" for line in notes]
    return re.sub(r"chi2_(\d+)", r"χ<sup>2</sup><sub>\1</sub>", "".join(parts)) + "</div>"
