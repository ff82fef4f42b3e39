// The text of a file becomes a table: names, and columns of cells as they were written.
// What separates the columns is guessed (comma, semicolon, tab, bar, blanks); quotes may hold separators, line breaks
// and doubled quotes; a byte order mark, CRLF and UTF-16 are taken as they come.
import { refusal } from "../maths/refusal.js";

export const MOST_ROWS = 300_000;
export const MOST_BYTES = 200_000_000;
const SEPARATORS = [",", ";", "\t", "|", " "];
const SAMPLE = 60; // records the separator is told from
const NAMES = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks" };

/** { text, encoding } of a file's bytes; what is no text at all is refused by what it is. */
export function decoded(bytes) {
  if (bytes.length > MOST_BYTES) {
    throw refusal(
      `The file has ${Math.round(bytes.length / 1e6)} MB; a page can hold some ${MOST_BYTES / 1e6}.`,
      "Keep the columns that the model needs, or fit it in Python: lmmteach.lmm(formula, data).",
    );
  }
  const [a, b, c, d] = bytes;
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) {
    throw refusal("This is a workbook (.xlsx, .ods), not a text file.", "In the spreadsheet: File, Save as, CSV.");
  }
  const read = (name, encoding) =>
    ({ text: new TextDecoder(name, { fatal: name === "utf-8" }).decode(bytes), encoding });
  if (a === 0xff && b === 0xfe) return read("utf-16le", "utf-16");
  if (a === 0xfe && b === 0xff) return read("utf-16be", "utf-16");
  try {
    return read("utf-8", "utf-8");
  } catch {
    return read("windows-1252", "cp1252");
  }
}

/**
 * The table in a text: { names, columns (cells as written, "" where a line ends early), rows, lines (where in the text
 * each row begins, from 1), separator, skipped (lines before the names), said }.
 */
export function readTable(text, given = null) {
  let body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (body.includes("\0")) {
    throw refusal("The file holds no text.", "Save the table as CSV: a workbook, for example, is no text file.");
  }
  const told = /^sep=(.)\r?\n/i.exec(body); // a spreadsheet's own word for it
  if (told) body = `\n${body.slice(told[0].length)}`;
  const separator = given ?? told?.[1] ?? guessed(body);
  const { records, lines, padded } = parsed(body, separator, MOST_ROWS + 1);
  if (!records.length) throw refusal("The file is empty.", "It needs the columns' names in its first line.");
  if (records.length > MOST_ROWS + 1) {
    throw refusal(
      `The file has more than ${MOST_ROWS.toLocaleString("en")} rows: too many to fit in a page.`,
      "Fit it in Python, where a million rows take seconds: lmmteach.lmm(formula, data). Or bring some subjects only.",
    );
  }
  return { ...shaped(records, lines, separator), skipped: told ? 1 : 0, padded: padded && separator !== " " };
}

/** The separator that gives the most columns of the same number in all lines. */
function guessed(text) {
  let best = { score: -1, separator: "," };
  for (const separator of SEPARATORS) {
    const { records } = parsed(text, separator, SAMPLE);
    const counts = records.map((record) => record.length);
    const most = counts[0] ?? 1;
    if (most < 2) continue;
    const alike = counts.filter((count) => count === most).length / counts.length;
    // Blanks stand inside cells, too: they separate only where nothing else does.
    const score = alike * (separator === " " ? 0.5 : 1) + Math.min(most, 50) / 1000;
    if (score > best.score) best = { score, separator };
  }
  return best.separator;
}

