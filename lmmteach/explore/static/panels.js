// What a view may declare. A new panel is one file and one line here; `simulates` says that its picture is of
// drawn subjects, so that the explorer offers new draws.
import { createBuild } from "./panels/build.js";
import { createAnswer } from "./panels/answer.js";
import { createBeta } from "./panels/beta.js";
import { createCode } from "./panels/code.js";
import { createEllipse } from "./panels/ellipse.js";
import { createEquation } from "./panels/equation.js";
import { createHill } from "./panels/hill.js";
import { createLayers, createParts } from "./panels/layers.js";
import { createConditional, createMoments } from "./panels/conditional.js";
import { createEstimates, createNumbers, createShrinkage } from "./panels/shrinkage.js";
import { createLines } from "./panels/lines.js";
import { createOrigin } from "./panels/origin.js";
import { createRidge } from "./panels/ridge.js";
import { createTrap } from "./panels/trap.js";
import { createCorrelation, createCovariance } from "./panels/matrix.js";
import { createProfile } from "./panels/profile.js";
import { createDropout, createBias } from "./panels/dropout.js";
import { createBlocks, createLevels } from "./panels/hierarchy.js";
import { createIcc } from "./panels/icc.js";
import { createErrors, createIndividuals } from "./panels/individuals.js";
import { createObserved } from "./panels/observed.js";
import { createPair, createSampleCorr, createSampleCov } from "./panels/sample.js";
import { createLeftcorr, createResiduals } from "./panels/residuals.js";
import { createSd } from "./panels/sd.js";
import { createSpaghetti } from "./panels/spaghetti.js";
import { createStructures } from "./panels/structures.js";

export const PANELS = {
  equation: { create: createEquation },
  covariance: { create: createCovariance },
  correlation: { create: createCorrelation },
  sd: { create: createSd },
  spaghetti: { create: createSpaghetti, simulates: true },
  layers: { create: createLayers, simulates: true },
  parts: { create: createParts },
  hill: { create: createHill },
  beta: { create: createBeta },
  answer: { create: createAnswer },
  structures: { create: createStructures },
  profile: { create: createProfile },
  conditional: { create: createConditional, simulates: true },
  moments: { create: createMoments },
  shrinkage: { create: createShrinkage },
  estimates: { create: createEstimates },
  numbers: { create: createNumbers },
  ellipse: { create: createEllipse, simulates: true },
  lines: { create: createLines, simulates: true },
  build: { create: createBuild },
  origin: { create: createOrigin, simulates: true },
  trap: { create: createTrap },
  ridge: { create: createRidge },
  observed: { create: createObserved },
  samplecov: { create: createSampleCov },
  samplecorr: { create: createSampleCorr },
  pair: { create: createPair },
  individuals: { create: createIndividuals },
  errors: { create: createErrors },
  icc: { create: createIcc },
  dropout: { create: createDropout, simulates: true },
  bias: { create: createBias },
  levels: { create: createLevels, simulates: true },
  blocks: { create: createBlocks },
  residuals: { create: createResiduals, simulates: true },
  leftcorr: { create: createLeftcorr },
  code: { create: createCode },
};
