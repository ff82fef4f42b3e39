"""A thousand studies simulated and fitted again: the library, the page's own fitter, and lme4's bootMer, in one run.

    python -m tests.benchmarks.bootstrap [rounds] [replicates] [--keep]

Two models, both by REML: B3 of the Framingham data (6 fixed effects, random intercept and slope), and a planned study
of 200 people at 6 visits, in two groups.  All take turns, so that whatever else the machine does falls on all of them;
medians are reported, and the answers compared.  At the end, the time of one fit of 200 x 6 and of 2,634 x 6.  What is
not installed (R, Node, Chromium) is left out, and said.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import lmmteach
from lmmteach.explore import explore
from tests.benchmarks import kept

STATIC = Path(lmmteach.__file__).parent / "explore" / "static"
FORMULA = "cholesterol ~ sex*year + age*year + (1 + year | id)"
STUDY = "y ~ arm*t + (1 + t | id)"
BOOTMER = """
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1])
fit <- lmer(as.formula(arguments[3]), data)
values <- function(m) c(fixef(m), as.data.frame(VarCorr(m))$vcov)
spent <- system.time(drawn <- suppressMessages(bootMer(fit, values, nsim = as.integer(arguments[2]), seed = 1)))
cat(spent[["elapsed"]], apply(drawn$t, 2, sd), "\\n")
"""
#: n studies drawn and fitted by the page's fitter, and single fits: seconds, SDs of the fixed effects
SCRIPT = """async (load, { design, y, mean, G, sigma2, n }) => {
  const { fit, refitter } = await load("maths/fit.js");
  const { standardNormals } = await load("maths/draws.js");
  const { squareRoot } = await load("maths/model.js");
  const { Z, subject } = design;
  const people = Math.max(...subject) + 1;
  const [L, sigma] = [squareRoot(G), Math.sqrt(sigma2)];
  const fits = Array.from({ length: 9 }, () => {
    const began = performance.now();
    fit({ ...design, y }, "REML");
    return performance.now() - began;
  }).sort((a, b) => a - b);
  if (!n) return { fit: fits[4] };
  const began = performance.now();
  const again = refitter(design, "REML");
  const { theta } = again(y);
  const block = 2 * people + y.length;
  const betas = Array.from({ length: n }, (_, k) => {
    const z = standardNormals(1, block, 2 * k * block);
    const drawn = y.map((__, row) => {
      const [u, v] = [z[2 * subject[row]], z[2 * subject[row] + 1]];
      const b = Z[row][0] * L[0][0] * u + Z[row][1] * (L[1][0] * u + L[1][1] * v);
      return mean[row] + b + sigma * z[2 * people + row];
    });
    return again(drawn, theta).beta;
  });
  const seconds = (performance.now() - began) / 1000;
  const sds = betas[0].map((_, a) => {
    const middle = betas.reduce((sum, beta) => sum + beta[a], 0) / n;
    return Math.sqrt(betas.reduce((sum, beta) => sum + (beta[a] - middle) ** 2, 0) / (n - 1));
  });
  return { seconds, sds, fit: fits[4] };
}"""
Spent = tuple[float, np.ndarray]  # seconds, and the SDs of the fixed effects


def made(people: int, visits: int = 6) -> pd.DataFrame:
    """A study of two groups that differ in slope."""
    rng = np.random.default_rng(people)
    i, j = np.divmod(np.arange(people * visits), visits)
    t = 10.0 * j / (visits - 1)
    b = rng.multivariate_normal([0, 0], [[1400, -60], [-60, 12]], people)
    y = 220 + 2 * (i % 2) * t + b[i, 0] + b[i, 1] * t + rng.normal(0, 20, len(i))
    return pd.DataFrame({"id": i, "arm": i % 2, "t": t, "y": y})


def carried(fit: lmmteach.Fit, n: int) -> dict[str, Any]:
    """What the page's fitter needs of a fit."""
    (term,) = fit.design.terms
    design = {"X": fit.design.X.tolist(), "Z": term.Z.tolist(), "subject": term.codes.tolist()}
    mean = fit.design.X @ fit.beta.to_numpy()
    return {"design": design, "y": fit.design.y.tolist(), "mean": mean.tolist(), "G": fit.G.to_numpy().tolist(),
            "sigma2": fit.sigma2, "n": n}  # fmt: skip


def library(fit: lmmteach.Fit, n: int) -> Spent:
    """``fit.bootstrap(n)``."""
    began = time.perf_counter()
    rows = fit.bootstrap(n, seed=1, progress=False)
    return time.perf_counter() - began, rows[fit.beta.index].std().to_numpy()


