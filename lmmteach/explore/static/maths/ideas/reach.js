// One entry of V from its parameters: V(s, t) = z_s' G z_t + [s = t] sigma2, and which of them a hand on it moves.

/** The terms of the entry at the rows u and w of Z, as [parameter, weight]: G11, G12, G22, and sigma2 if `same`. */
export function termsOf(u, w, same) {
  const slope = u.length > 1 ? [["G12", u[0] * w[1] + u[1] * w[0]], ["G22", u[1] * w[1]]] : [];
  return [...(u.length ? [["G11", u[0] * w[0]]] : []), ...slope, ...(same ? [["sigma2", 1]] : [])];
}

/** dV(s, t) / dparameter. */
export function rateOf(parameter, u, w, same) {
  return (termsOf(u, w, same).find(([name]) => name === parameter) || ["", 0])[1];
}

/**
 * The parameter that a drag at the entry moves, of those that are free: the last of its terms in G. From (1, t) that
 * is G11 where both times are 0, G12 where one is, else G22: each place has one meaning, whatever was moved before.
 */
export function moverAt(u, w, free) {
  const fed = termsOf(u, w, false).filter(([name, weight]) => free.includes(name) && Math.abs(weight) > 1e-9);
  return fed.length ? fed[fed.length - 1][0] : null;
}

/** What the parameter has to be so that the entry becomes `wanted`, from its value here and the entry's. */
export function reaching(wanted, entry, value, rate) {
  return value + (wanted - entry) / rate;
}
