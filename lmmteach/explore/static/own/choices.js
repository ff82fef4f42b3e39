// What is what: response, subject, time, covariates and the two methods; or the formula, typed.
import { h, setText } from "../kit/dom.js";
import { formulaOf } from "./guess.js";

/** { node, show(summary, saved), read() }: `act.fit()` is called when asked to fit. */
export function createChoices(act) {
  const node = h("div", { class: "lmmx-whatis", hidden: true });
  let form = null;
  return {
    node,
    show(summary, saved = null) {
      node.hidden = false;
      form = fields(summary, act, saved);
      node.replaceChildren(...form.parts);
    },
    hide: () => { node.hidden = true; },
    read: () => form.read(),
  };
}

function fields({ columns, guess }, act, saved) {
  const numbers = columns.filter(({ kind, odd }) => kind === "number" || odd).map(({ name }) => name);
  const names = columns.map(({ name }) => name);
  const response = select("Response", "a number", numbers, guess.response);
  const subject = select("Subject", "whose reading it is", names, guess.subject);
  const time = select("Time", "when it was read", ["", ...numbers], guess.time ?? "", "none");
  const slope = check("People differ in slope, too", true);
  const method = h("select", { class: "lmmx-pickone" }, ["REML", "ML"].map((one) => h("option", {}, one)));
  const list = h("div", { class: "lmmx-covariates", role: "group", "aria-label": "Covariates" });
  const rows = new Map(columns.map((one) => [one.name, covariate(one, guess.covariates.includes(one.name))]));
  list.append(h("p", {}, "Also in the model ", h("small", {}, "as fixed effects: tick what the mean may depend on")),
    ...[...rows.values()].map(({ row }) => row));
  const formula = h("input", {
    class: "lmmx-formula", type: "text", spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    "aria-label": "Formula",
  });
  let typed = false;
  const note = h("p", { class: "lmmx-muted" });
  function follow() {
    const taken = [response.value(), subject.value(), time.value()];
    for (const [name, { row, withTime }] of rows) {
      row.hidden = taken.includes(name);
      withTime.label.hidden = !time.value();
    }
    list.hidden = [...rows.values()].every(({ row }) => row.hidden);
    slope.label.hidden = !time.value();
    const chosen = [...rows].filter(([name, { use }]) => use.box.checked && !taken.includes(name));
    formula.value = formulaOf({
      response: response.value(), subject: subject.value(), time: time.value() || null, slope: slope.box.checked,
      covariates: chosen.map(([name, { withTime, kind }]) =>
        ({ name, factor: kind.value === "factor", withTime: withTime.box.checked })),
    });
    typed = false;
    setText(note, "It follows what you choose above; you may also type it, as R has it.");
  }
  formula.oninput = () => {
    typed = true;
    setText(note, "Typed: what you choose above writes it anew.");
  };
  formula.onkeydown = (event) => { if (event.key === "Enter") act.fit(); };
  const go = h("button", {
    type: "button", class: "lmmx-button lmmx-primary", "data-action": "fit-own", onclick: act.fit,
  }, "Fit");
  const above = h("div", { class: "lmmx-roles", onchange: follow },
    response.label, subject.label, time.label, slope.label, list);
  follow();
  if (saved) {
    formula.value = saved.formula;
    method.value = saved.method;
    if (saved.time) time.set(saved.time);
    formula.oninput();
  }
  return {
    parts: [
      above,
      h("div", { class: "lmmx-fitline" },
        h("label", { class: "lmmx-field" }, h("span", {}, "Formula"), formula),
        h("label", { class: "lmmx-field" }, h("span", {}, "Method"), method), go),
      note,
    ],
    // A time that is chosen and stands in no random slope is named to the fit.
    read: () => ({ formula: formula.value, method: method.value, time: typed && !saved ? null : time.value() || null }),
  };
}

function select(name, what, options, chosen, none = null) {
  const box = h("select", { class: "lmmx-pickone", "data-role": name.toLowerCase() }, options.map((one) =>
    h("option", { value: one, selected: one === chosen }, one || none)));
  const label = h("label", { class: "lmmx-field" }, h("span", {}, name, h("small", {}, what)), box);
  return { label, value: () => box.value, set: (value) => { box.value = value; } };
}

function check(text, on) {
  const box = h("input", { type: "checkbox", checked: on });
  return { box, label: h("label", { class: "lmmx-check" }, box, h("span", {}, text)) };
}

/** A column that may stand in X: whether it does, as what, and whether time works with it. */
function covariate({ name, kind, levels }, likely) {
  const use = check(name, false);
  const isNumber = kind === "number";
  const as = h("select", { class: "lmmx-pickone", "aria-label": `${name} is` },
    (isNumber ? [["number", "a number"], ["factor", "a factor"]] : [["word", `a factor (${levels})`]])
      .map(([value, text]) => h("option", { value }, text)));
  const withTime = check("changes the course", false);
  const row = h("div", { class: `lmmx-covariate${likely ? "" : " lmmx-unlikely"}`, "data-column": name },
    use.label, as, withTime.label);
  return { row, use, withTime, kind: as };
}
