"""The parametric bootstrap beside lme4's bootMer, in one run on one machine.

    python tests/benchmarks/bootstrap.py [rounds] [replicates]

Model B3 of the Framingham data (6 fixed effects, random intercept and slope, REML).  The two take turns, so
that whatever else the machine does falls on both; medians are reported, and the two answers compared.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import lmmteach

FORMULA = "cholesterol ~ sex*year + age*year + (1 + year | id)"
BOOTMER = """
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1])
fit <- lmer(cholesterol ~ sex*year + age*year + (1 + year | id), data)
values <- function(m) c(fixef(m), as.data.frame(VarCorr(m))$vcov)
spent <- system.time(drawn <- suppressMessages(bootMer(fit, values, nsim = as.integer(arguments[2]), seed = 1)))
cat(spent[["elapsed"]], apply(drawn$t, 2, sd), "\\n")
"""


def lme4(data: pd.DataFrame, n: int) -> tuple[float, np.ndarray]:
    """Seconds that bootMer takes for n replicates (reading the data and the first fit not counted), and the SDs."""
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder, "data.csv"), Path(folder, "bootmer.R")
        data.to_csv(table, index=False)
        script.write_text(BOOTMER)
        done = subprocess.run(["Rscript", script, table, str(n)], capture_output=True, text=True, check=True)
    seconds, *sds = map(float, done.stdout.split())
    return seconds, np.array(sds)


def ours(fit: lmmteach.Fit, n: int) -> tuple[float, pd.DataFrame]:
    """Seconds that fit.bootstrap(n) takes, and its rows."""
    began = time.perf_counter()
    rows = fit.bootstrap(n, seed=1, progress=False)
    return time.perf_counter() - began, rows


def main(rounds: int = 3, n: int = 1000) -> None:
    """Take turns and print the table."""
    if shutil.which("Rscript") is None:
        sys.exit("Rscript is not installed: there is nothing to compare with.")
    data = lmmteach.load_framingham()
    fit = lmmteach.lmm(FORMULA, data)
    mine, theirs = [], []
    for _ in range(rounds):
        seconds, rows = ours(fit, n)
        mine.append(seconds)
        seconds, sds = lme4(data, n)
        theirs.append(seconds)
        mine.append(ours(fit, n)[0])
    ours_median, lme4_median = np.median(mine), np.median(theirs)
    print(f"{FORMULA}, {fit.n_obs} rows, {n} replicates ({data.attrs['source']} data)")
    print(f"  lmmteach  {ours_median:8.3f} s   (all: {', '.join(f'{s:.3f}' for s in mine)})")
    print(f"  bootMer   {lme4_median:8.3f} s   (all: {', '.join(f'{s:.1f}' for s in theirs)})")
    print(f"  ratio     {lme4_median / ours_median:8.1f}")
    print("Bootstrap SDs of the fixed effects, lmmteach / bootMer (1 but for the draws, about +-3 %):")
    by_position = rows[fit.beta.index].std().to_numpy() / sds[: len(fit.beta)]
    print("  " + ", ".join(f"{name} {ratio:.3f}" for name, ratio in zip(fit.beta.index, by_position, strict=True)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
