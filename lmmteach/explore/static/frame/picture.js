// A panel as an SVG of its own: what stands on the page, box by box and line by line, with colours and fonts resolved.
// Controls are left out, a picture cannot be moved. Texts keep their widths where a font is missing.
import { plainColour } from "../kit/colours.js";
import { s, set } from "../kit/dom.js";

const LEFT_OUT = [
  ".lmmx-save", ".lmmx-sr", ".lmmx-handle", ".lmmx-pick", ".lmmx-segments", ".lmmx-codefoot", "button", "select",
  "input",
  ".lmmx-legenditem:has(.lmmx-keysign-pull)", // what a hand may do
].join();
const EDGE = 16;
const FOOT = 12; // size of the lines below, which say what setting and what data these are
const LEAST = 300; // pixels: narrower they would be a column of words
const TEXT = ["font-family", "font-size", "font-weight", "font-style", "letter-spacing", "font-variant-numeric"];
const STROKE = ["stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"];
const USUAL = {
  "stroke-width": "1px", "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter", opacity: "1",
  "font-style": "normal", "font-weight": "400", "letter-spacing": "normal", "font-variant-numeric": "normal",
  "text-anchor": "start", "paint-order": "normal", "shape-rendering": "auto",
};

/**
 * { svg, width, height, canvases }: the element of a panel's picture on its ground, its size, and the canvases on it as
 * [canvas, x, y, width, height]. `feet` are lines of text to stand below; `images`: with the canvases in it.
 */
export function pictureOf(panel, { ground, ink, muted, feet, title, images = true }) {
  const frame = panel.getBoundingClientRect();
  const seen = { left: 0, top: 0, right: frame.width, bottom: frame.height, canvases: [], images };
  const at = (box) => ({ x: box.left - frame.left, y: box.top - frame.top, w: box.width, h: box.height });
  const marks = s("g", {});
  draw(panel, marks, at, seen);
  const font = getComputedStyle(panel).fontFamily;
  const inner = Math.max(seen.right - seen.left, LEAST);
  const lines = feet.filter(Boolean).flatMap((text) => broken(text, `${FOOT}px ${font}`, inner));
  const [width, height] = [inner + 2 * EDGE, seen.bottom - seen.top + 2 * EDGE + 1.5 * FOOT * lines.length + FOOT];
  const [x, y] = [EDGE - seen.left, EDGE - seen.top];
  set(marks, { transform: `translate(${short(x)} ${short(y)})` });
  const foot = s("g", { "font-family": font, "font-size": FOOT, ...paint(muted) }, lines.map((text, k) =>
    s("text", { x: EDGE, y: short(height - EDGE - 1.5 * FOOT * (lines.length - 1 - k)) }, text)));
  const sheet = s("rect", { width: short(width), height: short(height), ...paint(ground) });
  const svg = s("svg", {
    width: short(width), height: short(height),
    viewBox: `0 0 ${short(width)} ${short(height)}`, ...paint(ink),
  }, s("title", {}, title), sheet, marks, foot);
  return { svg, width, height, canvases: seen.canvases.map(([one, a, b, w, h]) => [one, a + x, b + y, w, h]) };
}

const short = (x) => Number(x.toFixed(2));

function paint(colour, name = "fill") {
  const plain = plainColour(colour);
  if (!plain) return { [name]: "none" };
  return plain[1] < 1 ? { [name]: plain[0], [`${name}-opacity`]: plain[1] } : { [name]: plain[0] };
}

/** A text in lines no wider than that. */
function broken(text, font, width) {
  const c = pen();
  c.font = font;
  return text.split(" ").reduce((lines, word) => {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (lines[lines.length - 1] && c.measureText(longer).width > width) return [...lines, word];
    return [...lines.slice(0, -1), longer];
  }, [""]);
}

function reach(seen, { x, y, w, h }) {
  seen.left = Math.min(seen.left, x);
  seen.top = Math.min(seen.top, y);
  seen.right = Math.max(seen.right, x + w);
  seen.bottom = Math.max(seen.bottom, y + h);
}

/** An element and what is in it, appended to `into`. */
function draw(node, into, at, seen) {
  if (node.matches(LEFT_OUT)) return;
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return;
  const box = at(node.getBoundingClientRect());
  if (node.localName === "svg") return drawChart(node, into, box, seen);
  if (node.localName === "canvas") return drawCanvas(node, into, box, seen);
  let own = into;
  if (style.opacity !== "1") into.append(own = s("g", { opacity: style.opacity }));
  drawBox(style, own, box);
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) drawText(child, style, own, at, seen);
    else if (child.nodeType === Node.ELEMENT_NODE) draw(child, own, at, seen);
  }
}

