// A handle to drag: a small visible knob in a hit area of 44 px, a slider to the keyboard and to a screen reader.
import { h, set } from "./dom.js";
import { stepsOf } from "./keys.js";

/**
 * createHandle({ label, colour, axis, small, drag(px, py), step(dx, dy), press() }) -> { node, held(), wait(on),
 * place(px, py, value, text), called(label, colour) }. `drag` gets pixels inside the handle's positioned parent, `step`
 * whole steps right and up, `press` Enter and the space bar; `axis` "x", "y" or "both" is the way it moves, `colour` a
 * parameter's name or "line"; a small one has a small knob, one of colour "" none.
 */
export function createHandle({ label, colour, axis = "both", small = false, drag, step, press = () => {} }) {
  let off = [0, 0]; // from the handle's middle to where it was taken hold of, so that it does not jump there
  let at = [0, 0];
  const inside = (event) => {
    const frame = node.offsetParent.getBoundingClientRect();
    // Full screen magnifies: the rectangle is in screen pixels, the drawing in the page's.
    const zoom = frame.width / node.offsetParent.offsetWidth || 1;
    return [(event.clientX - frame.left) / zoom, (event.clientY - frame.top) / zoom];
  };
  const node = h("button", {
    type: "button", class: `lmmx-handle lmmx-handle-${axis}${small ? " lmmx-handle-small" : ""}`, role: "slider",
    "aria-orientation": axis === "y" ? "vertical" : "horizontal",
    onpointerdown: (event) => {
      node.setPointerCapture(event.pointerId);
      node.lmmxHeld = true;
      off = inside(event).map((x, k) => x - at[k]);
    },
    onpointermove: (event) => {
      if (node.hasPointerCapture(event.pointerId)) drag(...inside(event).map((x, k) => x - off[k]));
    },
    onlostpointercapture: () => { node.lmmxHeld = false; },
    onclick: (event) => {
      event.lmmxKept = true;
      if (event.detail === 0) press(); // by the keyboard
    },
    onkeydown: (event) => {
      const by = stepsOf(event);
      if (by) step(...by);
    },
  });
  const self = {
    node,
    held: () => node.lmmxHeld === true,
    wait(on) { if (node.disabled !== on) node.disabled = on; },
    place(px, py, value, text) {
      at = [px, py];
      node.style.transform = `translate(${px.toFixed(1)}px,${py.toFixed(1)}px)`;
      set(node, { "aria-valuenow": value, "aria-valuetext": text });
    },
    /** Another name, in another parameter's colour, for a handle that goes from one thing to the next. */
    called(name, tone) {
      if (node.getAttribute("aria-label") === name) return;
      set(node, { "aria-label": name });
      node.style.setProperty("--handle", tone ? `var(--${tone})` : "transparent");
    },
  };
  self.called(label, colour);
  return self;
}
