// Choices among a few words: buttons side by side where they are few, a list where they are many. A panel that
// places a dial itself makes it here too.
import { h } from "./dom.js";

let serial = 0;
const FEW = 5;

/** { node, update(state) } of a declared pick: buttons where there is room for them, else the list. */
export function createPick(dial, ctx) {
  if (dial.options.length > FEW || dial.place !== "console") return list(dial, ctx);
  const [onDesk, inHand] = [segments(dial, ctx), list(dial, ctx)];
  const node = h("div", { class: "lmmx-either" }, onDesk.node);
  ctx.atHand((hand) => node.replaceChildren((hand ? inHand : onDesk).node));
  return {
    node,
    update(state) {
      onDesk.update(state);
      inHand.update(state);
    },
  };
}

/** The declared dial of that name, or null where the view has none. */
export function dialNamed(ctx, name) {
  return ctx.data.view.dials.find((dial) => dial.name === name) || null;
}

function list(dial, ctx) {
  const choose = () => ctx.act.move(dial.name, dial.options[select.selectedIndex][0]);
  const select = h("select", { class: "lmmx-select", "data-param": dial.name, onchange: choose },
    dial.options.map(([, label]) => h("option", {}, label)));
  const node = h("label", { class: "lmmx-pick" }, h("span", { class: "lmmx-what" }, dial.what), select);
  return {
    node,
    update({ dials }) {
      const at = dial.options.findIndex(([value]) => value === dials[dial.name]);
      if (select.selectedIndex !== at) select.selectedIndex = at;
    },
  };
}

function segments(dial, ctx) {
  const name = `lmmx-pick-${++serial}`;
  const radios = dial.options.map(([value], k) => h("input", {
    type: "radio", name, value: k, "data-param": dial.name, onchange: () => ctx.act.move(dial.name, value),
  }));
  const labels = dial.options.map(([, label], k) =>
    h("label", { class: "lmmx-segment" }, radios[k], h("span", {}, label)));
  const node = h("fieldset", { class: "lmmx-segments" }, h("legend", { class: "lmmx-what" }, dial.what),
    h("div", { class: "lmmx-segmentrow" }, labels));
  return {
    node,
    update({ dials }) {
      dial.options.forEach(([value], k) => {
        const on = value === dials[dial.name];
        if (radios[k].checked !== on) radios[k].checked = on;
      });
    },
  };
}
