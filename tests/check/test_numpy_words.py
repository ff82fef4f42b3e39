"""numpy's own messages never reach a student: sizes that do not fit are said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.check.numpy_words import WORDS, explained

Z, G, n = np.column_stack([np.ones(5), np.arange(5.0)]), np.eye(2), 5
V = np.eye(5)
FAILING: dict[str, tuple[str, Callable[[], Any]]] = {
    "elementwise": ("elementwise", lambda: Z * G * Z.T),
    "added": ("elementwise", lambda: Z @ G @ Z.T + np.eye(2)),
    "in place": ("elementwise", lambda: np.zeros((5, 5)).__iadd__(np.ones((5, 2)))),
    "three at once": ("elementwise", lambda: np.where(np.ones(5) > 0, np.ones(4), 0.0)),
    "too large a row": ("sizes", lambda: np.zeros((2, 2)).__setitem__(0, np.ones(3))),
    "product": ("sizes", lambda: G @ Z),
    "vector": ("sizes", lambda: V @ np.ones(3)),
    "dot": ("sizes", lambda: np.dot(G, Z)),
    "number": ("sizes", lambda: Z @ 3.0),
    "solve": ("sizes", lambda: np.linalg.solve(V, np.ones((3, 1)))),
    "inverse": ("sizes", lambda: np.linalg.inv(Z)),
    "determinant": ("sizes", lambda: np.linalg.slogdet(Z)),
    "eigenvalues": ("sizes", lambda: np.linalg.eigvalsh(Z)),
    "least squares": ("sizes", lambda: np.linalg.lstsq(Z, np.ones(4), rcond=None)),
    "stacked": ("sizes", lambda: np.hstack([Z, np.ones((4, 1))])),
    "columns": ("sizes", lambda: np.column_stack([np.ones(5), np.ones(4)])),
    "reshaped": ("sizes", lambda: Z.reshape(3, 4)),
    "singular": ("singular", lambda: np.linalg.inv(np.ones((2, 2)))),
    "cholesky": ("not-positive-definite", lambda: np.linalg.cholesky(-G)),
    "if": ("many-truths", lambda: 1 if Z > 0 else 0),
    "ragged": ("ragged", lambda: np.array([[1.0, 2.0], [3.0]])),
    "one number": ("number-wanted", lambda: float(Z)),
}


@pytest.mark.parametrize(("name", "fails"), FAILING.values(), ids=FAILING.keys())
def test_what_numpy_says_is_said_in_words(name: str, fails: Callable[[], Any]) -> None:
    said = ""
    try:
        fails()
    except Exception as error:
        said = str(error)
    assert said, "numpy has nothing against it"
    found = explained(said)
    assert found is not None, said
    assert found[0] == name
    assert "{" not in found[1]
    assert not any(word in found[1] for word in ("operand", "gufunc", "core dimension", "broadcast", "aligned", "(n"))


def test_every_pattern_is_one_that_numpy_says() -> None:
    assert {name for _, name, _ in WORDS} == {name for name, _ in FAILING.values()}


def test_an_elementwise_product_has_its_own_diagnosis() -> None:
    """Z*G*Z.T for Z G Z': numpy's own words speak of operands and broadcasting."""
    said = lmmteach.check("04.1", lambda Z, G, sigma2: Z * G * Z.T + sigma2 * np.eye(len(Z)))
    assert said.diagnosis == "elementwise"
    assert "`@`" in said.text
    assert " × 2 and 2 × 2" in " ".join(said.text.split())
    assert "broadcast" not in said.text


def test_other_errors_keep_their_own_words() -> None:
    assert explained("name 'undefined' is not defined") is None
    assert explained("division by zero") is None
