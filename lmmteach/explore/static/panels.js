// What a view may declare. A new panel is one file and one line here; `simulates` says that its picture is of
// drawn subjects, so that the explorer offers new draws.
import { createCode } from "./panels/code.js";
import { createEquation } from "./panels/equation.js";
import { createLayers, createParts } from "./panels/layers.js";
import { createCorrelation, createCovariance } from "./panels/matrix.js";
import { createSd } from "./panels/sd.js";
import { createSpaghetti } from "./panels/spaghetti.js";

export const PANELS = {
  equation: { create: createEquation },
  covariance: { create: createCovariance },
  correlation: { create: createCorrelation },
  sd: { create: createSd },
  spaghetti: { create: createSpaghetti, simulates: true },
  layers: { create: createLayers, simulates: true },
  parts: { create: createParts },
  code: { create: createCode },
};
