// Pupils in classes in schools, or schools crossed with districts: scores from fixed draws, the covariance of any two.
import { standardNormals } from "../draws.js";

export const SCHOOLS = 3;
export const CLASSES = 3;
export const PUPILS = 8;

/** { school: levels, cell: levels of each class, y: scores, class after class }; always the same draws. */
export function scores(seed, { school, classroom, pupil, design }) {
  const cells = SCHOOLS * CLASSES;
  const z = standardNormals(seed, SCHOOLS + cells + cells * PUPILS);
  const schools = Array.from({ length: SCHOOLS }, (_, k) => Math.sqrt(school) * z[k]);
  // Crossed: the second factor's levels are the same in every school.
  const own = (k) => Math.sqrt(classroom) * z[SCHOOLS + (design === "crossed" ? k % CLASSES : k)];
  const cell = Array.from({ length: cells }, (_, k) => schools[Math.floor(k / CLASSES)] + own(k));
  const e = (k, j) => Math.sqrt(pupil) * z[SCHOOLS + cells + k * PUPILS + j];
  const y = cell.flatMap((level, k) => Array.from({ length: PUPILS }, (_, j) => level + e(k, j)));
  return { school: schools, cell, y };
}

/** What two pupils are to one another, by their cells: "self", "cell", "school", "district" (if crossed) or "none". */
export function relation(i, j, cellOf, design) {
  if (i === j) return "self";
  const [a, b] = [cellOf(i), cellOf(j)];
  if (a === b) return "cell";
  if (Math.floor(a / CLASSES) === Math.floor(b / CLASSES)) return "school";
  return design === "crossed" && a % CLASSES === b % CLASSES ? "district" : "none";
}

/** The covariance of each relation. */
export function covariances({ school, classroom, pupil }) {
  return { self: school + classroom + pupil, cell: school + classroom, school, district: classroom, none: 0 };
}
