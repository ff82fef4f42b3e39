// A dial that moves nothing here, and why: what another dial has taken away from it.

const WHY = {
  strength: ({ mechanism, share }) =>
    (share === 0 ? "nobody leaves" : mechanism === "MCAR" ? "who leaves does not depend on the readings" : ""),
  memory: ({ fluct }) => (fluct === 0 ? "nothing fluctuates" : ""),
};

/** Why the dial of that name has no effect in this state, or "" where it has one. */
export function idleBecause(name, dials) {
  return name in WHY && name in dials ? WHY[name](dials) : "";
}
