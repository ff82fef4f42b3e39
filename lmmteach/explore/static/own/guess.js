// Which column is what, guessed from a table: the subject, the time, the response. Everyone may say otherwise.
import { asFactor } from "./columns.js";
import { changes, grouped } from "./design.js";
import { spellName } from "./grammar.js";

const SUBJECT = /^(id|.*[ _.-]?id|subject|subj|person|patient|participant|child|pupil|animal|rat|case|who|pid)\d*$/iu;
const TIME = /^(time|times|t|day|days|week|weeks|month|months|year|years|visit|visits|wave|age|occasion|session)\d*$/iu;
const RESPONSE = /^(y|response|outcome|score|value)$/iu;

/** { subject, time, response, covariates }: names of columns, or null. */
export function guess(table) {
  const { names, of, rows } = table;
  const repeated = names.filter((name) => {
    const { levels } = asFactor(of[name]);
    return levels.length > 1 && levels.length <= rows / 2 && !of[name].date
      && (of[name].kind === "factor" || of[name].values.every((x) => Number.isInteger(x) || Number.isNaN(x)));
  });
  const count = (name) => (name ? asFactor(of[name]).levels.length : 0);
  const most = (list) => list.reduce((a, b) => (count(a) >= count(b) ? a : b), null);
  const subject = repeated.find((name) => SUBJECT.test(name)) ?? most(repeated.filter((name) => !TIME.test(name)));
  // A column of numbers with a slip or two is one of numbers all the same: the slip is named when it is fitted.
  const numbers = names.filter((name) => (of[name].kind === "number" || of[name].stray) && name !== subject
    && !of[name].empty);
  const changing = subject ? numbers.filter((name) => varies(of[name], of[subject])) : numbers;
  const within = changing.length ? changing : numbers;
  // The one number that changes is what was measured, whole or not: its times may be words.
  const whole = within.length > 1 ? within : [];
  const time = within.find((name) => TIME.test(name)) ?? within.find((name) => of[name].date)
    ?? whole.find((name) => of[name].values?.every((x) => Number.isInteger(x) && x < 1000)) ?? null;
  const left = [within, numbers].map((list) => list.filter((name) => name !== time));
  const measured = left[0].length ? left[0] : left[1];
  const response = measured.find((name) => RESPONSE.test(name)) ?? measured.at(-1) ?? null;
  const others = names.filter((name) => ![subject, time, response].includes(name) && /^(?!Unnamed)/.test(name));
  return { subject, time, response, covariates: others.filter((name) => usable(of[name], rows)) };
}

/** Whether a subject has two values of it; a gap is none. */
function varies(column, subject) {
  const { codes } = grouped(subject);
  const values = column.values ?? column.codes;
  const there = [...codes.keys()].filter((row) => !Number.isNaN(values[row]) && codes[row] >= 0);
  return changes(there.map((row) => values[row]), there.map((row) => codes[row]));
}

/** Whether a column can stand in a formula: more than one value, and no name of its own for each row. */
export function usable(column, rows) {
  if (column.kind === "number") return !column.empty && column.values.some((x) => x !== column.values[0]);
  return column.levels.length > 1 && column.levels.length <= Math.max(rows / 10, 12);
}

/** The formula of choices: y ~ covariates, time and what they do together, with random intercept (and slope). */
export function formulaOf({ response, time, subject, covariates, slope }) {
  const own = covariates.map(({ name, factor, withTime }) => {
    const spelled = factor ? `factor(${spellName(name)})` : spellName(name);
    return withTime && time ? `${spelled}*${spellName(time)}` : spelled;
  });
  const terms = [...own, ...(time && !covariates.some(({ withTime }) => withTime) ? [spellName(time)] : [])];
  const random = slope && time ? `1 + ${spellName(time)}` : "1";
  return `${spellName(response)} ~ ${terms.length ? terms.join(" + ") : "1"} + (${random} | ${spellName(subject)})`;
}
