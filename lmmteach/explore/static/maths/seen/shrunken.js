// The spread of everybody's b-hat beside G.
import { spreadOf } from "../ideas/blup.js";
import { shrunk } from "../ideas/shrinkage.js";
import { rhoOf } from "../model.js";
import { seen, unseen } from "./said.js";

/** "smaller", "larger", "equal" or "mixed"; beside "smaller" also "smallerrho" where the correlation is that of G. */
export function readShrunken({ now, data }) {
  const { sd, rho } = spreadOf(shrunk(data, now).all);
  const roots = now.G.map((row, a) => Math.sqrt(row[a]));
  const ratios = sd.map((x, a) => x / roots[a]);
  if (!ratios.every(Number.isFinite)) return unseen("A variance in G is 0: nobody differs there. Raise it.");
  const kind = ratios.every((x) => x < 0.99) ? "smaller" : ratios.every((x) => x > 1.01) ? "larger"
    : ratios.every((x) => Math.abs(x - 1) <= 0.01) ? "equal" : "mixed";
  const same = now.G.length > 1 && Math.abs(rho - rhoOf(now.G)) < 0.01;
  const tell = ratios.flatMap((_, a) => [
    a ? "; " : "", `SD of the b\u0302${"\u2080\u2081"[a]} `, sd[a], " against \u221aG = ", roots[a],
  ]);
  const correlated = now.G.length > 1 ? ["; their correlation ", rho, ", \u03c1 ", rhoOf(now.G)] : [];
  return seen(same && kind === "smaller" ? [kind, "smallerrho"] : kind, ...tell, ...correlated, ".");
}
