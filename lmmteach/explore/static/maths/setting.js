// A setting (G, sigma2 and dials) by the names of its parameters.
import { rhoOf } from "./model.js";

/** The value of a parameter or dial in a state. */
export function valueOf(state, parameter) {
  if (state.dials && parameter in state.dials) return state.dials[parameter];
  if (parameter === "sigma2") return state.sigma2;
  if (parameter === "rho") {
    // Where a variance is 0 there is none; beyond 1 in size it is none.
    const now = rhoOf(state.G);
    return Math.abs(now) <= 1 + 1e-9 ? now : NaN;
  }
  return state.G[parameter === "G22" ? 1 : 0][parameter === "G11" ? 0 : 1];
}
