"""The scripts of the book's pages share one scope, and a page loads them in any order."""

from __future__ import annotations

import re
from collections import Counter

from lmmteach.publish.sources import find_book

SCRIPTS = sorted((find_book() / "_static").glob("*.js"))
NAMED = re.compile(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def shared(script: str) -> list[str]:
    """The names that a script puts into the scope that all share.

    >>> shared('// Says what.\\n{\\n  function a() {}\\n}\\nfunction b() {}')
    ['b', 'a']
    >>> shared('// Says what.\\n"use strict";\\n{\\n  function a() {}\\n}')
    []
    """
    inside = re.findall(r"^ {2}(?:async )?function\*? (\w+)", script, re.MULTILINE)
    block = re.search(r"^\{$", script, re.MULTILINE) is not None
    loose = block and '"use strict";' not in script.split("{")[0]  # there a function leaves its block
    return NAMED.findall(script) + (inside if loose else [])


def test_no_script_takes_a_name_from_another() -> None:
    names = Counter(name for path in SCRIPTS for name in shared(path.read_text(encoding="utf-8")))
    assert len(names) > 5
    assert [name for name, count in names.items() if count > 1] == []


def test_a_function_that_leaves_its_block_is_seen() -> None:
    quiz = (find_book() / "_static" / "quiz.js").read_text(encoding="utf-8")
    assert "setUp" in shared(quiz)
    assert set(shared("{\n  function setUp() {}\n}")) & set(shared(quiz)) == {"setUp"}
