// The explorer: state -> derived -> panels, at most once a frame. A host gives `model` (get, set, on, off,
// save_changes, as anywidget does) and an element; everything declared stands in the data it carries.
import { h, setText } from "../kit/dom.js";
import { addressed } from "../kit/framed.js";
import { keepAddress } from "./address.js";
import { createContext } from "./context.js";
import { fillRoom } from "./hall.js";
import { watchHand } from "./hand.js";
import { createKeeping } from "./keeping.js";
import { layOut } from "./layout.js";
import { createLoop } from "./loop.js";
import { createPaper } from "./paper.js";
import { MATHS } from "./registry.js";
import { summary } from "./words.js";

/** Draw the explorer into `el`; returns the function that removes it. */
export function render({ model, el }) {
  const data = model.get("_data");
  const root = h("div", {
    class: "lmmx", "data-lm-suppress-shortcuts": "true", role: "group", "aria-label": data.labels.title,
  });
  const live = h("p", { class: "lmmx-sr", "aria-live": "polite", "data-out": "summary" });
  const updates = [];
  const residual = data.residual ? MATHS.residual.make(data) : null;
  const loop = createLoop(model, data, residual, {
    paint(derived, state, all) {
      ctx.painted = [derived, state];
      root.toggleAttribute("data-moving", Boolean(state.moving));
      updates.forEach((update) => (all ? update : update.light)?.(derived, state));
    },
    speak: (parameter, before, now) => setText(live, summary(parameter, before, now, data)),
  });
  const { ctx, dispose } = createContext(root, data, loop.schedule);
  ctx.act = loop.act;
  ctx.residual = residual; // kit/residual.js, or null where R = sigma2 I
  /** All that is on its way is there and drawn, in every panel, before a picture is taken. */
  ctx.settle = () => {
    ctx.settling = true;
    loop.settle();
    ctx.catchUp();
    ctx.settling = false;
  };
  ctx.now = loop.read; // several keys may be pressed within one frame

  if (data.address && addressed()) {
    ctx.address = keepAddress(ctx, data.address);
    updates.push(ctx.address.update);
  }
  watchHand(root, ctx);
  // Notebook 7 binds arrow keys to whatever has the focus inside a notebook, so each control says it for itself.
  root.addEventListener("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  root.addEventListener("keydown", (event) => {
    const zed = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    const undo = zed && !event.target.matches(".lmmx-box"); // a box has an undo of its own
    if (undo) { loop.act.undo(); event.preventDefault(); }
    // A notebook would take the arrow keys for itself; its own shortcuts with Ctrl, Cmd and Escape still reach it.
    if (undo || (!event.ctrlKey && !event.metaKey && event.key !== "Escape")) event.stopPropagation();
  });
  // Its colours and its room are asked for while it is empty: what stands in it would be laid out for the answer.
  el.append(root);
  ctx.placed();
  layOut(root, ctx, updates);
  createKeeping(ctx, updates);
  root.append(live);
  root.querySelector(".lmmx-layout").before(createPaper(ctx));
  fillRoom(root, ctx);
  loop.draw();
  return () => {
    loop.stop();
    dispose();
    root.remove();
  };
}
