"""From DataFrame and formula to finished fit, beside the established programs, in one run on one machine.

    python -m tests.benchmarks.fit_speed [size ...]          sizes: 200x6 2634x6 100000x6 10000x10
    python -m tests.benchmarks.fit_speed --keep              all of them, and the figures stay (kept.py)
    python -m tests.benchmarks.fit_speed --keep 200x6        that size again, of the same code

Random intercept and slope, REML, one thread each.  Every program runs in a process of its own, reads the
same CSV first, fits once to warm up and then several times; median, ratio to ours and peak memory are
printed.  A program that is not installed, or that fails, is said to be so.  Peers: lme4 and nlme (R),
statsmodels, glmm and mixedlm-rs (PyPI).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks import kept

SIZES = {  # subjects, visits, times of one's own
    "200x6": (200, 6, False),
    "2634x6": (2634, 6, False),
    "100000x6": (100_000, 6, False),
    "10000x10": (10_000, 10, True),
}
SLOW = {("statsmodels", "100000x6"), ("statsmodels", "10000x10")}  # minutes each: asked for by --all
FORMULA = "y ~ t + x + (1 + t | id)"
R_FIT = {
    "lme4": "suppressMessages(library(lme4)); fit <- function() lmer(y ~ t + x + (1 + t | id), d)",
    "nlme": "library(nlme); fit <- function() lme(y ~ t + x, d, random = ~ t | id)",
}
R_TIME = """
d <- read.csv(commandArgs(TRUE)[1]); reps <- as.integer(commandArgs(TRUE)[2])
m <- fit(); spent <- sapply(seq_len(reps), function(k) { s <- proc.time()[[3]]; fit(); proc.time()[[3]] - s })
peak <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE)))
cat(sprintf('{"ms": %f, "loglik": %.6f, "mb": %f}', 1000 * median(spent), as.numeric(logLik(m)), peak / 1024))
"""


def simulated(subjects: int, visits: int, own_times: bool) -> pd.DataFrame:
    """Cholesterol-like data: 16 % of rows missing, so that shared times still make dozens of patterns."""
    rng = np.random.default_rng(2)
    i = np.repeat(np.arange(subjects), visits)
    shared = np.tile(np.arange(visits) * 2.0, subjects)
    t = np.sort(rng.uniform(0, 10, (subjects, visits)), axis=1).ravel() if own_times else shared
    b = rng.normal(size=(subjects, 2)) @ np.linalg.cholesky([[1210, 13.5], [13.5, 2.5]]).T
    x = rng.normal(size=subjects)[i]
    y = 220 + 2.8 * t + 5 * x + b[i, 0] + b[i, 1] * t + rng.normal(size=len(t)) * 21
    frame = pd.DataFrame({"id": i, "t": t, "x": x, "y": y})
    return frame[rng.random(len(frame)) > 0.16] if not own_times else frame


def python_fit(engine: str):
    """A function DataFrame -> log-likelihood of one program."""
    if engine == "lmmteach":
        import lmmteach

        return lambda d: lmmteach.lmm(FORMULA, d).loglik
    if engine == "statsmodels":
        import statsmodels.formula.api as smf

        return lambda d: smf.mixedlm("y ~ t + x", d, groups="id", re_formula="~t").fit().llf
    if engine == "glmm":
        import glmm

        return lambda d: float(glmm.fit(d, FORMULA).loglik)
    from mixedlm_rs import MixedLM

    return lambda d: MixedLM.from_formula("y ~ t + x", d, groups="id", re_formula="~t").fit().llf


def worker(engine: str, table: str, reps: int) -> None:
    """Time one Python program; runs in a process of its own."""
    import resource
    import warnings

    warnings.simplefilter("ignore")
    data, fit = pd.read_csv(table), python_fit(engine)
    loglik, spent = fit(data), []
    for _ in range(reps):
        begun = time.perf_counter()
        fit(data)
        spent.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": 1000 * float(np.median(spent)), "loglik": loglik, "mb": peak}))


def versions() -> dict[str, str]:
    """Of everything that was timed."""
    found = {"Python": platform.python_version()}
    for name in ("numpy", "scipy", "pandas", "statsmodels", "glmm", "mixedlm-rs"):
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    if shutil.which("Rscript"):
        ask = "cat(sprintf('%s %s\\n', c('R', 'lme4', 'nlme'), c(as.character(getRversion()), "
        ask += "as.character(packageVersion('lme4')), as.character(packageVersion('nlme')))), sep = '')"
        told = subprocess.run(["Rscript", "-e", ask], capture_output=True, text=True, check=False).stdout
        found |= dict(line.split() for line in told.splitlines())
    return found


def run(engine: str, table: Path, reps: int) -> dict[str, float] | str:
    """One program's figures, or why there are none."""
    one_thread = os.environ | {f"{lib}_NUM_THREADS": "1" for lib in ("OMP", "OPENBLAS", "MKL", "RAYON")}
    if engine in R_FIT:
        if not shutil.which("Rscript"):
            return "not installed"
        command = ["Rscript", "-e", R_FIT[engine] + "\n" + R_TIME, str(table), str(reps)]
    else:
        command = [sys.executable, "-m", "tests.benchmarks.fit_speed", "--worker", engine, str(table), str(reps)]
    done = subprocess.run(command, capture_output=True, text=True, env=one_thread, check=False, cwd=kept.ROOT)
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:80]


