// A handle to drag: a small visible knob in a hit area of 44 px, a slider to the keyboard and to a screen reader.
import { h, set } from "./dom.js";

const STEP = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [5, 5], PageDown: [-5, -5],
};

/**
 * createHandle({ label, colour, axis, drag(px, py), step(dx, dy) }) -> { node, held(), wait(on),
 * place(px, py, value, text) }. `drag` gets pixels inside the handle's positioned parent, `step` whole steps right and
 * up; `axis` "x", "y" or "both" is the way it moves, and `colour` a parameter's name or "line".
 */
export function createHandle({ label, colour, axis = "both", drag, step }) {
  const node = h("button", {
    type: "button", class: `lmmx-handle lmmx-handle-${axis} lmmx-${colour}`, role: "slider", "aria-label": label,
    "aria-orientation": axis === "y" ? "vertical" : "horizontal", style: `--handle:var(--${colour})`,
    onpointerdown: (event) => {
      node.setPointerCapture(event.pointerId);
      node.lmmxHeld = true;
    },
    onpointermove: (event) => {
      if (!node.hasPointerCapture(event.pointerId)) return;
      const frame = node.offsetParent.getBoundingClientRect();
      // Full screen magnifies: the rectangle is in screen pixels, the drawing in the page's.
      const zoom = frame.width / node.offsetParent.offsetWidth || 1;
      drag((event.clientX - frame.left) / zoom, (event.clientY - frame.top) / zoom);
    },
    onlostpointercapture: () => { node.lmmxHeld = false; },
    onkeydown: (event) => {
      const by = STEP[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      step(...by.map((k) => k * (event.shiftKey ? 5 : 1)));
    },
  });
  return {
    node,
    held: () => node.lmmxHeld === true,
    wait(on) { if (node.disabled !== on) node.disabled = on; },
    place(px, py, value, text) {
      node.style.transform = `translate(${px.toFixed(1)}px,${py.toFixed(1)}px)`;
      set(node, { "aria-valuenow": value, "aria-valuetext": text });
    },
  };
}
