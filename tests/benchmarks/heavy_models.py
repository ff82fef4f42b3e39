"""Models whose cost grows steeply, beside R's programs where they are installed, in one run on one machine.

    python -m tests.benchmarks.heavy_models [name ...]
    python -m tests.benchmarks.heavy_models --keep        all of them, and the figures stay (kept.py)

One thread each, median of three fits after one to warm up (one fit where a program takes longer than 20 s).  The
likelihoods are printed so that speed is compared at one answer; a program that fails, or has no such model, is said
to.  Peers: lme4 (crossed factors, many levels), nlme's gls (serial structures), from Debian.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks import kept

LIMIT = 300  # seconds that a program is waited for


def series(subjects: int, visits: int, missing: float = 0.1) -> pd.DataFrame:
    """Subjects whose readings follow an AR(1) of .7 over common visits, a tenth of them missed."""
    rng = np.random.default_rng(1)
    e = rng.normal(size=(subjects, visits))
    for j in range(1, visits):
        e[:, j] = 0.7 * e[:, j - 1] + np.sqrt(1 - 0.49) * e[:, j]
    frame = pd.DataFrame(
        {"id": np.repeat(np.arange(subjects), visits), "t": np.tile(np.arange(1.0 * visits), subjects)}
    )
    frame["y"] = 10 + 0.1 * frame.t + e.ravel()
    return frame[rng.random(len(frame)) > missing].reset_index(drop=True)


def levels(subjects: int, count: int) -> pd.DataFrame:
    """Each subject twice at every level of a factor, with an effect of its own there."""
    rng = np.random.default_rng(1)
    i, f = np.repeat(np.arange(subjects), 2 * count), np.tile(np.repeat(np.arange(count), 2), subjects)
    y = 2 * rng.normal(size=(subjects, count))[i, f] + rng.normal(size=len(i))
    return pd.DataFrame({"id": i, "f": [f"k{k:03d}" for k in f], "y": y})


def crossed(a: int, b: int, rows: int) -> pd.DataFrame:
    """Rows that each belong to one of a and one of b levels, by chance."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": rng.integers(0, a, rows), "b": rng.integers(0, b, rows), "x": rng.normal(size=rows)})
    effects = rng.normal(size=a)[frame.a] + 0.7 * rng.normal(size=b)[frame.b]
    return frame.assign(y=frame.x + effects + rng.normal(size=rows))


GLS = "library(nlme); fit <- function() gls(y ~ t, d, correlation = {}{})"
BY_VISIT = ", weights = varIdent(form = ~ 1 | v)"
LME4 = "suppressMessages(library(lme4)); fit <- function() lmer({}, d)"

#: name: data, formula, how residuals are, and R's call where it has one
MODELS = {
    "unstructured 60x12": (series, (60, 12), "y ~ t", "unstructured", GLS.format("corSymm(form = ~ v | id)", BY_VISIT)),
    "unstructured 60x14": (series, (60, 14), "y ~ t", "unstructured", GLS.format("corSymm(form = ~ v | id)", BY_VISIT)),
    "unstructured 60x20": (series, (60, 20), "y ~ t", "unstructured", ""),
    "Toeplitz 30x24": (series, (30, 24), "y ~ t", "toeplitz", ""),
    "Toeplitz 30x60": (series, (30, 60), "y ~ t", "toeplitz", ""),
    "exponential 3x500": (series, (3, 500), "y ~ t", "exponential", GLS.format("corCAR1(form = ~ t | id)", "")),
    "exponential 3x2000": (series, (3, 2000), "y ~ t", "exponential", GLS.format("corCAR1(form = ~ t | id)", "")),
    "levels 30x100": (levels, (30, 100), "y ~ 1 + (0 + f || id)", "independent", ""),
    "crossed 1500x20": (
        crossed, (1500, 20, 6000), "y ~ x + (1 | a) + (1 | b)", "independent",
        LME4.format("y ~ x + (1 | a) + (1 | b)"),
    ),
}  # fmt: skip
R_TIME = """
d <- read.csv(commandArgs(TRUE)[1]); if (!is.null(d$t)) d$v <- as.integer(d$t) + 1
spent <- c(); for (k in 1:4) { s <- proc.time()[[1]]; m <- fit(); spent <- c(spent, proc.time()[[1]] - s)
  if (spent[k] > 20) break }
cat(sprintf('{"s": %f, "loglik": %.6f}', median(if (length(spent) > 1) spent[-1] else spent), as.numeric(logLik(m))))
"""


def ours(name: str, table: str) -> None:
    """Time our fit; runs in a process of its own."""
    import warnings

    import lmmteach

    warnings.simplefilter("ignore")
    _, _, formula, residual, _ = MODELS[name]
    data = pd.read_csv(table)
    serial = {} if residual == "independent" else {"groups": "id", "time": "t"}
    spent: list[float] = []
    while len(spent) < 4 and (not spent or spent[-1] < 20):
        begun = time.process_time()
        fit = lmmteach.lmm(formula, data, residual=residual, **serial)
        spent.append(time.process_time() - begun)
    asked = fit.estimate.optimum.objective.evaluations
    print(json.dumps({"s": float(np.median(spent[1:] or spent)), "loglik": fit.loglik, "evaluations": asked}))


def run(command: list[str]) -> dict[str, float] | str:
    """One program's figures, or why there are none."""
    one_thread = os.environ | {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=one_thread, check=False, timeout=LIMIT, cwd=kept.ROOT
        )
        return json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return f"unfinished after {LIMIT} s"
    except (IndexError, ValueError):
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:60]


def main(names: list[str]) -> None:
    """Print a row a model: our seconds, how often the likelihood was asked, R's time as a multiple of ours."""
    print(f"{'':20s} {'ours, s':>8s} {'asked':>6s} {'R, x ours':>10s}   log L, ours and R's")
    rows = []
    for name in [one for one in names if one != "--keep"] or MODELS:
        make, size, _, _, call = MODELS[name]
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder, "data.csv")
            make(*size).to_csv(table, index=False)
            own = run([sys.executable, "-m", "tests.benchmarks.heavy_models", "--ours", name, str(table)])
            if isinstance(own, str):
                print(f"{name:20s} {own}")
                continue
            peer: dict[str, float] | str = "no such model" if not call else "R is not installed"
            if call and shutil.which("Rscript"):
                peer = run(["Rscript", "-e", call + "\n" + R_TIME, str(table)])
            rows.append({"model": name, "ours s": round(own["s"], 3), "asked": own["evaluations"]})
            if not isinstance(peer, str):
                rows[-1]["R s"] = round(peer["s"], 3)
            row = f"{name:20s} {own['s']:8.2f} {own['evaluations']:6.0f}"
            if isinstance(peer, str):
                print(f"{row} {'':>10s}   {own['loglik']:.4f}, {peer}", flush=True)
            else:
                print(f"{row} {peer['s'] / own['s']:10.1f}   {own['loglik']:.4f}, {peer['loglik']:.4f}", flush=True)
    if names == ["--keep"]:
        kept.keep("heavy_models", rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        ours(sys.argv[2], sys.argv[3])
    else:
        main(sys.argv[1:])
