// A pen over a slide or an explorer: strokes on a sheet of glass, which lets everything through while the pen is down.
import { h } from "./dom.js";

// width in thousandths of the screen's width; the marker lets what it marks be read
const PENS = [
  { name: "red", colour: "#c2185b", width: 3.2, alpha: 1 },
  { name: "grey", colour: "#6d717b", width: 3.2, alpha: 1 },
  { name: "marker", colour: "#e6b800", width: 16, alpha: 0.38 },
];

/**
 * { glass, tools, button, on(), turn(on), show(sheet) }: the canvas and the tools to put into the page, the switch, and
 * which sheet is written on: each keeps its strokes. `changed(on)` is called when the pen is taken up or laid down.
 */
export function createPen({ changed = () => {} } = {}) {
  const glass = h("canvas", { class: "lmmx-glass", "aria-hidden": "true" });
  const sheets = new Map();
  let [sheet, on, pen, stroke] = ["", false, PENS[0], null];
  const strokes = () => sheets.get(sheet) || [];
  const draw = () => redraw(glass, strokes());
  const keep = (some) => {
    sheets.set(sheet, some);
    draw();
  };
  const button = h("button", {
    type: "button", class: "lmmx-tool", "data-action": "pen", "aria-pressed": "false", "aria-keyshortcuts": "d",
    onclick: () => turn(!on),
  }, "Pen");
  const picks = PENS.map((one) => h("button", {
    type: "button", class: "lmmx-tool lmmx-ink", "data-pen": one.name, "aria-label": `${one.name} pen`,
    "aria-pressed": String(one === pen), style: `--ink-colour:${one.colour}`, onclick: () => take(one),
  }));
  const tool = (name, text, click) =>
    h("button", { type: "button", class: "lmmx-tool", "data-action": name, onclick: click }, text);
  const tools = h("span", { class: "lmmx-pentools", role: "group", "aria-label": "Pen", hidden: true }, picks,
    tool("pen-back", "Take back", () => keep(strokes().slice(0, -1))), tool("pen-clear", "Clear", () => keep([])));

  function take(one) {
    pen = one;
    picks.forEach((pick, k) => pick.setAttribute("aria-pressed", String(PENS[k] === pen)));
  }
  function turn(next) {
    on = next;
    stroke = null;
    glass.classList.toggle("lmmx-writing", on);
    button.setAttribute("aria-pressed", String(on));
    tools.hidden = !on;
    draw();
    changed(on);
  }
  // The glass covers the window: shares of it are the same on every screen and at every magnification.
  const place = (event) => [event.clientX / innerWidth, event.clientY / innerHeight];
  glass.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    glass.setPointerCapture(event.pointerId);
    stroke = { pen, points: [place(event)] };
    keep([...strokes(), stroke]);
    event.preventDefault();
  });
  glass.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    stroke.points.push(...(all.length ? all : [event]).map(place));
    draw();
  });
  glass.addEventListener("lostpointercapture", () => { stroke = null; });
  addEventListener("resize", draw);
  return {
    glass, tools, button, turn,
    on: () => on,
    count: () => strokes().length,
    show(next) {
      sheet = next;
      draw();
    },
    stop: () => removeEventListener("resize", draw),
  };
}

/** All strokes of a sheet, as sharp as the screen. */
function redraw(glass, strokes) {
  const density = window.devicePixelRatio || 1;
  const [width, height] = [innerWidth, innerHeight].map((x) => Math.round(x * density));
  glass.hidden = strokes.length === 0 && !glass.classList.contains("lmmx-writing");
  if (glass.width !== width) glass.width = width;
  if (glass.height !== height) glass.height = height;
  const c = glass.getContext("2d");
  c.clearRect(0, 0, width, height);
  c.lineCap = c.lineJoin = "round";
  for (const { pen, points } of strokes) {
    c.globalAlpha = pen.alpha;
    c.strokeStyle = pen.colour;
    c.lineWidth = (pen.width / 1000) * width;
    c.beginPath();
    points.forEach(([x, y], k) => (k ? c.lineTo(x * width, y * height) : c.moveTo(x * width, y * height)));
    if (points.length === 1) c.lineTo(points[0][0] * width, points[0][1] * height);
    c.stroke();
  }
}