def short(x: float) -> str:
    """Two digits, without an exponent."""
    return f"{float(f'{x:.2g}'):,g}"


def table(rows: list[dict[str, Any]]) -> str:
    """The kept figures as the README and the book show them: ours in ms, the others as multiples."""
    programs = list(dict.fromkeys(row["program"] for row in rows))
    ms = {(row["size"], row["program"]): row["ms"] for row in rows}
    lines = [f"| people × visits | {' | '.join(programs)} |", "|---" * (len(programs) + 1) + "|"]
    for size in dict.fromkeys(row["size"] for row in rows):
        ours = ms[size, "lmmteach"]
        subjects, visits, own_times = SIZES[size]
        cells = [f"{subjects:,} × {visits}" + (", own times" if own_times else ""), f"{short(ours)} ms"]
        cells += [f"× {short(ms[size, one] / ours)}" if (size, one) in ms else "–" for one in programs[1:]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(sizes: list[str]) -> None:
    """Print one table a size."""
    everything = "--all" in sizes
    rows = []
    for size in [s for s in sizes if s in SIZES] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            rows_file = Path(folder, "data.csv")
            frame = simulated(*SIZES[size])
            frame.to_csv(rows_file, index=False)
            print(f"\n{size}: {len(frame)} rows")
            print(f"{'':12s} {'median ms':>10s} {'x ours':>8s} {'peak MB':>8s}   log L")
            ours = None
            for engine in ("lmmteach", "lme4", "nlme", "statsmodels", "glmm", "mixedlm-rs"):
                if (engine, size) in SLOW and not everything:
                    print(f"{engine:12s} left out (minutes a fit; --all runs it)")
                    continue
                slow = engine in ("statsmodels", "nlme") or len(frame) > 50_000
                found = run(engine, rows_file, 3 if slow else 11)
                if isinstance(found, str):
                    print(f"{engine:12s} {found}")
                    continue
                ours = ours or found["ms"]
                rows.append({"size": size, "program": engine, **{key: round(found[key], 2) for key in ("ms", "mb")}})
                ratio = found["ms"] / ours
                print(f"{engine:12s} {found['ms']:10.1f} {ratio:8.1f} {found['mb']:8.0f}   {found['loglik']:.4f}")
    if "--keep" in sizes:
        again = {row["size"] for row in rows}
        rows += [row for row in kept.same("fit_speed") if row["size"] not in again]
        rows.sort(key=lambda row: list(SIZES).index(row["size"]))
        if again | {row["size"] for row in rows} != set(SIZES):
            sys.exit("Not kept: the code has changed since, so all sizes have to be measured.")
        kept.keep("fit_speed", rows, versions())
        kept.show(table(rows), kept.ROOT / "README.md")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main(sys.argv[1:])
