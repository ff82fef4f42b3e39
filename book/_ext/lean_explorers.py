"""Explorers of one page carry together what each of them would carry alone.

Data that two of them have alike, such as everybody's readings, stand in the first; the others say whose they take.  Of
the programs of their panels the page has one, with the panels of all of them.
"""

from __future__ import annotations

import json
import re

from lmmteach.explore.compose import scripts, version
from lmmteach.explore.page import in_script

HOST = re.compile(
    r'(<div class="lmmx-host" data-version="(?P<version>\w+)" data-panels="(?P<panels>[^"]*)">.*?'
    r'<script type="application/json">)(?P<data>.*?)(?=</script>)',
    re.DOTALL,
)
LEAST = 400  # letters of a part that is worth a reference


def shared_data(text: str) -> str:
    """A page's text in which no part of an explorer's data stands twice."""
    first: dict[tuple[str, str, str], int] = {}
    hosts = iter(range(len(HOST.findall(text))))

    def lighter(found: re.Match[str]) -> str:
        number, data = next(hosts), json.loads(found["data"])
        same = {}
        for name, part in list(data.items()):
            written = in_script(part)
            owner = first.setdefault((found["version"], name, written), number)
            if owner != number and len(written) >= LEAST:
                same[name] = owner
                del data[name]
        return found[1] + in_script(data | {"same": same}) if same else found[0]

    return HOST.sub(lighter, text)


def panels_program(text: str) -> str | None:
    """The program of the panels of all of a page's explorers; None where they have one already."""
    hosts = [(found["version"], found["panels"]) for found in HOST.finditer(text)]
    if len(set(hosts)) < 2 or {one for one, _ in hosts} != {version()}:
        return None
    return scripts([panel for _, panels in hosts for panel in panels.split()])[1]
