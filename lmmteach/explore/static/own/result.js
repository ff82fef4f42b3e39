// The fit in words and numbers, the lines that make it in Python and R, and every explorer of these data.
import { copied } from "../kit/copied.js";
import { h } from "../kit/dom.js";
import { framed, KEPT_BACK } from "../kit/framed.js";
import { fixed, significant } from "../kit/numbers.js";
import { pythonLines, rLines } from "./lines.js";

const Z95 = 1.959963984540054; // 95 % of a normal distribution lie within so many SDs of its mean

/**
 * What is shown of a fit; `views` are [name, title] pairs, `act.view(name)` opens one, `act.save()` saves the page, and
 * `act.notebook()` a notebook.
 */
export function resultOf({ fit, table, file, views }, act) {
  const chips = views.map(([name, title]) => h("button", {
    type: "button", class: "lmmx-button lmmx-preset", "data-view": name, "aria-pressed": "false",
    onclick: () => act.view(name),
  }, title));
  const node = h("div", { class: "lmmx-result" },
    h("h3", {}, "The fit"), h("p", { "data-out": "counts" }, counts(fit)),
    h("ul", { class: "lmmx-saidlist", "data-out": "said" }, fit.said.map((one) => h("li", {}, one))),
    h("div", { class: "lmmx-estimates" }, scrolling("Fixed effects", coefficients(fit)),
      scrolling("Random effects", variances(fit))),
    h("details", { class: "lmmx-lines" }, h("summary", {}, "The same in Python and R"),
      code("Python", pythonLines({ file, table, fit })), code("R", rLines({ file, table, fit }))),
    h("div", { class: "lmmx-buttons" }, h("button", {
      type: "button", class: "lmmx-button", "data-action": "save", onclick: act.save,
    }, "Save page and data as one file"), h("button", {
      type: "button", class: "lmmx-button", "data-action": "notebook", onclick: act.notebook,
    }, "Open these data in Python")), framed() ? h("p", { class: "lmmx-muted" }, KEPT_BACK) : null,
    h("h3", {}, "Explore it"), h("div", { class: "lmmx-presets", role: "group", "aria-label": "Explorers" }, chips));
  return {
    node,
    chosen(name) {
      for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.view === name));
    },
  };
}

function counts({ rows, subjects, visits, time, method, deviance, group, converged }) {
  const when = time ? `, ${visits.toLocaleString("en")} different times` : "";
  const end = converged ? "" : " The search did not arrive.";
  return `${rows.toLocaleString("en")} readings of ${subjects.toLocaleString("en")} subjects (${group})${when}. `
    + `By ${method}, \u22122 log L = ${fixed(deviance, 3)}.${end}`;
}

/** A table that is wider than a phone scrolls in itself, by keys too. */
const scrolling = (name, table) =>
  h("div", { class: "lmmx-scrolls", tabindex: "0", role: "region", "aria-label": name }, table);

/** A number as it is read; all its digits show where the pointer rests. */
const number = (x) => h("td", { title: String(x) }, significant(x, 4));

function coefficients({ names, beta, se }) {
  const row = (name, k) => h("tr", { "data-coefficient": name },
    h("th", { scope: "row" }, name), number(beta[k]), number(se[k]), h("td", {}, fixed(beta[k] / se[k], 2)),
    number(beta[k] - Z95 * se[k]), number(beta[k] + Z95 * se[k]));
  const head = ["Estimate", "Std. error", "t", "2.5 %", "97.5 %"];
  return h("table", {}, h("caption", {}, "Fixed effects, with limits as if t were normal"),
    h("thead", {}, h("tr", {}, h("td", {}), head.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, names.map(row)));
}

function variances({ effects, G, sigma2, group }) {
  const symbol = (k) => ["G\u2081\u2081", "G\u2082\u2082"][k];
  const row = (name, sign, x, rho) => h("tr", {}, h("th", { scope: "row" }, name),
    h("td", { class: "lmmx-muted" }, sign), h("td", { title: String(x), "data-estimate": sign }, significant(x, 4)),
    h("td", {}, significant(Math.sqrt(x), 4)), h("td", {}, rho === null ? "" : fixed(rho, 3)));
  const rho = effects.length > 1 ? G[0][1] / Math.sqrt(G[0][0] * G[1][1]) : null;
  return h("table", {}, h("caption", {}, `Random effects of ${group}, and the residual`),
    h("thead", {}, h("tr", {}, [null, null, "Variance", "SD", effects.length > 1 ? "Correlation" : ""].map((one) =>
      (one === null ? h("td", {}) : h("th", { scope: "col" }, one))))),
    h("tbody", {}, effects.map((name, k) => row(name, symbol(k), G[k][k], k ? rho : null)),
      row("Residual", "\u03c3\u00b2", sigma2, null)));
}

function code(language, text) {
  const copy = h("button", { type: "button", class: "lmmx-button", onclick: async () => {
    copy.textContent = await copied(text, lines) ? "Copied" : "Selected: copy with the keyboard";
    setTimeout(() => { copy.textContent = "Copy"; }, 2500);
  } }, "Copy");
  const lines = h("code", {}, text);
  return h("div", { class: "lmmx-codeblock" }, h("div", {}, h("strong", {}, language), copy),
    h("pre", { "data-out": language.toLowerCase(), tabindex: "0" }, lines));
}
