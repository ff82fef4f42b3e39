// Where the hand is: a pointer that is down makes one gesture until it is up, and a tap beside it ends a selection.
import { sparePressed } from "../kit/singly.js";

/** Tell the loop of pointers pressed anywhere in the explorer. */
export function watchHand(root, ctx) {
  const { act } = ctx;
  sparePressed(root);
  root.addEventListener("pointerdown", ({ target, pointerType }) => {
    ctx.finger = pointerType === "touch";
    act.press(true);
    // What is taken hold of must not go on moving under the pointer.
    if (target.matches("input[type=range], [role=slider]")) act.halt();
  }, true);
  const up = () => act.press(false);
  for (const event of ["pointerup", "pointercancel"]) addEventListener(event, up, true);
  ctx.atEnd(() => { for (const event of ["pointerup", "pointercancel"]) removeEventListener(event, up, true); });
  root.addEventListener("click", (event) => { if (ctx.finger && !event.lmmxKept) act.select(null); });
}
