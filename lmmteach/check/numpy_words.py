"""What numpy says when sizes do not fit, as a student can read it."""

from __future__ import annotations

import re

__all__ = ["explained"]

#: what the message has in it, the name of the mistake, what to say; {0}, {1}: what the brackets of the pattern caught
WORDS: tuple[tuple[str, str, str], ...] = (
    (
        r"could not be broadcast together with (?:remapped )?shapes ((?:\([\d, ]*\)\s*(?:->\([\d, ]*\)\s*)?)+)",
        "elementwise",
        "arrays of {0} meet entry by entry, as `*`, `+`, `-` and `/` work, and their sizes do not fit. "
        "The product of matrices is written `@`.",
    ),
    (
        r"could not broadcast input array from shape (\([\d, ]*\)) into shape (\([\d, ]*\))",
        "sizes",
        "an array of {0} is to be put where there is room for one of {1}.",
    ),
    (
        r"mismatch in its core dimension .*\(size (\d+) is different from (\d+)\)",
        "sizes",
        "two sizes that must be equal are {1} and {0}. A product of matrices needs as many columns on its left as rows "
        "on its right. Is one of them to be transposed, or is another one meant?",
    ),
    (
        r"shapes (\([\d, ]*\)) and (\([\d, ]*\)) not aligned",
        "sizes",
        "a product of {0} and {1} is none: there must be as many columns on the left as rows on the right. Is one of "
        "them to be transposed?",
    ),
    (
        r"does not have enough dimensions",
        "sizes",
        "`@` multiplies matrices and vectors; one of the two here is a single number. For numbers there is `*`.",
    ),
    (r"Singular matrix", "singular", "this matrix has no inverse: a row of it is made of the others."),
    (
        r"must be square|Incompatible dimensions",
        "sizes",
        "only a square matrix has an inverse, a determinant or eigenvalues, and this one is not square.",
    ),
    (
        r"not positive definite",
        "not-positive-definite",
        "this matrix is not positive definite, so it has no Cholesky root. That can be an answer, but not an error: "
        "look at its eigenvalues.",
    ),
    (
        r"truth value of an? (?:array|Series|DataFrame)",
        "many-truths",
        "`if`, `and` and `or` need one True or False, and a whole array has many. Say which you mean: `.all()` or "
        "`.any()`.",
    ),
    (
        r"setting an array element with a sequence|inhomogeneous shape",
        "ragged",
        "the pieces of which an array is to be made are not of one size.",
    ),
    (
        r"input array dimensions|must match exactly|same number of dimensions",
        "sizes",
        "the pieces that are to be put side by side are not of one length.",
    ),
    (
        r"only (?:length-1|size-1|0-dimensional) arrays",
        "number-wanted",
        "one number is wanted here, and this is an array. Pick the entry you mean.",
    ),
    (
        r"cannot reshape array of size (\d+) into shape (\([\d, ]*\))",
        "sizes",
        "{0} entries cannot be arranged as {1}.",
    ),
)


def explained(said: str) -> tuple[str, str] | None:
    """The name of the mistake that a message of numpy's means, and words for it; None for other messages.

    >>> explained("operands could not be broadcast together with shapes (5,2) (2,2) ")[1][:36]
    'arrays of 5 × 2 and 2 × 2 meet entry'
    """
    for pattern, name, words in WORDS:
        found = re.search(pattern, said)
        if found:
            return name, words.format(*(_sizes(part) for part in found.groups()))
    return None


def _sizes(part: str) -> str:
    """Shapes as a reader writes them."""
    shapes = re.findall(r"\(([\d, ]*)\)", part.partition("->")[0])
    if not shapes:
        return part
    return " and ".join(" × ".join(re.findall(r"\d+", shape)) or "one number" for shape in shapes)
