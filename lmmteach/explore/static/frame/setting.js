// Where an explorer stands, in one line.
import { brief, SYMBOL } from "../kit/numbers.js";

/** The parameters of a fit, and the console's sliders: "G11 = 1210, G12 = 13.5, ...". */
export function settingOf({ data: { fit, view }, now }) {
  const { G, sigma2, dials } = now();
  const parts = fit === null ? [] : [...(G.length ? [["G11", G[0][0]]] : []),
    ...(G.length > 1 ? [["G12", G[0][1]], ["G22", G[1][1]]] : []), ["sigma2", sigma2]];
  const moved = view.dials.filter(({ kind, place }) => kind === "slider" && place === "console");
  return [...parts.map(([name, value]) => `${SYMBOL[name]} = ${brief(value)}`),
    ...moved.map(({ name, symbol }) => `${symbol} = ${brief(dials[name])}`)].join(", ");
}
