// A setting (G, sigma2 and dials) by the names of its parameters.
import { rhoOf } from "./model.js";

/** The value of a parameter or dial in a state. */
export function valueOf(state, parameter) {
  if (state.dials && parameter in state.dials) return state.dials[parameter];
  if (parameter === "sigma2") return state.sigma2;
  if (parameter === "rho") {
    const now = rhoOf(state.G);
    if (Number.isFinite(now)) return now;
    return state.G[0][0] >= 0 && state.G[1][1] >= 0 ? state.rho : NaN;
  }
  return state.G[parameter === "G22" ? 1 : 0][parameter === "G11" ? 0 : 1];
}
