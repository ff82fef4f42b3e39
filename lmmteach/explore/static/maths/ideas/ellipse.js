// Random intercepts and slopes as points, b_i = L z_i, and their distribution N(0, G) as ellipses.
import { squareRoot } from "../model.js";

/** The radii within which half, and 95 %, of a bivariate normal lies: sqrt(-2 log(1 - p)). */
export const RADIUS = { half: Math.sqrt(2 * Math.LN2), most: Math.sqrt(-2 * Math.log(0.05)) };

/** Points of the ellipse b' G^-1 b = radius^2 as [b0s, b1s]; a singular G gives the line it has become. */
export function ellipse(G, radius, count = 72) {
  const L = squareRoot(G);
  const turns = Array.from({ length: count + 1 }, (_, k) => (2 * Math.PI * k) / count);
  return [
    turns.map((a) => radius * L[0][0] * Math.cos(a)),
    turns.map((a) => radius * (L[1][0] * Math.cos(a) + L[1][1] * Math.sin(a))),
  ];
}

/** How far along the diagonal (SD, SD) an ellipse of radius 1 reaches, sqrt((1 + rho) / 2), and back. */
export const reachOf = (rho) => Math.sqrt(Math.max(1 + rho, 0) / 2);
export const rhoFor = (reach) => 2 * Math.min(Math.max(reach, 0), 1) ** 2 - 1;

/** A covariance no larger than the two variances allow. */
export function bounded(g12, g11, g22) {
  const limit = Math.sqrt(g11 * g22);
  return Math.max(-1, Math.min(1, g12 / limit || 0)) * limit;
}
