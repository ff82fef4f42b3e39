// A computed colour, whatever it is written in, as what every program that opens an SVG understands.

const known = new Map();
let asked = null;

/** [colour as #rrggbb, its opacity]; null for a colour that shows nothing. */
export function plainColour(text) {
  if (!known.has(text)) known.set(text, read(text));
  return known.get(text);
}

function read(text) {
  if (!text || text === "none" || text === "transparent") return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  asked ??= canvas.getContext("2d", { willReadFrequently: true });
  asked.clearRect(0, 0, 1, 1);
  asked.fillStyle = "#000";
  asked.fillStyle = text;
  asked.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = asked.getImageData(0, 0, 1, 1).data;
  if (a === 0) return null;
  return [`#${[r, g, b].map((x) => x.toString(16).padStart(2, "0")).join("")}`, Number((a / 255).toFixed(3))];
}
