// A slider and a number box per parameter or dial, with identical effect; the fit and the PSD limit on the track.
import { valueOf } from "../maths/setting.js";
import { createBox } from "../kit/box.js";
import { createPick } from "../kit/dials.js";
import { h, set } from "../kit/dom.js";
import { createIdle } from "../kit/idle.js";
import { brief, SYMBOL, unpadded } from "../kit/numbers.js";
import { scaleOf } from "../kit/scales.js";
import { createChooser } from "./chooser.js";

let serial = 0;

/**
 * Rows for the declared parameters, for the dials that stand in the console, then the choices; returns
 * update(derived, state). `first` names the row that is chosen where only one has room.
 */
export function createControls(el, ctx, first) {
  const { view, labels } = ctx.data;
  const id = `lmmx-${++serial}`;
  const dials = view.dials.filter((dial) => dial.place === "console");
  const sliders = dials.filter((dial) => dial.kind === "slider");
  const dialRows = (some) => some.map((dial) => row(dial.name, ctx, id, dial));
  const rows = [
    ...dialRows(sliders.filter((dial) => !dial.residual)),
    ...view.free.map((parameter) => row(parameter, ctx, id)),
    ...dialRows(sliders.filter((dial) => dial.residual)), // of R, beside sigma2
  ];
  const picks = dials.filter((dial) => dial.kind === "pick").map((dial) => choice(dial, ctx));
  const all = [...rows, ...picks];
  const legend = h("legend", { class: "lmmx-sr" }, `Parameters of ${labels.response}`);
  const fields = h("fieldset", { class: "lmmx-rows" }, legend, rows.map((r) => r.node));
  // Choices alone stand side by side even in a hand; sliders need the whole line.
  const held = rows.some(({ name }) => name === "rho") ? createHolder(id, ctx.act.hold) : null;
  const chooser = rows.length && all.length > 1 ? createChooser(all, held && held.node) : null;
  el.classList.toggle("lmmx-one", !chooser);
  el.append(...(chooser ? [chooser.node] : []), ...(rows.length ? [fields] : []), ...picks.map((pick) => pick.node));
  if (chooser) {
    chooser.choose((all.find(({ name }) => name === first) || all[0]).name);
    ctx.root.addEventListener("pointerdown", chooser.beside);
    ctx.choose = chooser.choose;
  }
  return (_, state) => {
    for (const one of [...all, chooser, held]) if (one) one.update(state);
  };
}

/** A choice among words as a row. */
function choice(dial, ctx) {
  const { node, update } = createPick(dial, ctx);
  node.classList.add("lmmx-pickrow");
  const said = ({ dials }) => (dial.options.find(([value]) => value === dials[dial.name]) || ["", ""])[1];
  return { name: dial.name, symbol: dial.what, what: "", colour: "choice", node, update, said };
}

/** What is held while a variance moves, for the chooser's list: beside the row there is no room. */
function createHolder(id, hold) {
  const pins = ["G12", "rho"].map((parameter) => pinFor(parameter, `${id}-list`, hold, SYMBOL[parameter]));
  return {
    node: h("p", { class: "lmmx-holder" }, `While ${SYMBOL.G11} or ${SYMBOL.G22} moves, hold `,
      pins.map((pin) => pin.node)),
    update: (state) => pins.forEach((pin) => pin.update(state)),
  };
}

