"""The lecture's slides: built beside the book by the same command, with the book's own colours and explorers."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BOOK = HERE.parent
sys.path.insert(0, str(BOOK / "_ext"))

import yaml  # noqa: E402

_book = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))

project = "Linear Mixed Models by Hand"
author = _book["author"]
root_doc = "index"
extensions = ["myst_nb", "mathematics", "lean_outputs", "sphinx_revealjs", "slides"]
exclude_patterns = ["_build"]
suppress_warnings = ["app.add_node"]

myst_enable_extensions = _book["parse"]["myst_enable_extensions"]
nb_execution_mode = "inline"
nb_execution_timeout = _book["execute"]["timeout"]
nb_output_stderr = "warn"
for _name in ("nb_execution_raise_on_error", "nb_eval_name_regex", "nb_ipywidgets_js", "formula_macros"):
    globals()[_name] = _book["sphinx"]["config"][_name]
_kinds = ("text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain")
nb_mime_priority_overrides = [("revealjs", kind, place) for place, kind in enumerate(_kinds)]
html_copy_source = False

revealjs_static_path = [str(BOOK / "_static"), str(HERE / "_static")]
revealjs_style_theme = "slides.css"  # the library's own themes ask another host for fonts
revealjs_script_conf = {
    "hash": True,
    "controls": False,
    "progress": True,
    "slideNumber": "c/t",
    "disableLayout": True,
    "display": "flex",
    "center": False,
    "transition": "none",
    "pdfSeparateFragments": False,
}
html_title = project
