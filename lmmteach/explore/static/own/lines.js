// The same in Python and in R: lines that read the file as the page read it, and fit what it fitted.
import { quoted } from "./numbers.js";

/** What pandas takes for missing by itself. */
const KNOWN = new Set([
  "", "#N/A", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
]);
/** Names that R keeps as they are; and columns without one, which R names itself. */
const SYNTACTIC = /^(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*$/u;
const UNNAMED = /^Unnamed: \d+$/;
const double = (text) => JSON.stringify(text);

/**
 * Python: `table` is the engine's summary, `fit` its results, `file` the file's name; where the file's text is `held`
 * in a variable of that name, it is read from there.
 */
export function pythonLines({ file, table, fit, held = false }) {
  const ownWords = table.words.some((word) => KNOWN.has(word)); // pandas would take them for missing
  const odd = ownWords ? ["", ...table.spellings] : table.spellings.filter((cell) => !KNOWN.has(cell));
  const how = [
    held ? "io.StringIO(text)" : double(file),
    table.separator !== "," && `sep=${table.separator === " " ? 'r"\\s+"' : double(table.separator)}`,
    table.decimal !== "." && `decimal=${double(table.decimal)}`,
    table.thousands && `thousands=${double(table.thousands)}`,
    table.padded && "skipinitialspace=True",
    ownWords && "keep_default_na=False",
    odd.length && `na_values=[${odd.map(double).join(", ")}]`,
    !held && table.encoding !== "utf-8" && `encoding=${double(table.encoding)}`,
    table.skipped && `skiprows=${table.skipped}`,
  ].filter(Boolean);
  const time = fit.named ? "" : `, time=${double(fit.time)}`;
  return [
    ...(held ? ["import io", ""] : []), "import lmmteach", "import pandas as pd", "",
    `data = pd.read_csv(${how.join(", ")})`,
    ...(table.padded ? ["data = data.rename(columns=str.strip).map(lambda x: x.strip() if isinstance(x, str) else x)"]
      : []),
    ...table.dates.map(datesInPython),
    ...(table.long ? longInPython(table.series) : []),
    `fit = lmmteach.lmm(${quoted(fit.formula)}, data, method="${fit.method}"${time})`, "print(fit.summary())",
    "fit.explore()",
  ].join("\n");
}

/** How a column's dates are told to R, and what of a cell goes first. */
const IN_R = {
  "year first": ["%Y-%m-%d", (column) => `gsub("/", "-", ${column})`],
  "day first": ["%d.%m.%Y", (column) => column],
  "month named": ["%d%b%Y", (column) => `sub("^(..?)[-. ]?(...)[-. ]?(....)", "\\\\1\\\\2\\\\3", ${column})`],
  "day/month": ["%d/%m/%Y", (column) => column],
  "month/day": ["%m/%d/%Y", (column) => column],
};

/** A column of dates as days since the first; which of 3.2.2020 is the month is said. */
function datesInPython({ name, first, order }) {
  const column = `data[${double(name)}]`;
  const how = order.startsWith("day") ? ", dayfirst=True" : order === "month named" ? ', format="mixed"' : "";
  return `${column} = (pd.to_datetime(${column}, utc=True${how}) - pd.Timestamp(${double(first)}, tz="UTC"))`
    + " / pd.Timedelta(days=1)";
}

function datesInR({ name, first, order, hours }) {
  const column = `data[[${double(name)}]]`;
  const [day, made] = IN_R[order];
  const plain = made(column);
  if (!hours) return `${column} <- as.numeric(as.Date(${plain}, "${day}") - as.Date(${double(first)}))`;
  const forms = ["%H:%M:%OS", "%H:%M", ""].map((clock) => double(`${day} ${clock}`.trim())).join(", ");
  const read = `as.POSIXct(sub("T", " ", sub("Z$", "", ${plain})), tz = "UTC", tryFormats = c(${forms}))`;
  return `${column} <- as.numeric(difftime(${read}, as.POSIXct(${double(first)}, tz = "UTC"), units = "days"))`;
}

function longInPython({ id, fixed, time, times, measured }) {
  const kept = [...fixed, ...(id === null ? ["person"] : [])];
  const at = (t) => measured.flatMap(({ name, columns, times: own }) => {
    const k = own.indexOf(t);
    return k < 0 ? [] : [`${double(name)}: data[${double(columns[k])}]`];
  });
  return [
    ...(id === null ? ['data["person"] = range(1, len(data) + 1)'] : []),
    `people = data[[${kept.map(double).join(", ")}]]`,
    "data = pd.concat([",
    ...times.map((t) => `    people.assign(**{${double(time)}: ${t}, ${at(t).join(", ")}}),`),
    "])",
  ];
}

/** R, with lme4. */
export function rLines({ file, table, fit }) {
  const odd = table.spellings.filter((cell) => cell !== "" && cell !== "NA");
  const how = [
    double(file), table.separator !== "," && `sep = ${table.separator === " " ? '""' : double(table.separator)}`,
    table.decimal !== "." && `dec = ${double(table.decimal)}`,
    `na.strings = c(${["", "NA", ...odd].map(double).join(", ")})`,
    table.names.some((name) => !SYNTACTIC.test(name) && !UNNAMED.test(name)) && "check.names = FALSE",
    table.digits.length && `colClasses = c(${table.digits.map((name) => `${double(name)} = "character"`).join(", ")})`,
    table.padded && "strip.white = TRUE",
    table.encoding !== "utf-8" && `fileEncoding = ${double(table.encoding)}`,
    table.skipped && `skip = ${table.skipped}`,
  ].filter(Boolean);
  return [
    "library(lme4)", "", `data <- read.csv(${how.join(", ")})`,
    ...table.grouped.map((name) => `data[[${double(name)}]] <- ${ungrouped(`data[[${double(name)}]]`, table)}`),
    ...table.dates.map(datesInR),
    ...(table.long ? longInR(table.series) : []),
    `fit <- lmer(${fit.formula}, data, REML = ${fit.method === "REML" ? "TRUE" : "FALSE"})`, "summary(fit)",
  ].join("\n");
}

/** A column of texts such as 1,234.5 or 1.234,5 as numbers. */
function ungrouped(column, { thousands, decimal }) {
  const bare = `gsub(${double(thousands)}, "", ${column}, fixed = TRUE)`;
  return `as.numeric(${decimal === "," ? `sub(",", ".", ${bare}, fixed = TRUE)` : bare})`;
}

function longInR({ id, time, times, measured }) {
  const list = (texts) => `c(${texts.map(double).join(", ")})`;
  return [
    ...(id === null ? ["data$person <- seq_len(nrow(data))"] : []),
    `data <- reshape(data, direction = "long", idvar = ${double(id ?? "person")}, timevar = ${double(time)},`,
    `  times = c(${times.join(", ")}), v.names = ${list(measured.map(({ name }) => name))},`,
    `  varying = list(${measured.map(({ columns }) => list(columns)).join(", ")}))`,
  ];
}
