// The explorer's state and its moves. One place decides what a slider, a typed number, a preset or Python does.
import { covarianceFor, isPositiveSemidefinite, rhoOf } from "./model.js";

/** What is shared with Python; the rest of the state is the page's own. */
export const TRAITS = ["G", "sigma2", "hold", "seed", "method", "dials", "prediction"];

// Python's bounds, in traits.py: what can still be squared.
const LARGEST = 1e150;
const SMALLEST = 1e-150;

const copy = (G) => G.map((row) => row.slice());

/** What the traits hold, as the page needs it; `rho` remembers a correlation while a variance is zero. */
export function readState(model, before) {
  const G = copy(model.get("G"));
  const rho = rhoOf(G);
  return {
    showFit: true, active: null, ...before,
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

/**
 * A text as a number, NaN where it is none or could be two: 12,5 is 12.5, but 1,234 may be a thousand and more, and
 * 1.234,5 leaves it open which mark is which.
 */
export function typed(text) {
  const said = text.trim().replace("\u2212", "-");
  if (/^[-+]?[1-9]\d{0,2},\d{3}$/.test(said)) return NaN;
  const pointed = said.replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(pointed) ? Number(pointed) : NaN;
}

/** Why a typed value cannot stand, or "" when it can. G may leave the PSD cone: the lights explain that. */
export function refusal(parameter, value, dial) {
  if (!Number.isFinite(value)) return "Type a number, such as 12.5 or 12,5, with nothing between thousands.";
  if (dial) return value < dial.low || value > dial.high ? `Between ${dial.low} and ${dial.high}.` : "";
  if (Math.abs(value) > LARGEST) return "Nobody can compute with a number as large as that.";
  if (parameter === "sigma2" && !(value > 0)) return "\u03c3\u00b2 is a variance of measurements: it must be above 0.";
  if (parameter === "sigma2" && value < SMALLEST) return "\u03c3\u00b2 is too close to 0 to compute with.";
  if (parameter === "rho" && Math.abs(value) > 1) return "A correlation lies between \u22121 and 1.";
  return "";
}
