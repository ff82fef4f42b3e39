// What came of a prediction, judged by what the screen shows. Each answer says which readings it fits.

/** Does an answer agree with a reading { seen }? */
export const agrees = ({ fits }, { seen }) => fits.some((word) => seen.includes(word));

/**
 * judged(answers, prediction, chosen, reading) -> { right, saw, came }:
 *   right  the numbers of the answers that are right on every screen, or where there is none of those that agree
 *   saw    did the student see what the screen shows
 *   came   "true": it came true; "here": it holds on this screen and not on every one; "elsewhere": it holds in
 *          general and this screen does not show it; "false"
 */
export function judged(answers, prediction, chosen, reading) {
  const holding = answers.map((_, k) => k).filter((k) => agrees(answers[k], reading));
  const always = answers.map((_, k) => k).filter((k) => answers[k].right);
  const holds = holding.includes(prediction);
  const right = always.length ? always.includes(prediction) : holds;
  const came = holds ? (right ? "true" : "here") : right ? "elsewhere" : "false";
  return { right: always.length ? always : holding, saw: holding.includes(chosen), came };
}
