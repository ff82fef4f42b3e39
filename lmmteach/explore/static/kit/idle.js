// A dial without effect is not left to be moved in vain: it is disabled, and says why in the place of its name.
import { idleBecause } from "../maths/ideas/idle.js";
import { setText } from "./dom.js";

/** createIdle(name, row, inputs) -> update(state), for a row of the console with its slider and its box. */
export function createIdle(name, row, inputs) {
  const what = row.querySelector(".lmmx-what");
  const usual = what.textContent;
  return ({ dials }) => {
    const why = idleBecause(name, dials);
    for (const input of inputs) if (input.disabled !== (why !== "")) input.disabled = why !== "";
    setText(what, why ? `no effect: ${why}` : usual);
    row.classList.toggle("lmmx-idle", why !== "");
  };
}
