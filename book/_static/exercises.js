// Exercises that answer in the page: the form, its verdict, its hints.
(() => {
  let typed, answers, progress; // the other scripts': all have run when the page is there

  /** A paragraph in which `code` is code. */
  function paragraph(text, kind) {
    const made = document.createElement("p");
    if (kind) made.className = kind;
    text.split(/`([^`]+)`/).forEach((piece, k) => {
      const part = document.createElement(k % 2 ? "code" : "span");
      part.textContent = piece;
      made.append(k % 2 ? part : piece);
    });
    return made;
  }

  /** Say something where a screen reader listens. */
  function say(place, heading, lines, kind = "") {
    place.classList.toggle("is-right", kind === "right");
    place.classList.toggle("is-wrong", kind === "wrong");
    place.replaceChildren(paragraph(heading, "quiz-verdict"), ...lines.map((line) => paragraph(line)));
  }

  /** What was given, or the first field that nothing can be read from. */
  function given(form, table) {
    if (table.kind === "set") return { answer: [...form.querySelectorAll("input:checked")].map((box) => box.value) };
    const fields = [...form.querySelectorAll(".exercise-fields :is(input, select)")];
    const found = fields.map((field) => (table.kind === "order" ? field.value : typed.number(field.value)));
    const empty = fields.find((field, k) => found[k] === "" || Number.isNaN(found[k]));
    fields.forEach((field) => field.setAttribute("aria-invalid", field === empty));
    return empty ? { empty } : { answer: found };
  }

  /** The line above an exercise that says how far it is. */
  function showState(box, entry) {
    const state = entry?.passed ? "solved" : entry?.attempts ? "tried" : "";
    box.querySelector(".exercise-state").textContent = state && (state === "solved" ? "✓ solved" : "tried");
  }

  function setUp(form) {
    const box = form.closest(".exercise");
    const place = form.querySelector(".quiz-say");
    const hint = form.querySelector(".exercise-hint");
    let table = null;
    let hints = 0;
    const known = () => (table ??= answers.tableOf(form.dataset.table, form.dataset.exercise));
    showState(box, progress.read().exercises[form.dataset.exercise]);

    typed.pressed(form, () => {
      const { answer, empty } = given(form, known());
      if (empty) {
        const asked = table.kind === "order" ? "Choose a name in each place." : "Type a number, such as 12.5.";
        say(place, asked, []);
        return empty.focus();
      }
      const verdict = answers.judge(table, answer);
      const all = progress.answered(table, verdict, answers.formOf(table, answer));
      if (verdict.passed) say(place, "Right.", [verdict.says, table.notice], "right");
      else say(place, "Not yet.", [verdict.says], "wrong");
      showState(box, all.exercises[table.id]);
      tellKept(box.parentElement);
    });
    hint.addEventListener("click", () => {
      hints = Math.min(hints + 1, known().hints.length);
      progress.hinted(table, hints);
      const last = hints === table.hints.length ? ["That was the last one."] : [];
      say(place, `Hint ${hints} of ${table.hints.length}`, [table.hints[hints - 1], ...last]);
    });
    form.addEventListener("keydown", (event) => event.stopPropagation()); // the theme's shortcuts stay out of answers
  }

  /** Where work is kept; a browser that keeps nothing is offered the file at once. */
  function tellKept(lesson) {
    const note = lesson.querySelector(".exercises-kept");
    if (!note || progress.keeps()) return;
    note.querySelector(".kept-here").hidden = true;
    note.querySelector(".kept-nowhere").hidden = false;
  }

  // ---- handing in ----

  /** A form that writes the file to hand in. */
  function setUpHandIn(form) {
    const place = form.querySelector(".quiz-say");
    typed.pressed(form, () => {
      const field = form.querySelector("input");
      const student = field.value.trim().split(/\s+/).filter(Boolean).join(" ").slice(0, 200);
      const all = progress.read();
      const tried = progress.reported(all);
      field.setAttribute("aria-invalid", !student);
      if (!student) {
        say(place, "Type your name first, as it stands in the course list.", []);
        return field.focus();
      }
      if (!Object.keys(tried).length) {
        return say(place, "Nothing written: no exercise was answered in this browser yet.", []);
      }
      const versions = Object.values(all.exercises).map((one) => one.version).filter(Boolean);
      const link = document.createElement("a");
      const text = answers.report(student, tried, versions.sort().at(-1) ?? "", new Date());
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = answers.fileName(student);
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      const solved = Object.keys(tried).filter((id) => tried[id].passed);
      const rest = Object.keys(tried).filter((id) => !tried[id].passed);
      say(place, `Written for ${student}`, [
        `Solved: ${solved.join(", ") || "none yet"}.${rest.length ? ` Tried, not solved: ${rest.join(", ")}.` : ""}`,
        `Hand in the file \`${link.download}\`, from your downloads.`,
        ...(typed.framed() ? ["If none came, the page around this one lets none out: open this page by itself."] : []),
      ]);
    });
    form.addEventListener("keydown", (event) => event.stopPropagation());
  }

  /** A link to an exercise opens it. */
  function openNamed() {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch { /* "#100%" is no code: as it stands */ }
    const named = document.getElementById(name);
    if (named?.matches("details.exercise")) named.open = true;
  }

  addEventListener("load", () => {
    [typed, answers, progress] = [globalThis.lmmteachTyped, globalThis.lmmteachAnswers, globalThis.lmmteachProgress];
    for (const form of document.querySelectorAll("form[data-exercise]")) {
      form.classList.add("is-live");
      setUp(form);
    }
    document.querySelectorAll("form.hand-in").forEach(setUpHandIn);
    const lesson = document.querySelector(".exercises-kept")?.parentElement;
    if (lesson) tellKept(lesson);
    openNamed();
  });
  addEventListener("hashchange", openNamed);
})();
