// What a key means in the lecture: a clicker's keys always turn the slide, whatever has the focus.

const PRESSED = "button, select, summary, a[href], input[type=checkbox], input[type=radio]";
const MOVED = "input, select, [role=slider], [role=spinbutton], .lmmx-tablewrap, textarea";

// Whether the last thing used was the pointer: browsers call a thing `:focus-visible` from the first key on, so that
// alone does not tell a button that was clicked from one reached by Tab.
let byHand = false;
for (const name of ["pointerdown", "keydown"]) {
  globalThis.addEventListener?.(name, ({ key }) => { byHand = key ? byHand && key !== "Tab" : true; }, true);
}

/**
 * "next", "previous", "blank", "pen", "notes", "screen", "overview", "later" or "earlier" (of settings); null leaves
 * the key to whatever has the focus, or to the page. `target` is what has the focus, `hand` says that it
 * was reached by the pointer.
 */
export function meaningOf({ key, ctrlKey, altKey, metaKey, shiftKey }, target, hand = byHand) {
  if (ctrlKey || altKey || metaKey) return null;
  if (key === "PageDown") return "next";
  if (key === "PageUp") return "previous";
  if (key === "F5") return "screen"; // what the button of a clicker that starts the show sends
  if (key === "Escape") return "overview";
  const box = target.matches("input[type=text], textarea");
  // Whatever was reached with the keyboard is worked with it; a click leaves the keys to the slides.
  const worked = !hand && target.matches(":focus-visible");
  if (key === " ") return box || (worked && target.matches(PRESSED)) ? null : shiftKey ? "previous" : "next";
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const moved = target.matches("[role=slider], input[type=range], .lmmx-tablewrap") || box
      || (worked && target.matches(MOVED));
    return moved ? null : key === "ArrowRight" ? "next" : "previous";
  }
  const picking = worked && target.matches("select");
  if (key === "b") return picking ? null : "blank"; // no number has a b in it
  if (key === ".") return picking || box ? null : "blank";
  if (key === "d" || key === "s") return picking ? null : key === "d" ? "pen" : "notes";
  if (key === "]" || key === "[") return key === "]" ? "later" : "earlier";
  return null;
}
