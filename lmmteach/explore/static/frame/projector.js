// For the lecture hall: the explorer fills the screen with one to three panels, as large as they can be.
import { meaningOf } from "../kit/clicker.js";
import { h } from "../kit/dom.js";
import { createPen } from "../kit/pen.js";
import { createHall } from "./hall.js";
import { createHallBar } from "./hallbar.js";
import { createShow } from "./showing.js";
import { raiseHands } from "./handsup.js";

/** The button that turns it on; while it is on the keys are the lecture's, and Escape leaves it. */
export function createProjector(root, ctx, presets) {
  let [on, changing] = [false, false];
  let made = null; // what only the hall needs is made when somebody goes there
  const hall = createHall(root, ctx);
  const button = h("button", {
    type: "button", class: "lmmx-button lmmx-projector", "data-action": "projector", onclick: () => turn(true),
  }, "Projector");

  function make() {
    const pen = createPen();
    const show = createShow(root, ctx);
    const bar = createHallBar({ ctx, presets, pen, show, leave: () => turn(false) });
    root.append(pen.glass);
    ctx.atEnd(pen.stop);
    return { pen, show, bar, hands: raiseHands(root, ctx) };
  }
  function turn(next) {
    if (next === on) return;
    on = next;
    made ??= make();
    root.classList.toggle("lmmx-full", on);
    if (on) {
      root.prepend(made.bar.node);
      made.hands.up();
      made.show.begin();
      hall.enter();
      made.bar.node.querySelector("[data-action=leave]").focus({ preventScroll: true });
    } else {
      made.pen.turn(false);
      made.hands.down();
      made.show.end();
      hall.leave();
      made.bar.node.remove();
      button.focus({ preventScroll: true });
    }
    window[on ? "addEventListener" : "removeEventListener"]("keydown", keys, true);
    screen();
  }
  /**
   * The whole screen, or no more of it; a frame may forbid it: it still fills the page. A browser takes its time for
   * either, and what was pressed meanwhile is done afterwards.
   */
  function screen() {
    if (changing) return;
    const full = document.fullscreenElement;
    const asked = on;
    const enters = on && !full && root.requestFullscreen;
    if (!enters && (on || full !== root)) return;
    changing = true;
    Promise.resolve(enters ? root.requestFullscreen() : document.exitFullscreen()).catch(() => {}).then(() => {
      changing = false;
      if (asked !== on) screen();
    });
  }
  /** Puts away what is open, the last first: the list of panels, the pen, and only then the Projector. */
  function back() {
    const { pen, bar } = made;
    if (bar.close()) return;
    if (pen.on()) pen.turn(false);
    else turn(false);
  }
  function keys(event) {
    const { pen, show, bar } = made;
    const doing = {
      next: () => show.step(1),
      previous: () => show.step(-1),
      later: () => bar.preset(1),
      earlier: () => bar.preset(-1),
      pen: () => pen.turn(!pen.on()),
      blank: () => root.classList.toggle("lmmx-blank"),
      screen, // and not what a browser does with F5: a page loaded anew, the lecture's setting lost
      overview: back,
    };
    const meaning = meaningOf(event, root.getRootNode().activeElement || root);
    if (!(meaning in doing)) return;
    event.preventDefault();
    event.stopPropagation();
    doing[meaning]();
  }
  // In full screen a browser keeps Escape to itself: that it was left is all a page hears.
  const left = () => { if (on && !changing && !document.fullscreenElement) back(); };
  document.addEventListener("fullscreenchange", left);
  ctx.atEnd(() => {
    document.removeEventListener("fullscreenchange", left);
    window.removeEventListener("keydown", keys, true);
  });
  return h("div", { class: "lmmx-tools" }, button);
}
