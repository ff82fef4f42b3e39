// While a hand moves, only what is on the screen is drawn. On a phone that is one panel of six; the others follow when
// the hand rests, or when they come into sight.

const REST = 120; // ms without a move, of a finger that is still down

/** inSight(el, update) -> an update that waits while `el` is off the screen; where nobody can tell, none does. */
export function createSight(ctx) {
  const watched = new Map();
  const { root } = ctx;
  const catchUp = () => {
    if (far) observer.unobserve(root);
    root.toggleAttribute("data-undrawn", far = false);
    for (const one of watched.values()) one.catchUp();
  };
  let [asked, later, drawn, at, held, far] = [0, 0, null, 0];
  const observer = typeof IntersectionObserver === "undefined" ? null : new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const one = watched.get(target) ?? { catchUp };
      one.seen = isIntersecting;
      if (isIntersecting) one.catchUp();
    }
  }, { rootMargin: "160px 0px" });
  /** Draw what was left out, at once: for paper everything is in sight. */
  ctx.catchUp = catchUp;
  const down = () => { held = true; };
  const up = () => { if (held) ask(); held = false; };
  root.addEventListener("pointerdown", down, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, up, true);
  ctx.atEnd(() => {
    observer?.disconnect();
    watched.clear();
    cancelAnimationFrame(asked);
    clearTimeout(later);
    for (const end of ["pointerup", "pointercancel"]) removeEventListener(end, up, true);
  });

  /** A page that opens is read from its top: what is far below is drawn after it, in idle moments. */
  ctx.begin = () => {
    ctx.begin = null;
    const opens = root.closest("[data-opens]");
    if (!opens || root.getBoundingClientRect().top < innerHeight + 160) return;
    root.toggleAttribute("data-undrawn", far = true);
    observer.observe(root);
    const seen = new MutationObserver(soon);
    ctx.atEnd(() => seen.disconnect());
    seen.observe(opens, { attributeFilter: ["data-opens"] });
  };
  const soon = () => requestIdleCallback(some);
  /** A panel after the other, as long as nobody waits. */
  function some(idle) {
    root.dataset.undrawn = 1; // no longer hidden, and not yet drawn to its last panel
    for (const one of watched.values()) {
      if (idle.timeRemaining() < 3) return soon();
      one.catchUp();
    }
    catchUp();
  }
  function ask() {
    if (!asked) asked = requestAnimationFrame(rest);
  }
  /** The moves of a frame are taken before this: one that is still to be drawn asks again by itself. */
  function rest() {
    asked = 0;
    clearTimeout(later);
    const left = held ? REST - (performance.now() - at) : 0;
    if (left > 0) later = setTimeout(ask, left);
    else if (ctx.now() === drawn) catchUp();
  }
  return (el, update) => {
    let missed = null;
    const one = {
      seen: true,
      catchUp() {
        if (missed === null) return;
        const now = missed;
        missed = null;
        update(...now);
      },
    };
    watched.set(el, one);
    observer?.observe(el);
    const seen = (...now) => {
      [drawn, at, missed] = [ctx.now(), performance.now(), now];
      if (far) return;
      if (one.seen) one.catchUp();
      else if (!now[1].moving) ask(); // what is on its way is drawn there once it has arrived
    };
    return Object.assign(seen, { light: update.light && ((...now) => far || update.light(...now)) });
  };
}
