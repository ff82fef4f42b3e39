// When a gesture has ended: no pointer is down, nothing moves any more, the keys rest, and what was set going is done.
import { TRAITS } from "./state.js";

const REST = 450; // ms after the last move

const same = (a, b) => TRAITS.every((name) => name === "prediction" || a[name] === b[name]);

/** createRest(ctx, rested) -> update(derived, state); `rested(state)` is called once after each gesture. */
export function createRest(ctx, rested) {
  let [last, timer, down] = [null, 0, false];
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (ctx.busy && ctx.busy()) wait();
      else if (!down) rested(ctx.now());
    }, REST);
  };
  const press = () => { down = true; };
  const up = () => {
    if (!down) return;
    down = false;
    if (timer) wait();
  };
  ctx.root.addEventListener("pointerdown", press, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, up, true);
  ctx.atEnd(() => {
    clearTimeout(timer);
    for (const end of ["pointerup", "pointercancel"]) removeEventListener(end, up, true);
  });
  return (_, state) => {
    if (last && !same(last, ctx.now())) wait();
    last = ctx.now();
  };
}
