// Wilkinson and Rogers' algebra: sex*year - 1 becomes a list of terms, each a product of factors, in R's order.
// A factor is a column or arithmetic of columns: { key, shown, node, columns, levels, contrast, reference, bare }.
import { refusal } from "../maths/refusal.js";
import { EXAMPLE, numberOf, pieces, spell, walk } from "./grammar.js";

const MOST_TERMS = 1000;
const FUNCTIONS = {
  log: Math.log, log2: Math.log2, log10: Math.log10, exp: Math.exp, sqrt: Math.sqrt, abs: Math.abs, sin: Math.sin,
  cos: Math.cos, tan: Math.tan, I: (x) => x,
};
const CONTRASTS = ["treatment", "sum", "poly"];
const INSTEAD = {
  log1p: "Write log({x} + 1).", square: "Write I({x}^2).", "as.factor": "Write factor({x}).",
  poly: "Write {x} + I({x}^2).", scale: "Write I(({x} - m) / s), with its mean m and its SD s.",
  center: "Write I({x} - m), with its mean m.", bs: "Write {x} + I({x}^2).", ns: "Write {x} + I({x}^2).",
  "as.numeric": "Name the column alone.", offset: "Its coefficient is 1: write y - {x} ~ ...",
};

/** The terms of a formula part in R's order (main effects, then pairs, ...); the intercept is the empty term. */
export function expand(node) {
  const reader = { intercept: true, seen: new Map() };
  const terms = termsOf(reader, node, true).sort((a, b) => a.length - b.length);
  const place = (factor) => reader.seen.get(factor.key);
  const sorted = terms.map((term) => [...term].sort((a, b) => place(a) - place(b)));
  return reader.intercept ? [[], ...sorted] : sorted;
}

/** The columns that terms need. */
export const columnsOf = (terms) => [...new Set(terms.flatMap((term) => term.flatMap(({ columns }) => columns)))];

const keyOf = (term) => term.map(({ key }) => key).sort().join("\u0000");

function distinct(terms) {
  const found = new Map();
  for (const term of terms) if (!found.has(keyOf(term))) found.set(keyOf(term), term);
  return [...found.values()];
}

function union(...terms) {
  const found = new Map();
  for (const factor of terms.flat()) if (!found.has(factor.key)) found.set(factor.key, factor);
  return [...found.values()];
}

/** The terms a node stands for, in order, none twice; numbers say what the intercept does. */
function termsOf(reader, node, adding) {
  if (["+", "-"].includes(node.sign)) return sum(reader, node, adding);
  const value = numberOf(node);
  if (value !== null) {
    if (value !== 0 && value !== 1) throw noNumber(node);
    reader.intercept = adding === (value === 1);
    return [];
  }
  if (node.parts.length !== 2 || !["^", ":", "*", "/"].includes(node.sign)) return [[factor(reader, node)]];
  const [left, right] = node.parts;
  const a = effects(reader, left, adding);
  if (node.sign === "^") {
    const power = numberOf(right);
    if (!(Number.isInteger(power) && power > 0 && power < 100)) throw noNumber(right);
    let made = a;
    for (let k = 1; k < Math.min(power, a.length); k++) made = products(made, a);
    return made;
  }
  const b = effects(reader, right, adding);
  if (node.sign === ":") return products(a, b);
  if (node.sign === "*") return distinct([...a, ...b, ...products(a, b)]);
  return distinct([...a, ...products([union(...a)], b)]);
}

function sum(reader, node, adding) {
  const found = new Map();
  for (const [sign, piece] of pieces(node)) {
    for (const term of termsOf(reader, piece, adding === (sign === "+"))) {
      if (sign === "-") found.delete(keyOf(term));
      else if (!found.has(keyOf(term))) found.set(keyOf(term), term);
    }
  }
  return [...found.values()];
}

function effects(reader, node, adding) {
  const terms = node.sign === "number" ? [] : termsOf(reader, node, adding);
  if (terms.length) return terms;
  throw refusal(
    `'${spell(node)}' cannot be a side of a product or power.`, "For arithmetic write I(...), as in I(x / 10).",
  );
}

function products(a, b) {
  const made = distinct(a.flatMap((one) => b.map((other) => union(one, other))));
  if (made.length > MOST_TERMS) {
    throw refusal(`The formula stands for more than ${MOST_TERMS} terms.`, "Write out those you need.");
  }
  return made;
}

