// A mixed model's formula read: response ~ fixed + (effects | group), each part as terms of its algebra.
import { refusal } from "../maths/refusal.js";
import { arithmetic, columnsOf, expand } from "./algebra.js";
import { BARS, EXAMPLE, parse, pieces, spell, walk } from "./grammar.js";

/**
 * { text, response (a factor), fixed (terms), effects (terms), group, correlated, random (as written), names } of a
 * formula with one grouping.
 */
export function read(text) {
  const tree = parse(text);
  if (tree.sign !== "~" || tree.bracketed || walk(tree).filter(({ sign }) => sign === "~").length !== 1) {
    throw refusal(`The formula '${text}' needs exactly one '~', between response and terms.`, EXAMPLE);
  }
  if (tree.parts.length !== 2) throw refusal(`The formula '${text}' has no response before the '~'.`, EXAMPLE);
  const [left, right] = tree.parts;
  const { fixed, bars } = split(right);
  if (!bars.length) {
    throw refusal(
      `'${text}' has no random effect, so this is not a mixed model yet.`, "Add one, as in '+ (1 | subject)'.",
    );
  }
  const response = arithmetic(left);
  const terms = expand(fixed.length ? joined(fixed) : { sign: "number", parts: [], value: "1" });
  const random = bars.map(bar);
  const groups = new Set(random.map(({ group }) => group));
  if (groups.size > 1) {
    throw refusal(
      `The formula has ${groups.size} groupings (${[...groups].join(", ")}); the page fits one.`,
      "Choose one here, or fit it in Python: lmmteach.lmm(formula, data).",
    );
  }
  const [group] = groups;
  const effects = random.flatMap((one) => one.effects);
  const names = [...new Set([...response.columns, ...columnsOf(terms), ...columnsOf(effects), group])];
  return {
    text, response, fixed: terms, effects, group, names, parts: random,
    correlated: random.length === 1 && random[0].correlated,
  };
}

/** What a sum adds up, with its signs, and its random terms. */
function split(right) {
  const [fixed, bars] = [[], []];
  for (const [sign, piece] of pieces(right)) {
    const holds = walk(piece).some((node) => BARS.includes(node.sign));
    if (!holds) fixed.push([sign, piece]);
    else if (BARS.includes(piece.sign) && sign === "+") {
      if (!piece.bracketed) {
        throw refusal("The random part of the formula stands without brackets.", `Write (${spell(piece)}).`);
      }
      bars.push(piece);
    } else if (["+", "-"].includes(piece.sign) && sign === "+") {
      const inner = split(piece);
      if (inner.fixed.length) fixed.push(["+", joined(inner.fixed)]);
      bars.push(...inner.bars);
    } else {
      throw refusal(`A random term is joined by '+' alone, and '${spell(piece)}' joins it by another sign.`, EXAMPLE);
    }
  }
  return { fixed, bars };
}

function joined([[first, node], ...rest]) {
  const start = first === "+" ? node : { sign: "-", parts: [node], value: "" };
  return rest.reduce((left, [sign, piece]) => ({ sign, parts: [left, piece], value: "" }), start);
}

function bar(node) {
  const [left, group] = node.parts;
  if (group.sign !== "name") {
    const nested = ["/", ":"].includes(group.sign);
    throw refusal(
      `The grouping '${spell(group)}' is not one column.`,
      nested ? "The page fits one grouping: name its column, or fit the model in Python: lmmteach.lmm(formula, data)."
        : "A group's column is a factor without being called one: write (1 | subject).",
    );
  }
  return { effects: expand(left), group: group.value, correlated: node.sign === "|", text: spell(left) };
}
