// The designs that were run, under one another: what more people, more visits or other times were worth.
import { plannedSe, shareError } from "../maths/ideas/repeat.js";
import { h, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { brief, fixed, three } from "../kit/numbers.js";
import { repeaterOf } from "../kit/repeater.js";
import { columns } from "../kit/rows.js";
import { caption } from "../kit/tables.js";

const SHOWN = 4;
const HEADS = ["people", "visits", "years", "SD of \u03b4\u0302", "formula", "power, %"];
const WHEN = { even: "", ends: " at ends" };

export function createPlans(el, ctx) {
  const repeater = repeaterOf(ctx);
  const rows = Array.from({ length: SHOWN }, () => {
    const cells = HEADS.map(() => h("td", { class: "lmmx-num" }, "\u00a0"));
    return { cells, node: h("tr", { class: "lmmx-plan" }, cells) };
  });
  el.append(h("div", { class: "lmmx-planscroll" },
    h("table", { class: "lmmx-facts lmmx-plans" }, caption("Designs of which a hundred studies or more were run"),
      h("thead", {}, h("tr", {}, HEADS.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, rows.map(({ node }) => node)))),
  markKey(["", "by REML; a hundred studies at least"], ["rim", "the present design"]).node);

  ctx.numbers.set(el, () => {
    const ran = repeater.ran();
    return columns([...HEADS, "studies", "seed"], ...HEADS.map((_, k) => ran.map((one) => numbersOf(one)[k])),
      ran.map((one) => one.count), ran.map((one) => one.seed));
  });

  return () => {
    const { design, seed } = repeater.now();
    const ran = repeater.ran().slice(-SHOWN);
    rows.forEach(({ cells, node }, k) => {
      const one = ran[k];
      set(node, { "data-now": String(Boolean(one) && one.design.key === design.key && one.seed === seed) });
      textsOf(one).forEach((text, j) => setText(cells[j], text));
    });
  };
}

function numbersOf({ design, summary: { REML } }) {
  const { people, visits, length } = design;
  return [people, visits, length, REML.moments.effect.sd, plannedSe(design), REML.power];
}

function textsOf(one) {
  if (!one) return HEADS.map(() => "\u00a0");
  const [people, visits, length, sd, formula, power] = numbersOf(one);
  const error = shareError(power, one.summary.REML.n);
  const { when, share, mechanism } = one.design;
  const leaves = share > 0 ? `, ${mechanism}` : "";
  return [String(people), `${visits}${WHEN[when]}${leaves}`, brief(length), three(sd), three(formula),
    `${fixed(100 * power, 1)} \u00b1 ${fixed(100 * error, 1)}`];
}
