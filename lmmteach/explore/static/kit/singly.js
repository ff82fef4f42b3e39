// Buttons that say something else once they were pressed: the second half of a double click is not meant for that.

const HALF = 350; // ms; whoever has read the new word takes longer
const NEAR = 4; // pixels
const CONTROLS = "button, a, input, select, label, [tabindex]";

/** A button's `onclick` without the second press of a double click; the keyboard presses as often as it does. */
export function singly(press) {
  let last = -Infinity;
  return (event) => {
    const again = event.detail > 1 && event.timeStamp - last < HALF;
    last = event.timeStamp;
    if (!again) press(event);
  };
}

/** In `root` the second half of a double click is not for a control that has come under the pointer meanwhile. */
export function sparePressed(root) {
  let [last, downs] = [null, 0];
  root.addEventListener("pointerdown", () => { downs += 1; }, true);
  root.addEventListener("click", (event) => {
    const before = last;
    const { clientX: x, clientY: y, timeStamp: at, detail } = event;
    last = { x, y, at, downs, on: event.target.closest(CONTROLS) };
    // A label's press is one on its input, too: without a pointer that came down anew.
    const again = before && detail > 0 && downs > before.downs && at - before.at < HALF;
    if (!again || last.on === before.on || Math.hypot(x - before.x, y - before.y) > NEAR) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  }, true);
}
