// Where is time zero? Counting time from c turns b0 into b0 + c b1: G becomes T G T' with T = [[1, c], [0, 1]].
import { bilinear, sandwich, triangular } from "../model.js";

/** G of the intercept at time c and the slope. */
export function shifted(G, c) {
  return sandwich([[1, c], [0, 1]], G);
}

/** Cov{Y(s), Y(t)} from the G that belongs to the origin c; sigma2 where s = t. */
export function covarianceFrom(G, sigma2, c, s, t) {
  return bilinear([1, s - c], G, [1, t - c]) + (s === t ? sigma2 : 0);
}

/**
 * The diagonal G and the sigma2 nearest to the truth (G, sigma2) when time is counted from c: what a very large study
 * with these times would estimate by maximum likelihood if it left G12 out. Minimises
 *   loss = log|V_d| + tr(V_d^-1 V) - log|V| - n   (what leaving G12 out costs a subject, in units of -2 log L)
 * by Newton's steps (Fisher's where Newton's would climb); a variance that reaches 0 stays there while the slope
 * says so. Null where V is not PD.
 */
export function bestDiagonal(times, G, sigma2, c) {
  const problem = diagonalProblem(times, G, sigma2, c);
  if (problem === null) return null;
  const start = shifted(G, c);
  let now = [Math.max(start[0][0], 0), Math.max(start[1][1], 0), sigma2];
  let least = problem.loss(now);
  for (let round = 0; round < 60; round++) {
    const found = descent(problem, now);
    if (found === null) break;
    const next = shortened(problem, now, least, found);
    if (next === null) break;
    [now, least] = [next, problem.loss(next)];
  }
  return { G11: now[0], G22: now[1], sigma2: now[2], loss: Math.max(least, 0) };
}

/** { R, free, sigma2, truth, loss([G11, G22, sigma2]) }; rotated to the triangle R of Z, V is a 2 x 2 block. */
function diagonalProblem(times, G, sigma2, c) {
  const { R } = triangular(times.map((t) => [1, t - c]));
  const free = times.length - 2; // variances sigma2 beside the block
  if (R.length < 2 || free < 0) return null;
  const truth = blockOf(R, shifted(G, c), sigma2);
  const constant = Math.log(det(truth)) + free * Math.log(sigma2) + times.length;
  if (!(det(truth) > 0 && truth[0][0] > 0 && sigma2 > 0)) return null;
  const loss = ([a, b, s]) => {
    const U = blockOf(R, [[a, 0], [0, b]], s);
    return Math.log(det(U)) + traceOf(inverse(U), truth) + free * (Math.log(s) + sigma2 / s) - constant;
  };
  return { R, free, sigma2, truth, loss };
}

function blockOf(R, g, s) {
  const U = sandwich(R, g);
  U[0][0] += s;
  U[1][1] += s;
  return U;
}

/** Newton's step from [G11, G22, sigma2], Fisher's where that climbs: { open, step }; null where nothing is left. */
function descent({ R, free, sigma2, truth }, now) {
  const W = inverse(blockOf(R, [[now[0], 0], [0, now[1]]], now[2]));
  const s = now[2];
  const left = times2(times2(W, truth), W);
  const parts = [sandwich(R, [[1, 0], [0, 0]]), sandwich(R, [[0, 0], [0, 1]]), [[1, 0], [0, 1]]];
  const rest = free * (1 / s - sigma2 / (s * s));
  const slope = parts.map((D, k) => traceOf(W, D) - traceOf(left, D) + (k === 2 ? rest : 0));
  const open = [0, 1, 2].filter((k) => k === 2 || now[k] > 0 || slope[k] < 0);
  const downhill = open.map((k) => -slope[k]);
  // The second derivatives are tr(A D_k W D_l): observed with A = 2 W V W - W, expected with A = W.
  const second = (A, k, l, last) => traceOf(times2(A, parts[k]), times2(W, parts[l])) + (k + l === 4 ? last : 0);
  const towards = (A, last) => solve(open.map((k) => open.map((l) => second(A, k, l, last))), downhill);
  const gain = (x) => x.reduce((sum, one, k) => sum + one * downhill[k], 0);
  let step = towards(left.map((row, i) => row.map((x, j) => 2 * x - W[i][j])), free * (2 * sigma2 / s - 1) / (s * s));
  if (!(gain(step) > -1e-14)) step = towards(W, free / (s * s));
  return Math.abs(gain(step)) < 1e-14 ? null : { open, step };
}

/** The step, halved until the loss is less; null where it never is. */
function shortened({ loss }, now, least, { open, step }) {
  for (let share = 1; share > 1e-9; share /= 2) {
    const next = now.slice();
    open.forEach((k, at) => { next[k] = Math.max(now[k] + share * step[at], k === 2 ? 0.05 * now[2] : 0); });
    if (loss(next) < least) return next;
  }
  return null;
}

const det = (U) => U[0][0] * U[1][1] - U[0][1] * U[1][0];
const inverse = (U) => { const d = det(U); return [[U[1][1] / d, -U[0][1] / d], [-U[1][0] / d, U[0][0] / d]]; };
const traceOf = (A, B) => A[0][0] * B[0][0] + A[0][1] * B[1][0] + A[1][0] * B[0][1] + A[1][1] * B[1][1];
const times2 = (A, B) => A.map((row) => [row[0] * B[0][0] + row[1] * B[1][0], row[0] * B[0][1] + row[1] * B[1][1]]);

/** A x = b for a small positive definite A, by elimination. */
function solve(A, b) {
  const M = A.map((row, k) => [...row, b[k]]);
  for (let j = 0; j < M.length; j++) {
    for (let i = 0; i < M.length; i++) {
      if (i === j) continue;
      const f = M[i][j] / M[j][j];
      for (let k = j; k < M[i].length; k++) M[i][k] -= f * M[j][k];
    }
  }
  return M.map((row, k) => row[M.length] / row[k]);
}
