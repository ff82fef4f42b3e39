// The lines of Python that reproduce the present setting, numbers in their parameters' colours.
import { h, plain, setRuns } from "../dom.js";

export function createCode(el, { data }) {
  const code = h("code", {});
  const said = h("span", { class: "lmmx-copied", role: "status" });
  const copy = h("button", { type: "button", class: "lmmx-button lmmx-copy", onclick: copyAll }, "Copy");
  el.append(h("div", { class: "lmmx-code" }, h("pre", {}, code), h("div", { class: "lmmx-codefoot" }, copy, said)));
  let key = "";

  async function copyAll() {
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = "Selected: copy with the keyboard.";
    }
    setTimeout(() => { said.textContent = ""; }, 2500);
  }

  function write(d) {
    const next = JSON.stringify([d.G, d.sigma2, d.hold, d.method, d.seed]);
    if (next === key) return;
    key = next;
    const num = (name, x) => [`lmmx-p lmmx-${name}`, plain(x)];
    const [g, q] = [d.G, d.G.length];
    const matrix = q === 1
      ? ["[[", num("G11", g[0][0]), "]]"]
      : ["[[", num("G11", g[0][0]), ", ", num("G12", g[0][1]), "], [", num("G12", g[1][0]), ", ", num("G22", g[1][1]), "]]"];
    const { start } = data;
    const rest = [
      d.hold !== start.hold ? `, hold="${d.hold}"` : "",
      d.method !== start.method ? `, method="${d.method}"` : "",
      d.seed !== start.seed ? `, seed=${d.seed}` : "",
      d.isPsd ? "" : ", allow_not_psd=True",
    ].join("");
    setRuns(code, [`${data.labels.code}\nexplorer = fit.explore()\nexplorer.move(G=`, ...matrix, ", sigma2=", num("sigma2", d.sigma2), `${rest})`]);
  }

  // Nobody reads code while a slider moves: it is written once the hand rests, and at once the first time.
  let waiting = 0;
  return (d) => {
    if (key === "") return write(d);
    clearTimeout(waiting);
    waiting = setTimeout(() => write(d), 120);
  };
}