/** Records of cells, at most `most`, and the line each begins in. Blanks are one separator however many they are. */
function parsed(text, separator, most) {
  const [records, lines] = [[], []];
  const mark = separator.charCodeAt(0);
  const blank = separator === " ";
  let [at, line, record, start, padded] = [0, 1, [], 1, false];
  const finish = () => {
    if (blank && record.length > 1 && record[0] === "") record.shift();
    if (blank && record.length > 1 && record[record.length - 1] === "") record.pop();
    if (record.some((cell) => cell !== "")) {
      records.push(record);
      lines.push(start);
    }
    [record, start] = [[], line];
  };
  while (at < text.length && records.length < most + 1) {
    let cell;
    if (text.charCodeAt(at) === 34) { // a quote: up to the next that is not doubled
      let from = at + 1;
      cell = "";
      for (;;) {
        let end = text.indexOf('"', from);
        if (end < 0) {
          throw refusal(`The quote that opens in line ${line} is never closed.`, "Close it, or take it out.");
        }
        cell += text.slice(from, end);
        at = end + 1;
        if (text.charCodeAt(at) !== 34) break;
        cell += '"';
        from = at + 1;
      }
      line += cell.split("\n").length - 1;
      let end = at;
      while (end < text.length && !ends(text.charCodeAt(end), mark)) end += 1;
      cell += text.slice(at, end).trim();
      at = end;
    } else {
      let end = at;
      while (end < text.length && !ends(text.charCodeAt(end), mark)) end += 1;
      const raw = text.slice(at, end);
      cell = raw.trim();
      padded ||= cell !== raw;
      at = end;
    }
    record.push(cell);
    const code = text.charCodeAt(at);
    if (code === mark) {
      at += 1;
      while (blank && text.charCodeAt(at) === mark) at += 1;
      if (at >= text.length) record.push("");
      continue;
    }
    if (code === 13 && text.charCodeAt(at + 1) === 10) at += 1;
    at += 1;
    line += 1;
    finish();
  }
  if (record.length) finish();
  return { records, lines, padded };
}

const ends = (code, mark) => code === mark || code === 10 || code === 13;

/** The first record's names and the others' cells, column by column. */
function shaped([head, ...records], [, ...lines], separator) {
  const said = [];
  // R's write.table leaves out the name of its first column, the rows' names.
  if (records.length && records.every((record) => record.length === head.length + 1)) head = ["", ...head];
  const width = Math.max(head.length, lastUsed(records));
  if (width > head.length) {
    const k = records.findIndex((record) => record.slice(head.length).some((cell) => cell !== ""));
    throw refusal(
      `Line ${lines[k]} has ${records[k].length} cells, the head ${head.length}: columns are separated by `
        + `${NAMES[separator] ?? JSON.stringify(separator)}.`,
      "Put a cell that holds the separator into \"quotes\", or choose another separator.",
    );
  }
  if (!records.length) throw refusal("The file has a head and no rows.", "One row a measurement, below the names.");
  if (head.every((name) => name !== "" && Number.isFinite(Number(name.replace(",", "."))))) {
    throw refusal(
      `The first line holds numbers alone (${head.slice(0, 4).join(", ")}), no names.`,
      "Put the columns' names into the first line.",
    );
  }
  const short = records.filter((record) => record.length < head.length).length;
  if (short) said.push(`${short} of ${records.length} lines have fewer cells than the head: the last are missing.`);
  const filled = (k) => head[k] !== "" || records.some((record) => (record[k] ?? "") !== "");
  const used = head.map((_, k) => k).filter(filled);
  return {
    names: named(used.map((k) => [head[k], k])), columns: used.map((k) => records.map((record) => record[k] ?? "")),
    rows: records.length, lines, separator, said,
  };
}

function lastUsed(records) {
  return records.reduce((most, record) => {
    let n = record.length;
    while (n > most && record[n - 1] === "") n -= 1;
    return Math.max(most, n);
  }, 0);
}

/** Each column with a name of its own; those without one, and second ones, are called as pandas calls them. */
function named(found) {
  const taken = new Set();
  return found.map(([name, place]) => {
    const plain = name.normalize("NFC") || `Unnamed: ${place}`;
    let own = plain;
    for (let k = 1; taken.has(own); k++) own = `${plain}.${k}`;
    taken.add(own);
    return own;
  });
}
