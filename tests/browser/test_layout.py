"""The room there is: what the question asks about and what moves it share one screen, at every size; nothing jumps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 430, 680, 768, 1024, 1199, 1400, 1920, 2560)
HEIGHTS = (640, 800, 1080)
DRAGGED = ((360, 740), (1366, 768))
JUMP = 2  # px that what lies under a pointer may move
AFTER = 1_000  # ms after a drag in which it must not, either
FRAMES = """
  const frames = (left) => new Promise((done) => {
    const next = () => (left-- ? requestAnimationFrame(next) : done());
    next();
  });"""

#: asks the question anew, locks an answer, and says what is on the screen then
LOCKED = f"""async (asks) => {{{FRAMES}
  const host = document.querySelector('.lmmx-host');
  host.model.set('prediction', null);
  await frames(2);
  document.querySelector('.lmmx-answer input').click();
  const lock = document.querySelector('[data-action=lock]');
  lock.focus(); // as a finger, a mouse and a key do; click() alone does not
  lock.click();
  await frames(2);
  const share = (node) => {{
    const {{ top, bottom, height }} = node.getBoundingClientRect();
    const covered = document.querySelector('.lmmx-inhand .lmmx-bar')?.getBoundingClientRect().bottom ?? 0;
    const sheet = node.closest('.lmmx-panel') && document.querySelector('.lmmx-inhand .lmmx-watch:not([hidden])');
    const foot = sheet ? sheet.closest('.lmmx-play').getBoundingClientRect().top : innerHeight;
    const seen = Math.min(bottom, innerHeight, foot > top ? foot : innerHeight)
      - Math.max(top, node.closest('.lmmx-bar') ? 0 : covered);
    return [Math.round(seen), Math.round(height)];
  }};
  const whole = (node) => share(node)[0] >= share(node)[1];
  const asked = document.querySelector(`[data-panel="${{asks}}"]`);
  return {{
    wide: document.documentElement.scrollWidth - innerWidth,
    asked: asked && share(asked),
    control: document.activeElement.matches('.lmmx *') && share(document.activeElement),
    unseen: [...document.querySelectorAll('.lmmx-saw')].filter((node) => !whole(node)).length,
  }};
}}"""
#: remembers where everything stands that a drag of a slider has no business to move
WATCH = """() => {
  const parts = '[data-panel], .lmmx-row, .lmmx-button, .lmmx-play, .lmmx-svg, canvas, .lmmx-table, .lmmx-select';
  const all = [...document.querySelectorAll('.lmmx')].flatMap((root) => [...root.querySelectorAll(parts)]);
  const base = all.filter((node) => node.getClientRects().length).map((node) => [node, node.getBoundingClientRect()]);
  window.jumped = (limit) => base.map(([node, was]) => {
    const now = node.getBoundingClientRect();
    const far = Math.max(Math.abs(now.left - was.left), Math.abs(now.top - was.top));
    const kind = node.closest('[data-panel]')?.dataset.panel ?? '';
    return [Math.round(far), `${kind} ${node.className.baseVal ?? node.className}`];
  }).filter(([far]) => far > limit);
}"""
#: every slider from end to end, and where it stood; what jumped, slider by slider
SWEEP = f"""async (limit) => {{{FRAMES}
  const out = [];
  for (const slider of document.querySelectorAll('.lmmx input[type=range]')) {{
    const [start, low, high] = [slider.value, Number(slider.min), Number(slider.max)];
    for (const to of [low, low + 0.3 * (high - low), high, start]) {{
      slider.value = to;
      slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
      await frames(2); // what is off the screen is drawn in the second
      out.push(...jumped(limit).slice(0, 3).map((one) => [slider.dataset.param, to, ...one].join(' ')));
    }}
  }}
  return out;
}}"""


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("layout")
    parallel = lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 | id)", lmmteach.load_framingham())
    for name, view in VIEWS.items():
        fit = parallel if name == "random intercept" else framingham if view.needs_fit else None
        explore(fit, name).save(where / f"{name}.html")
    return where


@pytest.mark.parametrize("name", VIEWS)
def test_the_question_and_its_control_share_the_screen_at_every_size(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    faults = []
    for width in WIDTHS:
        for height in HEIGHTS:
            page.set_viewport_size({"width": width, "height": height})
            seen = page.evaluate(LOCKED, VIEWS[name].prompt.asks)
            assert seen["asked"], "the panel that is asked about was not found"
            shown, whole = seen["asked"]
            if seen["wide"] > 0:
                faults.append(f"{width} x {height}: {seen['wide']} px too wide")
            if shown < min(whole, 0.4 * height):
                faults.append(f"{width} x {height}: {shown} of {whole} px of the panel")
            if 360 <= width <= 430 and height >= 800 and seen["unseen"]:
                faults.append(f"{width} x {height}: {seen['unseen']} of the answers to what was seen are not in sight")
            if not seen["control"] or seen["control"][0] < 0.9 * min(seen["control"][1], 0.4 * height):
                faults.append(f"{width} x {height}: the control is not on the screen: {seen['control']}")
    assert not faults, "\n".join(faults)


def named_slider(page: Any) -> Any:
    """The slider the hand was led to; in a hand another row may have been chosen: then the list's first slider."""
    sliders = page.locator(".lmmx input[type=range]")
    if sliders.locator("visible=true").count() == 0:
        page.locator(".lmmx-chooser").click()
        page.locator(f"[data-chip='{sliders.first.get_attribute('data-param')}']").click()
    return sliders.locator("visible=true").first


@pytest.mark.parametrize("name", [name for name, view in VIEWS.items() if view.free])
def test_nothing_jumps_while_a_slider_is_dragged(page: Any, folder: Path, name: str) -> None:
    """By the pointer, and until a second after; then every slider of the view from end to end."""
    page.goto((folder / f"{name}.html").as_uri())
    for width, height in DRAGGED:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(LOCKED, VIEWS[name].prompt.asks)
        slider = named_slider(page)
        slider.scroll_into_view_if_needed()
        before = slider.input_value()
        box = slider.bounding_box()
        page.evaluate(WATCH)
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 0.5 * box["width"], y)
        page.mouse.down()
        jumps = []
        for share in (0.3, 0.01, 0.99, 0.6):
            page.mouse.move(box["x"] + share * box["width"], y, steps=2)
            jumps += page.evaluate(f"() => jumped({JUMP})")
        page.mouse.up()
        assert slider.input_value() != before, "the drag moved nothing"
        page.wait_for_timeout(AFTER)
        jumps += page.evaluate(f"() => jumped({JUMP})")
        jumps += page.evaluate(SWEEP, JUMP)
        assert not jumps, f"{width} x {height}: {jumps[:12]}"
