export * from './plan/parse.js';
export * from './plan/plan.js';
export { planJsonSchema, type RolloutPlan, type StagePlan, REQUIREMENTS } from './plan/schema.js';
export { isAtFullBlend } from './state/clocks.js';
export * from './state/event.js';
export * from './state/multiplier.js';
export * from './state/next.js';
export * from './state/state.js';
export { MOVES, type Move } from './state/table.js';
