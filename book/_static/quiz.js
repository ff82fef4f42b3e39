// Quick checks and predictions: the page carries every answer's feedback, this shows the one that belongs.

// "12,5" and "−3" are numbers too.
const parse = (text) => Number(text.trim().replace(",", ".").replace("\u2212", "-") || NaN);

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
  // In a choice the note begins by repeating the answer, for readers without JavaScript; a verdict needs it, a check doesn't.
  for (const child of note?.children ?? []) place.append(child.cloneNode(true));
}

function chosen(form) {
  const picked = form.querySelector("input[type=radio]:checked");
  return picked && notesOf(form).find((note) => note.dataset.answer === picked.value);
}

function say(form, text) {
  show(form.querySelector(".quiz-say"), null, text);
}

function judgeChoice(form) {
  const note = chosen(form);
  if (!note) return say(form, "Choose one of the answers first.");
  show(form.querySelector(".quiz-say"), note, note.dataset.right === "true" ? "Right." : "Not quite.");
}

function judgeNumber(form) {
  const value = parse(form.querySelector("input").value);
  const digits = Number(form.dataset.digits);
  if (!Number.isFinite(value)) return say(form, "Type a number, such as 12.5.");
  // An answer counts if it rounds as asked; half a unit of slack for one rounded on the way.
  const near = (note) => Math.abs(Number(note.dataset.value) - value) <= 0.5 * 10 ** -digits + 1e-9;
  const notes = notesOf(form);
  const note = notes.find((n) => "value" in n.dataset && near(n)) ?? notes.find((n) => n.dataset.answer === "*");
  if (!note) return say(form, "Not quite. Try once more.");
  show(form.querySelector(".quiz-say"), note, note.dataset.right === "true" ? "Right." : "Not quite.");
}

function setUpPrediction(form) {
  const hidden = [...document.querySelectorAll(`.cell.tag_${CSS.escape(form.dataset.opens || "-")}`)];
  const verdicts = [...document.querySelectorAll(`.verdict[data-of="${CSS.escape(form.id)}"]`)];
  const curtains = hidden.map((cell) => {
    const curtain = document.createElement("p");
    curtain.className = "quiz-curtain";
    curtain.textContent = "The explorer opens here once your prediction is locked.";
    cell.before(curtain);
    cell.hidden = true;
    return curtain;
  });
  const open = (note, heading, words) => {
    for (const cell of hidden) cell.hidden = false;
    for (const curtain of curtains) curtain.remove();
    for (const control of form.querySelectorAll("input, button")) control.disabled = true;
    form.classList.add("is-locked");
    for (const verdict of verdicts) show(verdict, note, heading);
    say(form, words);
    window.dispatchEvent(new Event("resize")); // what was hidden can now measure itself
  };
  form.querySelector(".quiz-skip").addEventListener("click", () => {
    const right = notesOf(form).find((note) => note.dataset.right === "true");
    open(right, "What happens:", "No prediction made. The explorer is open below.");
  });
  return () => {
    const note = chosen(form);
    if (!note) return say(form, "Choose one of the answers first: a wrong guess teaches more than none.");
    const heading = note.dataset.right === "true" ? "You predicted it:" : "You predicted something else:";
    open(note, heading, "Locked. Now find out: the explorer is open below.");
  };
}

for (const form of document.querySelectorAll("form.quiz")) {
  form.classList.add("is-live");
  const judge = {
    choice: () => judgeChoice(form),
    number: () => judgeNumber(form),
    predict: form.dataset.quiz === "predict" ? setUpPrediction(form) : null,
  }[form.dataset.quiz];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    judge();
  });
  form.addEventListener("keydown", (event) => event.stopPropagation()); // the theme's shortcuts stay out of answers
}
