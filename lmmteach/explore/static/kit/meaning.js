// What a symbol stands for, said where nothing else on the screen says it.

const AMONG = { G12: "covariance", rho: "correlation" };
const whose = (what) => what.replace("variance of ", "");

/** "covariance of intercepts and slopes" for G12; nothing for what the page has no words for. */
export function meaningIn(name, what) {
  if (!what || !what[name]) return "";
  return AMONG[name] ? `${AMONG[name]} of ${whose(what.G11)} and ${whose(what.G22)}` : what[name];
}
