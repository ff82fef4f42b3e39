"""The picture of the rooms: floors one above the other, arrows from each room down to those it is built on.

A room is a frame with its name; the filled part is as long as the room has lines.  Of the arrows only those are drawn
that no other way down implies.  An arrow that passes a floor shares its way with all others to the same room, and
boxes make place for it, so that no arrow runs through a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import rooms
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Line

from lmmteach.plots import INK, MUTED
from lmmteach.plots.style import MODEL, spread

# All in points, which are pixels of the page until it is narrower than the picture.
LETTERS = 10.5
EM = 0.6 * LETTERS  # a letter's width, generous: the page brings its own font
HIGH, BETWEEN = 23.0, 25.0  # a box, and the space below it that arrows have
APART, TRUNK = 10.0, 9.0  # between neighbours; the room that a passing arrow takes
MARGIN = 20.0  # the floors' numbers
SWEEPS = 12


class Item(NamedTuple):
    """What stands in a line: a room's box, or the place where arrows ``to`` a lower room pass."""

    to: str
    box: bool


class Place(NamedTuple):
    """Where an item stands: its middle, its line from above, its width."""

    x: float
    line: int
    width: float


Places = Mapping[tuple[Item, int], Place]
Steps = set[tuple[tuple[Item, int], tuple[Item, int]]]


def needed(graph: rooms.Graph) -> dict[str, set[str]]:
    """The arrows without those that other arrows imply, and without those inside a circle.

    >>> needed({"fit": {"search", "errors"}, "search": {"errors"}, "errors": set()})
    {'fit': {'search'}, 'search': {'errors'}, 'errors': set()}
    """
    floor = rooms.floors(graph)
    down = {name: {used for used in graph[name] if floor[used] < floor[name]} for name in graph}
    below = {name: {other for used in down[name] for other in rooms.reached(down)[used]} for name in graph}
    return {name: down[name] - below[name] for name in graph}


def widths(plan: Mapping[str, rooms.Room], width: float) -> tuple[dict[str, float], dict[str, float]]:
    """Each room's filled length, and its box's width: never narrower than its name."""
    longest = max(room.lines for room in plan.values())
    bars = {name: 0.6 * (width - MARGIN) * room.lines / longest for name, room in plan.items()}
    return bars, {name: max(bars[name], EM * len(name) + 12) for name in plan}


def lines_of(
    floors: Mapping[str, int], arrows: rooms.Graph, wide: Mapping[str, float], width: float
) -> list[list[str]]:
    """The rooms line by line, from the top; a floor too wide for one line takes several."""
    free = dict.fromkeys(floors.values(), width)
    while True:
        lines = [line for floor in sorted(free, reverse=True) for line in _wrapped(floors, floor, wide, free[floor])]
        full = [k for k, line in enumerate(lines) if _extent(line, k, lines, arrows, wide) > width and len(line) > 1]
        if not full:
            return lines
        free[floors[lines[full[0]][0]]] -= TRUNK


def _wrapped(floors: Mapping[str, int], floor: int, wide: Mapping[str, float], free: float) -> Iterator[list[str]]:
    line: list[str] = []
    for name in sorted((name for name in floors if floors[name] == floor), key=lambda name: (-wide[name], name)):
        if line and sum(wide[one] + APART for one in [*line, name]) > free:
            yield line
            line = []
        line.append(name)
    yield line


def _extent(line: list[str], k: int, lines: list[list[str]], arrows: rooms.Graph, wide: Mapping[str, float]) -> float:
    return sum(wide[name] + APART for name in line) + TRUNK * len(passing(k, lines, arrows))


def passing(k: int, lines: list[list[str]], arrows: rooms.Graph) -> list[str]:
    """The rooms below line ``k`` to which arrows from above it lead."""
    above = {name for line in lines[:k] for name in line}
    below = {name for line in lines[k + 1 :] for name in line}
    return sorted({used for name in above for used in arrows[name]} & below)


def steps_of(lines: list[list[str]], arrows: rooms.Graph) -> Steps:
    """The arrows cut at every line that they pass."""
    at = {name: k for k, line in enumerate(lines) for name in line}
    found: Steps = set()
    for name, used in arrows.items():
        for target in used:
            way = [(Item(name, True), at[name])]
            way += [(Item(target, False), k) for k in range(at[name] + 1, at[target])]
            way += [(Item(target, True), at[target])]
            found.update(pairwise(way))
    return found


