// Terms become columns of numbers, coded and named as R does it; and the same columns again for other rows.
import { refusal } from "../maths/refusal.js";
import { computed } from "./algebra.js";
import { asFactor, notNumbers } from "./columns.js";

const LARGEST = 1e35; // a slope's variance has squares of y / x; its own variance their squares: 1e280
const POLYNOMIAL = [".L", ".Q", ".C"];

/**
 * The columns of terms for the rows of a frame: { columns, names, recipe, said }. A frame is { n, of: { name: column },
 * table }; `recipe` makes the same columns for other rows (`again`).
 */
export function matrix(terms, frame) {
  const factors = new Map(terms.flat().map((factor) => [factor.key, factor]));
  const codings = new Map();
  for (const [key, factor] of factors) {
    const coding = codingOf(factor, frame);
    if (coding) codings.set(key, coding);
  }
  checkCount(terms, codings, frame.n);
  const recipe = { terms, codings, whole: wholeOnes(terms, codings) };
  const { columns, names } = made(recipe, frame);
  columns.forEach((column, k) => checkColumn(column, names[k], frame));
  return { columns, names, recipe, said: empty(recipe, factors) };
}

/** The same columns for other rows, whose factors have the same levels. */
export const again = (recipe, frame) => made(recipe, frame).columns;

/** A factor's levels and what they are compared with; null for numbers. */
function codingOf(factor, frame) {
  const columns = factor.columns.map((name) => frame.of[name]);
  const text = columns.find((column) => column.kind === "factor");
  if (!factor.levels && !factor.bare && text) throw notNumbers(text, `In ${factor.shown} the column`, frame);
  if (!factor.levels && !(factor.bare && text)) return null;
  const { levels } = asFactor(columns[0]);
  const contrast = factor.contrast || "treatment";
  if (factor.reference == null) return { levels, contrast, reference: 0 };
  const reference = levels.indexOf(factor.reference);
  if (reference < 0) {
    throw refusal(
      `${factor.shown}: '${factor.columns[0]}' has no level '${factor.reference}'.`,
      `Its levels are ${levels.slice(0, 12).join(", ")}.`,
    );
  }
  return { levels, contrast: "treatment", reference };
}

/** What stands for each level (rows), and what R adds to the factor's name; an indicator of each where `whole`. */
export function coded({ levels, contrast, reference }, whole) {
  const n = levels.length;
  const unit = (kept) => levels.map((_, k) => kept.map((other) => (other === k ? 1 : 0)));
  const all = levels.map((_, k) => k);
  if (whole) return { rows: unit(all), names: levels };
  if (contrast === "sum") {
    const rows = unit(all.slice(0, -1));
    rows[n - 1] = rows[n - 1].map(() => -1);
    return { rows, names: all.slice(1).map(String) };
  }
  if (contrast === "poly") return { rows: polynomial(n), names: all.slice(1).map((k) => POLYNOMIAL[k - 1] ?? `^${k}`) };
  const others = all.filter((k) => k !== reference);
  return { rows: unit(others), names: others.map((k) => levels[k]) };
}

/** Orthonormal polynomials in the number of the level: R's contr.poly. */
function polynomial(n) {
  const scores = Array.from({ length: n }, (_, k) => (n > 1 ? -1 + (2 * k) / (n - 1) : 0));
  const basis = [scores.map(() => 1 / Math.sqrt(n))];
  for (let k = 1; k < n; k++) {
    let next = scores.map((score, i) => score * basis[k - 1][i]);
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) {
        const share = next.reduce((sum, x, i) => sum + x * known[i], 0);
        next = next.map((x, i) => x - share * known[i]);
      }
    }
    const length = Math.sqrt(next.reduce((sum, x) => sum + x * x, 0));
    basis.push(next.map((x) => x / length));
  }
  return scores.map((_, i) => basis.slice(1).map((column) => column[i]));
}

/**
 * In which terms R codes a factor by an indicator of every level: where no earlier term holds the term's other factors,
 * and, for want of an intercept, where the first factor that has levels stands first.
 */
