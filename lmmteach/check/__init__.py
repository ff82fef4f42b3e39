"""Exercises that check themselves and explain the mistake.

For students, all of it as ``lmmteach.<name>``::

    lmmteach.student("Ada Lovelace")        # whose numbers; neighbours have others
    q = lmmteach.exercise("05.2")           # q.G, q.sigma2, ...: the numbers
    lmmteach.check("05.2", answer)          # right, or the kind of mistake
    lmmteach.hint("05.2")                   # the next hint
    lmmteach.report()                       # the file to hand in

For teachers, in a terminal::

    lmmteach exercises list
    lmmteach exercises copy 05 FOLDER       # the students' notebook, without solutions
    lmmteach exercises solutions FOLDER     # the solutions, apart; in a clone
    lmmteach grade FOLDER                   # checks the reports again, writes a CSV for Canvas

For authors: :class:`Exercise`, :class:`Wrong`, :class:`Property`, and the slips that many exercises share in
:mod:`lmmteach.check.shared_slips`.  The format stands in ``exercises/README.md``.

Read in this order: ``declaration`` (what an exercise is), ``variant`` (a student's numbers and the expected answer),
``forms`` (reading an answer, whatever it is), ``trial`` and ``limits`` (trying a function), ``general`` (slips that
can happen anywhere), ``judge`` (the verdict), ``front`` (what students call), ``recorded`` (an answer as a file holds
it), ``session`` and ``reports`` (handing in), ``grading`` and ``gradebook``; ``abreast`` (a class is graded by
several processes).

What students install has the exercises closed, and writes no solutions; teachers have them from a clone.  The checker
on a student's machine knows the right answer all the same: these are exercises, not an examination.
"""

from lmmteach.check.declaration import Exercise, ExerciseError, Property, Wrong
from lmmteach.check.front import check, exercise, hint, report, student
from lmmteach.check.variant import framingham

__all__ = [
    "Exercise",
    "ExerciseError",
    "Property",
    "Wrong",
    "check",
    "exercise",
    "framingham",
    "hint",
    "report",
    "student",
]
