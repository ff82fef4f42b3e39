// What the numbers mean, in words: milestones, the two lights, the spoken summary.
import { asCorrelation, fixed, plain, three } from "../kit/numbers.js";

// 95 % points of chi-square with as many degrees of freedom as there are parameters in G and sigma2 (2 or 4).
export const REGION = { 2: 5.99, 4: 9.49 };

/** The gap to the fit in words; below `region` lie 95 of 100. */
export function milestone(gap, region) {
  if (!Number.isFinite(gap)) return { level: 0, text: "No likelihood here." };
  if (gap < -0.005) return { level: 5, text: "Above the fit\u2019s likelihood: the fit used the other method." };
  if (gap <= 1) return { level: 5, text: gap < 0.005 ? "This is the fit." : "Matched: within 1 unit of the fit." };
  if (gap <= region) {
    return { level: 4, text: "Close: the data could not tell this from the fit (95 % region)." };
  }
  if (gap <= 30) return { level: 3, text: "Near, but the data prefer the fit." };
  if (gap <= 200) return { level: 2, text: "The data clearly prefer the fit." };
  return { level: 1, text: "Far away: these data would be very surprising." };
}

/** Why the G light is out, or "" when it is on. */
export function aboutG(d) {
  if (d.isPsd) return "";
  const [g11, g22] = [d.G[0][0], d.G.length > 1 ? d.G[1][1] : 0];
  if (g11 < 0) return `G\u2081\u2081 = ${three(g11)} would be a variance, and no variance is negative.`;
  if (g22 < 0) return `G\u2082\u2082 = ${three(g22)} would be a variance, and no variance is negative.`;
  const limit = Math.sqrt(g11 * g22);
  return `|G\u2081\u2082| may be at most \u221a(G\u2081\u2081 G\u2082\u2082) = ${three(limit)}, `
    + "or \u03c1 leaves [\u22121, 1]. "
    + `The smallest eigenvalue of G is ${three(d.smallestG)}.`;
}

/** What holds for V, whenever either light is out. */
export function aboutV(d) {
  if (d.aboutR && !d.isPd) {
    return `${d.aboutR}V is none either, and the data have no likelihood. Move R back.`;
  }
  if (!d.isPd && d.isPsd) {
    // No G that is one can do that while \u03c3\u00b2 is above 0: the digits did.
    return "\u03c3\u00b2 is so small beside G that a computer\u2019s sixteen digits "
      + "do not tell V from a singular matrix: "
      + "\u22122 log L cannot be computed. Raise \u03c3\u00b2, or lower G.";
  }
  if (!d.isPd) {
    return "Some combination of one subject\u2019s measurements would have negative variance "
      + `(smallest eigenvalue of V: ${three(d.smallestV)}). `
      + "V is no covariance matrix and the data have no likelihood. Raise \u03c3\u00b2, or move G back.";
  }
  if (!d.isPsd) {
    return "V is still a valid covariance matrix, so \u22122 log L exists. Such a V is a marginal model only: "
      + "no random effects b could have produced it.";
  }
  return "";
}

/** One sentence for the live region: what moved, what it did, where the likelihood stands. */
export function summary(parameter, before, now, { labels, view }) {
  const parts = [];
  const dial = view.dials.find((one) => one.name === parameter);
  if (dial) parts.push(`${dial.what}: ${dialWords(dial, now.dials[parameter])}`);
  else if (parameter in SPOKEN) {
    const way = value(now, parameter) >= value(before, parameter) ? "up" : "down";
    parts.push(`${SPOKEN[parameter]} ${way} to ${told(now, parameter)}`);
  }
  if (now.V) parts.push(...implications(before, now, labels));
  return parts.length ? `${parts.join("; ")}.` : "";
}

function implications(before, now, labels) {
  const parts = [];
  const last = now.C.length - 1;
  const [r0, r1] = [before.C[0][last], now.C[0][last]];
  if (last > 0 && Number.isFinite(r1)) {
    const verb = Math.abs(r1 - r0) < 0.005 ? "stays at" : r1 > r0 ? "rises to" : "falls to";
    parts.push(`the correlation between ${labels.first} and ${labels.last} ${verb} ${asCorrelation(r1)}`);
  }
  if (!now.isPsd) parts.push("G is not positive semidefinite");
  if (now.isPd) parts.push(`minus 2 log L ${fixed(now.deviance, 1)}, ${fixed(now.gap, 1)} above the fit`);
  else parts.push("V is not positive definite, there is no likelihood");
  return parts;
}

function dialWords(dial, now) {
  if (dial.kind === "slider") return `${plain(now, 4)} ${dial.unit}`.trim();
  if (dial.kind === "pick") return (dial.options.find(([option]) => option === now) || ["", ""])[1];
  return now.length ? now.join(", ") : "none";
}

function value(d, parameter) {
  if (parameter === "rho") return d.rho;
  if (parameter === "sigma2") return d.sigma2;
  const at = { G11: [0, 0], G12: [0, 1], G22: [1, 1] }[parameter];
  return at ? d.G[at[0]][at[1]] : NaN;
}

const told = (d, parameter) => (parameter === "rho" ? asCorrelation(d.rho) : plain(value(d, parameter), 4));
const SPOKEN = { sigma2: "Sigma squared", rho: "Rho", G11: "G 1 1", G12: "G 1 2", G22: "G 2 2" };
