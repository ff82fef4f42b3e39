"""The page's modules in one Node that stays: thousands of cases are asked of it, one after the other."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..explore.node import STATIC, node

#: each line a case; its answer is a line, too, so that a case that ends in an error is found by its number
LOOP = """
import { createInterface } from "node:readline";
const module = (name) => import(process.argv[2] + "/" + name);
const answer = await (async () => { %s })();
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let said;
  try { said = { told: await answer(JSON.parse(line)) }; }
  catch (error) { said = { name: error.name, message: error.message, stack: error.stack }; }
  console.log(JSON.stringify(said));
}
"""


class Refused(str):
    """What the page says where it refuses: the words of an LmmError of its own."""

    __slots__ = ()


class Page:
    """Asks one function of the page's: a case as JSON, its answer as JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, given: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        if "told" in said:
            return said["told"]
        assert said.get("name") == "LmmError", said.get("stack", said)  # a raw error is no answer
        return Refused(said["message"])


@contextmanager
def asking(body: str, folder: Path) -> Iterator[Page]:
    """``body`` returns the function that is asked; ``await module("maths/x.js")`` loads."""
    copy = folder / "static"  # Node takes .js for modules only where a package.json says so
    copy.symlink_to(STATIC, target_is_directory=True)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    script = folder / "loop.mjs"
    script.write_text(LOOP % body, encoding="utf-8")
    command = [node(), "--preserve-symlinks", str(script), copy.as_uri()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as one:
        try:
            yield Page(one)
        finally:
            one.kill()
