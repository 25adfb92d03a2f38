export * from './declared.js';
export * from './evaluate.js';
export {
  DEMANDS,
  GUARD_VERDICTS,
  type Demand,
  type Finding,
  type GuardLimit,
  type GuardVerdict,
  moreSevere,
} from './guard.js';
export { GUARDS } from './guards.js';
export { isFreshAge } from './guards/freshness.js';
export * from './input.js';
export * from './kept.js';
export * from './evidence/band.js';
export * from './evidence/e-process.js';
export * from './evidence/period.js';
export * from './evidence/verdict.js';
