"""One model's numbers from several programs, aligned row by row, for the Rosetta pages.

A fit here is a dictionary: ``deviance``, ``aic``, ``bic``, ``beta``, ``se``, ``df``, ``df_kr`` (by name), ``G`` and
``sigma2`` or, for a covariance pattern, ``V``.  `aligned` makes the table and fails if a number differs from
lmmteach's by more than the page says, known differences taken into account.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import lmmteach

PROGRAMS = ("lme4", "nlme", "statsmodels")
DATA = Path(__file__).resolve().parents[1] / "_data" / "rosetta.json"
RANDOM = {"ri": "(1 | {g})", "rs": "(1 + {t} | {g})", "diag": "(1 + {t} || {g})"}
PATTERNS = {"cs": "cs", "ar1": "ar1", "un": "unstructured"}
SETS = {
    "sleepstudy": ("reaction ~ days", "days", "subject"),
    "framingham": ("cholesterol ~ sex*year + age*year", "year", "id"),
}
#: how far a program may be from lmmteach: what the pages claim
TOLERANCE = {"-2 log L": 1e-5, "criterion": 1e-5, "beta": 1e-3, "SE": 1e-3, "df": 2e-3, "G": 1e-3, "V": 1e-3}
#: the forms in which a program's own summary shows G; the others are worked out from them
PRINTS = {
    "lmmteach": {"var", "sd", "cov", "cor"},
    "lme4": {"var", "sd", "cor"},
    "nlme": {"sd", "cor"},
    "statsmodels": {"var", "cov"},
}


class Row(NamedTuple):
    """A line of the table: what it is, how close the programs must be, on which scale, and where values come from."""

    label: str
    kind: str
    values: dict[str, float | None]
    scale: float
    form: str = ""


def recorded() -> dict[str, Any]:
    """The whole record: versions of the programs, and their fits by "data.model.method"."""
    return json.loads(DATA.read_text(encoding="utf-8"))


def fit_model(key: str, data: Any) -> lmmteach.Fit:
    """lmmteach's fit of "data.model.method"."""
    name, model, method = key.split(".")
    fixed, time, group = SETS[name]
    if model in RANDOM:
        return lmmteach.lmm(f"{fixed} + {RANDOM[model].format(t=time, g=group)}", data, method=method)
    return lmmteach.lmm(fixed, data, method=method, groups=group, time=time, residual=PATTERNS[model])


def numbers(fit: lmmteach.Fit) -> dict[str, Any]:
    """A lmmteach fit in the record's form."""
    found: dict[str, Any] = {
        "deviance": fit.deviance, "aic": fit.aic, "bic": fit.bic,
        "beta": fit.beta.to_dict(), "se": fit.se.to_dict(),
        "n_obs": fit.n_obs, "n_subjects": fit.n_subjects, "n_parameters": fit.n_parameters,
    }  # fmt: skip
    if len(fit.G):
        found["df"] = fit.coef_table()["df"].to_dict()
        if fit.method == "REML":
            found["df_kr"] = fit.coef_table(df="kenward-roger")["df"].to_dict()
        return found | {"G": fit.G.to_numpy().tolist(), "sigma2": fit.sigma2}
    return found | {"V": fit.marginal_cov().to_numpy().tolist()}


def from_nlme(reported: float, what: str, ours: dict[str, Any], reml: bool) -> float:
    """A number as nlme reports it, in lmmteach's convention: the two known differences undone."""
    N, p, k = ours["n_obs"], len(ours["beta"]), ours["n_parameters"]
    if what == "SE" and not reml:
        return reported * np.sqrt((N - p) / N)
    if what == "BIC" and reml:
        return reported + k * (np.log(N) - np.log(N - p))
    return reported


def _covariances(fits: dict[str, dict[str, Any]]) -> Iterator[Row]:
    """The rows of G and sigma^2, or of a pattern's V."""
    ours = fits["lmmteach"]
    matrix = {name: np.array(fit["G" if "G" in ours else "V"], dtype=float) for name, fit in fits.items()}

    def row(label: str, form: str, get: Any, kind: str) -> Row:
        found = {name: float(get(M)) for name, M in matrix.items()}
        return Row(label, kind, found, 1.0 if form == "cor" else abs(found["lmmteach"]), form)

    def correlation(a: int, b: int) -> Any:
        return lambda M: M[a, b] / np.sqrt(M[a, a] * M[b, b])

    if "V" in ours:
        yield row("variance, first visit", "var", lambda V: V[0, 0], "V")
        yield row("variance, last visit", "var", lambda V: V[-1, -1], "V")
        yield row("correlation, 1st and 2nd", "cor", correlation(0, 1), "V")
        yield row("correlation, 1st and last", "cor", correlation(0, -1), "V")
        return
    spread = np.sqrt(np.diag(matrix["lmmteach"]))
    for k in range(len(spread)):
        place = f"<b class='p-g{k + 1}{k + 1}'>G<sub>{k + 1}{k + 1}</sub></b>"
        yield row(f"{place} variance", "var", lambda G, k=k: G[k, k], "G")
        yield row(f"{place} as SD", "sd", lambda G, k=k: np.sqrt(G[k, k]), "G")
        if k == 0 and len(spread) == 2 and matrix["lmmteach"][0, 1] != 0:
            place = "<b class='p-g12'>G<sub>12</sub></b>"
            yield row(f"{place} covariance", "cov", lambda G: G[0, 1], "G")._replace(scale=float(spread.prod()))
            yield row(f"{place} as correlation", "cor", correlation(0, 1), "G")
    sigma2 = {name: float(fit["sigma2"]) for name, fit in fits.items()}
    place = "<b class='p-s2'>σ²</b>"
    yield Row(f"{place} variance", "G", sigma2, sigma2["lmmteach"], "var")
    root = {name: value**0.5 for name, value in sigma2.items()}
    yield Row(f"{place} as SD", "G", root, root["lmmteach"], "sd")


