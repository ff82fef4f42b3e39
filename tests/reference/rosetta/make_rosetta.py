"""Write book/_data/rosetta.json: what lme4, nlme and statsmodels report, for the book's Rosetta pages.

    python tests/reference/rosetta/make_rosetta.py

Needs the real Framingham file (see ``lmmteach.load_framingham``), statsmodels, and R with lme4, lmerTest, pbkrtest,
nlme and jsonlite; their versions are written into the file.  Only results of fits are written, no data.  lmmteach's
own fits of the Framingham file are recorded too: a book built on the stand-in shows them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.formula.api as smf
from statsmodels.regression.mixed_linear_model import MixedLMParams

import lmmteach

HERE = Path(__file__).resolve().parent
BOOK = HERE.parents[2] / "book"
TARGET = BOOK / "_data" / "rosetta.json"
sys.path.insert(0, str(BOOK / "reference"))
SETS = {
    "sleepstudy": {"fixed": "reaction ~ days", "time": "days", "group": "subject"},
    "framingham": {"fixed": "cholesterol ~ C(sex, Treatment('female'))*year + age*year", "time": "year", "group": "id"},
}
MODELS = ("ri", "rs", "diag")
# statsmodels names as R does, so that rows line up
R_NAMES = {
    "Intercept": "(Intercept)",
    "C(sex, Treatment('female'))[T.male]": "sexmale",
    "C(sex, Treatment('female'))[T.male]:year": "sexmale:year",
    "age:year": "year:age",
}


def from_statsmodels(model: str, names: dict[str, str], data: pd.DataFrame, reml: bool) -> dict[str, Any]:
    """One MixedLM fit, default settings; what it warns of is recorded."""
    q = 1 if model == "ri" else 2
    random = "~ 1" if q == 1 else f"~ {names['time']}"
    free = None
    if model == "diag":
        free = MixedLMParams.from_components(fe_params=np.ones(len(fixed_names(names, data))), cov_re=np.eye(2))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        frame = smf.mixedlm(names["fixed"], data, groups=names["group"], re_formula=random)
        fit = frame.fit(reml=reml, free=free)
    label = {name: R_NAMES.get(name, name) for name in fit.fe_params.index}
    return {
        "deviance": -2 * float(fit.llf),
        "aic": None if np.isnan(fit.aic) else float(fit.aic),
        "bic": None if np.isnan(fit.bic) else float(fit.bic),
        "beta": {label[name]: float(value) for name, value in fit.fe_params.items()},
        "se": {label[name]: float(value) for name, value in fit.bse_fe.items()},
        "G": np.asarray(fit.cov_re).tolist(),
        "sigma2": float(fit.scale),
        "se_G11": float(fit.bse_re.iloc[0]),  # as its summary prints it
        "converged": bool(fit.converged),
        "said": sorted({str(w.message) for w in heard}),
    }


def fixed_names(names: dict[str, str], data: pd.DataFrame) -> list[str]:
    """The columns of X as statsmodels names them."""
    return list(smf.ols(names["fixed"], data).exog_names)


def main() -> None:
    data = {"sleepstudy": lmmteach.load_sleepstudy(), "framingham": lmmteach.load_framingham(source="real")}
    with tempfile.TemporaryDirectory() as folder:
        for name, table in data.items():
            table.to_csv(Path(folder) / f"{name}.csv", index=False)
        found = Path(folder) / "r.json"
        subprocess.run(["Rscript", str(HERE / "make_r.R"), folder, str(found)], check=True)
        out = json.loads(found.read_text())
    import rosetta_tables  # stands beside the pages that use it

    out["versions"] |= {
        "lmmteach": lmmteach.__version__,
        "statsmodels": statsmodels.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
    for key, fits in out["fits"].items():
        if key.startswith("framingham"):
            fits["lmmteach"] = rosetta_tables.numbers(rosetta_tables.fit_model(key, data["framingham"]))
    for name, names in SETS.items():
        for method in ("REML", "ML"):
            for model in MODELS:
                fits = out["fits"][f"{name}.{model}.{method}"]
                fits["statsmodels"] = from_statsmodels(model, names, data[name], method == "REML")
    about = (
        "Fits of sleepstudy and the real Framingham file by lme4 (with lmerTest), nlme and statsmodels, as they come."
    )
    out = {"about": about, "made_by": "tests/reference/rosetta/make_rosetta.py"} | out
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
