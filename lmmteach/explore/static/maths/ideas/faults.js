// Data with a fault planted into them: what the model does not say, of a size one should be able to see.
import { standardNormals, uniform } from "../draws.js";
import { eachSubject } from "./residuals.js";
import { bilinear, squareRoot } from "../model.js";

const SHARE = 0.06; // of people who are outlying, and how far
const FAR = 3;
const APART = 0.95; // two kinds of people: their distance from the middle, in SDs
const PHI = 0.6; // correlation of e from visit to visit
const GROWTH = 0.5; // of log SD(e), for each SD of the conditional mean
const BEND = 0.6; // of the SD of y

/**
 * Data simulated from (mu, G, sigma2) with a fault: { r: y - mu, b }. Each fault leaves the rest alone, and the
 * covariance of b and the average variance of e are those of the model. "none" is what `simulate` draws.
 */
export function planted(people, { mu, G, sigma2, seed, fault, step }) {
  const q = G.length;
  const L = squareRoot(G);
  const n = mu.length;
  const count = people.visitOf.length;
  const z = standardNormals(seed, n + count * (q + 1));
  const r = new Float64Array(n);
  const b = [];
  const bent = fault === "curve" ? bend(people, meanVariance(people, G) + sigma2) : null;
  const middle = mu.reduce((sum, m) => sum + m, 0) / n;
  const wide = Math.sqrt(meanVariance(people, G) + mu.reduce((sum, m) => sum + (m - middle) ** 2, 0) / n);
  const sigma = Math.sqrt(sigma2);
  let draw = 0;
  eachSubject(people, (i, { t, Z }, at) => {
    const u = Array.from(z.slice(draw, draw + q));
    draw += q;
    if (fault === "kinds") u[q - 1] = APART * Math.sign(u[q - 1]) + Math.sqrt(1 - APART ** 2) * z[n + count * q + i];
    if (fault === "outliers") {
      const far = uniform(seed, 2 * (n + count * (q + 1)) + i) < SHARE ? FAR : 1;
      u.forEach((_, a) => { u[a] *= far / Math.sqrt(1 + SHARE * (FAR * FAR - 1)); });
    }
    const own = L.map((row) => row.reduce((sum, l, a) => sum + l * u[a], 0));
    b.push(own);
    let e = 0;
    t.forEach((time, j) => {
      const phi = fault === "serial" && j ? PHI ** ((time - t[j - 1]) / step) : 0;
      e = phi * e + sigma * Math.sqrt(1 - phi * phi) * z[draw++];
      const line = Z[j].reduce((sum, x, a) => sum + x * own[a], 0);
      const factor = fault === "spread" ? Math.exp((GROWTH * (mu[at + j] + line - middle)) / wide - GROWTH ** 2) : 1;
      r[at + j] = line + factor * e + (bent ? bent[at + j] : 0);
    });
  });
  return { r, b };
}

function meanVariance(people, G) {
  let sum = 0;
  const n = eachSubject(people, (_, { Z }) => { Z.forEach((z) => { sum += bilinear(z, G, z); }); });
  return sum / n;
}

/** What a straight line leaves of t squared, scaled so that its largest value is BEND SDs. */
function bend(people, variance) {
  const times = [];
  eachSubject(people, (_, { t }) => times.push(...t));
  const mean = (f) => times.reduce((sum, t) => sum + f(t), 0) / times.length;
  const m = mean((t) => t);
  const [s2, s3] = [2, 3].map((power) => mean((t) => (t - m) ** power));
  const left = times.map((t) => (t - m) ** 2 - s2 - (s2 > 0 ? s3 / s2 : 0) * (t - m));
  const top = Math.max(...left.map(Math.abs)) || 1;
  return left.map((v) => (v / top) * BEND * Math.sqrt(variance));
}
