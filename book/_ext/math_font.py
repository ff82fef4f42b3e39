"""Cut the book's font of formulas from Latin Modern Math:  python book/_ext/math_font.py latinmodern-math.otf

Latin Modern Math 1.959 is GUST's (Debian: fonts-lmodern; CTAN: fonts/lm-math).  Its licence asks that a changed font
bear another name: this one is "Book Math".  It keeps a course's algebra in light, slanted and bold, and what browsers
need to build roots, braces and tall brackets; each build cuts it again, to what the pages show.  Two things differ,
both for browsers that take no heed of optical sizes:

* the prime is drawn as it is in a power, small and high, where MathML puts it;
* a subscript may hang lower: y_i and X_i beside each other then stand on one line.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from lean_fonts import FORMULAS, cut_face

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "_static" / "fonts" / "book-math.woff2"
NAME = "Book Math"
#: letters as mathematics has them: bold, slanted, both, script and open; Greek the same
LETTERS = [*range(0x1D400, 0x1D4D0), *range(0x1D538, 0x1D56C), *range(0x1D6A8, 0x1D790), 0x210B, 0x2112, 0x211B]
MORE = "ℎℝℕℤℰ″‖̸⏞⏟̂̃̅⟂⟶∝∀∃∪∩⊂∅⌊⌋⌈⌉⩽⩾’‘“”\u2061\u2062\u2063"
PRIME = 0x2032
#: how far below a base's lower edge its subscript at least begins, in thousandths; large and negative: no such rule
DROP = -400


def made(source: Path) -> bytes:
    face = TTFont(source, recalcTimestamp=False)
    for table in face["cmap"].tables:
        if PRIME in table.cmap:
            table.cmap[PRIME] = "minute.st"
    face["MATH"].table.MathConstants.SubscriptBaselineDropMin.Value = DROP
    for record in face["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = NAME.replace(" ", "") if record.nameID == 6 else NAME
    face["CFF "].cff.fontNames = [NAME.replace(" ", "")]
    top = face["CFF "].cff.topDictIndex[0]
    top.FullName = top.FamilyName = NAME
    return cut_face(face, [*FORMULAS, *LETTERS, *MORE], [], "woff2", (0, 1, 2, 3, 4, 6, 13, 14))


if __name__ == "__main__":
    TARGET.write_bytes(made(Path(sys.argv[1])))
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.1f} kB")
