// A parameter, or a dial, in the hand: what it is worth, how far its slider lets it go, and what moves it.
import { valueOf } from "../maths/setting.js";
import { SYMBOL, unpadded } from "./numbers.js";
import { scaleOf } from "./scales.js";
import { waiting } from "./waiting.js";

/**
 * graspOf(ctx, name, dial) -> { name, symbol, what, colour, free, now(), to(value), step(count), text(value),
 * waits(state) }. `free` says whether this explorer lets it move at all; `to` stops where the slider does.
 */
export function graspOf(ctx, name, dial = null) {
  const { view, labels } = ctx.data;
  const scale = scaleOf(name, ctx.data, dial);
  const unit = dial ? dial.unit : labels.unitOf[name];
  const now = () => valueOf(ctx.now(), name);
  const round = dial ? (value) => scale.value(Math.round(scale.place(value))) : (value) => Number(value.toPrecision(4));
  function to(value) {
    scale.rescale(ctx.now());
    // A typed value may lie beyond the slider: a hand brings it back from there, in no jump.
    const ends = [scale.value(scale.low), scale.value(scale.high), now()];
    const bounded = Math.min(Math.max(value, Math.min(...ends)), Math.max(...ends));
    if (Number.isFinite(bounded)) ctx.act.move(name, round(bounded));
  }
  return {
    name, now, to,
    symbol: dial ? dial.symbol : SYMBOL[name],
    what: dial ? dial.what : labels.what[name],
    colour: dial ? dial.colour : name,
    free: dial !== null || view.free.includes(name),
    /** So many steps of its slider. */
    step(count) {
      scale.rescale(ctx.now());
      to(scale.value(Math.max(scale.place(now()) + count, scale.low)));
    },
    text: (value) => `${unpadded(value, 4)} ${unit || ""}`.trim(),
    waits: (state) => waiting(ctx, state),
  };
}