def rows(fits: dict[str, dict[str, Any]]) -> Iterator[tuple[str, list[Row]]]:
    """The table's lines by section."""
    ours = fits["lmmteach"]

    def of(label: str, kind: str, *path: str, scale: float = 1.0) -> Row:
        found: dict[str, float | None] = {}
        for name, fit in fits.items():
            value: Any = fit
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None
            found[name] = value
        return Row(label, kind, found, scale)

    yield "Fit", [of("−2 log L", "-2 log L", "deviance"), of("AIC", "AIC", "aic"), of("BIC", "BIC", "bic")]
    fixed = []
    for name, se in ours["se"].items():
        fixed += [of(f"β {escape(name)}", "beta", "beta", name, scale=se), of("SE", "SE", "se", name, scale=se)]
        for field, label in (("df", "df"), ("df_kr", "df, Kenward–Roger")):
            if field in ours:
                fixed.append(of(label, "df", field, name, scale=ours[field][name]))
    yield "Fixed effects", fixed
    yield ("Random effects and residual" if "G" in ours else "V"), list(_covariances(fits))


def _check(row: Row, name: str, ours: dict[str, Any], reml: bool) -> None:
    """Fail if a program's number is further from lmmteach's than the pages claim."""
    value, target = row.values[name], row.values["lmmteach"]
    if value is None or target is None or (row.kind == "df" and name == "nlme"):  # nlme counts df its own way
        return
    if name == "nlme":
        value = from_nlme(value, row.kind, ours, reml)
    allowed = TOLERANCE.get(row.kind, TOLERANCE["criterion"])
    assert abs(value - target) <= allowed * row.scale, f"{name}, {row.label}: {value} against {target}"


def _decimals(row: Row) -> int:
    if row.kind in ("-2 log L", "AIC", "BIC"):
        return 2
    if row.kind == "df":
        return 1
    size = abs(row.values["lmmteach"] or 1.0) if row.form == "cov" else row.scale
    digits = 3 - int(np.floor(np.log10(max(size, 1e-12))))
    return min(max(digits, 0), 5) if row.form != "cor" else 4


def _cell(row: Row, name: str) -> str:
    value = row.values[name]
    if value is None:
        return "<td class='none'>–</td>"
    digits = _decimals(row)
    text = f"{value:.{digits}f}".replace("-", "−")
    ours = f"{row.values['lmmteach']:.{digits}f}".replace("-", "−")
    kind = " class='other'" if text != ours else ""
    shown = f"({text})" if row.form and row.kind == "G" and row.form not in PRINTS[name] else text
    return f"<td{kind}>{shown}</td>"


class Aligned:
    """The table of one model, checked; HTML in a notebook."""

    def __init__(self, key: str, ours: dict[str, Any]) -> None:
        reported = recorded()["fits"][key]
        self.key, self.reml = key, key.endswith("REML")
        self.fits = {"lmmteach": ours} | {name: reported[name] for name in PROGRAMS if name in reported}
        self.sections = list(rows(self.fits))
        for _, lines in self.sections:
            for row in lines:
                for name in self.fits:
                    _check(row, name, ours, self.reml)

    def __repr__(self) -> str:
        lines = [row for _, found in self.sections for row in found]
        return "\n".join(f"{row.label}: {row.values}" for row in lines)

    def _repr_html_(self) -> str:
        method = self.key.rpartition(".")[2]
        head = "".join(f"<th scope='col'>{name}</th>" for name in self.fits)
        body = []
        for title, lines in self.sections:
            span = len(self.fits) + 1
            body.append(f"<tbody><tr class='section'><th scope='rowgroup' colspan='{span}'>{title}</th></tr>")
            for row in lines:
                cells = "".join(_cell(row, name) for name in self.fits)
                minor = " class='minor'" if row.kind in ("SE", "df") else ""
                body.append(f"<tr{minor}><th scope='row'>{row.label}</th>{cells}</tr>")
            body.append("</tbody>")
        caption = f"{method}: the numbers of {len(self.fits)} programs"
        table = f"<table class='table rosetta'><caption class='visually-hidden'>{caption}</caption>"
        table += f"<thead><tr><th scope='col'>{method}</th>{head}</tr></thead>{''.join(body)}</table>"
        region = f"<div class='rosetta-scroll' role='region' tabindex='0' aria-label='{caption}'>{table}</div>"
        if self.reml:
            return region
        return f"<details class='rosetta-more'><summary>The same by ML</summary>{region}</details>"


def worst(tables: list[Aligned], kind: str) -> float:
    """The largest distance from lmmteach in all rows of a kind, over the row's scale, known differences undone."""
    found = [0.0]
    for table in tables:
        for row in (row for _, lines in table.sections for row in lines if row.kind == kind):
            for name, value in row.values.items():
                target = row.values["lmmteach"]
                if value is None or target is None or (kind == "df" and name == "nlme"):
                    continue
                if name == "nlme":
                    value = from_nlme(value, kind, table.fits["lmmteach"], table.reml)
                found.append(abs(value - target) / row.scale)
    return max(found)
