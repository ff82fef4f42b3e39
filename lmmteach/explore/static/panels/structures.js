// The same data under several choices of G and R: small correlation matrices and scores.
import { colourOf, toggled } from "../kit/compared.js";
import { h } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { lights, placesOf } from "../kit/lit.js";
import { fixed } from "../kit/numbers.js";
import { below } from "../kit/rows.js";

const LEVELS = 40;

export function createStructures(el, ctx) {
  const { t, fits, observed, tooMany } = ctx.data.extra.structures;
  const toggle = (key) => ctx.act.move("compare", toggled(ctx.now().dials.compare, key));
  const minis = [];
  const cards = fits.map((fit) => cardOf(fit, ctx, minis, toggle));
  const seen = observedCard(ctx.data, minis);
  const gallery = h("div", { class: "lmmx-structures" }, seen, cards.map((card) => card.node));
  el.append(gallery);
  lights(gallery, ctx, ({ target }) => {
    const at = target.closest("td") && target.closest("td").lmmxAt;
    return at ? { pair: at.map((k) => t[k]) } : null;
  });
  const key = markKey(["minus", "below 0"], ["plus", "above 0"]);
  if (tooMany) {
    const parameters = (t.length * (t.length + 1)) / 2;
    el.append(h("p", { class: "lmmx-told" },
      `An unstructured V of ${t.length} visits has ${parameters} parameters: it is left out here.`));
  }
  el.append(key.node);
  ctx.numbers.set(el, () => below(
    [["structure", "covariance parameters", "deviance", "AIC", "BIC"],
      ...fits.map((fit) => [fit.name, fit.parameters, fit.deviance, fit.aic, fit.bic])],
    [["structure", ctx.data.labels.time, ctx.data.labels.time, "correlation"],
      ...[{ ...observed, name: "observed" }, ...fits].flatMap(({ name, C }) =>
        t.flatMap((s, i) => t.slice(0, i).map((r, j) => [name, s, r, C[i][j]])))],
  ));
  let theme = "";

  const light = (_, { selection: { pair } }) => {
    const at = placesOf(t, pair);
    const same = ({ lmmxAt }) => at !== null
      && [at, [...at].reverse()].some(([i, j]) => i === lmmxAt[0] && j === lmmxAt[1]);
    for (const [cell] of minis) cell.classList.toggle("lmmx-lit", same(cell));
  };
  const update = (d, state) => {
    fits.forEach(({ key: name }, k) => {
      const on = state.dials.compare.includes(name);
      cards[k].choose(on, on ? colourOf(k) : "");
    });
    if (theme !== ctx.theme()) {
      theme = ctx.theme();
      for (const [cell, x] of minis) cell.style.backgroundColor = x === null ? "transparent" : shade(x, ctx);
    }
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** A small correlation matrix; its cells are pushed to `minis`, to be shaded. */
function mini(C, shown, minis) {
  return h("table", { class: "lmmx-mini" }, shown.map((i) => h("tr", {}, shown.map((j) => {
    const x = C[i][j];
    const cell = h("td", {}, i === j ? "1" : x === null ? "\u2013" : fixed(x, 2));
    cell.lmmxAt = [i, j];
    minis.push([cell, x]);
    return cell;
  }))));
}

const named = (...name) => h("div", { class: "lmmx-structurename" }, ...name);
const scored = (...scores) => h("div", { class: "lmmx-scores" }, ...scores);

function observedCard({ extra, labels }, minis) {
  const { t, shown, observed } = extra.structures;
  const when = `${labels.timeShort} ${shown.map((k) => t[k]).join(", ")}`;
  return h("div", { class: "lmmx-structure" }, named("Observed"), mini(observed.C, shown, minis), scored(when));
}

/** One structure: { node, choose(on, colour) }. */
function cardOf(fit, ctx, minis, toggle) {
  const { shown, fits } = ctx.data.extra.structures;
  const box = h("input", { type: "checkbox", "data-structure": fit.key, onchange: () => toggle(fit.key) });
  const cell = (name, tag = "span") => h(tag, { "data-cell": `${name}-${fit.key}` }, fixed(fit[name], 1));
  const score = (name) => {
    const best = Math.min(...fits.map((one) => one[name]));
    return h("span", {}, ` ${name.toUpperCase()} `, cell(name, fit[name] === best ? "b" : "span"));
  };
  const node = h("div", { class: "lmmx-structure" },
    named(h("label", {}, box, fit.name)), mini(fit.C, shown, minis),
    scored(h("span", { title: fit.written }, `${fit.parameters} covariance parameters`),
      h("span", {}, "\u22122 log L ", cell("deviance")), score("aic"), score("bic")));
  return {
    node,
    choose(on, colour) {
      if (box.checked !== on) box.checked = on;
      node.toggleAttribute("data-colour", on);
      node.style.setProperty("--own", colour);
    },
  };
}

function shade(x, ctx) {
  const step = Math.round(LEVELS * Math.min(Math.abs(x), 1));
  const alpha = Math.round((0.6 * 255 * step) / LEVELS).toString(16).padStart(2, "0");
  return `${ctx.colour(x < 0 ? "shade-minus" : "shade-plus")}${alpha}`;
}
