// What was tried and solved: kept in this browser, and nowhere else.
globalThis.lmmteachProgress = (() => {
  const KEY = "lmmteach-progress";
  const DAY = 86_400_000;
  //: after so many right answers in a row, on different days, an exercise comes up again after so many days
  const REST = [0, 1, 3, 7, 16, 35];
  //: a learning platform's package lends its own, so that nobody finds what another did at the same machine
  const store = () => {
    const one = globalThis.lmmteachStore ?? localStorage;
    if (one.brief) throw new Error("the browser keeps nothing"); // what the theme was lent (_ext/lean_pages.py)
    return one;
  };
  let memory = null; // where the browser keeps nothing
  let kept = true;

  const empty = () => ({ version: 1, exercises: {}, checks: {} });

  const whole = (x) => (Number.isInteger(x) && x >= 0 ? x : 0);
  const moment = (x) => typeof x === "number" && x >= 0 && x <= 8.64e15; // what a calendar holds
  const finite = (_, x) => (x === Infinity || x === -Infinity ? null : x); // 1e999: no report could hold it

  /** One entry as this form has it, whatever was made of it; null where there is none. */
  function sound(one) {
    if (!Number.isInteger(one?.attempts) || one.attempts < 0 || !moment(one.last)) return null;
    const texts = ["words", "diagnosis", "numbers", "version"].filter((name) => typeof one[name] === "string");
    return {
      attempts: one.attempts,
      passed: one.passed === true,
      missed: one.missed === true,
      hints: whole(one.hints),
      streak: whole(one.streak),
      last: one.last,
      lastRight: moment(one.lastRight) ? one.lastRight : 0,
      draw: whole(one.draw),
      ...(one.answer === undefined ? {} : { answer: one.answer }),
      ...Object.fromEntries(texts.map((name) => [name, one[name]])),
    };
  }

  /** What the browser has kept, as far as it is of this form. */
  function parsed(text) {
    try {
      const found = JSON.parse(text, finite);
      if (found?.version !== 1) return empty();
      const entries = (part) => Object.entries(found[part] ?? {}).map(([id, one]) => [id, sound(one)]);
      const part = (name) => Object.fromEntries(entries(name).filter(([, one]) => one));
      return { version: 1, exercises: part("exercises"), checks: part("checks") };
    } catch {
      return empty();
    }
  }

  /** All there is; a browser that refuses to keep anything is found out here. */
  function read() {
    if (memory) return memory;
    try {
      return parsed(store().getItem(KEY));
    } catch {
      kept = false;
      return (memory = empty());
    }
  }

  /** Change what is kept: it is read again first, because another tab may have written meanwhile. */
  function update(change) {
    const all = read();
    change(all);
    if (!memory) {
      try {
        store().setItem(KEY, JSON.stringify(all));
      } catch {
        kept = false;
        memory = all;
      }
    }
    return all;
  }

  /** Whether this browser keeps anything: tried by writing. */
  function keeps() {
    update(() => {});
    return kept;
  }

  function forget() {
    memory = memory && empty();
    try {
      store().removeItem(KEY);
    } catch {
      kept = false;
    }
  }

  /** One more attempt: the counts, and when the exercise should come up again. */
  function counted(entry, right, now) {
    const before = entry ?? { attempts: 0, passed: false, hints: 0, streak: 0, last: 0, lastRight: 0 };
    const fresh = now - (before.lastRight ?? 0) > DAY / 2; // twice in one sitting is once
    const streak = right ? (before.streak ?? 0) + (fresh || !before.streak ? 1 : 0) : 0;
    return {
      ...before,
      attempts: before.attempts + 1,
      passed: before.passed || right,
      missed: !right,
      streak,
      last: now,
      lastRight: right ? now : before.lastRight,
    };
  }

  /** An exercise was answered: what a report needs to say of it. A wrong answer never takes a right one's place. */
  function answered(table, verdict, form, now = Date.now()) {
    return update((all) => {
      const before = all.exercises[table.id];
      const same = before?.numbers === table.numbers; // answers to other numbers, of an older book, count no more
      const after = counted(same ? before : undefined, verdict.passed, now);
      if (!same || !before.passed || verdict.passed) {
        Object.assign(after, { diagnosis: verdict.name, answer: form, numbers: table.numbers, draw: table.draw });
      }
      all.exercises[table.id] = { ...after, hints: before?.hints ?? 0, version: table.version };
    });
  }

  function hinted(table, number, now = Date.now()) {
    update((all) => {
      const before = all.exercises[table.id] ?? { ...counted(undefined, false, now), attempts: 0, missed: false };
      all.exercises[table.id] = { ...before, hints: Math.max(before.hints, number) };
    });
  }

  /** A quick check was answered; its question is kept so that it can be named. */
  function checked(place, words, right, now = Date.now()) {
    update((all) => (all.checks[place] = { ...counted(all.checks[place], right, now), words }));
  }

  /** When something comes up again: at once after a miss, later and later after right answers. */
  const due = (entry) => entry.last + DAY * (entry.missed ? 0 : REST[Math.min(entry.streak, REST.length - 1)]);

  /** What to review now: what was missed last, then what has waited longest. */
  function review(all, now = Date.now()) {
    const items = ["exercises", "checks"].flatMap((kind) =>
      Object.entries(all[kind]).filter(([, entry]) => entry.attempts).map(([id, entry]) => ({ kind, id, entry })),
    );
    return items
      .filter(({ entry }) => due(entry) <= now)
      .sort((a, b) => Number(b.entry.missed) - Number(a.entry.missed) || due(a.entry) - due(b.entry));
  }

  /** The exercises as a report holds them: what its reader knows of, and nothing else. */
  function reported(all) {
    const record = (one) => ({
      attempts: one.attempts,
      passed: Boolean(one.passed),
      hints: Number(one.hints) || 0,
      diagnosis: String(one.diagnosis ?? ""),
      answer: one.answer ?? null,
      numbers: String(one.numbers),
      data: "",
      draw: Number(one.draw) || 0,
      whose: "page",
    });
    const tried = Object.entries(all.exercises).filter(([, one]) => one.attempts && one.numbers);
    return Object.fromEntries(tried.map(([id, one]) => [id, record(one)]));
  }

  return { KEY, read, keeps, forget, counted, answered, hinted, checked, due, review, reported, parsed };
})();
