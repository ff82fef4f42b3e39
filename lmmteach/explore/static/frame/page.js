// The host for a page without a kernel: the state lives in a small model of its own.
import { render } from "./explorer.js";
import { MATHS, PANELS } from "./registry.js";

/** The part of anywidget's model the explorer uses. */
export function localModel(values) {
  const listeners = new Map();
  return {
    get: (name) => values[name],
    set(name, value) {
      if (JSON.stringify(values[name]) === JSON.stringify(value)) return;
      values[name] = value;
      for (const call of listeners.get(`change:${name}`) || []) call();
    },
    on: (event, call) => listeners.set(event, [...(listeners.get(event) || []), call]),
    off: (event, call) => listeners.set(event, (listeners.get(event) || []).filter((other) => other !== call)),
    save_changes() {},
  };
}

/** Start the explorer standing in `host`, whose data `read` gives. */
function start(host, read) {
  if (host.dataset.started) return;
  host.dataset.started = "yes";
  const data = read(host);
  data.address ??= nameIn(host, data.view);
  host.model = localModel({ ...data.state, _data: data });
  host.stop = render({ model: host.model, el: host });
  host.querySelectorAll(".lmmx-fallback").forEach((node) => node.remove());
}

/** The data in an explorer's own element; `same` says what stands in which other one of the page instead. */
function dataOf(host) {
  const { same, ...data } = JSON.parse(host.querySelector("script[type='application/json']").textContent);
  const hosts = same ? document.querySelectorAll(".lmmx-host") : [];
  for (const [name, number] of Object.entries(same ?? {})) data[name] = dataOf(hosts[number])[name];
  return data;
}

/** The name in the page's address: the view's, numbered from the second on; none in a deck, which counts there. */
function nameIn(host, { name }) {
  if (host.closest(".reveal")) return "";
  const plain = (name || "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "explorer";
  host.dataset.address = plain;
  const others = document.querySelectorAll(`.lmmx-host[data-address="${plain}"]`).length;
  return others > 1 ? `${plain}-${others}` : plain;
}

/** One explorer that cannot start says so in its own place; the others on the page start all the same. */
export function startOrSay(host, read = dataOf) {
  try {
    start(host, read);
  } catch (error) {
    const said = host.querySelector(".lmmx-fallback") || host.appendChild(document.createElement("p"));
    said.className = "lmmx-fallback";
    said.setAttribute("role", "alert");
    said.textContent = `This explorer cannot be shown; its data may be damaged (${error.message}). `
      + "Run its cell again, or save it again.";
    host.querySelectorAll(".lmmx").forEach((node) => node.remove());
  }
}

/** The style sheet goes in once. */
export function dress(css) {
  if (document.querySelector("style[data-lmmx]")) return;
  const style = document.createElement("style");
  style.setAttribute("data-lmmx", "");
  style.textContent = css;
  document.head.append(style);
}

/** Start every explorer of this version whose panels have arrived. */
export function startAll(css, version) {
  dress(css);
  for (const host of document.querySelectorAll(`.lmmx-host[data-version="${version}"]`)) {
    if ((host.dataset.panels || "").split(" ").every((part) => part in PANELS || part in MATHS)) {
      startOrSay(host);
    }
  }
}
