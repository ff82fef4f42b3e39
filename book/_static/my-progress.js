// The page "My progress": what to review now, how far everything is, and forgetting it.
(() => {
  const MOST = 8;

  /** "today", "yesterday", "12 days ago", by the calendar. */
  function ago(when, now = Date.now()) {
    const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(when).setHours(0, 0, 0, 0)) / 86_400_000);
    return days < 1 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
  }

  function linked(href, words) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = words;
    return link;
  }

  const element = (name, ...children) => {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  };

  /** What an entry of the list of reviews is called, and where it is. */
  function named(item, listed) {
    if (item.kind === "checks") {
      return /^[\w.-]+#[\w-]+$/.test(item.id) ? [item.id, `Quick check: ${item.entry.words}`] : null;
    }
    const exercise = listed.find(({ id }) => id === item.id);
    return exercise?.href ? [exercise.href, `${exercise.id} ${exercise.title}`] : null;
  }

  function showReview(place, progress, listed) {
    const items = progress.review(progress.read()).map((item) => ({ ...item, names: named(item, listed) }));
    const known = items.filter((item) => item.names);
    if (!known.length) {
      const any = Object.values(progress.read()).some((part) => Object.keys(part).length);
      const text = any
        ? "Nothing now. What you have answered comes up again after a day, and then later and later."
        : "Nothing yet. Answer an exercise or a quick check in a lesson, and it comes up here when it is time.";
      return place.replaceChildren(element("p", text));
    }
    const list = element("ol");
    for (const { names, entry } of known.slice(0, MOST)) {
      const why = element("span", ` ${entry.missed ? "missed" : "right"}, ${ago(entry.last)}`);
      why.className = "progress-why";
      list.append(element("li", linked(...names), why));
    }
    const more = known.length > MOST ? [element("p", `And ${known.length - MOST} more.`)] : [];
    place.replaceChildren(list, ...more);
  }

  function showTable(place, progress, listed) {
    const { exercises } = progress.read();
    const rows = listed.map(({ id, title, href, page }) => {
      const entry = exercises[id];
      const state = entry?.passed ? "✓ solved" : entry?.attempts ? "tried" : page ? "" : "in the notebook";
      const hints = entry?.hints ? `, ${entry.hints} ${entry.hints === 1 ? "hint" : "hints"}` : "";
      const counts = entry?.attempts ? `${entry.attempts}${hints}` : "";
      const cells = [linked(href, `${id} ${title}`), state, counts, entry?.attempts ? ago(entry.last) : ""];
      return element("tr", ...cells.map((cell) => element("td", cell)));
    });
    place.querySelector("tbody").replaceChildren(...rows);
  }

  addEventListener("load", () => {
    const page = document.getElementById("progress-page");
    if (!page) return;
    const progress = globalThis.lmmteachProgress;
    const listed = JSON.parse(page.dataset.exercises);
    const part = (name) => page.querySelector(`.progress-${name}`);
    const forget = part("forget");
    const keeps = progress.keeps();
    part("nowhere").hidden = keeps;
    part("here").hidden = !keeps;

    function draw() {
      showReview(part("review"), progress, listed);
      showTable(part("table"), progress, listed);
    }

    let sure = false;
    forget.addEventListener("click", ({ detail }) => {
      if (detail > 1) return; // the second half of a double click is no second thought
      if (sure) progress.forget();
      const asked = "This cannot be undone. Press once more to forget everything.";
      part("forgotten").textContent = sure ? "Forgotten." : asked;
      sure = !sure;
      draw();
    });
    addEventListener("storage", draw); // another tab has written
    page.classList.add("is-live");
    draw();
  });
})();