def places_of(lines: list[list[str]], arrows: rooms.Graph, wide: Mapping[str, float], width: float) -> Places:
    """Where everything stands: near what it is joined to, and nothing over anything else."""
    steps = steps_of(lines, arrows)
    rows = [
        [(Item(name, True), k) for name in line] + [(Item(name, False), k) for name in passing(k, lines, arrows)]
        for k, line in enumerate(lines)
    ]
    span = {one: wide[one[0].to] + APART if one[0].box else TRUNK for row in rows for one in row}
    joined: dict[tuple[Item, int], list[tuple[Item, int]]] = {one: [] for one in span}
    for upper, lower in steps:
        joined[upper].append(lower)
        joined[lower].append(upper)
    x = dict.fromkeys(span, width / 2)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            near = {one: float(np.mean([x[other] for other in sorted(joined[one])] or [width / 2])) for one in row}
            row.sort(key=lambda one: (near[one], one))
            half = np.array([span[one] / 2 for one in row])
            offset = np.concatenate([[0.0], np.cumsum(half[:-1] + half[1:])])
            first = spread(np.array([near[one] for one in row]) - offset, 0.0)
            last = width - half[-1] - offset[-1]
            x.update(zip(row, np.clip(first, half[0], max(half[0], last)) + offset, strict=True))
    return {one: Place(float(x[one]), one[1], span[one] - (APART if one[0].box else 0.0)) for one in span}


def picture(package: Path, width: float) -> Figure:
    """The rooms of a package, ``width`` points wide."""
    plan, graph = rooms.rooms(package), rooms.room_graph(rooms.module_graph(package))
    arrows, floors = needed(graph), rooms.floors(graph)
    bars, wide = widths(plan, width)
    lines = lines_of(floors, arrows, wide, width - MARGIN)
    places = places_of(lines, arrows, wide, width - MARGIN)
    tall = len(lines) * (HIGH + BETWEEN) - BETWEEN + 4
    figure = plt.figure(figsize=(width / 72, tall / 72))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(-MARGIN, width - MARGIN), ylim=(tall - 2, -2))
    ax.axis("off")
    for step in sorted(steps_of(lines, arrows)):
        _arrow(ax, places, *step)
    turning = {name for circle in rooms.circles(graph) for name in circle}
    for one, place in places.items():
        if one[0].box:
            _box(ax, one[0].to, place, bars[one[0].to], one[0].to in turning)
    for k, line in enumerate(lines):
        if k == 0 or floors[line[0]] != floors[lines[k - 1][0]]:
            y = k * (HIGH + BETWEEN) + HIGH / 2
            ax.text(4 - MARGIN, y, str(floors[line[0]]), color=MUTED, fontsize=0.9 * LETTERS, va="center")
    plt.close(figure)
    return figure


def _box(ax: Axes, name: str, place: Place, bar: float, turning: bool) -> None:
    corner = (place.x - place.width / 2, place.line * (HIGH + BETWEEN))
    ax.add_patch(Rectangle(corner, bar, HIGH, facecolor=MODEL, alpha=0.22, linewidth=0))
    frame = Rectangle(
        corner, place.width, HIGH, fill=False, edgecolor=INK, linewidth=0.9, linestyle="--" if turning else "-"
    )
    ax.add_patch(frame)
    ax.text(place.x, corner[1] + HIGH / 2, name, color=INK, fontsize=LETTERS, ha="center", va="center")


def _arrow(ax: Axes, places: Places, upper: tuple[Item, int], lower: tuple[Item, int]) -> None:
    """One step of an arrow: a curve through the space below a line; straight on where it passes the next."""
    (x, line, _), (to, below, _) = places[upper], places[lower]
    y, end = line * (HIGH + BETWEEN) + HIGH, below * (HIGH + BETWEEN)
    head = end - 4 if lower[0].box else end
    middle = (y + head) / 2
    points = [(x, y), (x, middle), (to, middle), (to, head)]
    codes = [Line.MOVETO, Line.CURVE4, Line.CURVE4, Line.CURVE4]
    if not lower[0].box:
        points.append((to, end + HIGH))
        codes.append(Line.LINETO)
    ax.add_patch(PathPatch(Line(points, codes), fill=False, edgecolor=MUTED, linewidth=0.9))
    if lower[0].box:
        ax.add_patch(Polygon([(to - 3, head - 2), (to + 3, head - 2), (to, end)], color=MUTED, linewidth=0))
