// A view as the gallery declares it, for a fit made here: what depends on the fit was left open as data, such as
// { op: "mul", of: [2, { op: "fact", of: ["G22"] }] }, and is reckoned now. gallery/facts.py writes it.

const PARAMETERS = ["G11", "G12", "G22", "sigma2"];
const whole = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)); // halves to the even side
const holds = (x) => (Array.isArray(x) ? x.length > 0 : Boolean(x));
const DOES = {
  add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, div: (a, b) => a / b, pow: (a, b) => a ** b,
  neg: (a) => -a, sqrt: Math.sqrt, log10: Math.log10, floor: Math.floor, rint: whole, max: Math.max, min: Math.min,
  at: (list, key) => (Array.isArray(list) ? list.at(key) : list[key]),
  get: (list, key, other) => (key in list ? list[key] : other),
  slice: (list, from, to) => list.slice(from ?? 0, to ?? undefined),
  size: (list) => list.length,
  options: (values, first) => [...first, ...values.map((value) => [value, value])],
  rounded: (x, digits) => Number(x.toExponential(digits - 1)),
};

/** The value of what was left open, for the facts of a fit. */
export function reckoned(value, facts) {
  if (Array.isArray(value)) return value.map((one) => reckoned(one, facts));
  if (value === null || typeof value !== "object") return value;
  const { op, of } = value;
  if (op === "fact") return facts[of[0]];
  if (op === "where") return reckoned(holds(reckoned(of[0], facts)) ? of[1] : of[2], facts);
  return DOES[op](...of.map((one) => reckoned(one, facts)));
}

const each = (fields, facts) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, reckoned(value, facts)]));

/** The view for a fit with this G and sigma2, as Python's View.declaration gives it. */
export function declared(view, facts, G, sigma2) {
  const known = { ...facts, G11: G[0][0], sigma2, ...(G.length > 1 && { G12: G[0][1], G22: G[1][1] }) };
  const free = view.free.filter((name) => G.length > 1 || name === "G11" || name === "sigma2");
  const dials = view.dials.map((dial) => each(dial, known)).filter(hasChoice);
  const names = dials.map(({ name }) => name);
  const settable = new Set([...names, ...PARAMETERS, ...Object.keys(known)]);
  const moves = [...free, ...(G.length > 1 ? view.moves : []), ...names];
  return {
    title: view.title, name: view.name,
    prompt: view.prompt && view.prompt.watch.some((name) => moves.includes(name)) ? view.prompt : null,
    panels: view.panels, free, dials, match: view.match, readouts: view.readouts,
    presets: view.presets.filter(({ to }) => Object.keys(to).every((name) => settable.has(name)))
      .map((preset) => setting(preset, known, G.length, names)),
  };
}

/** Whether there is anything to choose: data may have no covariate, or all their visits. */
const hasChoice = ({ kind, low, high, options }) => (kind === "slider" ? low < high : options.length > 0);

function setting({ label, to }, known, q, names) {
  const changed = each(to, known);
  const out = { label, dials: {} };
  for (const name of names) {
    if (!(name in changed)) continue;
    out.dials[name] = changed[name];
    delete changed[name];
  }
  if (Object.keys(changed).length || !Object.keys(out.dials).length) {
    const value = { G12: 0, G22: 0, ...known, ...changed };
    out.G = q === 1 ? [[value.G11]] : [[value.G11, value.G12], [value.G12, value.G22]];
    out.sigma2 = value.sigma2;
  }
  return out;
}
