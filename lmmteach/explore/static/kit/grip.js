// An entry of V in the hand: pulled up or down it moves the one parameter its place stands for.
import { moverAt, rateOf, reaching } from "../maths/ideas/reach.js";
import { h, set } from "./dom.js";
import { graspOf } from "./grasp.js";
import { stepsOf } from "./keys.js";
import { three } from "./numbers.js";

const PIXELS = 200; // of a pull for the fit's largest variance
const STEPS = 100; // of a key for the same

/**
 * createGrip(ctx, top, valueAt(cell)) -> { node, mover(cell), hold(cell), focused(), update(state), pulls }. One grip
 * serves a table whose cells are { box, rows: [u, w] of Z, same, name }: a slider to the keyboard, lying in the cell
 * that is chosen. `top` is the fit's largest variance; `pulls(cellOf(event))` are what `pull` needs.
 */
export function createGrip(ctx, top, valueAt) {
  const grasps = Object.fromEntries(["G11", "G12", "G22"].map((name) => [name, graspOf(ctx, name)]));
  const mover = ({ rows: [u, w] }) => grasps[moverAt(u, w, ctx.data.view.free)] || null;
  let held = null;
  const node = h("button", {
    type: "button", class: "lmmx-grip", role: "slider", "aria-orientation": "vertical", onkeydown: keyed,
  });

  function lift(cell, entry, value, wanted) {
    const { rows: [u, w], same } = cell;
    const grasp = mover(cell);
    grasp.to(reaching(wanted, entry, value, rateOf(grasp.name, u, w, same)));
  }
  function keyed(event) {
    const by = stepsOf(event);
    if (!by) return;
    event.stopPropagation(); // the table's own arrow keys choose a cell
    const entry = valueAt(held);
    lift(held, entry, mover(held).now(), entry + ((by[1] || by[0]) * top) / STEPS);
  }
  return {
    node, mover,
    hold(cell) {
      held = cell;
      if (node.parentNode !== cell.box) cell.box.append(node);
    },
    /** Moved about the grip would lose the keyboard: while it has that, it stays where it is. */
    focused: () => node.parentNode !== null && node.getRootNode().activeElement === node,
    update(state) {
      const grasp = held && mover(held);
      const off = !grasp || grasp.waits(state);
      if (node.disabled !== off) node.disabled = off;
      if (!grasp) return;
      const entry = valueAt(held);
      set(node, {
        "aria-label": `${held.name}: moves ${grasp.symbol}`,
        "aria-valuenow": Number.isFinite(entry) ? Number(entry.toPrecision(6)) : 0,
        "aria-valuetext": `${three(entry)}, ${grasp.symbol} ${grasp.text(grasp.now())}`,
      });
    },
    pulls: (cellOf) => ({
      begin(event) {
        const cell = cellOf(event);
        const grasp = cell && mover(cell);
        return grasp && !grasp.waits(ctx.now()) ? { cell, entry: valueAt(cell), value: grasp.now() } : null;
      },
      drag: ({ cell, entry, value }, dx, dy) => lift(cell, entry, value, entry - (dy * top) / PIXELS),
    }),
  };
}
