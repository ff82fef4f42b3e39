// What an explorer in a notebook leaves behind beside itself, for the day the notebook becomes a page. It imports
// nothing and is small, for each explorer brings it; the explorer's own program lies in the state the page holds.
const KIND = "application/vnd.jupyter.widget-";
const OURS = 'M["frame/revive.js"].revive'; // how that program ends, if it is an explorer's

const read = (kind) => [...document.querySelectorAll(`script[type="${KIND}${kind}+json"]`)].flatMap((element) => {
  try {
    return [[element, JSON.parse(element.textContent)]];
  } catch {
    return []; // somebody else's
  }
});

/** Start the explorers of which the page holds the state and an empty place; in a living notebook there are none. */
export function reviveAll() {
  const models = Object.assign({}, ...read("state").map(([, saved]) => saved.state));
  const modules = new Map();
  for (const [place, { model_id: id }] of read("view")) {
    const state = models[id]?.state;
    const program = state?._esm;
    if (!program?.includes(OURS)) continue;
    const el = place.parentElement;
    place.remove(); // so that no manager of widgets draws it a second time
    if (!modules.has(program)) {
      modules.set(program, import(URL.createObjectURL(new Blob([program], { type: "text/javascript" }))));
    }
    modules.get(program).then(
      (module) => module.default.revive(state, el),
      (error) => el.append(`This explorer cannot be shown here (${error.message}). Run its cell in a notebook.`),
    );
  }
}
