// What a view may declare. A new panel is a file in panels/, its import and its entry here, one line each (compose.py
// reads them line by line; a file may only use `import { a } from "../kit/x.js"` and `export function|const`).
//
// createMine(el, ctx) builds once and returns update(d, state), which only draws; it runs once a frame.
//   d        what maths/derive.js computed: d.G (1 x 1 or 2 x 2), d.sigma2, d.V, d.C, d.sd, d.deviance, the same of the
//            fit in d.fit, and of what the setting is compared with in d.ghost, by its d.ghost.name (the fit, or one
//            that was kept; drawn where d.showGhost), d.dials by name
//   ctx.data what Python sent (payload.py): labels, grid, curve, people, extra; ctx.act the moves; ctx.colour,
//            ctx.width
// `update.light(d, state)`, if there is one, shows what is looked at anywhere, state.selection = { pair: [s, t],
// subject, parameter }, and no more: it runs while a pointer passes and nothing moves. While a button's setting is on
// its way state.moving = { from, to, changed }.
// In kit/:
//   key.js      the line under a panel that says what its marks mean: each panel has one
//   lit.js      lets a pointer look at something, in every panel; lighting.js the same for a table of visits
//   grasp.js    a parameter in the hand, as far as its slider goes; pull.js a pointer that pulls, handle.js a knob,
//               scrub.js a printed number, grip.js an entry of V
//   chart.js    axes that fit their width; call spoken("...") with the picture in words for who cannot see it
//   dom.js      h and s make elements; set, setText, setRuns write only what changed
//   numbers.js  brief, three, fixed print numbers
//   tables.js   a table that scrolls in itself, visits against visits, arrow keys that choose a cell
//   dials.js    dialNamed, createPick: a dial of the view inside the panel
// Colours are classes: lmmx-G11, lmmx-G12, lmmx-G22, lmmx-sigma2; lmmx-p lmmx-num sets a number in one of them. Text
// that a test reads carries data-out="name" (out() in tests/browser/explorer_page.py). A style sheet of its own stands
// in style/ and is named in SHEETS of compose.py. `simulates`: its picture is of drawn subjects, so that the explorer
// offers new draws.
import { createResidual } from "../kit/residual.js";
import { createAnswer } from "../panels/answer.js";
import { createAsk } from "../panels/ask.js";
import { createBeta } from "../panels/beta.js";
import { createBias } from "../panels/bias.js";
import { createBlocks } from "../panels/blocks.js";
import { createBuild } from "../panels/build.js";
import { createCode } from "../panels/code.js";
import { createConditional } from "../panels/conditional.js";
import { createCourses } from "../panels/courses.js";
import { createDropout } from "../panels/dropout.js";
import { createEllipse } from "../panels/ellipse.js";
import { createEquation } from "../panels/equation.js";
import { createErrors } from "../panels/errors.js";
import { createEstimates } from "../panels/estimates.js";
import { createHill } from "../panels/hill.js";
import { createIcc } from "../panels/icc.js";
import { createIndividuals } from "../panels/individuals.js";
import { createLayers } from "../panels/layers.js";
import { createLeftcorr } from "../panels/leftcorr.js";
import { createLevels } from "../panels/levels.js";
import { createLines } from "../panels/lines.js";
import { createCorrelation, createCovariance } from "../panels/matrix.js";
import { createMoments } from "../panels/moments.js";
import { createNumbers } from "../panels/numbers.js";
import { createObserved } from "../panels/observed.js";
import { createOrigin } from "../panels/origin.js";
import { createPair } from "../panels/pair.js";
import { createParts } from "../panels/parts.js";
import { createPlans } from "../panels/plans.js";
import { createProfile } from "../panels/profile.js";
import { createRepeat } from "../panels/repeat.js";
import { createResiduals } from "../panels/residuals.js";
import { createRidge } from "../panels/ridge.js";
import { createSampleCorr, createSampleCov } from "../panels/sample.js";
import { createSd } from "../panels/sd.js";
import { createShrinkage } from "../panels/shrinkage.js";
import { createSpaghetti } from "../panels/spaghetti.js";
import { createStructures } from "../panels/structures.js";
import { createStudy } from "../panels/study.js";
import { createTally } from "../panels/tally.js";
import { createTrap } from "../panels/trap.js";
import { readCloser } from "../maths/seen/closer.js";
import { readDoubled } from "../maths/seen/doubled.js";
import { readEntries } from "../maths/seen/entries.js";
import { readErrors } from "../maths/seen/errors.js";
import { readEstimates } from "../maths/seen/estimates.js";
import { readLeaving } from "../maths/seen/leaving.js";
import { readLevels } from "../maths/seen/levels.js";
import { readLowest } from "../maths/seen/lowest.js";
import { readNeighbours } from "../maths/seen/neighbours.js";
import { readPairs } from "../maths/seen/pairs.js";
import { readRidge } from "../maths/seen/ridge.js";
import { readShape } from "../maths/seen/shape.js";
import { readShare } from "../maths/seen/share.js";
import { readShrunken } from "../maths/seen/shrunken.js";
import { readSpread } from "../maths/seen/spread.js";
import { readStraight } from "../maths/seen/straight.js";
import { readValid } from "../maths/seen/valid.js";
import { readZero } from "../maths/seen/zero.js";

