// Fixed standard-normal draws, the same in Python (draws.py) and here for the same seed: a number's place in
// the sequence decides it, so moving a parameter deforms the same subjects and never reshuffles them.
import { squareRoot } from "./model.js";

/** A 32-bit hash of (seed, place) in (0, 1): multiply, shift and xor, twice. */
export function uniform(seed, place) {
  let h = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca77)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  h = (h ^ (h >>> 16)) >>> 0;
  return (h + 0.5) / 4294967296;
}

/** `count` standard normals by Box and Muller's transform; `from` is the place of the first one's two uniforms. */
export function standardNormals(seed, count, from = 0) {
  const z = new Float64Array(count);
  for (let k = 0, at = from; k < count; k++, at += 2) {
    z[k] = Math.sqrt(-2 * Math.log(uniform(seed, at))) * Math.cos(2 * Math.PI * uniform(seed, at + 1));
  }
  return z;
}

/**
 * Simulated responses, subject after subject: y = mu + Z b + e with b = L z, L L' = G and e = sigma u.
 * A subject with n rows takes q draws for b, then n for e. `out` is filled, to spare an allocation a frame.
 */
export function simulate(people, z, G, sigma2, out) {
  const L = squareRoot(G);
  const q = G.length;
  const sigma = Math.sqrt(Math.max(sigma2, 0));
  let draw = 0;
  let row = 0;
  for (const person of people.visitOf) {
    const { Z } = people.visits[person];
    const b0 = L[0][0] * z[draw];
    const b1 = q > 1 ? L[1][0] * z[draw] + L[1][1] * z[draw + 1] : 0;
    draw += q;
    for (let j = 0; j < Z.length; j++, row++, draw++) {
      out[row] = people.mu[row] + Z[j][0] * b0 + (q > 1 ? Z[j][1] * b1 : 0) + sigma * z[draw];
    }
  }
  return out;
}

/** How many draws the subjects take. */
export function drawsNeeded(people, q) {
  return people.visitOf.reduce((sum, k) => sum + q + people.visits[k].Z.length, 0);
}
