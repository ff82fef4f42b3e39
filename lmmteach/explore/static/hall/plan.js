// The lecture's plan: how many minutes each part has, and how far from it the clock is.

/** Where each part begins and ends, in seconds: parts are [{ title, minutes: { "90": 8, "50": 5 } }, ...]. */
export function scheduleOf(parts, length) {
  let at = 0;
  return parts.map(({ title, minutes }) => {
    const from = at;
    at += 60 * (minutes[length] || 0);
    return { title, from, to: at };
  });
}

/** The lengths of lecture that a plan knows, the longest first. */
export const lengthsOf = (parts) =>
  [...new Set(parts.flatMap(({ minutes }) => Object.keys(minutes)))].sort((a, b) => b - a);

/** Seconds behind the plan (negative: ahead of it) in part k, so many seconds after the start; 0 within its time. */
export function behind(schedule, k, seconds) {
  if (!schedule[k]) return 0;
  const { from, to } = schedule[k];
  return seconds > to ? seconds - to : seconds < from ? seconds - from : 0;
}

/** "1:02:09", "4:05". */
export function clock(seconds) {
  const all = Math.max(Math.floor(seconds), 0);
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (x) => String(x).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** What the clock says of the plan, in words. */
export function standing(seconds) {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (minutes === 0) return "On time";
  return `${minutes} ${minutes === 1 ? "minute" : "minutes"} ${seconds > 0 ? "behind" : "ahead"}`;
}
