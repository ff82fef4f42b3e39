// A table is brought: dropped, opened, pasted, or taken from those that come along; and what was found in it.
import { h } from "../kit/dom.js";
import { MOST_BYTES } from "./csv.js";

const WRITTEN = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks" };

/** { node, show(summary, name) }: `act.open(bytes, name)` is called with what was brought, `act.again` to reread. */
export function createBring(samples, act) {
  const picker = h("input", {
    type: "file", class: "lmmx-sr", accept: ".csv,.tsv,.txt,.dat,text/*", tabindex: "-1", "aria-label": "A file",
  });
  // A file far too large is not read to its end: its size is enough to refuse it.
  const read = (file) =>
    act.open(file.slice(0, MOST_BYTES + 1).arrayBuffer().then((buffer) => new Uint8Array(buffer)), file.name);
  picker.onchange = () => {
    if (picker.files[0]) read(picker.files[0]);
    picker.value = "";
  };
  const typed = (text, name) => act.open(new TextEncoder().encode(text), name);
  const box = h("textarea", {
    class: "lmmx-paste", rows: "2", "aria-label": "Paste a table", placeholder: "or paste the cells here",
    spellcheck: "false",
  });
  // A paste is the whole table; what is typed by hand waits until the box is left. Leaving it after a paste brings
  // nothing new: the table is open, and what has been chosen for it since must stand.
  let held = "";
  const taken = () => {
    if (box.value === held) return;
    held = box.value;
    if (held.trim()) typed(held, "pasted.csv");
  };
  box.onpaste = () => {
    held = ""; // pasted again, it is asked for again
    setTimeout(taken);
  };
  box.onchange = taken;
  const drop = h("div", { class: "lmmx-dropzone" },
    h("button", {
      type: "button", class: "lmmx-button lmmx-primary", "data-action": "open", onclick: () => picker.click(),
    }, "Open a file\u2026"), h("span", {}, "or drop it here,"), box, picker);
  const over = (on) => (event) => {
    event.preventDefault();
    drop.classList.toggle("lmmx-over", on);
  };
  drop.ondragover = over(true);
  drop.ondragleave = over(false);
  drop.ondrop = (event) => {
    over(false)(event);
    const { files } = event.dataTransfer;
    const text = event.dataTransfer.getData("text");
    if (files.length) read(files[0]);
    else if (text) typed(text, "dropped.csv");
  };
  const examples = samples.map(({ title, name, text }) =>
    h("button", {
      type: "button", class: "lmmx-button lmmx-preset", "data-sample": name, onclick: () => typed(text, name),
    }, title));
  const found = h("div", { class: "lmmx-found", "aria-live": "polite" });
  const node = h("div", { class: "lmmx-bring" }, drop,
    h("div", { class: "lmmx-presets", role: "group", "aria-label": "Data that come along" },
      h("span", { class: "lmmx-muted" }, "No data at hand?"), examples), found);
  return {
    node,
    clear: () => found.replaceChildren(),
    show(summary, name) {
      found.replaceChildren(h("p", { "data-out": "table" }, told(summary, name)),
        ...summary.said.map((one) => h("p", { class: "lmmx-odd", "data-out": "remark" }, one)),
        ...(summary.series ? [reshaping(summary, act)] : []), preview(summary));
    },
  };
}

function told({ fileRows, fileColumns, separator, decimal }, name) {
  const mark = decimal === "," ? ", decimal commas" : "";
  return `${name}: ${fileRows.toLocaleString("en")} rows, ${fileColumns} columns, separated by `
    + `${WRITTEN[separator] ?? `'${separator}'`}${mark}.`;
}

/** The choice between a row a person and a row a measurement, for columns that come in series. */
function reshaping({ series, long }, act) {
  const box = h("input", { type: "checkbox", checked: long, onchange: () => act.again({ reshape: box.checked }) });
  const what = series.measured.map(({ columns, name }) => `${columns.join(", ")} are '${name}'`).join("; ");
  return h("label", { class: "lmmx-check" }, box,
    h("span", {}, `One row a person, a column a time: ${what} at '${series.time}' ${series.times.join(", ")}`));
}

/** The first rows, and what each column holds. */
function preview({ columns, rows }) {
  const holds = ({ kind, levels, date, odd }) => {
    if (odd) return `numbers, but \u201c${odd.cell}\u201d in line ${odd.line}`;
    return kind === "factor" ? `${levels} words` : date ? `days since ${date}` : "numbers";
  };
  const kind = (one) => [holds(one), one.missing && `${one.missing} missing`].filter(Boolean).join(", ");
  const cells = columns[0].sample.map((_, row) => h("tr", {}, columns.map(({ sample }) => h("td", {}, sample[row]))));
  const head = columns.map((one) =>
    h("th", { scope: "col" }, one.name, h("span", { class: one.odd ? "lmmx-odd" : "" }, kind(one))));
  const more = rows > cells.length ? h("tr", {}, h("td", { colspan: columns.length }, "\u2026")) : null;
  return h("div", { class: "lmmx-preview", tabindex: "0", role: "region", "aria-label": "The first rows" },
    h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, cells, more)));
}