export const PANELS = {
  // any fit: the model, V and the data
  equation: { create: createEquation },
  covariance: { create: createCovariance },
  correlation: { create: createCorrelation },
  sd: { create: createSd },
  spaghetti: { create: createSpaghetti, simulates: true },
  code: { create: createCode },
  // beside a dial or a prompt of lesson 3, 8, 9, 10, 11, 12 (gallery/layers.py, gallery/likelihood.py)
  layers: { create: createLayers, simulates: true },
  parts: { create: createParts },
  hill: { create: createHill },
  beta: { create: createBeta },
  answer: { create: createAnswer },
  courses: { create: createCourses },
  structures: { create: createStructures },
  profile: { create: createProfile },
  conditional: { create: createConditional, simulates: true },
  moments: { create: createMoments },
  shrinkage: { create: createShrinkage },
  estimates: { create: createEstimates },
  numbers: { create: createNumbers },
  // a random slope (gallery/lines.py)
  ellipse: { create: createEllipse, simulates: true },
  lines: { create: createLines, simulates: true },
  build: { create: createBuild },
  origin: { create: createOrigin, simulates: true },
  trap: { create: createTrap },
  ridge: { create: createRidge },
  // the data and their faults; icc a random intercept alone; bias, dropout, levels and blocks dials of their own
  // (gallery/data.py, gallery/made.py)
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
  // one study, and a thousand of them: the only panels that estimate (gallery/planning.py)
  repeat: { create: createRepeat, simulates: true },
  study: { create: createStudy },
  tally: { create: createTally },
  plans: { create: createPlans },
  // a question to the room (book/slides)
  ask: { create: createAsk },
  residuals: { create: createResiduals, simulates: true },
  leftcorr: { create: createLeftcorr },
};

// Mathematics that only some explorers carry: residual, where R is not sigma2 I (residual.py says which parts it has).
export const MATHS = {
  residual: { make: createResidual },
};

// What a question's verdict reads off the screen: read({ from, now, data }) -> { seen, tell } (maths/seen/said.js), the
// states before and after a move in hand. It travels with the panel that the question asks about.
export const SEEN = {
  entries: { read: readEntries, of: "covariance" },
  valid: { read: readValid, of: "covariance" },
  shape: { read: readShape, of: "sd" },
  spread: { read: readSpread, of: "conditional" },
  zero: { read: readZero, of: "origin" },
  ridge: { read: readRidge, of: "ridge" },
  pairs: { read: readPairs, of: "samplecorr" },
  errors: { read: readErrors, of: "errors" },
  share: { read: readShare, of: "icc" },
  leaving: { read: readLeaving, of: "bias" },
  levels: { read: readLevels, of: "blocks" },
  lowest: { read: readLowest, of: "profile" },
  estimates: { read: readEstimates, of: "beta" },
  shrunken: { read: readShrunken, of: "numbers" },
  straight: { read: readStraight, of: "residuals" },
  neighbours: { read: readNeighbours, of: "courses" },
  closer: { read: readCloser, of: "parts" },
  doubled: { read: readDoubled, of: "repeat" },
};
