// The SCORM 1.2 side of a lesson or an explorer: score, completion and where the reader was, told to the platform.
// It runs before the page's own scripts and lends them a store of its own: what one student did in a platform is not
// found by the next one at the same machine.
(() => {
  const MOST = 4096; // letters that a platform keeps for a page
  const opening = Date.now();
  const UNHEARD = "The platform did not open its record of this page: nothing that you do here reaches it. "
    + "Close the page, and open it from the platform again.";
  const UNREACHED = "No learning platform answers around this page: nothing that you do here is reported. "
    + "Open the page from your course.";
  const platform = within(window) ?? (window.opener ? within(window.opener) : null);
  if (!platform) { // the page works, nothing is told; opened by itself, nobody expects that
    if (parent !== window) addEventListener("DOMContentLoaded", () => say(UNREACHED));
    return;
  }
  if (!began()) {
    addEventListener("DOMContentLoaded", () => say(UNHEARD));
    return;
  }

  const looksOn = get("cmi.core.lesson_mode") === "review";
  let over = false;
  let count = () => {}; // looks what was done, and tells
  let refused = false;
  let last = "";
  const held = opened(get("cmi.suspend_data"));
  if (["not attempted", ""].includes(get("cmi.core.lesson_status"))) put("cmi.core.lesson_status", "incomplete");
  put("cmi.core.score.min", "0");
  put("cmi.core.score.max", "100");
  lend();
  // By then an explorer's own scripts, at the page's end, have made it; what keeps a lesson's answers comes after them.
  addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("form.quiz")) addEventListener("load", lesson);
    else explorer();
  });
  addEventListener("pagehide", finish);
  // Who is asked whether to leave may stay; and who comes back finds the page as it was left.
  addEventListener("beforeunload", save);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted || !over) return;
    over = !began();
    if (over) say(UNHEARD);
    else count();
  });

  /** The platform's own object: in a window around this one, as the standard has it. */
  function within(start) {
    try {
      for (let at = start, k = 0; k < 100; k++, at = at.parent) {
        if (at.API) return at.API;
        if (at.parent === at) return null;
      }
    } catch { /* a window of somebody else's */ }
    return null;
  }
  /** What the platform answers, as text; "" where its own program fails, which must not end the page's. */
  function asked(what, ...words) {
    try {
      return String(platform[`LMS${what}`](...words) ?? "");
    } catch {
      return "";
    }
  }
  function began() {
    return asked("Initialize", "") === "true";
  }
  function get(name) {
    return asked("GetValue", name);
  }
  function put(name, value) {
    if (looksOn || over) return;
    if (asked("SetValue", name, value) !== "true") refused = true;
  }
  function opened(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }
  /** Tell how far the reader is: `share` of 1, whether all was done, and what brings it back. */
  function tell(share, done, state) {
    const score = String(Math.round(100 * share));
    const now = JSON.stringify([score, done, state]);
    if (now === last || over) return;
    last = now;
    refused = false;
    put("cmi.core.score.raw", score);
    const status = get("cmi.core.lesson_status");
    if (done && status === "incomplete") put("cmi.core.lesson_status", "completed");
    const kept = JSON.stringify(state);
    if (kept.length <= MOST) put("cmi.suspend_data", kept);
    else refused = true;
    if (asked("Commit", "") !== "true") refused = true;
    say(refused ? `The platform did not take the result (error ${asked("GetLastError") || "unknown"}). Your answers `
      + "stay on this page: do not close it, and tell your instructor." : "");
  }
  function say(text) {
    const there = document.getElementById("lms-said");
    if (!text) return there?.remove();
    const node = there ?? document.body.insertBefore(document.createElement("p"), document.body.firstChild);
    Object.assign(node, { id: "lms-said", textContent: text });
    node.setAttribute("role", "alert");
    node.style.cssText = "margin: 0; padding: 8px 16px; background: #8a1c1c; color: #fff; font: 16px/1.4 sans-serif";
  }
  function save() {
    if (over) return;
    count();
    const seconds = Math.round((Date.now() - opening) / 1000);
    const two = (x) => String(x).padStart(2, "0");
    const time = `${two(Math.floor(seconds / 3600)).padStart(4, "0")}:${two(Math.floor(seconds / 60) % 60)}`;
    put("cmi.core.session_time", `${time}:${two(seconds % 60)}`);
    put("cmi.core.exit", get("cmi.core.lesson_status") === "incomplete" ? "suspend" : "");
    asked("Commit", "");
  }
  function finish() {
    if (over) return;
    save();
    over = true;
    asked("Finish", "");
  }

  // ---- a lesson: the quick checks and the exercises with numbers ----

  /** The store that the pages' scripts keep progress in: what the platform held, then what is done now. */
  function lend() {
    let text = held?.all ? JSON.stringify({ ...held.all, version: 1 }) : null;
    globalThis.lmmteachStore = {
      getItem: () => text,
      setItem: (_, value) => {
        text = value;
        count();
      },
      removeItem: () => {
        text = null;
      },
    };
  }
  function lesson() {
    const questions = [...document.querySelectorAll("form.quiz, form[data-exercise]")];
    const page = location.pathname.split("/").at(-1) || "index.html";
    count = () => {
      // sound, whatever the platform had kept
      const all = globalThis.lmmteachProgress?.read() ?? { exercises: {}, checks: {} };
      const found = questions.map(({ id, dataset: { exercise } }) =>
        (exercise ? all.exercises[exercise] : all.checks[`${page}#${id}`]));
      const right = found.filter((one) => one?.passed).length;
      tell(right / questions.length, found.every((one) => one?.attempts), { all: small(all) });
    };
    count();
  }
  /** What fits: without the questions' words, which the page has; without the answers; at last that they were right. */
  function small({ exercises, checks }) {
    const without = (entries, ...names) => Object.fromEntries(Object.entries(entries).map(([id, entry]) =>
      [id, Object.fromEntries(Object.entries(entry).filter(([name]) => !names.includes(name)))]));
    const kept = { exercises, checks: without(checks, "words") };
    if (JSON.stringify(kept).length < MOST - 20) return kept;
    const less = { ...kept, exercises: without(exercises, "answer", "diagnosis") };
    if (JSON.stringify(less).length < MOST - 20) return less;
    const bare = (entries) => Object.fromEntries(Object.entries(entries).map(([id, { passed, attempts, last }]) =>
      [id, { passed, attempts, last }])); // without these it is no entry
    return { exercises: bare(exercises), checks: bare(checks) };
  }

  // ---- an explorer: predicted, moved, told; a prediction is not graded ----

  function explorer() {
    const host = document.querySelector(".lmmx-host");
    const done = (name) => held?.steps?.[name] === true;
    const steps = { predicted: done("predicted"), moved: done("moved"), told: done("told") };
    const wanted = host.querySelector(".lmmx-play") ? Object.keys(steps) : ["moved"];
    const prediction = () => host.model.get("prediction");
    let resting = 0;
    count = () => {
      steps.predicted ||= Number.isInteger(prediction()) && prediction() >= 0;
      steps.told ||= Boolean(host.querySelector(".lmmx-told-verdict:not([hidden])"));
      const share = wanted.filter((name) => steps[name]).length / wanted.length;
      tell(share, share === 1, { steps, prediction: prediction() ?? null, link: location.hash });
    };
    const soon = () => {
      clearTimeout(resting);
      resting = setTimeout(count, 400); // the address has taken the setting by then
    };
    const { set } = host.model;
    host.model.set = (name, value) => {
      const before = JSON.stringify(host.model.get(name));
      set(name, value);
      if (name !== "prediction" && JSON.stringify(value) !== before) steps.moved = true;
      soon();
    };
    host.addEventListener("click", soon);
    // What was set waits in the address for the prediction, as every link's setting does.
    if (/^#\S*$/.test(held?.link) && !location.hash) location.hash = held.link;
    const answers = host.querySelectorAll(".lmmx-answer").length;
    if (Number.isInteger(held?.prediction) && held.prediction >= -1 && held.prediction < answers) {
      requestAnimationFrame(() => host.model.set("prediction", held.prediction));
    }
    count();
  }
})();
