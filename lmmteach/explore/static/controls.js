// A slider and a number box per parameter, with identical effect; the fit as a tick, the PSD limit on the track.
import { h, plain, set, setText, significant } from "./dom.js";
import { refusal, valueOf } from "./state.js";
import { SYMBOL } from "./words.js";

const STEPS = 500;
let serial = 0;

/** Rows for the declared parameters. `move(parameter, value)`, `hold(kind)`; returns update(state, derived). */
export function createControls(el, ctx, { move, hold, activate }) {
  const { view, labels } = ctx.data;
  const id = `lmmx-${++serial}`;
  const rows = view.free.map((parameter) => row(parameter, ctx, id, { move, hold, activate }));
  const chips = rows.map((r) => h("button", { type: "button", class: `lmmx-chip lmmx-${r.parameter}`, onclick: () => choose(r.parameter) },
    h("span", { class: "lmmx-p" }, SYMBOL[r.parameter]), r.chip));
  const fields = h("fieldset", { class: "lmmx-rows" }, h("legend", { class: "lmmx-sr" }, `Parameters of ${labels.response}`), rows.map((r) => r.node));
  el.append(h("div", { class: "lmmx-chips", role: "group", "aria-label": "Choose a parameter" }, chips), fields);

  function choose(parameter) {
    rows.forEach((r, k) => {
      r.node.classList.toggle("lmmx-selected", r.parameter === parameter);
      chips[k].setAttribute("aria-pressed", String(r.parameter === parameter));
    });
  }
  choose(view.free.includes("G12") ? "G12" : view.free[0]);
  return (state) => rows.forEach((r) => r.update(state));
}

function row(parameter, ctx, id, { move, hold, activate }) {
  const { fit, labels } = ctx.data;
  const scale = scaleOf(parameter, ctx.data);
  const describe = { "data-param": parameter, "aria-describedby": `${id}-${parameter}-note` };
  const slider = h("input", { type: "range", id: `${id}-${parameter}`, min: scale.low, max: scale.high, step: 1, ...describe, "aria-label": `${SYMBOL[parameter]}, ${labels.what[parameter]}` });
  const box = h("input", { type: "number", step: "any", ...describe, "aria-label": `${SYMBOL[parameter]}, type a value` });
  const note = h("span", { class: "lmmx-rownote", id: `${id}-${parameter}-note` });
  const chip = h("span", { class: "lmmx-num" });
  const track = h("div", { class: "lmmx-track" }, h("span", { class: "lmmx-rail" }), parameter === "G12" ? h("span", { class: "lmmx-zone" }) : null,
    h("span", { class: "lmmx-fill" }), h("span", { class: "lmmx-fittick" }), slider);
  const pin = parameter === "G12" || parameter === "rho" ? pinFor(parameter, id, hold, ctx) : null;
  const node = h("div", { class: `lmmx-row lmmx-${parameter}` },
    h("div", { class: "lmmx-rowhead" },
      h("label", { class: "lmmx-symbol lmmx-p", for: `${id}-${parameter}` }, SYMBOL[parameter]),
      h("span", { class: "lmmx-what" }, labels.what[parameter]), pin && pin.node, box),
    track, note);

  slider.addEventListener("input", () => {
    set(note, { "data-kind": "" });
    box.removeAttribute("aria-invalid");
    move(parameter, Number(scale.value(Number(slider.value)).toPrecision(4)));
  });
  box.addEventListener("input", () => {
    const value = box.value.trim() === "" ? NaN : Number(box.value);
    const problem = refusal(parameter, value);
    set(box, { "aria-invalid": String(problem !== "") });
    setText(note, problem);
    if (!problem) move(parameter, value);
  });
  box.addEventListener("change", () => ctx.again());
  for (const input of [slider, box]) input.addEventListener("focus", () => activate(parameter));

  let fitAt = null;
  function update(state) {
    const value = valueOf(state, parameter);
    scale.rescale(state);
    const place = scale.place(value);
    const shown = String(Math.round(Math.min(Math.max(Number.isFinite(place) ? place : 0, scale.low), scale.high)));
    if (slider.value !== shown) slider.value = shown;
    set(slider, { "aria-valuetext": `${significant(value, 4)} ${labels.unitOf[parameter]}` });
    // A box being typed in keeps its text while that text says the same number.
    const typing = box.getRootNode().activeElement === box;
    if (!(typing && (Number(box.value) === value || box.getAttribute("aria-invalid") === "true"))) {
      box.value = plain(value, parameter === "rho" ? 4 : 5);
      if (box.getAttribute("aria-invalid") === "true") { box.removeAttribute("aria-invalid"); setText(note, ""); }
    }
    setText(chip, significant(value, 3));
    const at = scale.share(Math.min(Math.max(place || 0, scale.low), scale.high));
    // The coloured part runs from zero, which for a covariance lies in the middle.
    const zero = scale.share(0);
    track.style.setProperty("--from", Math.min(at, zero));
    track.style.setProperty("--to", Math.max(at, zero));
    const tick = scale.share(scale.place(valueOf(fit, parameter)));
    if (tick !== fitAt) { fitAt = tick; track.style.setProperty("--fit", tick); }
    track.classList.toggle("lmmx-nofit", !state.showFit);
    const limits = scale.limits(state);
    if (limits) { track.style.setProperty("--psd-low", limits[0]); track.style.setProperty("--psd-high", limits[1]); }
    if (pin) pin.update(state);
  }
  return { parameter, node, chip, update };
}

/** The switch that says which of G12 and rho stays while G11 and G22 move. */
function pinFor(parameter, id, hold, ctx) {
  const kind = parameter === "rho" ? "rho" : "covariance";
  const radio = h("input", { type: "radio", name: `${id}-hold`, "data-hold": kind, onchange: () => hold(kind) });
  const title = `Hold ${SYMBOL[parameter]} while ${SYMBOL.G11} and ${SYMBOL.G22} move`;
  return {
    node: h("label", { class: "lmmx-pin", title }, radio, "hold"),
    update: (state) => { if (radio.checked !== (state.hold === kind)) radio.checked = state.hold === kind; },
  };
}

/** From places on the slider to values: variances by their SD, the covariance around zero, rho as it is. */
function scaleOf(parameter, { ranges }) {
  if (parameter === "rho" || parameter === "G12") {
    let reach = parameter === "rho" ? 1 : 1.3 * ranges.G12;
    const half = STEPS / 2;
    const share = (place) => (place + half) / STEPS;
    const bounded = (x) => Math.min(Math.max(x, 0), 1);
    return {
      low: -half, high: half, share,
      value: (place) => (place / half) * reach,
      place: (value) => (value / reach) * half,
      rescale(state) {
        if (parameter === "G12") reach = 1.3 * Math.max(ranges.G12, limitOf(state));
      },
      limits: (state) => {
        if (parameter === "rho") return [0, 1];
        const limit = (limitOf(state) / reach) * half;
        return [bounded(share(-limit)), bounded(share(limit))];
      },
    };
  }
  const top = ranges[parameter];
  return {
    low: parameter === "sigma2" ? 5 : 0, high: STEPS,
    share: (place) => place / STEPS,
    value: (place) => top * (place / STEPS) ** 2,
    place: (value) => STEPS * Math.sqrt(Math.max(value, 0) / top),
    rescale() {},
    limits: () => null,
  };
}

const limitOf = ({ G }) => Math.sqrt(Math.max(G[0][0], 0) * Math.max(G[1][1], 0));
