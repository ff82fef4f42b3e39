"""statsmodels' MixedLM at its default settings on every model of the agreement page that it has.

    LMMTEACH_DATA=folder python tests/reference/make_peers_statsmodels.py

Writes peers_statsmodels.json: versions, and for each model what it said. It is given the same X and Z as lmmteach
builds (patsy orders columns its own way), except where X is rank deficient: there it gets the formula.
"""

from __future__ import annotations

import json
import platform
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy
import statsmodels
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import lmmteach  # noqa: E402
from lmmteach.datasets import framingham_fit  # noqa: E402
from tests.reference.make_agreement import shortened  # noqa: E402
from tests.reference.reading import HERE, call_of, entries, fit_of, hard_fit, hard_sets  # noqa: E402

VARIANCE_COMPONENTS: dict[str, dict[str, Any]] = {
    "penicillin_crossed": {
        "csv": "data/Penicillin.csv", "formula": "diameter ~ 1", "groups": None,
        "vc": {"plate": "0 + C(plate)", "sample": "0 + C(sample)"},
    },
    "pastes_nested": {
        "csv": "data/Pastes.csv", "formula": "strength ~ 1", "groups": "batch", "vc": {"cask:batch": "0 + C(cask)"},
    },
    "oats_nested": {
        "csv": "data/Oats.csv", "formula": "yield_ ~ nitro", "groups": "Block",
        "vc": {"Variety:Block": "0 + C(Variety)"},
    },
}  # fmt: skip


def told(make: Any, reml: bool, **options: Any) -> dict[str, Any]:
    """What MixedLM says, or its error."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            model = make()
            found = model.fit(reml=reml, **options)
            out = {
                "deviance": -2 * float(found.llf),
                "beta": np.asarray(found.fe_params).tolist(),
                "se": np.asarray(found.bse_fe).tolist(),
                "G": np.asarray(found.cov_re).tolist() if model.k_re else [],
                "sigma2": float(found.scale),
            }
            if model.k_vc:
                named = dict(zip(model.exog_vc.names, np.asarray(found.vcomp).tolist(), strict=True))
                out["G"] = named | ({"Group": out["G"][0][0]} if model.k_re else {})
            if not np.isfinite(out["deviance"]):
                out = {"error": f"-2 log L = {out['deviance']}"}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
    said = {f"{w.category.__name__}: {str(w.message).splitlines()[0]}" for w in heard}
    return out | {"said": sorted(said)}


def by_arrays(fit: lmmteach.Fit) -> dict[str, Any]:
    """MixedLM on the X, Z and groups of a fit of ours."""
    design, term = fit.design, fit.design.terms[0]

    def make() -> MixedLM:
        return MixedLM(design.y, design.X, groups=term.codes, exog_re=term.Z)

    options = {}
    if not term.correlated:
        options["free"] = MixedLMParams.from_components(np.ones(design.X.shape[1]), np.eye(term.q))
    return told(make, fit.method == "REML", **options)


def by_formula(entry: dict[str, Any]) -> dict[str, Any]:
    """MixedLM on the formula of a hard set."""
    data = pd.read_csv(HERE / entry["csv"]).dropna()
    return told(
        lambda: MixedLM.from_formula(entry["fixed"], data, groups=entry["group"], re_formula=f"1 + {entry['random']}"),
        True,
    )


def by_components(csv: str, formula: str, groups: str | None, vc: dict[str, str]) -> dict[str, Any]:
    """MixedLM with variance components: nested ones inside their group, crossed ones in one group of all."""
    data = pd.read_csv(HERE / csv).rename(columns={"yield": "yield_"})
    if groups is None:
        data, groups = data.assign(all=1), "all"
        return told(lambda: MixedLM.from_formula(formula, data, groups="all", re_formula="0", vc_formula=vc), True)
    found = told(lambda: MixedLM.from_formula(formula, data, groups=groups, re_formula="1", vc_formula=vc), True)
    if "G" in found:
        found["G"] = {groups if key == "Group" else key: value for key, value in found["G"].items()}
    return found


def framingham() -> dict[str, Any]:
    """MixedLM's fits of the real participants, by name; empty where the file is not."""
    try:
        data = lmmteach.load_framingham(source="real")
    except lmmteach.LmmError as error:
        print(f"The Framingham models are left out: {error}")
        return {}
    found = {}
    for model in ("A0", "A1", "A2", "A3", "B1", "B2", "B3"):
        for method in ("ML", "REML"):
            fit = lmmteach.lmm(framingham_fit(model, method).formula, data, method=method)
            found[f"framingham_{model}.{method}"] = by_arrays(fit)
    return found


def main() -> None:
    """Run everything, write the file."""
    found: dict[str, Any] = {}
    for entry in entries():
        formula, options = call_of(entry)
        if "|" in formula and type(options["residual"]) is lmmteach.Independent and not options["residual"].by:
            found[entry["id"]] = by_arrays(fit_of(entry))
    for entry in hard_sets():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", lmmteach.LmmWarning)
            found[entry["id"]] = by_formula(entry) if "x2" in entry["fixed"] else by_arrays(hard_fit(entry))
    for name, spec in VARIANCE_COMPONENTS.items():
        found[name] = by_components(**spec)
    found |= framingham()
    versions = {
        "Python": platform.python_version(), "statsmodels": statsmodels.__version__, "numpy": np.__version__,
        "scipy": scipy.__version__, "pandas": pd.__version__,
    }  # fmt: skip
    lines = [f"{json.dumps(name)}: {json.dumps(shortened(said))}" for name, said in found.items()]
    text = f'{{"versions": {json.dumps(versions)}, "fits": {{\n' + ",\n".join(lines) + "\n}}\n"
    (HERE / "peers_statsmodels.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
