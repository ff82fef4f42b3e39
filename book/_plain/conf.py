"""The book's configuration for plain Sphinx: what Jupyter Book makes of ``_config.yml``, without Jupyter Book.

``python make.py tomorrow`` uses it; by hand it is ``sphinx-build -c book/_plain book OUTPUT``.
"""

import sys
from pathlib import Path

import yaml

BOOK = Path(__file__).resolve().parent.parent
told = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
own = told["sphinx"]["local_extensions"]
sys.path[:0] = [str(BOOK / folder) for folder in sorted(set(own.values()))]

project = html_title = told["title"]
author, copyright = told["author"], told["copyright"]
extensions = [
    "myst_nb",
    "sphinx_external_toc",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx_togglebutton",
    "sphinxcontrib.bibtex",
    *told["sphinx"]["extra_extensions"],
    *own,
]
external_toc_path = str(BOOK / "_toc.yml")
external_toc_exclude_missing = told["only_build_toc_files"]
exclude_patterns = ["_build", "slides", "**.ipynb_checkpoints"]
suppress_warnings = ["myst.domains"]
bibtex_bibfiles = [str(BOOK / name) for name in told["bibtex_bibfiles"]]
myst_enable_extensions = told["parse"]["myst_enable_extensions"]
nb_execution_mode = told["execute"]["execute_notebooks"]
nb_execution_timeout = told["execute"]["timeout"]
nb_output_stderr = told["execute"]["stderr_output"]
numfig = True

html_theme = "sphinx_book_theme"
html_favicon = str(BOOK / told["html"]["favicon"])
html_static_path = [str(BOOK / "_static")]
html_css_files = sorted(path.name for path in (BOOK / "_static").glob("*.css"))
html_js_files = sorted(path.name for path in (BOOK / "_static").glob("*.js"))
globals().update(told["sphinx"]["config"])
html_logo = str(BOOK / globals()["html_logo"])
# One header, as the pair of themes draws it that the book stands on today: the newer one would draw a second.
globals()["html_theme_options"]["navbar_persistent"] = []
