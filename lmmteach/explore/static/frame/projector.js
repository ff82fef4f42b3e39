// For the lecture hall: the explorer fills the screen, larger; Page Up and Page Down step through the presets.
import { h } from "../kit/dom.js";
import { waiting } from "../kit/waiting.js";

const ZOOM = 1.3;

/** The button that turns it on; the clicker's keys and Escape work while it is. */
export function createProjector(root, ctx, presets) {
  let on = false;
  let at = -1;
  const button = h("button", {
    type: "button", class: "lmmx-button lmmx-projector", "data-action": "projector", "aria-pressed": "false",
    onclick: () => turn(!on),
  }, "Projector");
  const told = h("span", { class: "lmmx-keys", "aria-live": "polite" });

  function turn(next) {
    if (next === on) return;
    on = next;
    root.classList.toggle("lmmx-full", on);
    root.dataset.zoom = on ? String(ZOOM) : "";
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Leave" : "Projector";
    told.textContent = on && presets.length ? "Page Down: next preset" : "";
    document[on ? "addEventListener" : "removeEventListener"]("keydown", keys, true);
    // A frame may forbid it: it still fills the page.
    if (on && root.requestFullscreen) root.requestFullscreen().catch(() => {});
    if (!on && document.fullscreenElement === root) document.exitFullscreen();
    ctx.again();
  }
  function keys(event) {
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (event.key === "Escape") turn(false);
    if (!step || !presets.length) return;
    event.preventDefault();
    event.stopPropagation();
    if (waiting(ctx, ctx.now())) {
      told.textContent = "First a prediction";
      return;
    }
    at = (at + step + presets.length) % presets.length;
    ctx.act.goTo(presets[at]);
    told.textContent = presets[at].label;
  }
  const left = () => { if (!document.fullscreenElement) turn(false); };
  document.addEventListener("fullscreenchange", left);
  ctx.atEnd(() => {
    document.removeEventListener("fullscreenchange", left);
    document.removeEventListener("keydown", keys, true);
  });
  return h("div", { class: "lmmx-tools" }, told, button);
}
