// Predict first: nothing moves before the prediction is locked or declined.

/** May nothing be moved yet, because the explorer still waits for a prediction? */
export function waiting(ctx, state) {
  const { view, chrome } = ctx.data;
  return chrome !== false && view.prompt !== null && state.prediction === null;
}
