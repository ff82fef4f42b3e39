"""How long ``import lmmteach`` takes beside ``import statsmodels.api`` and pandas alone, in one run.

    python -m tests.benchmarks.import_time [--keep]

Each import runs in a fresh process, in turn, eleven times; medians are printed.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from tests.benchmarks import kept

STATEMENTS = ("import lmmteach", "import pandas", "import statsmodels.api")
TIMED = "import time; begun = time.perf_counter(); {}; print(time.perf_counter() - begun)"


def main() -> None:
    """Print the medians and the ratio to ours."""
    spent: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(11):
        for statement in STATEMENTS:
            command = [sys.executable, "-c", TIMED.format(statement)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            spent[statement] += [float(done.stdout)] if done.returncode == 0 else []
    ours = np.median(spent[STATEMENTS[0]])
    for statement, times in spent.items():
        shown = f"{np.median(times):6.3f} s   {np.median(times) / ours:4.1f} x ours" if times else "not installed"
        print(f"{statement:24s} {shown}")
    if "--keep" in sys.argv:
        rows = [{"program": one, "s": round(float(np.median(times)), 3)} for one, times in spent.items() if times]
        kept.keep("import_time", rows)


if __name__ == "__main__":
    main()
