export type { CapitalPressure } from './capital-pressure.js';
export * from './close-period.js';
export { type Boundary, type Fill, type Measure, type PeriodFlow } from './measure.js';
export * from './parameters.js';
export { periodEndSec, periodOf, periodStartSec } from './period.js';
export { createRules, type ScoreRules } from './rules.js';
export * from './score-symbol.js';
export type { LastMeasured, Moments, P31State, SymbolState } from './state.js';
export * from './state-codec.js';
