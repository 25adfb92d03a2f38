export * from './plan/parse.js';
export * from './plan/plan.js';
export { planJsonSchema, type RolloutPlan, type StagePlan, REQUIREMENTS } from './plan/schema.js';
