// Quick checks: the page carries every answer's feedback, this shows the one that belongs.

const notesOf = (form) => [...form.querySelectorAll(".quiz-note")];

/** Show the feedback of one answer (a copy: the notes stay whole). */
function show(place, note, heading) {
  place.replaceChildren();
  place.classList.toggle("is-right", note?.dataset.right === "true");
  place.classList.toggle("is-wrong", note?.dataset.right === "false");
  const head = document.createElement("p");
  head.className = "quiz-verdict";
  head.textContent = heading;
  place.append(head);
  for (const child of note?.children ?? []) place.append(child.cloneNode(true));
}

function chosen(form) {
  const picked = form.querySelector("input[type=radio]:checked");
  return picked && notesOf(form).find((note) => note.dataset.answer === picked.value);
}

function say(form, text) {
  show(form.querySelector(".quiz-say"), null, text);
}

function judge(form, note) {
  show(form.querySelector(".quiz-say"), note, note.dataset.right === "true" ? "Right." : "Not quite.");
  remember(form, note.dataset.right === "true");
}

/** A check counts for what to review (see my-progress). */
function remember(form, right) {
  const page = location.pathname.split("/").at(-1) || "index.html";
  const words = form.querySelector(".quiz-ask").textContent.replace(/\s+/g, " ").trim().slice(0, 120);
  globalThis.lmmteachProgress?.checked(`${page}#${form.id}`, words, right);
}

// Each kind of question sets itself up and returns what its button does.

function setUpChoice(form) {
  return () => {
    const note = chosen(form);
    note ? judge(form, note) : say(form, "Choose one of the answers first.");
  };
}

function setUpNumber(form) {
  const notes = notesOf(form);
  // An answer counts if it rounds as asked.
  const slack = 0.5 * 10 ** -Number(form.dataset.digits) + 1e-9;
  const other = notes.find((note) => note.dataset.answer === "*");
  const missed = new Set();

  /** The answers that a number with few digits may be, rounded: as far as its last digit can tell. */
  function roundedFrom(value, unit) {
    const most = (answer) => Math.min(0.5 * unit + slack, 0.05 * Math.abs(answer));
    const near = (answer) => Math.abs(answer - value) <= most(answer);
    return notes.filter((note) => "value" in note.dataset && near(Number(note.dataset.value)));
  }

  return () => {
    const { number, unit } = globalThis.lmmteachTyped;
    const text = form.querySelector("input").value;
    const value = number(text);
    if (!Number.isFinite(value)) return say(form, "Type a number, such as 12.5.");
    const note = notes.find((n) => "value" in n.dataset && Math.abs(Number(n.dataset.value) - value) <= slack);
    if (note) return judge(form, note);
    const may = unit(text) > 1.5 * 10 ** -Number(form.dataset.digits) ? roundedFrom(value, unit(text)) : [];
    if (may.some((one) => one.dataset.right === "true")) {
      const clear = may.length === 1;
      return say(form, `${clear ? "Right, to the digits you gave." : "Too few digits to tell."} Carry one more.`);
    }
    missed.add(value);
    remember(form, false);
    // the way to the answer is shown when it was tried twice
    if (missed.size < 2) return say(form, "Not quite. Try once more: after that, the way to it is shown.");
    show(form.querySelector(".quiz-say"), other, "Not quite.");
  };
}

function setUp(form) {
  form.classList.add("is-live");
  const kinds = { choice: setUpChoice, number: setUpNumber };
  const act = kinds[form.dataset.quiz](form);
  globalThis.lmmteachTyped.pressed(form, act);
  form.addEventListener("keydown", (event) => event.stopPropagation()); // the theme's shortcuts stay out of answers
}

/** A button that puts the page's explorer at a setting; Back returns to the text. */
function setUpButton(button) {
  button.addEventListener("click", () => {
    // On a page with several explorers a button belongs to the last one above it.
    const cells = [...document.querySelectorAll(".cell.tag_explorer")];
    const above = cells.filter((one) => one.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING);
    const cell = above.at(-1) || cells[0];
    if (!cell) return;
    const { model } = cell.querySelector(".lmmx-host");
    if (model.get("prediction") === null && model.get("_data").view.prompt) {
      // Its question comes first: nothing is set up that could answer it. It says so where the reader is led.
      cell.querySelector(".lmmx-prompt-note").textContent =
        "First a prediction: choose an answer, or just look. Then come back to \u201cSet it up\u201d.";
      cell.querySelector(".lmmx-play").scrollIntoView({ block: "center" });
      cell.querySelector(".lmmx-answer input").focus({ preventScroll: true });
      return;
    }
    const setting = JSON.parse(button.dataset.setting);
    const dials = { ...model.get("dials") };
    for (const [name, value] of Object.entries(setting)) {
      if (name in dials) dials[name] = value;
      else model.set(name, value);
    }
    model.set("dials", dials);
    location.hash = "play";
    cell.scrollIntoView();
    cell.querySelector("input[type=range]")?.focus({ preventScroll: true });
  });
}

/** A formula wider than a phone scrolls in its own box; the keyboard has to reach it there. */
function reachWideFormulas() {
  for (const box of document.querySelectorAll("div.math")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

addEventListener("load", () => {
  reachWideFormulas();
  addEventListener("resize", reachWideFormulas);
  document.querySelectorAll("form.quiz").forEach(setUp);
  document.querySelectorAll("button.setup").forEach(setUpButton);
});
