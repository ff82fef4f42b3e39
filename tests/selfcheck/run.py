"""Recompute the statistical self-checks:  python tests/selfcheck/run.py [--sets 2000] [--profiled 300] [--only STUDY]

Writes tests/selfcheck/selfcheck.json: seeds, settings, versions, the results of all data sets, and those of the first
200 alone, which a test makes anew.  The book's page "Does it do what it promises?" shows it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import lmmteach  # noqa: E402
from tests.selfcheck.study import SEEDS, everything  # noqa: E402

FIRST, FIRST_PROFILED = 200, 10  # what the test makes anew


def main() -> None:
    """Run the studies, write the file."""
    parser = argparse.ArgumentParser(description="Recompute the statistical self-checks.")
    parser.add_argument("--sets", type=int, default=2000, help="data sets a study")
    parser.add_argument("--profiled", type=int, default=300, help="of these, with profile intervals")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("selfcheck.json"))
    parser.add_argument("--only", default="", help="one study: the others stay as the file has them")
    options = parser.parse_args()
    old = json.loads(options.out.read_text(encoding="utf-8")) if options.only else {}
    if old and (old["settings"]["sets"], old["settings"]["profiled"]) != (options.sets, options.profiled):
        parser.error("--only needs the --sets and --profiled that the file was made with.")
    started = time.monotonic()
    for library in ("OMP", "OPENBLAS", "MKL"):  # one thread a worker
        os.environ[f"{library}_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        first = everything(FIRST, FIRST_PROFILED, pool.map, options.only)
        print(f"{time.monotonic() - started:6.0f} s  the first {FIRST}", flush=True)
        full = everything(options.sets, options.profiled, pool.map, options.only)
    if options.only:
        first, full = old["first"] | first, old["full"] | full
    record = {
        "made_by": "python tests/selfcheck/run.py",
        "settings": {
            "sets": options.sets, "profiled": options.profiled, "first": FIRST, "first_profiled": FIRST_PROFILED,
            "seeds": SEEDS,
        },
        "versions": {
            "Python": platform.python_version(), "lmmteach": lmmteach.__version__, "numpy": np.__version__,
            "scipy": scipy.__version__, "pandas": pd.__version__,
        },
        "first": first,
        "full": full,
    }  # fmt: skip
    options.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(f"{time.monotonic() - started:6.0f} s  written to {options.out}")


if __name__ == "__main__":
    main()
