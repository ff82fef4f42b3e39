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
  const none = h("tr", { class: "lmmx-plan lmmx-noplan" },
    h("td", { colspan: HEADS.length }, "Each design you run will stand here."));
  el.append(h("div", { class: "lmmx-planscroll" },
    h("table", { class: "lmmx-facts lmmx-plans" }, caption("Designs of which a hundred studies or more were run"),
      h("thead", {}, h("tr", {}, HEADS.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, none, rows.map(({ node }) => node)))),
  markKey(["", "by REML; a hundred studies at least"], ["rim", "the present design"]).node);

  ctx.numbers.set(el, () => {
    const ran = repeater.ran();
    const { design, count, seed } = repeater.now();
    const rows = ran.length ? ran : [{ design, count, seed, summary: null }]; // before a run: what the formula says
    return columns([...HEADS, "studies", "seed"], ...HEADS.map((_, k) => rows.map((one) => numbersOf(one)[k])),
      rows.map((one) => one.count), rows.map((one) => one.seed));
  });

  return () => {
    const { design, seed } = repeater.now();
    const ran = repeater.ran().slice(-SHOWN);
    none.hidden = ran.length > 0;
    rows[0].node.hidden = ran.length === 0;
    rows.forEach(({ cells, node }, k) => {
      const one = ran[k];
      node.classList.toggle("lmmx-unseen", !one);
      set(node, { "data-now": String(Boolean(one) && one.design.key === design.key && one.seed === seed) });
      textsOf(one).forEach((text, j) => setText(cells[j], text));
    });
  };
}

function numbersOf({ design, summary }) {
  const { people, visits, length } = design;
  const [sd, power] = summary ? [summary.REML.moments.effect.sd, 100 * summary.REML.power] : [null, null];
  return [people, visits, length, sd, plannedSe(design), power];
}

function textsOf(one) {
  if (!one) return HEADS.map(() => "\u00a0");
  const [people, visits, length, sd, formula, power] = numbersOf(one);
  const error = 100 * shareError(power / 100, one.summary.REML.n);
  const { when, share, mechanism } = one.design;
  const leaves = share > 0 ? `, ${mechanism}` : "";
  return [String(people), `${visits}${WHEN[when]}${leaves}`, brief(length), three(sd), three(formula),
    `${fixed(power, 1)} \u00b1 ${fixed(error, 1)}`];
}
