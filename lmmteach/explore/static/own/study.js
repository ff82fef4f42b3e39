// A file and a choice become a fit: what the page does between opening a table and drawing an explorer of it.
import { refits } from "../maths/fit.js";
import { checkDesign } from "../maths/fitting/checks.js";
import { prepared } from "../maths/fitting/pooling.js";
import { decoded, readTable } from "./csv.js";
import { typedTable } from "./columns.js";
import { build } from "./design.js";
import { longer, seriesOf } from "./shape.js";

/**
 * A file's bytes as a typed table; `series` is the plan by which a wide one would be long. `reshape` says whether it is
 * made so (where that is sure, unless told), `blank` names columns whose odd cells are taken for missing ones.
 */
export function opened(bytes, { separator = null, reshape = null, blank = [] } = {}) {
  const { text, encoding } = decoded(bytes);
  const file = { ...typedTable(readTable(text, separator), blank), encoding };
  const series = seriesOf(file);
  const long = Boolean(series && (reshape ?? series.sure));
  return { file, series, long, table: long ? longer(file, series) : file };
}

/** The fit of a formula to a table: { design, fit, said }. `told` hears of progress, from 0 to 1. */
export function fitted({ table, formula, method, time = null, told = () => {} }) {
  told(0.05, "Reading the formula");
  const design = build(formula, table, time);
  told(0.25, "Pooling the subjects");
  const ready = preparedDesign(design);
  told(0.5, "Searching");
  const fit = refits(ready.prepared, ready.known, method)(design.y);
  const said = [...table.said, ...design.said, ...doubled(design), ...(fit.message ? [fit.message] : [])];
  return { design, fit, said };
}

/** A design as the fitter takes it. */
export function preparedDesign({ X, Z, codes, correlated, fixedNames, randomNames, group, response }) {
  const names = { X: fixedNames, Z: randomNames, subject: group, y: response };
  const given = { X, Z, subject: codes, correlated, names };
  const known = checkDesign(given, "REML");
  return { known, prepared: prepared(known, correlated) };
}

/** A word about rows that share subject and time: they are used, and may be slips. */
function doubled({ time, times, codes, subjects, frame }) {
  if (time === null) return [];
  const seen = new Map();
  let [count, first] = [0, null];
  for (let row = 0; row < codes.length; row++) {
    const key = `${codes[row]} ${times[row]}`;
    if (seen.has(key)) {
      count += 1;
      first ??= [seen.get(key), row];
    } else seen.set(key, row);
  }
  if (!count) return [];
  const [a, b] = first.map((row) => frame.lines[row]);
  return [`${count} ${count > 1 ? "rows repeat" : "row repeats"} a time that its subject has already, first `
    + `${subjects[codes[first[1]]]} at ${time} ${times[first[1]]} in lines ${a} and ${b}: all of them are used.`];
}
