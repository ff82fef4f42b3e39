// What a reading of the screen gives, in two forms. A number in a sentence stays a number: the page prints it.

/** Something to be seen: `words` name it, as the answers' `fits` do; `tell` says it with this screen's numbers. */
export const seen = (words, ...tell) => ({ seen: [words].flat(), tell });

/** Nothing that could decide the question: why not, and what to do. */
export const unseen = (...tell) => ({ seen: null, tell });

export const TOO_LITTLE = "Too little to see yet: move it further.";

/** Names of what differs between two states: parameters and dials. */
export function changedBetween(from, now) {
  const { dials = {} } = now;
  const at = { G11: [0, 0], G12: [0, 1], G22: [1, 1] };
  const parameters = Object.entries(at).filter(([, [a, b]]) => now.G && now.G[b] && from.G[a][b] !== now.G[a][b]);
  const others = Object.keys(dials).filter((name) => JSON.stringify(from.dials[name]) !== JSON.stringify(dials[name]));
  return [...parameters.map(([name]) => name), ...(from.sigma2 !== now.sigma2 ? ["sigma2"] : []), ...others];
}

/** Of the parameters of G and sigma2, does one differ that is not among `names`? */
export const others = (from, now, names) =>
  changedBetween(from, now).some((name) => ["G11", "G12", "G22", "sigma2"].includes(name) && !names.includes(name));
