"""How long the grading of a class takes, each of whom has answered every exercise.

    python -m tests.load.class_of 200

One student answers all rightly; the others hand in these answers for numbers of their own, and are graded all the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from lmmteach.check.reports import seal
from lmmteach.check.shelf import all_exercises
from lmmteach.check.variant import recorded_variant
from tests.check.test_handing_in import hand_in

TIMED = """
import resource, sys, time
from pathlib import Path
from lmmteach.check.grading import grade_folder
if __name__ == "__main__":  # the processes that grade read this file, too
    begun = time.perf_counter()
    grades = grade_folder(Path(sys.argv[1]), say=print)
    spent = time.perf_counter() - begun
    used = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    other = [remark for remark in grades.remarks if "recorded as passed, but its answer is wrong" not in remark]
    print(f"{len(grades.passed)} students, {spent:.1f} s, {used:.1f} s of processors;", *other[:3])
"""


def main() -> None:
    """Make the reports, then grade them in a process of its own."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        first = hand_in("Student 0", Path("in"), *(exercise.id for exercise in all_exercises()))
        content = json.loads(first.read_text(encoding="utf-8"))
        begun = time.perf_counter()
        for k in range(1, number):
            # A report names the draw of its numbers; which of them are clear was looked at when they were set.
            numbers = {one.id: recorded_variant(one, f"Student {k}", 0).digest for one in all_exercises()}
            exercises = {id: entry | {"numbers": numbers[id], "draw": 0} for id, entry in content["exercises"].items()}
            report = content | {"student": f"Student {k}", "exercises": exercises}
            Path("in", f"{k}.json").write_text(json.dumps(report | {"sha256": seal(report)}), encoding="utf-8")
        print(f"numbers of {number - 1} students made in {time.perf_counter() - begun:.1f} s")
        Path("timed.py").write_text(TIMED, encoding="utf-8")
        subprocess.run([sys.executable, "timed.py", str(Path("in").resolve())], check=True)


if __name__ == "__main__":
    main()