/** One row: its slider, its box, the track beneath them; { name, symbol, what, colour, node, said(state), update }. */
function row(parameter, ctx, id, dial) {
  const { move, hold, activate } = ctx.act;
  const scale = scaleOf(parameter, ctx.data, dial);
  const { symbol, what, unit, colour } = namesOf(parameter, ctx.data.labels, dial);
  const fit = dial && !dial.residual ? null : ctx.data.fit;
  const note = h("span", { class: "lmmx-rownote", id: `${id}-${parameter}-note` });
  const slider = h("input", {
    type: "range", id: `${id}-${parameter}`, min: scale.low, max: scale.high, step: 1, "data-param": parameter,
    "aria-describedby": note.id, "aria-label": `${symbol}, ${what}`,
  });
  const box = createBox({
    name: parameter, parameter, dial, label: `${symbol}, type a value`, note,
    take: (value) => move(parameter, value), rest: ctx.again,
    reach: () => scale.value(scale.high) - scale.value(scale.low),
  });
  const track = trackOf(parameter, slider, scale, fit);
  const pin = parameter === "G12" || parameter === "rho" ? pinFor(parameter, id, hold) : null;
  const node = h("div", { class: `lmmx-row lmmx-${colour}${dial && !dial.residual ? " lmmx-dialrow" : ""}` },
    h("div", { class: "lmmx-rowhead" },
      h("label", { class: "lmmx-symbol lmmx-p", for: `${id}-${parameter}` }, symbol),
      h("span", { class: "lmmx-what" }, what, dial && unit && !dial.residual ? ` (${unit})` : null), pin && pin.node,
      box.node),
    track.node, note);

  const idle = createIdle(parameter, node, [slider, box.node]);
  slider.addEventListener("input", () => {
    box.settle();
    move(parameter, scale.value(Number(slider.value)));
  });
  for (const input of [slider, box.node]) input.addEventListener("focus", () => activate(parameter));

  function update(state) {
    const value = valueOf(state, parameter);
    scale.rescale(state);
    track.update(state, value);
    set(slider, { "aria-valuetext": `${unpadded(value, 4)} ${unit}` });
    box.show(value, parameter === "rho" ? 4 : 5);
    idle(state);
    if (pin) pin.update(state);
  }
  const said = (state) => brief(valueOf(state, parameter));
  return { name: parameter, symbol, what, colour, node, said, update };
}

function namesOf(parameter, labels, dial) {
  if (dial) return dial;
  const [what, unit] = [labels.what[parameter], labels.unitOf[parameter]];
  return { symbol: SYMBOL[parameter], what, unit, colour: parameter };
}

const bounded = (x, low, high) => Math.min(Math.max(x, low), high);

/** The slider with what lies behind it: the rail, its coloured part, the PSD zone, the fit's tick. */
function trackOf(parameter, slider, scale, fit) {
  const part = (name) => h("span", { class: `lmmx-${name}` });
  const node = h("div", { class: "lmmx-track" }, part("rail"), parameter === "G12" ? part("zone") : null, part("fill"),
    fit ? part("fittick") : null, slider);
  const put = (name, share) => node.style.setProperty(`--${name}`, share);
  let fitAt = null;
  return {
    node,
    update(state, value) {
      const place = scale.place(value);
      const shown = String(Math.round(bounded(Number.isFinite(place) ? place : 0, scale.low, scale.high)));
      if (slider.value !== shown) slider.value = shown;
      const at = scale.share(bounded(place || 0, scale.low, scale.high));
      // The coloured part runs from zero, which for a covariance lies in the middle.
      const zero = bounded(scale.share(scale.place(0)), 0, 1);
      put("from", Math.min(at, zero));
      put("to", Math.max(at, zero));
      if (fit) {
        const tick = scale.share(scale.place(valueOf(state.kept || fit, parameter)));
        if (tick !== fitAt) { fitAt = tick; put("fit", tick); }
        node.classList.toggle("lmmx-nofit", !state.showFit && !state.kept);
      }
      const limits = scale.limits(state);
      if (limits) { put("psd-low", limits[0]); put("psd-high", limits[1]); }
    },
  };
}

/** The switch that says which of G12 and rho stays while G11 and G22 move. */
function pinFor(parameter, id, hold, text = "hold") {
  const kind = parameter === "rho" ? "rho" : "covariance";
  const radio = h("input", { type: "radio", name: `${id}-hold`, "data-hold": kind, onchange: () => hold(kind) });
  const title = `Hold ${SYMBOL[parameter]} while ${SYMBOL.G11} and ${SYMBOL.G22} move`;
  return {
    node: h("label", { class: "lmmx-pin", title }, radio, text),
    update: (state) => { if (radio.checked !== (state.hold === kind)) radio.checked = state.hold === kind; },
  };
}
