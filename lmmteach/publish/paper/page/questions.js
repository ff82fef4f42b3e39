// Questions in print: numbered, with room for an answer; the answers stand at the page's end, each linked to the other.

const letter = (position) => String.fromCharCode(65 + position);
const question = (id, title, stem, choices) => {
  const list = choices.length ? make("ol", "choices") : null;
  choices.forEach((choice) => list.append(make("li", "", ...choice)));
  const link = make("a", "", "Answer");
  link.href = `#${id}-answer`;
  const box = make("div", "question", make("p", "question-title", ...title), make("div", "question-stem", ...stem),
    list, make("p", "to-answer", link));
  box.id = id;
  return box;
};
const answer = (id, title, notes) => {
  const link = make("a", "", title);
  link.href = `#${id}`;
  const box = make("div", "answer", make("p", "answer-title", link), ...notes);
  box.id = `${id}-answer`;
  return box;
};
const note = (head, right, reason) => make(
  "div", right ? "note right" : "note", make("p", "note-head", ...head, right ? " ✓" : ""), ...reason,
);

// A quick check; `count` is its number on the page.
function printedQuiz(form, count) {
  const number = form.dataset.quiz === "number";
  const title = `Quick check ${count}`;
  const said = inside(form.querySelector(".quiz-title"));
  said[0] = said[0]?.textContent.startsWith("Quick check") ? said[0] : null;
  const rest = form.querySelector(".quiz-title").textContent.replace(/^Quick check/, "");
  const lesson = form.querySelector(".quiz-title a")?.cloneNode(true);
  const head = lesson ? [`${title} · from `, lesson] : [title + rest];
  const choices = [...form.querySelectorAll(".quiz-words")].map((words) => inside(words));
  const unit = form.querySelector(".quiz-unit")?.textContent.trim() ?? "";
  const stem = inside(form.querySelector(".quiz-ask"));
  if (number) stem.push(make("p", "blank", "Your answer: ", make("span", "rule"), unit ? ` ${unit}` : ""));
  const notes = [...form.querySelectorAll(".quiz-note")].map((told, k) => {
    const right = told.dataset.right === "true";
    if (!number) {
      const echo = told.querySelector(".quiz-echo");
      const words = echo ? inside(echo.querySelector("strong") ?? echo) : [];
      return note([make("strong", "", `${letter(k)}. `, ...words)], right, inside(told, ".quiz-echo"));
    }
    const value = told.dataset.value?.replace("-", "−");
    const shown = value === undefined ? "Another number" : [value, unit].filter(Boolean).join("\u00a0");
    return note([make("strong", "", shown)], right, inside(told));
  });
  return [question(form.id, head, stem, choices), answer(form.id, title, notes)];
}

// All of a page's quick checks, in place; returns the answers.
function printQuizzes(root) {
  return [...root.querySelectorAll("form.quiz")].map((form, k) => {
    const [asked, told] = printedQuiz(form, k + 1);
    form.replaceWith(asked);
    return told;
  });
}

// An exercise with a form: its text and its numbers; the solution is never in a page.
function printExercises(root) {
  each(root, ".exercises-lead", (lead) => {
    lead.textContent = "The same by hand, to numbers that everybody has. The book on a screen checks the answer:";
  });
  each(root, "details.exercise", (folded) => {
    const id = folded.querySelector(".exercise-id")?.textContent ?? "";
    const title = inside(folded.querySelector("summary"), ".exercise-id", ".exercise-here", ".exercise-state");
    const box = make("div", "question exercise", make("p", "question-title", `Exercise ${id} · `,
      ...title.map((part) => part.textContent.trim())));
    box.append(...inside(folded, "summary", "form", ".quiz-say"));
    box.id = folded.id;
    folded.replaceWith(box);
  });
  each(root, ".exercises-kept", (kept) => kept.remove());
  each(root, "button.setup", (button) => {
    const setting = (button.getAttribute("aria-label") ?? "").replace(/^Set it up: /, "");
    button.replaceWith(make("span", "setting", "Set the explorer to ", make("code", "", setting), "."));
  });
}
