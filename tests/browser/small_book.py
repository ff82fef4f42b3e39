"""A book of a few pages, built as the whole is: the exercises' pages are tried without waiting for all lessons."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from lmmteach.publish.sources import find_book

HEAD = """---
kernelspec: {name: python3, display_name: Python 3}
jupytext: {text_representation: {extension: .md, format_name: myst, format_version: 0.13}}
---

"""
LESSON = """# Lesson {number}

{{.lede}}
A page of exercises.

## Exercises

```{{exercises}} {number}
```
"""
QUIZ = """

## Check yourself

```{{code-cell}} python3
:tags: [remove-input]
x, y = 40.1, 39.7
whole = 432.0
```

```{{quiz}} with-a-decimal
:answer: x
:digits: 1
How many?

- `=` Forty and a bit.
- `y` That is another one.
- `x ** 2` That is the square.
- `*` The way to it is FORMULA.
```

```{{quiz}} whole-number
:answer: whole
:digits: 0
How many now?

- `=` Just so.
- `whole / 2` That is half of it.
- `*` The way to it is FORMULA.
```

```{{quiz}} with-a-choice
Which?

- (x) This one.

  Yes.
- ( ) That one.

  No.
```
"""
#: lessons whose exercises have a number, several, an array, words, an order
LESSONS = {"02": "02-random-intercept", "06": "06-time-zero", "08": "08-conditional-marginal", "11": "11-shrinkage"}


def small_book(folder: Path) -> Path:
    """The source of the small book, in a new folder."""
    whole, book = find_book(), folder / "book"
    book.mkdir(parents=True)
    for name in ("_ext", "_static"):
        shutil.copytree(whole / name, book / name)
    for name in ("_config.yml", "my-progress.md", "launch.yml", "reference/references.bib"):
        (book / name).parent.mkdir(exist_ok=True)
        shutil.copy(whole / name, book / name)
    (book / "intro.md").write_text("# A small book\n\nNothing here.\n", encoding="utf-8")
    for number, page in LESSONS.items():
        text = LESSON.format(number=number) + (QUIZ.format() if number == "02" else "")
        (book / f"{page}.md").write_text((HEAD if number == "02" else "") + text, encoding="utf-8")
    chapters = [*({"file": page} for page in LESSONS.values()), {"file": "my-progress"}]
    contents = {"format": "jb-book", "root": "intro", "parts": [{"caption": "Lessons", "chapters": chapters}]}
    (book / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")
    return book
