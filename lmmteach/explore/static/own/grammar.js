// The text of a formula becomes a tree, by R's own rules of what binds tighter; nothing is evaluated.
//   ~ binds least, then | and ||, + -, * /, :, a sign before a value, and ^ most.
import { refusal } from "../maths/refusal.js";

export const EXAMPLE = "A formula reads like 'reaction ~ days + (1 + days | subject)'.";
export const BARS = ["|", "||"];
const NAME = "[\\p{L}_][\\p{L}\\p{N}_.\\u0300-\\u036f]*";
const PLAIN_NAME = new RegExp(`^${NAME}$`, "u");
const BINDS = { "~": 0, "|": 1, "||": 1, "+": 2, "-": 2, "*": 3, "/": 3, ":": 4, "^": 6 };
const BEFORE = 5; // a sign before a value
const DEEPEST = 200;
const LONGEST = 20_000;

const quoted = (text) => `'${text.length > 200 ? `${text.slice(0, 200)}...` : text}'`;

/** The tree of a formula: { sign, parts, value, bracketed }; leaves are "name", "number" and "text", calls "call". */
export function parse(text) {
  if (text.length > LONGEST) throw refusal(`The formula is ${text.length} signs long.`, EXAMPLE);
  const all = tokens(text.normalize("NFC"));
  let [place, depth] = [0, 0];
  const now = () => all[place];
  const isSign = (sign) => now().kind === "sign" && now().says === sign;
  const node = (sign, parts = [], value = "") => ({ sign, parts, value, bracketed: false });

  function unreadable() {
    const signs = all.filter(({ kind }) => kind === "sign").map(({ says }) => says);
    if (signs.filter((s) => s === "(").length !== signs.filter((s) => s === ")").length) {
      return refusal(`The brackets of ${quoted(text)} do not match.`, "Each '(' needs its ')'.");
    }
    const rest = now().kind === "end" ? "at its end" : `at ${quoted(text.slice(now().start).trim())}`;
    return refusal(
      `The formula ${quoted(text)} cannot be read ${rest}.`,
      "Check for a missing or doubled '+', a stray bracket, or a name with spaces (put it in `backticks`). "
        + EXAMPLE,
    );
  }
  function expression(least) {
    let left = value();
    while (now().kind === "sign" && (BINDS[now().says] ?? -1) >= least) {
      const sign = all[place++].says;
      left = node(sign, [left, sign === "^" ? nested(BEFORE) : expression(BINDS[sign] + 1)]);
    }
    return left;
  }
  function nested(least) {
    if (++depth > DEEPEST) throw refusal(`The formula ${quoted(text)} is too deep to be read.`, EXAMPLE);
    const found = expression(least);
    depth -= 1;
    return found;
  }
  function value() {
    const { kind, says } = now();
    if (kind === "name" || kind === "quoted") {
      place += 1;
      if (kind === "name" && isSign("(")) return called(says);
      return last(node(kind === "name" && says === "pi" ? "number" : "name", [], says));
    }
    if (kind === "number" || kind === "text") {
      place += 1;
      return last(node(kind, [], kind === "text" ? `"${says.slice(1, -1)}"` : says));
    }
    if (isSign("+") || isSign("-")) {
      place += 1;
      return node(says, [nested(BEFORE)]);
    }
    if (!isSign("(")) throw unreadable();
    place += 1;
    const inner = nested(0);
    close();
    return last({ ...inner, bracketed: true });
  }
  function called(name) {
    place += 1;
    const given = [];
    while (!isSign(")")) {
      if (given.length) {
        if (!isSign(",")) throw unreadable();
        place += 1;
      }
      const next = all[Math.min(place + 1, all.length - 1)];
      if (now().kind === "name" && next.kind === "sign" && next.says === "=") {
        const argument = now().says;
        place += 2;
        given.push(node("=", [nested(0)], argument));
      } else given.push(nested(0));
    }
    close();
    return last(node("call", given, name));
  }
  function close() {
    if (!isSign(")")) throw unreadable();
    place += 1;
  }
  function last(found) {
    if (isSign("(") || !["sign", "end"].includes(now().kind)) throw unreadable();
    return found;
  }
  const whole = expression(0);
  if (now().kind !== "end") throw unreadable();
  return whole;
}

function tokens(text) {
  const token = new RegExp(
    `\`(?<quoted>[^\`]+)\`|(?<name>${NAME})|(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)`
      + "|(?<text>\"[^\"]*\"|'[^']*')|(?<space>\\s+)|(?<sign>\\|\\||\\*\\*|.)", "gsu",
  );
  const found = [];
  for (const match of text.matchAll(token)) {
    const [kind, says] = Object.entries(match.groups).find(([, part]) => part !== undefined);
    if (kind === "space") continue;
    if (kind === "sign" && !["(", ")", ",", "=", "**", ...Object.keys(BINDS)].includes(says)) {
      throw refusal(
        `The sign '${says}' in ${quoted(text)} is not formula algebra.`,
        `If it belongs to a column's name, put that in \`backticks\`. ${EXAMPLE}`,
      );
    }
    found.push({ kind, says: says === "**" ? "^" : says, start: match.index });
  }
  return [...found, { kind: "end", says: "", start: text.length }];
}

/** A tree as R writes it, with brackets where they are needed (all of them where `grouped`). */
export function spell(node, grouped = false) {
  if (node.sign === "name") return spellName(node.value);
  if (node.sign === "number" || node.sign === "text") return node.value;
  if (node.sign === "=") return `${node.value} = ${spell(node.parts[0], grouped)}`;
  if (node.sign === "call") return `${node.value}(${node.parts.map((part) => spell(part, grouped)).join(", ")})`;
  const binds = node.parts.length === 1 ? BEFORE : BINDS[node.sign];
  const inside = node.parts.map((part, k) => {
    const own = part.parts.length === 1 && part.sign in BINDS ? BEFORE : BINDS[part.sign] ?? 9;
    const loose = own < binds || (own === binds && k === (node.sign === "^" ? 0 : 1));
    return loose && !grouped ? `(${spell(part)})` : spell(part, grouped);
  });
  if (inside.length === 1) return `${node.sign}${inside[0]}`;
  const joint = inside.join(["/", ":", "^"].includes(node.sign) ? node.sign : ` ${node.sign} `);
  return grouped ? `(${joint})` : joint;
}

/** A column's name, in `backticks` where a formula needs them. */
export const spellName = (name) => (PLAIN_NAME.test(name) && name !== "pi" ? name : `\`${name}\``);

/** What a sum adds up and takes away: [sign, node] pairs. */
export function pieces(node) {
  const found = [];
  let rest = node;
  while (["+", "-"].includes(rest.sign) && rest.parts.length === 2) {
    found.unshift([rest.sign, rest.parts[1]]);
    [rest] = rest.parts;
  }
  return [["+", "-"].includes(rest.sign) ? [rest.sign, rest.parts[0]] : ["+", rest], ...found];
}

/** A node and all below it. */
export function walk(node) {
  return [node, ...node.parts.flatMap(walk)];
}

/** The number a leaf is, or null. */
export const numberOf = (node) => (node.sign === "number" && node.value !== "pi" ? Number(node.value) : null);
