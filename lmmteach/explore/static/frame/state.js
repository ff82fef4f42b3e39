// The explorer's state and its moves. One place decides what a slider, a typed number, a preset or Python does.
import { covarianceFor, isPositiveSemidefinite, rhoOf } from "../maths/model.js";

/** What is shared with Python; the rest of the state is the page's own. */
export const TRAITS = ["G", "sigma2", "hold", "seed", "method", "dials", "prediction"];

/** Nothing selected. What is looked at is no trait and no step to undo: it stands beside the state. */
export const NOTHING = { pair: null, subject: null, parameter: null };

export const sameSelection = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Whether two states are the same to whoever undoes: all that a button sets. */
export const sameSetting = (a, b) => [...TRAITS, "nudged", "kept", "showFit"].every((name) =>
  name === "prediction" || a[name] === b[name] || JSON.stringify(a[name]) === JSON.stringify(b[name]));

const copy = (G) => G.map((row) => row.slice());

/** What the traits hold, as the page needs it; `rho` remembers a correlation while a variance is zero. */
export function readState(model, before) {
  const G = copy(model.get("G"));
  const rho = rhoOf(G);
  return {
    showFit: true, active: null, nudged: {}, kept: null, ...before,
    G,
    sigma2: model.get("sigma2"),
    hold: model.get("hold"),
    seed: model.get("seed"),
    method: model.get("method"),
    dials: { ...model.get("dials") },
    prediction: model.get("prediction") ?? null,
    rho: Number.isFinite(rho) ? rho : (before ? before.rho : 0),
  };
}

/** Another state whose traits are those of `values`, wherever it names them. */
export function withTraits(state, values) {
  return readState({ get: (name) => (name in values ? values[name] : state[name]) }, { ...state, active: null });
}

/**
 * The state after one parameter or dial took a value. While a variance moves, either G12 or rho stays, as `hold`
 * says; rho can only be held inside [-1, 1], so from a G outside it the covariance is held.
 */
export function moved(state, parameter, value) {
  if (parameter in state.dials) return { ...state, dials: { ...state.dials, [parameter]: value }, active: parameter };
  const G = copy(state.G);
  let { rho, sigma2 } = state;
  const holdsRho = state.hold === "rho" && G.length > 1 && isPositiveSemidefinite(G);
  if (parameter === "sigma2") sigma2 = value;
  if (parameter === "G11") G[0][0] = value;
  if (parameter === "G22") G[1][1] = value;
  if (parameter === "G12") G[0][1] = G[1][0] = value;
  if (parameter === "rho") {
    rho = value;
    G[0][1] = G[1][0] = covarianceFor(rho, G[0][0], G[1][1]);
  } else if (holdsRho && (parameter === "G11" || parameter === "G22")) {
    G[0][1] = G[1][0] = covarianceFor(rho, G[0][0], G[1][1]);
  } else {
    const now = rhoOf(G);
    if (Number.isFinite(now)) rho = now;
  }
  return { ...state, G, sigma2, rho, active: parameter === "rho" ? "G12" : parameter };
}
