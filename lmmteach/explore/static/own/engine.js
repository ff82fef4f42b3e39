// What the page asks of its mathematics, in one place: the same in the page itself and in a worker beside it.
import { isMissing } from "./columns.js";
import { guess } from "./guess.js";
import { payload } from "./payload.js";
import { fitted, opened } from "./study.js";

const PREVIEW = 3; // rows shown

/** { open, fit, view }: each takes plain data and gives plain data, so that it may run elsewhere. */
export function createEngine() {
  let [now, study] = [null, null];
  return {
    open({ bytes, options }) {
      now = opened(bytes, options); // where this table cannot be read, the one before and its fit stand
      study = null;
      return summary(now);
    },
    fit({ formula, method, time }, told) {
      study = fitted({ table: now.table, formula, method, time, told });
      return results(study);
    },
    view({ view }) {
      return payload(study, view);
    },
  };
}

/** What a reader is told of a table before anything is fitted. */
function summary({ file, table, series, long }) {
  const columns = table.names.map((name, k) => {
    const { kind, levels, missing, stray, date } = table.of[name];
    const sample = table.columns[k].slice(0, PREVIEW);
    const odd = stray && { cell: stray.cell, line: table.lines[stray.row] };
    return { name, kind, levels: levels?.length ?? 0, missing, odd, date, sample };
  });
  const first = guess(table);
  const { separator, decimal, thousands, encoding, skipped, padded } = file;
  return {
    columns, rows: table.rows, fileRows: file.rows, fileColumns: file.names.length, series, long, guess: first,
    separator, decimal, thousands, encoding, skipped, padded, said: file.said,
    words: [...new Set(file.names.flatMap((name) => file.of[name].levels ?? []))].filter(isMissing),
    spellings: [...new Set(file.names.flatMap((name) => file.of[name].spellings))],
    names: file.names, digits: file.names.filter((name) => file.of[name].digits),
    grouped: file.names.filter((name) => file.of[name].grouped),
    dates: file.names.map((name) => file.of[name]).filter(({ date }) => date)
      .map(({ name, date, order, hours }) => ({ name, first: date, order, hours })),
  };
}

/** A fit as a page prints it. */
function results({ design, fit, said }) {
  const { beta, se, G, sigma2, deviance, converged, singular, method } = fit;
  return {
    beta, se, G, sigma2, deviance, converged, singular, method, said, names: design.fixedNames,
    effects: design.randomNames, group: design.group, time: design.time, response: design.response,
    formula: design.formula, rows: design.y.length, subjects: design.subjects.length,
    visits: new Set(design.times).size, named: !design.time || design.randomNames.includes(design.time),
  };
}
