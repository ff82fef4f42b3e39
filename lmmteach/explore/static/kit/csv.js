// Numbers as a table that other programs open: a line a row, a comma between cells, nothing they take for a formula.

const SEPARATORS = ",;|\t"; // of cells, in one language's spreadsheet or another's
const FORMULA = "=+-@\u2212"; // what begins a formula
const AROUND = /[\s"'\p{Cf}\p{Mn}\p{Me}]/u;

/** Rows of texts and numbers as CSV; a number that is none is an empty cell. */
export function csv(rows) {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value) {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = harmless(String(value ?? ""));
  return /[",;|\r\n\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Text from data of which no spreadsheet makes a formula, whichever sign it takes for a separator: an apostrophe stands
 * before what begins one, at the front and behind whatever may separate cells.
 */
export function harmless(text) {
  let [out, front] = ["", true];
  for (const sign of text.replace(/[\r\n\0]+/g, " ")) {
    const plain = sign.normalize("NFKC")[0]; // full-width signs are read as the plain ones
    if (SEPARATORS.includes(plain)) front = true;
    else if (front && FORMULA.includes(plain)) [out, front] = [`${out}'`, false];
    else if (!AROUND.test(plain)) front = false;
    out += sign;
  }
  return out;
}

const MINUS = /^\u2212(?=[\d.])/;
const printed = (text) => {
  const number = text.trim().replace(MINUS, "-");
  return number !== "" && /^-?[\d.]+(e-?\d+)?$/.test(number) ? Number(number) : text.trim();
};

/** The rows of the tables in an element, as they are printed; several each under its name, an empty row between. */
export function tablesIn(node) {
  const tables = [...node.querySelectorAll("table")].filter((table) => table.getClientRects().length);
  return tables.flatMap((table, k) => [
    ...(k ? [[]] : []),
    ...(tables.length > 1 && table.caption ? [[table.caption.textContent]] : []),
    ...[...table.rows].map((row) => [...row.cells].map((one) => (seen(one) ? printed(one.textContent) : ""))),
  ]);
}

/** What waits for a prediction stands there unseen. */
const seen = (one) => getComputedStyle(one).visibility !== "hidden";
