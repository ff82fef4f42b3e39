"""What others are told of a page: its description and card, where it stands for good, who edits it, how to cite it.

All addresses follow from the one repository that ``launch.yml`` names (or ``site``, where the book is published
elsewhere).  While it names none, no page has a canonical address, a card's picture or a link to edit it, since these
must be absolute; description and title are there.  Nothing is asked of another host.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import yaml
from docutils import nodes
from notebooks import read_settings
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

MOST = 200  # letters of a description: search pages and cards cut what is longer
PICTURE = "_static/explorer.png"
PICTURE_SAID = "An explorer: sliders for G and sigma squared, and the covariance matrix of one person's readings"
LOST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>No such page · {title}</title>
<link rel="icon" href="{root}_static/favicon.svg">
<style>body {{ font: 1.1rem/1.6 Georgia, serif; max-width: 34rem; margin: 18vh auto; padding: 0 1.2rem }}
:root {{ color-scheme: light dark }}</style></head>
<body><main><h1>There is no such page</h1>
<p>The address may have changed, or it was mistyped.</p>
<p><a href="{root}index.html">To the beginning of the book</a> · <a href="{root}search.html">Search it</a></p>
</main></body></html>
"""


def site_of(settings: Mapping[str, Any]) -> str:
    """Where the book is published, with a slash at the end; nothing while no repository is named.

    >>> site_of({"repository": "owner/name"}), site_of({"repository": ""}), site_of({"site": "https://a.org/b"})
    ('https://owner.github.io/name/', '', 'https://a.org/b/')
    """
    if settings.get("site"):
        return str(settings["site"]).rstrip("/") + "/"
    owner, _, name = str(settings.get("repository") or "").partition("/")
    return f"https://{owner.lower()}.github.io/{name}/" if name else ""


def shortened(text: str, most: int = MOST) -> str:
    """A text's beginning, cut between words.

    >>> shortened("Four numbers  decide it.", 100), shortened("Four numbers decide it.", 15)
    ('Four numbers decide it.', 'Four numbers …')
    """
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rpartition(" ")[0] + " …"


def described(tree: nodes.document) -> str:
    """What a page is about: its lede, else its first paragraph."""
    paragraphs = [
        one for one in tree.findall(nodes.paragraph) if isinstance(one.parent, (nodes.section, nodes.document))
    ]
    ledes = [one for one in paragraphs if "lede" in one.get("classes", [])]
    chosen = (ledes or [one for one in paragraphs if one.astext().strip()] or [None])[0]
    if chosen is None:
        return ""
    words = chosen.deepcopy()
    for formula in list(words.findall(nodes.math)):
        formula.parent.replace(
            formula, nodes.Text(formula.astext().replace("\\", "").replace("{", "").replace("}", ""))
        )
    return shortened(words.astext())


def head(page: str, title: str, book: str, told: str, site: str) -> str:
    """The tags of a page's head."""
    tags = {"og:type": "website" if page == "intro" else "article", "og:site_name": book, "og:title": title}
    if told:
        tags["og:description"] = told
    links = ""
    if site:
        address = f"{site}{page}.html"
        links = f'<link rel="canonical" href="{html.escape(address)}">\n'
        tags |= {"og:url": address, "og:image": site + PICTURE, "og:image:alt": PICTURE_SAID}
        links += '<meta name="twitter:card" content="summary_large_image">\n'
    meta = "".join(f'<meta property="{name}" content="{html.escape(said)}">\n' for name, said in tags.items())
    description = f'<meta name="description" content="{html.escape(told)}">\n' if told else ""
    return description + links + meta


def foot(page: str, suffix: str, title: str, repository: str) -> str:
    """The links to mend a page, where there is a repository."""
    if not repository:
        return ""
    root = f"https://github.com/{repository}"
    issue = f"{root}/issues/new?title={quote(title)}&body={quote(f'On the page {page}:')}"
    edit = f'<a href="{root}/edit/main/book/{page}{suffix}">Edit this page</a>'
    return f'<p class="mend-page">Something wrong here? {edit} or <a href="{html.escape(issue)}">report it</a>.</p>'


def _tell(app: Sphinx, page: str, _template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    settings = read_settings(Path(app.srcdir))
    if tree is None:  # search, index: nothing to describe
        return
    found = next(iter(tree.findall(nodes.title)), None)
    book = str(app.config.project)
    title = found.astext() if found is not None else book
    tags = head(page, title, book, described(tree), site_of(settings))
    context["metatags"] = context.get("metatags", "") + tags
    suffix = Path(app.env.doc2path(page)).suffix
    context["body"] = context.get("body", "") + foot(page, suffix, title, settings.get("repository") or "")


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    site, out = site_of(read_settings(Path(app.srcdir))), Path(app.outdir)
    # such a page is shown at any depth: its links have to begin at the root, where that is known
    root = urlsplit(site).path if site else ""
    (out / "404.html").write_text(LOST.format(root=root, title=html.escape(str(app.config.project))), encoding="utf-8")
    told = f"Sitemap: {site}sitemap.xml\n" if site else ""
    (out / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{told}", encoding="utf-8")
    if site:
        places = "".join(
            f"<url><loc>{html.escape(site)}{page}.html</loc></url>\n" for page in sorted(app.env.found_docs)
        )
        (out / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
            encoding="utf-8",
        )


class CiteAs(SphinxDirective):
    """How to cite the project, in words and as BibTeX, from ``CITATION.cff``."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir).parent / "CITATION.cff"
        self.env.note_dependency(str(path))
        words, bibtex = citation(yaml.safe_load(path.read_text(encoding="utf-8")))
        block = nodes.literal_block(bibtex, bibtex, language="bibtex")
        return [nodes.paragraph("", words), block]


def citation(told: Mapping[str, Any]) -> tuple[str, str]:
    """A citation in words, and its BibTeX.

    >>> told = {"title": "lmmteach: models", "version": "1.0", "authors": [{"name": "A group"}], "license": "MIT"}
    >>> words, bibtex = citation(told)
    >>> words
    'A group. lmmteach: models. Version 1.0.'
    >>> print(bibtex)
    @software{lmmteach,
      author = {{A group}},
      title = {lmmteach: models},
      version = {1.0},
    }
    """
    people = [one.get("name") or f"{one['family-names']}, {one['given-names']}" for one in told["authors"]]
    year = str(told.get("date-released", ""))[:4]
    address = told.get("doi") or told.get("repository-code") or ""
    words = f"{'; '.join(people)}{f' ({year})' if year else ''}. {told['title']}. Version {told['version']}."
    kept = [
        ("author", " and ".join(f"{{{name}}}" if "," not in name else name for name in people)),
        ("title", told["title"]),
        ("version", str(told["version"])),
        ("year", year),
        ("doi" if told.get("doi") else "url", address),
    ]
    lines = "".join(f"  {name} = {{{said}}},\n" for name, said in kept if said)
    return words + (f" {address}" if address else ""), f"@software{{lmmteach,\n{lines}}}"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("cite-as", CiteAs)
    app.connect("html-page-context", _tell, priority=850)
    app.connect("build-finished", _write, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
