// A wide file, one row a person and a column for each time, becomes a long one, one row a measurement.
import { byName, typed } from "./columns.js";

const ENDING = /^(.*?)(\d+(?:[.,]\d+)?)(\D*)$/u; // the last number in a name is the time
const WORD = /^(?:(.*?)[ _.-]+)?(time|visit|week|year|month|day|wave|age|t|v|w)?[ _.-]*$/iu;
const ID = /^(id|.*[ _.-]id|subject|subj|person|patient|participant|child|pupil|animal|case|who|nr|no|code)\d*$/iu;

/**
 * What a typed table would be as a long one: { id (null: the rows' numbers), fixed, time, measured: [{ name, columns,
 * times }], times, sure }; null where its columns do not come in series. `sure` where nobody has two rows.
 */
export function seriesOf(table) {
  const groups = new Map();
  for (const name of table.names) {
    const parts = ENDING.exec(name);
    if (!parts || table.of[name].kind !== "number" || table.of[name].date) continue;
    const key = `${parts[1]}#${parts[3]}`;
    if (!groups.has(key)) groups.set(key, { ...called(parts[1], parts[3]), columns: [], times: [] });
    groups.get(key).columns.push(name);
    groups.get(key).times.push(Number(parts[2].replace(",", ".")));
  }
  const measured = [...groups.values()].filter(({ times }) => times.length > 1 && new Set(times).size === times.length);
  if (!measured.length) return null;
  const inSeries = new Set(measured.flatMap(({ columns }) => columns));
  const fixed = table.names.filter((name) => !inSeries.has(name));
  const unique = (name) => counted(table.of[name]) === table.rows;
  const ids = fixed.filter((name) => unique(name) && whole(table.of[name]));
  const id = ids.find((name) => ID.test(name)) ?? ids[0] ?? null;
  const repeats = fixed.some((name) => ID.test(name) && !unique(name) && counted(table.of[name]) > 1);
  const times = [...new Set(measured.flatMap((one) => one.times))].sort((a, b) => a - b);
  const time = free(measured.find((one) => one.word)?.word ?? "time", fixed);
  const names = measured.map((one, k) => ({ ...one, name: free(one.name, [...fixed, time], k) }));
  return { id, fixed, time, times, measured: names, sure: !repeats && (id !== null || measured[0].times.length > 2) };
}

/** What a series' names have in common: the variable and, where they hold one, the word for the time. */
function called(before, after) {
  const parts = WORD.exec(before);
  const stem = parts ? parts[1] ?? "" : before.replace(/[ _.-]+$/u, "");
  const name = [stem, after.replace(/^[ _.-]+/u, "")].filter(Boolean).join("_");
  const word = parts?.[2] ?? null;
  return { name: name || "y", word: word && word.length > 1 ? word.toLowerCase() : null };
}

function free(name, taken) {
  let own = name;
  for (let k = 2; taken.includes(own); k++) own = `${name}_${k}`;
  return own;
}

/** How many different values a column has; a missing one is none. */
function counted(column) {
  return column.kind === "factor" ? column.levels.length : new Set(column.values.filter((x) => !Number.isNaN(x))).size;
}

const whole = (column) => column.kind === "factor" || column.values.every((x) => Number.isInteger(x));

/** The long table of a plan, its cells as they were written; `lines` are those of the file. */
export function longer(table, plan) {
  const { fixed, time, times, measured } = plan;
  const id = plan.id ?? free("person", [...fixed, time]);
  const names = [...(plan.id === null ? [id] : []), ...fixed, time, ...measured.map(({ name }) => name)];
  const raw = Object.fromEntries(table.names.map((name, k) => [name, table.columns[k]]));
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  const each = (cell) => rows.flatMap((row) => times.map((at) => cell(row, at)));
  const columns = [
    ...(plan.id === null ? [each((row) => String(row + 1))] : []),
    ...fixed.map((name) => each((row) => raw[name][row])),
    each((_, at) => String(at)),
    ...measured.map((one) => {
      const place = new Map(one.times.map((at, k) => [at, raw[one.columns[k]]]));
      return each((row, at) => place.get(at)?.[row] ?? "");
    }),
  ];
  const of = byName(names.map((name, k) => typed(name, columns[k], name === time ? "." : table.decimal)));
  const told = measured.map((one) => `${one.columns.join(", ")} became '${one.name}'`).join("; ");
  return {
    ...table, names, columns, of, rows: rows.length * times.length, lines: each((row) => table.lines[row]),
    plan: { ...plan, id },
    said: [...table.said, `The file is wide, one row a person: ${told}, with '${time}' ${times.join(", ")}. `
      + `${table.rows} rows made ${rows.length * times.length}.`],
  };
}
