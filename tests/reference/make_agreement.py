"""Our own fit of every model of the agreement page:  LMMTEACH_DATA=folder python tests/reference/make_agreement.py

Writes agreement_ours.json (after make_peers.R and make_peers_statsmodels.py).  Where one of their programs reports a
-2 log L lower than ours by more than rounding, the readable likelihood is evaluated at that program's own G and sigma2,
and written down beside its report.  A test makes all of it anew.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import lmmteach  # noqa: E402
from lmmteach.datasets import framingham_fit  # noqa: E402
from tests.reference.agreement import OURS, peers, upper_of  # noqa: E402
from tests.reference.reading import HERE, call_of, data_of, entries, hard_fit, hard_sets  # noqa: E402

CLAIM = 1e-6  # a reported -2 log L this far below ours is looked into
NESTED = {
    "penicillin_crossed": (
        "Penicillin.csv",
        "plates and samples, crossed",
        "diameter ~ 1 + (1 | plate) + (1 | sample)",
    ),
    "pastes_nested": ("Pastes.csv", "casks within batches", "strength ~ 1 + (1 | batch/cask)"),
    "oats_nested": ("Oats.csv", "varieties within blocks", "yield ~ nitro + (1 | Block/Variety)"),
}
Found = tuple[str, dict[str, Any]]


def everything(framingham: bool) -> Iterator[Found]:
    """Name and numbers of every model; those of Framingham need the real file."""
    said = peers()
    for name, ours, fit in _all(framingham):
        claims = {}
        for program, theirs in said.get(name, {}).items():
            if "error" not in theirs and theirs["deviance"] < ours["deviance"] - CLAIM:
                claims[program] = fit.deviance_at(np.array(theirs["G"]), theirs["sigma2"])
        yield name, ours | ({"at_theirs": claims} if claims else {})


def _all(framingham: bool) -> Iterator[tuple[str, dict[str, Any], lmmteach.Fit]]:
    for entry in entries():
        formula, options = call_of(entry)
        fit = lmmteach.lmm(formula, data_of(entry), **options)
        words = f"{entry['dataset']}: {entry['model_words']}"
        yield entry["id"], numbers("classic", words, formula, fit, _sigma2(entry, fit)), fit
    for entry in hard_sets():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", lmmteach.LmmWarning)  # an aliased column is dropped, and said
            fit = hard_fit(entry)
        formula = f"{entry['fixed']} + (1 + {entry['random']} | {entry['group']})"
        of_two = entry["recipe"].startswith("r08")  # two visits: only V is identified, not G and sigma2
        yield entry["id"], numbers("hard", entry["words"], formula, fit, fit.sigma2, not of_two), fit
    for name, (csv, words, formula) in NESTED.items():
        fit = lmmteach.lmm(formula, pd.read_csv(HERE / "data" / csv))
        yield name, numbers("nested", f"{csv.removesuffix('.csv')}: {words}", formula, fit, fit.sigma2), fit
    if framingham:
        data = lmmteach.load_framingham(source="real")
        for model in ("A0", "A1", "A2", "A3", "B1", "B2", "B3"):
            for method in ("REML", "ML"):
                formula = framingham_fit(model, method).formula
                fit = lmmteach.lmm(formula, data, method=method)
                name, words = f"framingham_{model}.{method}", f"Framingham: model {model}"
                yield name, numbers("framingham", words, formula, fit, fit.sigma2), fit


def numbers(
    family: str, words: str, formula: str, fit: lmmteach.Fit, sigma2: float, identified: bool = True
) -> dict[str, Any]:
    """What is written of a fit; ``scale`` is what differences of each entry of G are measured against."""
    G = fit.G if isinstance(fit.G, dict) else dict.fromkeys([term.group for term in fit.design.terms], fit.G)
    scale = {}
    for (group, matrix), term in zip(G.items(), fit.design.terms, strict=True):
        sd = np.sqrt(np.maximum(np.diag(matrix), 1e-3 * sigma2 / (term.Z**2).mean(axis=0)))
        scale[group] = np.outer(sd, sd).tolist()
    as_lists = {group: np.asarray(matrix).tolist() for group, matrix in G.items()}
    return {
        "family": family, "words": words, "formula": formula, "method": fit.method, "n_obs": fit.n_obs,
        "deviance": fit.deviance, "beta": fit.beta.tolist(), "se": fit.se.tolist(), "G": upper_of(as_lists),
        "scale": upper_of(scale), "sigma2": sigma2, "certified": fit.converged, "singular": fit.singular,
        "identified": identified, "kkt": kkt(fit),
    }  # fmt: skip


def kkt(fit: lmmteach.Fit) -> dict[str, float]:
    """Karush, Kuhn and Tucker's conditions for Psi = G / sigma2: D's lowest eigenvalue, and the sum of D_jk Psi_jk.

    D holds the slopes of -2 log L in the entries of Psi, on the scale of orthonormal Z; of an uncorrelated term only
    the diagonal is free.  The worst of the terms is given.
    """
    optimum = fit.estimate.optimum
    lowest, product = 0.0, 0.0
    for D, L, correlated in zip(optimum.at.d_psi, optimum.factors, optimum.objective.pooled.correlated, strict=True):
        slopes = D if correlated else np.diag(np.diag(D))
        lowest = min(lowest, float(np.linalg.eigvalsh(slopes)[0]))
        product = max(product, abs(float((slopes * (L @ L.T)).sum())))
    return {"lowest": lowest, "product": product}


def _sigma2(entry: dict[str, Any], fit: lmmteach.Fit) -> float:
    """The residual variance as nlme tells it: the sum of the parts of R; of several levels, that of nlme's first."""
    wanted = (entry["truth"]["resid_params"] or {}).get("sd_ratio")
    if not wanted:
        return float(fit.residual.sigma2)
    ours = {f"{level:g}" if isinstance(level, float) else str(level): r for level, r in fit.residual.sd_ratio.items()}
    if set(ours) != set(wanted):  # the same levels under the visits' numbers
        ours = dict(zip(wanted, ours.values(), strict=True))
    first = next(level for level, ratio in wanted.items() if ratio == 1.0)
    return float(fit.residual.sigma2 * ours[first] ** 2)


def shortened(value: Any) -> Any:
    """Thirteen significant digits, more than any search is good to."""
    if isinstance(value, float):
        return float(f"{value:.13g}")
    if isinstance(value, dict):
        return {key: shortened(one) for key, one in value.items()}
    return [shortened(one) for one in value] if isinstance(value, list) else value


def main() -> None:
    """Fit everything, write the file."""
    versions = {"lmmteach": lmmteach.__version__, "numpy": np.__version__, "scipy": scipy.__version__}
    lines = [f"{json.dumps(name)}: {json.dumps(shortened(ours))}" for name, ours in everything(framingham=True)]
    text = f'{{"versions": {json.dumps(versions)}, "fits": {{\n' + ",\n".join(lines) + "\n}}\n"
    OURS.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
