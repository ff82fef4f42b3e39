// A slider and a number box per parameter or dial, with identical effect; the fit as a tick, the PSD limit on the track.
import { valueOf } from "../maths/setting.js";
import { createBox } from "../kit/box.js";
import { createPick } from "../kit/dials.js";
import { h, set, setText } from "../kit/dom.js";
import { significant, SYMBOL } from "../kit/numbers.js";
import { scaleOf } from "../kit/scales.js";

let serial = 0;

/** Rows for the declared parameters, then for the dials that stand in the console; returns update(derived, state). */
export function createControls(el, ctx) {
  const { view, labels } = ctx.data;
  const id = `lmmx-${++serial}`;
  const dials = view.dials.filter((dial) => dial.place === "console");
  const rows = [
    ...dials.filter((dial) => dial.kind === "slider").map((dial) => row(dial.name, ctx, id, dial)),
    ...view.free.map((parameter) => row(parameter, ctx, id)),
  ];
  const picks = dials.filter((dial) => dial.kind === "pick").map((dial) => createPick(dial, ctx));
  const chips = rows.map((r) => h("button", { type: "button", class: `lmmx-chip lmmx-${r.colour}`, onclick: () => choose(r.parameter) },
    h("span", { class: "lmmx-p" }, r.symbol), r.chip));
  const fields = h("fieldset", { class: "lmmx-rows" }, h("legend", { class: "lmmx-sr" }, `Parameters of ${labels.response}`), rows.map((r) => r.node));
  if (rows.length > 1) el.append(h("div", { class: "lmmx-chips", role: "group", "aria-label": "Choose a parameter" }, chips));
  else el.classList.add("lmmx-one");
  el.append(...(rows.length ? [fields] : []), ...picks.map((pick) => pick.node));

  function choose(parameter) {
    rows.forEach((r, k) => {
      r.node.classList.toggle("lmmx-selected", r.parameter === parameter);
      chips[k].setAttribute("aria-pressed", String(r.parameter === parameter));
    });
  }
  if (rows.length) choose(!dials.length && view.free.includes("G12") ? "G12" : rows[0].parameter);
  return (_, state) => {
    rows.forEach((r) => r.update(state));
    picks.forEach((pick) => pick.update(state));
  };
}

function row(parameter, ctx, id, dial) {
  const { fit, labels } = ctx.data;
  const { move, hold, activate } = ctx.act;
  const scale = scaleOf(parameter, ctx.data, dial);
  const symbol = dial ? dial.symbol : SYMBOL[parameter];
  const what = dial ? dial.what : labels.what[parameter];
  const unit = dial ? dial.unit : labels.unitOf[parameter];
  const colour = dial ? dial.colour : parameter;
  const note = h("span", { class: "lmmx-rownote", id: `${id}-${parameter}-note` });
  const slider = h("input", { type: "range", id: `${id}-${parameter}`, min: scale.low, max: scale.high, step: 1, "data-param": parameter, "aria-describedby": note.id, "aria-label": `${symbol}, ${what}` });
  const box = createBox({
    name: parameter, parameter, dial, label: `${symbol}, type a value`, note, take: (value) => move(parameter, value), rest: ctx.again,
    reach: () => scale.value(scale.high) - scale.value(scale.low),
  });
  const chip = h("span", { class: "lmmx-num" });
  const track = h("div", { class: "lmmx-track" }, h("span", { class: "lmmx-rail" }), parameter === "G12" ? h("span", { class: "lmmx-zone" }) : null,
    h("span", { class: "lmmx-fill" }), fit && !dial ? h("span", { class: "lmmx-fittick" }) : null, slider);
  const pin = parameter === "G12" || parameter === "rho" ? pinFor(parameter, id, hold) : null;
  const node = h("div", { class: `lmmx-row lmmx-${colour}` },
    h("div", { class: "lmmx-rowhead" },
      h("label", { class: "lmmx-symbol lmmx-p", for: `${id}-${parameter}` }, symbol),
      h("span", { class: "lmmx-what" }, what, dial && unit ? ` (${unit})` : null), pin && pin.node, box.node),
    track, note);

  slider.addEventListener("input", () => {
    box.settle();
    move(parameter, scale.value(Number(slider.value)));
  });
  for (const input of [slider, box.node]) input.addEventListener("focus", () => activate(parameter));

  let fitAt = null;
  function update(state) {
    const value = valueOf(state, parameter);
    scale.rescale(state);
    const place = scale.place(value);
    const shown = String(Math.round(Math.min(Math.max(Number.isFinite(place) ? place : 0, scale.low), scale.high)));
    if (slider.value !== shown) slider.value = shown;
    set(slider, { "aria-valuetext": `${significant(value, 4)} ${unit}` });
    box.show(value, parameter === "rho" ? 4 : 5);
    setText(chip, significant(value, 3));
    const at = scale.share(Math.min(Math.max(place || 0, scale.low), scale.high));
    // The coloured part runs from zero, which for a covariance lies in the middle.
    const zero = Math.min(Math.max(scale.share(scale.place(0)), 0), 1);
    track.style.setProperty("--from", Math.min(at, zero));
    track.style.setProperty("--to", Math.max(at, zero));
    if (fit && !dial) {
      const tick = scale.share(scale.place(valueOf(fit, parameter)));
      if (tick !== fitAt) { fitAt = tick; track.style.setProperty("--fit", tick); }
      track.classList.toggle("lmmx-nofit", !state.showFit);
    }
    const limits = scale.limits(state);
    if (limits) { track.style.setProperty("--psd-low", limits[0]); track.style.setProperty("--psd-high", limits[1]); }
    if (pin) pin.update(state);
  }
  return { parameter, symbol, colour, node, chip, update };
}

/** The switch that says which of G12 and rho stays while G11 and G22 move. */
function pinFor(parameter, id, hold) {
  const kind = parameter === "rho" ? "rho" : "covariance";
  const radio = h("input", { type: "radio", name: `${id}-hold`, "data-hold": kind, onchange: () => hold(kind) });
  const title = `Hold ${SYMBOL[parameter]} while ${SYMBOL.G11} and ${SYMBOL.G22} move`;
  return {
    node: h("label", { class: "lmmx-pin", title }, radio, "hold"),
    update: (state) => { if (radio.checked !== (state.hold === kind)) radio.checked = state.hold === kind; },
  };
}
