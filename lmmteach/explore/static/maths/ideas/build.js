// One entry of V_i from Z_i, G and sigma2, step by step.
import { bilinear } from "../model.js";

/** One entry of V step by step: { row: z_j' G, before: z_j' G z_k, value: with sigma2 on the diagonal }. */
export function entryOf(Z, G, sigma2, j, k) {
  const row = G[0].map((_, b) => Z[j].reduce((sum, z, a) => sum + z * G[a][b], 0));
  const before = bilinear(Z[j], G, Z[k]);
  return { row, before, value: before + (j === k ? sigma2 : 0) };
}
