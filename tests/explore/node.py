"""The browser's modules run by Node, so that their numbers can be held against Python's."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach

STATIC = Path(lmmteach.__file__).parent / "explore" / "static"
FRAME = """
import { readFileSync } from "node:fs";
const module = (name) => import(process.argv[2] + "/" + name);
const given = JSON.parse(readFileSync(0, "utf8"));
const out = await (async () => { %s })();
console.log(JSON.stringify(out));
"""


def node() -> str:
    """Node on PATH, else the one inside the playwright package; a skip with a notice where there is none."""
    if found := shutil.which("node"):
        return found
    spec = find_spec("playwright")
    inside = Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None
    if inside and inside.is_file():
        return str(inside)
    pytest.skip("Node was not found: model.js was not held against Python")


def run_js(body: str, given: Any, folder: Path) -> Any:
    """What ``body`` returns: JavaScript with its input in ``given``; ``await module("maths/x.js")`` loads."""
    copy = folder / "static"  # Node takes .js for modules only where a package.json says so
    if not copy.exists():
        shutil.copytree(STATIC, copy)
        (copy / "package.json").write_text('{"type": "module"}')
    script = folder / "run.mjs"
    script.write_text(FRAME % body, encoding="utf-8")
    text = json.dumps(given)
    done = subprocess.run([node(), str(script), copy.as_uri()], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def close(a: object, b: object) -> None:
    # JSON has no NaN: the browser sends null.
    a = np.array([np.nan if x is None else x for x in np.ravel(a)], dtype=float)
    np.testing.assert_allclose(a, np.ravel(np.asarray(b, dtype=float)), rtol=1e-9, atol=1e-9)
