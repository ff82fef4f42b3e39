// The host for a page made of a notebook that keeps its widgets' state: the explorer starts from that state, without
// a kernel, and without the manager of widgets that such a page fetches from another host.
import { dress, startOrSay } from "./page.js";

/** Start in `el` the explorer whose traits `state` has, as a notebook keeps them. */
export function revive(state, el) {
  const { _css, _data, G, sigma2, hold, seed, method, dials, prediction } = state;
  dress(_css);
  const host = document.createElement("div");
  host.className = "lmmx-host";
  el.append(host);
  startOrSay(host, () => ({ ..._data, state: { G, sigma2, hold, seed, method, dials, prediction } }));
}
