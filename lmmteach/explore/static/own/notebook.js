// The way back to Python: a notebook that holds the data as they were brought, and the lines that fit them.
import { decoded } from "./csv.js";
import { pythonLines } from "./lines.js";

const HELD = 5_000_000; // letters: a longer table is read from its file, which stands beside the notebook

/** The text of a notebook (nbformat 4.5); `bytes` are the file's, `table` the engine's summary, `fit` its results. */
export function notebookOf({ bytes, file, table, fit }) {
  const { text } = decoded(bytes);
  const held = text.length <= HELD;
  const where = held
    ? "The data stand in the first cell, letter for letter as the page read them."
    : `The data are read from \`${file}\`: put that file into this notebook's folder.`;
  const cells = [
    markdown(`# ${file.replace(/[\\`*_#[\]<>]/g, "\\$&")}`, "", `${where} The last cell fits what the page fitted.`
      + " It needs lmmteach: `pip install lmmteach`, once."),
    ...(held ? [code(`text = (\n${lines(text).map((line) => `    ${JSON.stringify(line)}\n`).join("")})`)] : []),
    code(pythonLines({ file, table, fit, held })),
  ];
  const kernelspec = { display_name: "Python 3", language: "python", name: "python3" };
  const named = cells.map((cell, k) => ({ id: `cell-${k}`, ...cell }));
  return `${JSON.stringify({ cells: named, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

const lines = (text) => text.split(/(?<=\n)/);
const source = (parts) => lines(parts.join("\n"));
const markdown = (...parts) => ({ cell_type: "markdown", metadata: {}, source: source(parts) });
const code = (text) =>
  ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: source([text]) });
