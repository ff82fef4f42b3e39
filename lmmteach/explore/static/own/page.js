// Your own data: a table is brought, said what is what, fitted here, and opened in every explorer of the gallery.
// Nothing leaves the machine: there is no server behind the page, and its policy forbids every connection.
import { h } from "../kit/dom.js";
import { localModel } from "../frame/page.js";
import { render } from "../frame/explorer.js";
import { groundOf, watchTheme } from "../frame/theme.js";
import { createBring } from "./bring.js";
import { createChoices } from "./choices.js";
import { createClient } from "./client.js";
import { notebookOf } from "./notebook.js";
import { resultOf } from "./result.js";
import { offer, packed, pageWith, unpacked } from "./save.js";

const POLICY = "connect-src 'none'; form-action 'none'; object-src 'none'; worker-src blob:";

/** Start the page in `host`; `data` = { views, samples, css, shell, saved }, `scripts` its texts, first a worker's. */
export function startOwn(host, data, scripts) {
  forbid();
  const style = h("style", { "data-lmmx-own": "" });
  style.textContent = data.css;
  document.head.append(style);
  let [table, file, fit, explorer, wanted] = [null, null, null, null, "marginal"];
  let last = Promise.resolve(); // the last piece of work asked for
  const bar = h("progress", { max: "1", value: "0" });
  const doing = h("span", {});
  const stop = h("button", {
    type: "button", class: "lmmx-button", "data-action": "stop", onclick: () => client.stop(),
  }, "Stop");
  const busy = h("div", { class: "lmmx-busy", role: "status", hidden: true }, bar, doing, stop);
  const alert = h("div", { class: "lmmx-refused", role: "alert" });
  const shown = h("div", {});
  const stage = h("div", { class: "lmmx-explored" });
  const client = createClient(scripts[0], (share, what) => {
    bar.value = share;
    doing.textContent = `${what}\u2026`;
  });
  const act = {
    open: (bytes, name) => open(bytes, name, {}),
    again: (options) => open(file.bytes, file.name, { ...file.options, ...options }),
    // Who presses the button looks for what it gives.
    fit: async () => await fitted(() => choices.read()) && shown.scrollIntoView({ block: "start" }),
    view,
    save: () => offer(pageWith({ data: { ...data }, scripts }, state()), named("html")),
    notebook: () => offer(notebookOf({ bytes: file.bytes, file: file.name, table, fit }), named("ipynb"),
      "application/x-ipynb+json"),
  };
  const bring = createBring(data.samples, act);
  const choices = createChoices(act);
  const root = h("div", { class: "lmmx lmmx-yours" },
    h("p", { class: "lmmx-promise" }, "Nothing leaves this machine: all is computed in this page, and its policy "
      + "forbids every connection."), bring.node, choices.node, busy, alert, shown);
  const dress = () => {
    const ground = groundOf(host);
    root.dataset.mode = ground.dark ? "dark" : "light";
    root.style.setProperty("--ground", ground.colour);
  };
  host.replaceChildren(root, stage);
  watchTheme(dress);
  requestAnimationFrame(dress);
  host.own = { client, act }; // for tests, and for whoever looks under the hood
  if (data.saved) restore(data.saved);

  /** One piece of work at a time, in the order they were asked for: what was asked for early never ends over what was
   * asked for late. */
  function work(what, does) {
    const mine = last.then(() => worked(what, does));
    last = mine;
    return mine;
  }
  /** With a bar where it may be long; what cannot be done is said, and undoes nothing. */
  async function worked(what, does) {
    alert.replaceChildren();
    Object.assign(bar, { value: 0 });
    doing.textContent = `${what}\u2026`;
    const slow = setTimeout(() => { busy.hidden = false; }, 150);
    root.setAttribute("aria-busy", "true");
    await new Promise((go) => setTimeout(go)); // what was just said is painted before a long piece of work
    try {
      return await does();
    } catch (error) {
      refuse(error);
      return null;
    } finally {
      clearTimeout(slow);
      busy.hidden = true;
      root.removeAttribute("aria-busy");
    }
  }
  function refuse({ name, message, what, fix, stray }) {
    if (name === "Stopped") return alert.append(h("p", {}, "Stopped. Nothing was changed."));
    const known = name === "LmmError";
    alert.append(h("p", {}, h("strong", {}, known ? what : `Something went wrong: ${message}`), " ", known ? fix : ""));
    if (stray) {
      alert.append(h("button", { type: "button", class: "lmmx-button", "data-action": "blank", onclick: () => {
        const { formula, method, time } = choices.read();
        const blank = [...(file.options.blank ?? []), stray];
        open(file.bytes, file.name, { ...file.options, blank }, { formula, method, time });
      } }, `Take odd cells of '${stray}' for missing ones`));
    }
    return null;
  }
  /** `brought` is bytes, or the promise of them: reading a file takes its time, too. */
  async function open(brought, name, options, saved = null) {
    let bytes = null;
    client.stop(); // whoever brings another table waits for nothing about this one
    const found = await work("Reading the table", async () => {
      bytes = await brought;
      return client.open(bytes, options);
    });
    if (!found) return false;
    [table, file] = [found, { bytes, name, options }];
    clear();
    bring.show(table, name);
    choices.show(table, saved);
    if (saved) return fitted(() => saved);
    return true;
  }
  function clear() {
    fit = null;
    shown.replaceChildren();
    explorer?.();
    explorer = null;
    stage.replaceChildren();
  }
  /** `choose()` is asked when its turn has come: a table asked for before brings choices of its own. */
  async function fitted(choose) {
    const found = await work("Fitting", () => client.fit(choose()));
    if (!found) return false;
    clear();
    fit = found;
    const q = fit.G.length;
    const views = Object.entries(data.views[q]).map(([name, { title }]) => [name, title]);
    fit.show = resultOf({ fit, table, file: file.name, views }, act);
    shown.replaceChildren(fit.show.node);
    return view(wanted in data.views[q] ? wanted : "marginal");
  }
  /** What was asked for last is what a fit under way will open. */
  async function view(name) {
    const before = wanted;
    wanted = name;
    const made = await work("Preparing the explorer", () => fit && client.view(data.views[fit.G.length][name]));
    if (!made) {
      if (wanted === name) wanted = before;
      return false;
    }
    fit.show.chosen(name);
    explorer?.();
    const source = `${file.name}; ${made.labels.source}`;
    const carried = { ...made, labels: { ...made.labels, source } };
    const place = h("div", { class: "lmmx-ownview" });
    stage.replaceChildren(place);
    try {
      explorer = render({ model: localModel({ ...carried.start, prediction: null, _data: carried }), el: place });
    } catch (error) {
      explorer = null;
      stage.replaceChildren();
      refuse({ ...error, message: `${error.message}, in the explorer \u201c${made.view.title}\u201d` });
    }
    return explorer !== null;
  }
  const named = (ending) => `${file.name.replace(/\.\w+$/, "")}.${ending}`;
  const state = () => ({
    bytes: packed(file.bytes), name: file.name, options: file.options, view: wanted,
    chosen: { formula: fit.formula, method: fit.method, time: fit.named ? null : fit.time },
  });
  function restore({ bytes, name, options, view: last, chosen }) {
    wanted = last;
    open(unpacked(bytes), name, options, chosen);
  }
}

/** A policy of the page's own, where none stands: no connection from here on. */
function forbid() {
  if (document.querySelector('meta[http-equiv="Content-Security-Policy"]')) return;
  document.head.append(h("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }));
}

/** Start every page of this kind in the document; the scripts know their own texts. */
export function startAllOwn() {
  const scripts = [...document.querySelectorAll("script.lmmx-own-code")].map((node) => node.textContent);
  for (const host of document.querySelectorAll(".lmmx-own-host")) {
    if (host.own) continue;
    startOwn(host, JSON.parse(document.querySelector("script.lmmx-own-data").textContent), scripts);
  }
}
