// A phone too slow for every line: while a finger drags, one in four is drawn, until the finger is lifted.

const SLOW = 40; // ms from a frame to the next
const FRAMES = 3; // as slow as that, one after another
export const EVERY = 4;

/** step() -> every how many-th line to draw in this frame: 1 for a mouse, at rest, and wherever frames come in time. */
export function createThinner(ctx) {
  let [touched, slow] = [false, 0];
  const lift = () => {
    const thin = slow >= FRAMES;
    [touched, slow] = [false, 0];
    if (thin) ctx.again();
  };
  ctx.root.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; }, true);
  // A finger that scrolls instead is taken away by pointercancel.
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, lift, true);
  ctx.atEnd(() => { for (const end of ["pointerup", "pointercancel"]) removeEventListener(end, lift, true); });
  return () => {
    if (!touched) return 1;
    const thin = slow >= FRAMES;
    // Once thin it stays so for this gesture: lines that came and went would be a motion of their own.
    if (!thin) {
      const from = performance.now();
      requestAnimationFrame(() => {
        if (touched && slow < FRAMES) slow = performance.now() - from > SLOW ? slow + 1 : 0;
      });
    }
    return thin ? EVERY : 1;
  };
}