def lme4(fit: lmmteach.Fit, n: int) -> Spent:
    """bootMer; reading the data and the first fit are not counted."""
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder, "data.csv"), Path(folder, "bootmer.R")
        fit.design.frame.to_csv(table, index=False)
        script.write_text(BOOTMER)
        command = ["Rscript", str(script), str(table), str(n), fit.formula]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, *sds = map(float, done.stdout.split())
    return seconds, np.array(sds[: len(fit.beta)])


def in_node(given: dict[str, Any]) -> dict[str, Any]:
    """The script under Node."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "static")  # Node takes .js for modules only where a package.json says so
        shutil.copytree(STATIC, copy)
        (copy / "package.json").write_text('{"type": "module"}')
        script = Path(folder, "run.mjs")
        script.write_text(
            'import { readFileSync } from "node:fs";\nconst load = (name) => import(process.argv[2] + "/" + name);\n'
            f'const run = {SCRIPT};\nconst given = JSON.parse(readFileSync(0, "utf8"));\n'
            "console.log(JSON.stringify(await run(load, given)));\n"
        )
        command = ["node", str(script), copy.as_uri()]
        done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def in_chromium(given: dict[str, Any]) -> dict[str, Any]:
    """The script in a saved page, the explorer that estimates."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = explore(None, "repeat").save(Path(folder, "page.html"))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(page_file.as_uri())
        modules = "(name) => Object.values(globalThis.lmmteachExplorers)[0].M[name]"
        found = page.evaluate(f"(given) => ({SCRIPT})({modules}, given)", given)
        browser.close()
    return dict(found)


def pages() -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
    """Where the page's fitter can be run on this machine."""
    return {name: run for name, run in {"node": in_node, "chromium": in_chromium}.items() if shutil.which(name)}


def race(what: str, formula: str, data: pd.DataFrame, rounds: int, n: int) -> list[dict[str, Any]]:
    """Take turns and print the table; returns its rows."""
    fit = lmmteach.lmm(formula, data)
    given = carried(fit, n)

    def paged(run: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[], Spent]:
        def timed() -> Spent:
            found = run(given)
            return found["seconds"], np.array(found["sds"])

        return timed

    runners: dict[str, Callable[[], Spent]] = {"lmmteach": lambda: library(fit, n)}
    runners |= {name: paged(run) for name, run in pages().items()}
    if shutil.which("Rscript"):
        runners["bootMer"] = lambda: lme4(fit, n)
    spent: dict[str, list[float]] = {name: [] for name in runners}
    sds: dict[str, np.ndarray] = {}
    for _ in range(rounds):
        for name, run in runners.items():
            seconds, sds[name] = run()
            spent[name].append(seconds)
    print(f"{what}: {formula}, {fit.n_obs} rows, {n} replicates")
    slow = np.median(spent["bootMer"]) if "bootMer" in spent else np.nan
    for name, seconds in spent.items():
        every = ", ".join(f"{s:.2f}" for s in seconds)
        ratio = f"{slow / np.median(seconds):6.1f} times as fast as bootMer" if name != "bootMer" else ""
        print(f"  {name:9} {np.median(seconds):8.3f} s {ratio}   (all: {every})")
    print("  bootstrap SDs of the fixed effects beside lmmteach's (1 but for the draws, about +-3 %):")
    for name in list(sds)[1:]:
        print(f"    {name:9} " + ", ".join(f"{x:.3f}" for x in sds[name] / sds["lmmteach"]))
    return [
        {"study": what, "program": name, "replicates": n, "s": round(float(np.median(s)), 3)}
        for name, s in spent.items()
    ]


def single(people: int) -> None:
    """The time of one fit, the design not yet known."""
    data = made(people)
    spent = []
    for _ in range(9):
        began = time.perf_counter()
        fit = lmmteach.lmm(STUDY, data)
        spent.append(1000 * (time.perf_counter() - began))
    told = [f"lmmteach {np.median(spent):.1f} ms"]
    told += [f"{name} {run(carried(fit, 0))['fit']:.1f} ms" for name, run in pages().items()]
    print(f"One fit of {people} x 6: {', '.join(told)}")


def main(rounds: int = 3, n: int = 1000, keep: bool = False) -> None:
    """Everything, and what could not be run."""
    missing = [name for name in ("Rscript", "node", "chromium") if shutil.which(name) is None]
    if missing:
        print(f"Not installed, and left out: {', '.join(missing)}")
    data = lmmteach.load_framingham()
    rows = race(f"Framingham ({data.attrs['source']} data)", FORMULA, data, rounds, n)
    rows += race("A planned study, 200 people at 6 visits", STUDY, made(200), rounds, n)
    for people in (200, 2634):
        single(people)
    if keep:
        kept.keep("bootstrap", rows)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:] if word.isdigit()), keep="--keep" in sys.argv)
