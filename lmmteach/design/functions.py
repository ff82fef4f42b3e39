"""The functions that a formula may call, and what to write in place of one that it may not."""

from __future__ import annotations

from difflib import get_close_matches

from ..errors import FormulaError
from .grammar import BARS, Node, cut, spell

#: Functions of one argument, number by number.
PLAIN = ("log", "log2", "log10", "exp", "sqrt", "abs", "sin", "cos", "tan", "I")
#: Transforms that remember what the fit's data were: predictions use the same centre, scale, polynomials, levels.
REMEMBERING = ("center", "scale", "poly", "C", "factor")
KNOWN = (*PLAIN, *REMEMBERING)
CONTRASTS = ("treatment", "sum", "poly")
#: Other programs' functions, and the same thing here; {x} is the first argument.
INSTEAD = {
    "log1p": "Write log({x} + 1).",
    "expm1": "Write I(exp({x}) - 1).",
    "square": "Write I({x}^2).",
    "sqr": "Write I({x}^2).",
    "as.factor": "Write factor({x}).",
    "as.ordered": "Write C({x}, poly).",
    "ordered": "Write C({x}, poly).",
    "categorical": "Write factor({x}).",
    "standardize": "Write scale({x}).",
    "zscore": "Write scale({x}).",
    "as.numeric": "Name the column alone, and make it numbers first: data['{x}'] = pandas.to_numeric(data['{x}']).",
    "bs": "Write poly({x}, 3), or compute the splines' columns first.",
    "ns": "Write poly({x}, 3), or compute the splines' columns first.",
    "cr": "Write poly({x}, 3), or compute the splines' columns first.",
    "s": "Write poly({x}, 3), or compute the splines' columns first.",
}
#: Covariance structures that lme4 and glmmTMB write in front of a random term, and what R is called here.
RESIDUALS = {
    "cs": "cs", "homcs": "cs", "hetcs": "csh", "ar1": "ar1", "hetar1": "arh1", "toep": "toeplitz", "ou": "exponential",
    "exp": "exponential",
}  # fmt: skip


def unknown(node: Node, text: str) -> FormulaError:
    """What to write in place of a function that is not known in a formula."""
    name = node.value
    x = spell(node.parts[0]) if node.parts else "x"
    level = next((leaf.value.strip("\"'") for leaf in node.walk() if leaf.sign in ("text", "number")), "b")
    tail = name.rpartition(".")[2]
    instead = dict(INSTEAD)
    instead["relevel"] = instead["Treatment"] = f'Write C({{x}}, ref="{level}").'
    instead["Q"] = f"Write the name in `backticks`: `{level if not node.parts or x[:1] in chr(34) + chr(39) else x}`."
    instead["offset"] = "Its coefficient is 1, so take it from the response: write y - {x} ~ ..."
    near = get_close_matches(name.lower(), KNOWN, 1, 0.75)
    quoted = f"If it is a column's name, put that in backticks: `{spell(node)}`."
    if name in instead:
        hint = instead[name].format(x=x)
    elif "." in name and tail in (*KNOWN, *instead):
        hint = f"Write {tail}({x})." if tail in KNOWN else instead[tail].format(x=x)
    elif near:
        hint = f"Did you mean {near[0]}(...)? Or compute the column first: data['new'] = ... {quoted}"
    else:
        hint = f"Compute the column first: data['new'] = ... {quoted} Known here: {', '.join(sorted(KNOWN))}."
    what = "is not formula algebra" if "." in name else "is not known in a formula"
    return FormulaError(f"The function {name}(...) {what}: {cut(text)}.", hint)


def structured(node: Node) -> FormulaError:
    """What to write in place of ``ar1(0 + t | g)``: a structure in front of a random term, or no sign before one."""
    bar = next(one for one in node.walk() if one.sign in BARS)
    effects, group = (spell(part) for part in bar.parts)
    shown = spell(node)
    if node.value in ("us", "diag", "unstructured", "diagonal"):
        sign = "|" if node.value.startswith("u") else "||"
        return FormulaError(
            f"{shown}: the structure of G is not written so here.", f"Write ({effects} {sign} {group})."
        )
    if node.value in RESIDUALS:
        time = next((leaf.value for leaf in bar.parts[0].walk() if leaf.sign == "name"), None)
        named = f"groups={(bar.parts[1].value or group)!r}" + (f", time={time!r}" if time else "")
        return FormulaError(
            f"{shown}: a covariance structure is not written into a formula here.",
            f"It is one of the residuals: leave it out and call lmm(..., {named}, residual={RESIDUALS[node.value]!r}).",
        )
    if node.value in KNOWN:
        return FormulaError(f"The random term ({spell(bar)}) stands inside {node.value}(...).", "Take it out of there.")
    return FormulaError(
        f"The random term ({spell(bar)}) is not joined by '+' to {node.value!r}.",
        f"Write {node.value} + ({spell(bar)}), if {node.value!r} is a column.",
    )
