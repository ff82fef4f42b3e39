// Buttons that say something else once they were pressed: the second half of a double click is not meant for that.

const HALF = 350; // ms; whoever has read the new word takes longer

/** A button's `onclick` without the second press of a double click; the keyboard presses as often as it does. */
export function singly(press) {
  let last = -Infinity;
  return (event) => {
    const again = event.detail > 1 && event.timeStamp - last < HALF;
    last = event.timeStamp;
    if (!again) press(event);
  };
}