const noNumber = (node) => refusal(
  `${numberOf(node) === null ? `'${spell(node)}'` : `The number ${node.value}`} cannot stand there.`,
  "Numbers are 1 and 0 (with and without intercept) and whole powers; for arithmetic write I(...).",
);

/** A column, or arithmetic of columns, checked. */
export function factor(reader, node) {
  const made = node.sign === "call" && ["C", "factor"].includes(node.value) ? levelsOf(node) : arithmetic(node);
  if (!reader.seen.has(made.key)) reader.seen.set(made.key, reader.seen.size);
  return made;
}

/** One column's worth of arithmetic, as R reads a response: log(y), y / 1000. */
export function arithmetic(node) {
  checked(node);
  const columns = [...new Set(walk(node).filter(({ sign }) => sign === "name").map(({ value }) => value))];
  if (!columns.length) throw refusal(`The term '${spell(node)}' holds no column.`, EXAMPLE);
  const bare = node.sign === "name";
  return { key: spell(node, true), shown: bare ? node.value : spell(node), node, columns, levels: false, bare };
}

function checked(node) {
  if (node.sign === "call") {
    const x = node.parts.length ? spell(node.parts[0]) : "x";
    if (["C", "factor"].includes(node.value)) {
      throw refusal(`${spell(node)} cannot stand inside other arithmetic.`, "Use it alone, as a term of its own.");
    }
    if (!(node.value in FUNCTIONS)) {
      const known = [...Object.keys(FUNCTIONS), "C", "factor"].sort().join(", ");
      const fix = INSTEAD[node.value]?.replaceAll("{x}", x)
        ?? `If it is a column's name, put that in backticks: \`${spell(node)}\`. Known here: ${known}.`;
      throw refusal(`The function ${node.value}(...) is not known in the page's formulas.`, fix);
    }
    if (node.parts.length !== 1 || node.parts[0].sign === "=") {
      throw refusal(`${spell(node)} needs exactly one argument.`, `Write ${node.value}(x).`);
    }
  } else if (!["name", "number", "+", "-", "*", "/", "^"].includes(node.sign)) {
    throw refusal(`The formula part '${spell(node)}' holds something that is not formula algebra.`, EXAMPLE);
  }
  node.parts.forEach(checked);
}

/** factor(x), or C(x, ...) with the contrasts or the reference level of its column. */
function levelsOf(node) {
  const [column, ...rest] = node.parts;
  const named = Object.fromEntries(rest.filter(({ sign }) => sign === "=").map((one) => [one.value, one.parts[0]]));
  const given = rest.filter(({ sign }) => sign !== "=");
  const contrast = given.length ? given[0].value.replaceAll(/["']/g, "").replace(/^contr\./, "") : "";
  const odd = Object.keys(named).some((name) => name !== "ref") || given.length > 1 || (named.ref && given.length)
    || (contrast && !CONTRASTS.includes(contrast)) || (node.value === "factor" && rest.length);
  if (column?.sign !== "name" || odd) {
    throw refusal(
      `${spell(node)} needs one column, and what its levels are compared with at most.`,
      "Write factor(x), C(x, ref=\"b\"), C(x, sum), C(x, poly) or C(x, treatment).",
    );
  }
  const reference = named.ref ? named.ref.value.replaceAll(/["']/g, "") : null;
  const shown = spell(node);
  return { key: shown, shown, node: column, columns: [column.value], levels: true, contrast, reference, bare: false };
}

/** The numbers that arithmetic gives, row by row; NaN where it gives none. */
export function computed(node, frame) {
  if (node.sign === "name") return frame.of[node.value].values;
  const value = node.sign === "number" ? numberOf(node) ?? Math.PI : null;
  if (value !== null) return new Float64Array(frame.n).fill(value);
  const parts = node.parts.map((part) => computed(part, frame));
  const joint = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": (a, b) => a ** b,
  };
  const with_ = node.sign === "call" ? FUNCTIONS[node.value]
    : parts.length === 1 ? (a) => (node.sign === "-" ? -a : a) : joint[node.sign];
  return parts[0].map((a, row) => with_(a, parts[1]?.[row]));
}
