// Where the setting stands: -2 log L and its gap to the fit, the two lights, and what they mean in words.
import { h, set, setText } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";
import { aboutG, aboutV, milestone, REGION } from "./words.js";

/** -2 log L and its gap to the fit: { likelihood, gap, update(derived) }, two elements to place. */
export function createFigures(ctx) {
  const choice = h("select", {
    class: "lmmx-method", "aria-label": "Likelihood", "data-param": "method",
    onchange: () => ctx.act.method(choice.value),
  }, ["REML", "ML"].map((method) => h("option", { value: method }, method)));
  const value = h("output", { class: "lmmx-big lmmx-num", "data-out": "deviance" });
  const gap = h("output", { class: "lmmx-big lmmx-num", "data-out": "gap" });
  const named = (kind, name, number) =>
    h("div", { class: `lmmx-fig lmmx-fig-${kind}` }, h("span", { class: "lmmx-figname" }, name), number);
  return {
    likelihood: named("likelihood", ["\u22122 log L ", choice], value),
    gap: named("gap", ["gap", h("span", { class: "lmmx-long" }, " to the fit")], gap),
    update(d) {
      setText(value, fixed(d.deviance, 2));
      setText(gap, Number.isFinite(d.gap) ? `${d.gap < -0.005 ? "" : "+"}${fixed(d.gap, 2)}` : "\u2013");
      if (choice.value !== d.method) choice.value = d.method;
    },
  };
}

/** The two lights, can G be and can V be: { node, update(derived) }. */
export function createLights({ data: { fit } }) {
  const lights = [light("G", "positive semidefinite"), light("V", "positive definite")];
  return {
    node: h("div", { class: "lmmx-lights" }, lights.slice(fit.G.length ? 0 : 1).map((l) => l.node)),
    update(d) {
      lights[0].update(d.isPsd);
      lights[1].update(d.isPd);
    },
  };
}

function light(name, label) {
  const mark = h("span", { class: "lmmx-bulb", "aria-hidden": "true" });
  const words = h("span", { class: "lmmx-long" });
  const said = h("span", {}, h("b", {}, name), " ", words);
  const node = h("span", { class: "lmmx-light", "data-light": name }, mark, said);
  return {
    node,
    update(on) {
      set(node, { "data-state": on ? "on" : "off" });
      setText(mark, on ? "\u2713" : "\u2715");
      setText(words, on ? label : `not ${label}`);
    },
  };
}

// The gauge is logarithmic: a gap of 1 and a gap of 1000 both have their place.
const TICKS = [1, 10, 100, 1000];
const place = (gap) => Math.min(Math.log10(1 + Math.max(gap, 0)) / Math.log10(1 + 3000), 1);

/** The gauge, the milestone and the explanation of a light that is out: { gauge, words, why, update(derived) }. */
export function createMeaning(ctx) {
  const parameters = ctx.data.fit.G.length === 1 ? 2 : 4;
  const region = ctx.residual ? ctx.residual.region : REGION[parameters];
  const needle = h("span", { class: "lmmx-needle" });
  const gauge = h("div", { class: "lmmx-gauge", "aria-hidden": "true" }, needle,
    TICKS.map((t) => h("span", { class: "lmmx-gaugetick", style: `left:${(100 * place(t)).toFixed(2)}%` }, String(t))));
  const words = h("p", { class: "lmmx-words", "data-out": "milestone" });
  const why = h("div", { class: "lmmx-why", "data-out": "explanation" });
  return {
    gauge, words, why,
    update(d) {
      const { level, text } = milestone(d.gap, region);
      set(gauge, { "data-level": level });
      needle.style.transform = `scaleX(${Number.isFinite(d.gap) ? Math.max(place(d.gap), 0.012).toFixed(4) : 1})`;
      setText(words, text);
      set(words, { "data-level": level });
      const parts = [aboutG(d), aboutV(d)].filter(Boolean);
      const key = parts.join("|");
      if (why.dataset.key !== key) {
        why.dataset.key = key;
        why.replaceChildren(...parts.map((part) => h("p", {}, part)));
      }
    },
  };
}
