"""Formula and data become a design: y, X, Z, groups and times, as the lecture writes them.

    Y_i = X_i beta + Z_i b_i + e_i

Read ``formula`` (what the user wrote), with ``grammar``, ``functions`` and ``algebra`` for its signs, its functions
and its arithmetic; ``labels`` and ``frame`` (what the user brought), ``absent`` (what she did not); ``contrasts``,
``matrices`` and ``columns`` (X and Z); ``clock`` (times and visits); ``checks`` (is the model what it looks like?);
then ``build``, which puts them together.
Handed on: :class:`Design`, its :class:`RandomTerm` and :class:`Subject`, and :func:`build`.
"""

from .build import Design, RandomTerm, Subject, build

__all__ = ["Design", "RandomTerm", "Subject", "build"]