function wholeOnes(terms, codings) {
  const found = new Set();
  const without = (term, key) => term.filter((other) => other.key !== key);
  const inside = (some, term) => some.every(({ key }) => term.some((other) => other.key === key));
  const intercept = terms.some((term) => !term.length);
  let first = !intercept;
  terms.forEach((term, k) => term.forEach(({ key }) => {
    if (!codings.has(key)) return;
    const alone = term.length > 1 && !terms.slice(0, k).some((earlier) => inside(without(term, key), earlier));
    if (alone || first) found.add(`${k} ${key}`);
    first = false;
  }));
  return found;
}

function made({ terms, codings, whole }, frame) {
  const [columns, names] = [[], []];
  terms.forEach((term, k) => {
    let own = { columns: [new Float64Array(frame.n).fill(1)], names: ["(Intercept)"] };
    term.forEach((factor, place) => {
      const next = columnsFor(factor, codings.get(factor.key), whole.has(`${k} ${factor.key}`), frame);
      own = place ? times(own, next) : next;
    });
    columns.push(...own.columns);
    names.push(...own.names);
  });
  return { columns, names };
}

function columnsFor(factor, coding, whole, frame) {
  if (!coding) return { columns: [Float64Array.from(computed(factor.node, frame))], names: [factor.shown] };
  const { codes } = asFactor(frame.of[factor.columns[0]]);
  const { rows, names } = coded(coding, whole);
  return {
    columns: names.map((_, k) => Float64Array.from(codes, (code) => rows[code][k])),
    names: names.map((name) => factor.shown + name),
  };
}

/** The products of two sets of columns, the first set's changing fastest. */
function times(one, other) {
  const [columns, names] = [[], []];
  other.columns.forEach((b, k) => one.columns.forEach((a, j) => {
    columns.push(a.map((x, row) => x * b[row]));
    names.push(`${one.names[j]}:${other.names[k]}`);
  }));
  return { columns, names };
}

/** Factors of more levels than rows can estimate are refused before their columns fill the memory. */
function checkCount(terms, codings, n) {
  if (!codings.size) return;
  const levels = (factor) => Math.max((codings.get(factor.key)?.levels.length ?? 2) - 1, 1);
  const effects = terms.reduce((sum, term) => sum + term.reduce((own, factor) => own * levels(factor), 1), 0);
  if (effects < n) return;
  const [key, most] = [...codings].reduce((a, b) => (b[1].levels.length > a[1].levels.length ? b : a));
  throw refusal(
    `${n} rows cannot estimate ${effects} effects: '${key}' has ${most.levels.length} levels.`,
    "Should it hold numbers? Correct the cells that are none. If its levels are groups, give them a random term.",
  );
}

/** What to say of terms that make no column, since a factor in them has one level. */
function empty({ terms, codings, whole }, factors) {
  const lone = [...codings].filter(([, { levels }]) => levels.length === 1);
  const makesNone = (term, k, key) => term.some((factor) => factor.key === key) && !whole.has(`${k} ${key}`);
  const lost = terms.filter((term, k) => lone.some(([key]) => makesNone(term, k, key)));
  if (!lost.length) return [];
  const said = lone.map(([key, { levels }]) => `'${factors.get(key).shown}' has one level only ('${levels[0]}')`);
  const named = lost.map((term) => `'${term.map(({ shown }) => shown).join(":")}'`).join(", ");
  return [`${said.join(" and ")} in the rows that are used: ${named} make${lost.length === 1 ? "s" : ""} no column. A `
    + "filter before the fit is the usual cause; if it was meant, leave the factor out of the formula."];
}

/** Refuse what is no number, and numbers of which a computer cannot hold the variance of a variance. */
export function checkColumn(column, name, frame) {
  let size = 0;
  for (let row = 0; row < column.length; row++) {
    if (!Number.isFinite(column[row])) {
      throw refusal(
        `The term '${name}' is not a finite number in line ${frame.lines[row]}.`,
        "A log or square root of a value that has none? Check that column.",
      );
    }
    size = Math.max(size, Math.abs(column[row]));
  }
  if (size <= LARGEST && (size === 0 || size >= 1 / LARGEST)) return;
  throw refusal(
    `'${name}' reaches ${size.toExponential(0)}: beyond ${LARGEST} (or below ${1 / LARGEST}) a computer cannot hold `
      + "the variance of a variance.", "Change its unit.",
  );
}