/** Its ground and its borders. */
function drawBox(style, into, { x, y, w, h }) {
  if (!w && !h) return;
  const ground = plainColour(style.backgroundColor);
  if (ground) {
    const round = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, w / 2, h / 2);
    const rect = { x: short(x), y: short(y), width: short(w), height: short(h), rx: round || null };
    into.append(s("rect", { ...rect, ...paint(style.backgroundColor) }));
  }
  const sides = [["Top", 0, 0, w, 0], ["Bottom", 0, h, w, h], ["Left", 0, 0, 0, h], ["Right", w, 0, w, h]];
  for (const [side, x1, y1, x2, y2] of sides) {
    const width = Number.parseFloat(style[`border${side}Width`]);
    const kind = style[`border${side}Style`];
    if (!width || kind === "none" || !plainColour(style[`border${side}Color`])) continue;
    const shift = (side === "Top" || side === "Left" ? 0.5 : -0.5) * width;
    const [dx, dy] = x1 === x2 ? [shift, 0] : [0, shift];
    into.append(s("line", {
      x1: short(x + x1 + dx), y1: short(y + y1 + dy), x2: short(x + x2 + dx), y2: short(y + y2 + dy),
      "stroke-width": width, "stroke-dasharray": { dashed: "6 4", dotted: `${width} ${width}` }[kind] || null,
      ...paint(style[`border${side}Color`], "stroke"),
    }));
  }
}

/** A text, line by line as the page breaks it. */
function drawText(node, style, into, at, seen) {
  if (node.data.trim() === "") return;
  const range = document.createRange();
  const runs = [];
  for (let k = 0; k < node.data.length; k++) {
    range.setStart(node, k);
    range.setEnd(node, k + 1);
    const rect = range.getBoundingClientRect();
    if (!rect.width && !/\S/.test(node.data[k])) continue;
    const last = runs[runs.length - 1];
    if (last && Math.abs(last.top - rect.top) < 3 && rect.left >= last.right - 2) {
      last.text += node.data[k];
      last.right = Math.max(last.right, rect.right); // an accent over a letter has no width of its own
    } else runs.push({ text: node.data[k], left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom });
  }
  const [up, down] = ascents(style);
  for (const { text, left, right, top, bottom } of runs) {
    if (text.trim() === "") continue;
    const box = at({ left, top, width: right - left, height: bottom - top });
    reach(seen, box);
    const said = s("text", {
      x: short(box.x), y: short(box.y + (box.h - up - down) / 2 + up), "xml:space": "preserve",
      textLength: short(box.w), lengthAdjust: "spacingAndGlyphs", ...paint(style.color), ...fonts(style),
    }, text);
    into.append(said);
  }
}

let measured = null;
const pen = () => (measured ??= document.createElement("canvas").getContext("2d"));

/** How far a font reaches above and below its line. */
function ascents(style) {
  pen().font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen().measureText("x");
  const size = Number.parseFloat(style.fontSize);
  return Number.isFinite(up) ? [up, down] : [0.8 * size, 0.2 * size];
}

/** What a style says under these names, where it is not what a program assumes anyway. */
function said(style, names) {
  const out = {};
  for (const name of names) {
    const value = style.getPropertyValue(name);
    if (value && value !== USUAL[name]) out[name] = value;
  }
  return out;
}

/** A style's font; what is no attribute of an SVG stands in its style. */
function fonts(style) {
  const { "font-variant-numeric": figures, ...rest } = said(style, TEXT);
  return figures ? { ...rest, style: `font-variant-numeric:${figures}` } : rest;
}

/** A chart, each mark with its own look instead of a class. */
function drawChart(svg, into, box, seen) {
  reach(seen, box);
  const copy = resolved(svg);
  if (!copy) return;
  const size = { x: short(box.x), y: short(box.y), width: short(box.w), height: short(box.h) };
  const viewBox = svg.getAttribute("viewBox") || `0 0 ${size.width} ${size.height}`;
  set(copy, { ...size, viewBox, overflow: "visible" });
  into.append(copy);
}

const KEPT = /^(d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|points|transform|viewBox|id|clip-path)$/;

function resolved(node) {
  if (node.localName === "title") return null; // what a hand may do
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden") return null;
  const copy = s(node.localName, {});
  for (const { name, value } of node.attributes) if (KEPT.test(name)) copy.setAttribute(name, value);
  const shows = !/^(svg|g|defs|clipPath)$/.test(node.localName);
  const written = /^(text|tspan)$/.test(node.localName);
  set(copy, said(style, ["opacity"]));
  if (shows) {
    set(copy, { ...paint(style.fill), ...said(style, ["shape-rendering"]) });
    if (style.fillOpacity !== "1") set(copy, { "fill-opacity": style.fillOpacity });
    if (plainColour(style.stroke)) {
      set(copy, { ...paint(style.stroke, "stroke"), ...said(style, STROKE) });
      if (style.strokeOpacity !== "1") set(copy, { "stroke-opacity": style.strokeOpacity });
    }
  }
  if (written) set(copy, { ...fonts(style), ...said(style, ["text-anchor", "paint-order"]) });
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) copy.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE) copy.append(...[resolved(child)].filter(Boolean));
  }
  return copy;
}

function drawCanvas(canvas, into, box, seen) {
  reach(seen, box);
  seen.canvases.push([canvas, box.x, box.y, box.w, box.h]);
  if (!seen.images || !canvas.width || !canvas.height) return;
  into.append(s("image", {
    x: short(box.x), y: short(box.y), width: short(box.w), height: short(box.h), href: canvas.toDataURL("image/png"),
  }));
}
