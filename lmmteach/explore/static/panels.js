// What a view may declare. A new panel is one file and one line here; `simulates` says that its picture is of
// drawn subjects, so that the explorer offers new draws.
import { createCode } from "./panels/code.js";
import { createEquation } from "./panels/equation.js";
import { createLayers, createParts } from "./panels/layers.js";
import { createConditional, createMoments } from "./panels/conditional.js";
import { createEstimates, createNumbers, createShrinkage } from "./panels/shrinkage.js";
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
  conditional: { create: createConditional, simulates: true },
  moments: { create: createMoments },
  shrinkage: { create: createShrinkage },
  estimates: { create: createEstimates },
  numbers: { create: createNumbers },
  code: { create: createCode },
};
