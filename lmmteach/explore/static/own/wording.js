// Coefficients as a reader says them, "male × year" for sexmale:year: wording.py does the same for the library's fits.
import { coded } from "./matrices.js";

/** Levels that say nothing without their factor. */
const BARE = ["yes", "no", "true", "false", "none", "other"];

/** A label for each coefficient; where levels alone would name two alike, all keep the formula's own names. */
export function saidNames({ fixedRecipe: { terms, codings, whole }, kept, fixedNames }) {
  const all = terms.flatMap((term, k) => {
    const parts = term.map((factor) => namesOf(factor, codings.get(factor.key), whole.has(`${k} ${factor.key}`)));
    // The first factor's columns change fastest.
    const joined = (names, own) => own.flatMap((b) => names.map((a) => `${a} \u00d7 ${b}`));
    return parts.length ? parts.reduce(joined) : ["intercept"];
  });
  const said = kept.map((k) => all[k]);
  return new Set(said).size === said.length ? said : fixedNames;
}

function namesOf(factor, coding, whole) {
  return coding ? coded(coding, whole).names.map((level) => levelName(factor.shown, level)) : [factor.shown];
}

/** A level, after its factor's name unless it is a word of its own. */
function levelName(factor, level) {
  const word = /^\p{L}+$/u.test(level.replace(/[ -]/g, "")) && [...level].length > 2;
  return word && !BARE.includes(level.toLowerCase()) ? level : `${factor} ${level}`;
}
