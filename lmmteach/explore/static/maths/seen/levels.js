// Which level holds most of the variance, once pupils correlate as the question says.
import { covariances } from "../ideas/hierarchy.js";
import { seen, unseen } from "./said.js";

const [CLASS, SCHOOL, NEAR] = [0.4, 0.35, 0.015];

/** "school", "class" or "pupil". */
export function readLevels({ now: { dials } }) {
  const cov = covariances(dials);
  const [inClass, inSchool] = [cov.cell / cov.self, cov.school / cov.self];
  if (Math.abs(inClass - CLASS) > NEAR || Math.abs(inSchool - SCHOOL) > NEAR) {
    return unseen("Now two of one class correlate at ", inClass, ", two of one school at ", inSchool,
      ". Set 0.40 and 0.35, as the preset \u201cThe riddle\u201d does.");
  }
  const parts = { school: dials.school, class: dials.classroom, pupil: dials.pupil };
  const most = Object.keys(parts).reduce((best, name) => (parts[name] > parts[best] ? name : best));
  const share = (name) => `${Math.round((100 * parts[name]) / cov.self)} %`;
  const [schools, classes, pupils] = Object.keys(parts).map(share);
  return seen(most, `Schools hold ${schools} of the variance, classes ${classes}, pupils ${pupils}.`);
}
