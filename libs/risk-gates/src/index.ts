export * from './evaluate.js';
export * from './fresh.js';
export * from './gate.js';
export * from './gates.js';
export * from './size.js';
export { ALLOCATION_FRESH_SEC, bindingTargetUsd, positionUsd, signOf } from './gates/allocation-cap.js';
export { isIdAhead } from './gates/plan-age.js';
export { BUDGET_FRESH_SEC, VIOLATION_AGE_SEC } from './gates/portfolio-budget.js';
export * from './windows.js';
