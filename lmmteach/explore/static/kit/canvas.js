// Small things drawn on a canvas by several panels.

/** Text on a strip of ground, so that it can be read over anything. */
export function writeOver(c, ctx, text, x, y, { colour = "ink", halo = 5 } = {}) {
  c.lineJoin = "round";
  c.lineWidth = halo;
  c.strokeStyle = ctx.colour("ground");
  c.strokeText(text, x, y);
  c.fillStyle = ctx.colour(colour);
  c.fillText(text, x, y);
}

/** A filled dot. */
export function dotAt(c, x, y, radius) {
  c.beginPath();
  c.arc(x, y, radius, 0, 6.3);
  c.fill();
}

/** One line through points, in pixels. */
export function lineThrough(c, points) {
  c.beginPath();
  points.forEach(([x, y], k) => (k ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.stroke();
}

/**
 * A pen one pixel of the screen wide: a browser draws such lines several times faster than wider ones, and a phone with
 * four pixels for one of the page's has two hundred to draw in a frame. What it lacks in width it has in strength.
 */
export function hairline(c, ctx, strength) {
  c.lineWidth = 1 / ctx.density();
  c.globalAlpha = Math.min((strength * (1 + ctx.density())) / 2, 0.9);
}
