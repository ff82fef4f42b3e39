// An explorer in print: what it shows, its question, where it stands, its panels as they are.

const hosts = (root) => [...root.querySelectorAll(".lmmx-host")].filter((host) => host.querySelector(".lmmx"));
const told = (host) => JSON.parse(host.querySelector('script[type="application/json"]').textContent);
const named = (panel) => panel.querySelector(".lmmx-title")?.textContent ?? panel.getAttribute("aria-label") ?? "";

// Each panel's place, so that it can be photographed, and the words that stand for the picture.
function markPanels() {
  const marked = [];
  hosts(document).forEach((host, h) => {
    host.querySelectorAll(".lmmx-panel").forEach((panel, k) => {
      if (!panel.getClientRects().length || panel.dataset.panel === "code") return;
      panel.dataset.still = `${h}-${k}`;
      marked.push({ id: `${h}-${k}`, width: Math.round(panel.getBoundingClientRect().width) });
    });
  });
  return marked;
}

function saidOf(panel) {
  const parts = [...panel.querySelectorAll('[role="img"][aria-label], svg[aria-label], canvas[aria-label]')];
  const lines = [...panel.querySelectorAll(".lmmx-made, .lmmx-eqline")].map((line) => line.textContent.trim());
  const words = [named(panel), ...parts.map((part) => part.getAttribute("aria-label")), ...lines];
  return [...new Set(words.filter(Boolean))].join(". ").replace(/\s+/g, " ").slice(0, 600);
}

// The prompt as a question of the page, its answers with the reasons; null where an explorer asks nothing.
function printedPrompt(host, id) {
  const { prompt } = told(host).view;
  if (!prompt) return [null, null];
  const box = question(id, ["Before you look on"], [make("p", "", prompt.question)],
    prompt.answers.map(({ text }) => [text]));
  const title = "Before you look on";
  const notes = prompt.answers.map(({ text, why, right }, k) => note(
    [make("strong", "", `${letter(k)}. ${text}`)], right, why ? [make("p", "", why)] : []));
  return [box, answer(id, title, notes)];
}

function standing(host, address) {
  const spans = [...host.querySelectorAll(".lmmx-paper > span")];
  const where = spans[0]?.textContent.trim() ?? "";
  const state = make("p", "explorer-state", where ? `${where.replace(/\.$/, "")}. ` : "");
  if (address) {
    const link = make("a", "", "Move it on a screen");
    link.href = address;
    state.append(link, ".");
  }
  return state.textContent ? state : null;
}

const words = (host, selector) => host.querySelector(selector)?.textContent.trim() ?? "";

function headOf(host, address) {
  const title = words(host, ".lmmx-heading h2") || told(host).view.title;
  const source = words(host, ".lmmx-source");
  return [make("p", "explorer-title", title), source ? make("p", "explorer-source", source) : null,
    standing(host, address)];
}

// As pictures, one a panel, for readers that know little of style sheets.
function asPictures(host, copy, id, pictures, address) {
  const [asked, answered] = printedPrompt(host, id);
  const box = make("div", "explorer", ...headOf(host, address), asked);
  for (const panel of host.querySelectorAll(".lmmx-panel")) {
    const code = panel.dataset.panel === "code" ? panel.querySelector("pre")?.textContent : null;
    if (code) box.append(make("p", "panel-title", "In Python"), make("pre", "", code.trim()));
    if (!pictures[panel.dataset.still]) continue;
    const { src, width } = pictures[panel.dataset.still];
    const image = make("img", "");
    Object.assign(image, { src, alt: saidOf(panel) });
    image.setAttribute("width", width);
    box.append(make("div", "panel", image));
  }
  copy.replaceWith(box);
  return answered;
}

// Canvases that lie one on the other as one picture on white: a fifth of what they would need apart.
function flattened(canvases) {
  const whole = make("canvas", "");
  Object.assign(whole, { width: canvases[0].width, height: canvases[0].height });
  const pen = whole.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, whole.width, whole.height);
  for (const canvas of canvases) {
    if (canvas.width && canvas.height) pen.drawImage(canvas, 0, 0, whole.width, whole.height);
  }
  return whole.toDataURL("image/jpeg", 0.92);
}

// As it is drawn, with canvases as pictures: letters and axes stay sharp, and words can be found.
function asDrawn(host, copy, id, address) {
  const [asked, answered] = printedPrompt(host, id);
  const drawn = [...host.querySelectorAll(".lmmx-canvas")];
  copy.querySelectorAll(".lmmx-canvas").forEach((frame, k) => {
    const image = make("img", "");
    image.alt = frame.querySelector("[aria-label]")?.getAttribute("aria-label") ?? "";
    image.src = flattened([...drawn[k].querySelectorAll("canvas")]);
    each(frame, "canvas", (canvas) => canvas.remove());
    frame.prepend(image);
  });
  const explorer = copy.querySelector(".lmmx");
  each(explorer, "script, .lmmx-console, .lmmx-header, .lmmx-paper, .lmmx-play, .lmmx-fallback", (one) => one.remove());
  each(explorer, "button, input, select", (one) => one.remove());
  each(explorer, "h2, h3", (heading) => {
    const line = make("p", heading.className, ...heading.childNodes);
    heading.replaceWith(line);
  });
  const box = make("div", "explorer", ...headOf(host, address), asked, explorer);
  copy.replaceWith(box);
  return answered;
}
