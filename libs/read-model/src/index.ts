/**
 * The snapshot that demo, console and quantumctl render.
 *
 *     let model = newModel(services);
 *     model = foldCycle(model, readings);              // once a cycle; readings: `libs/read-model-source`
 *     const delta = deltaOf(before, model.snapshot);   // undefined: nothing to send
 *     const same = applyDelta(before, delta);          // in the browser
 */
export * from './snapshot/snapshot.js';
export * from './snapshot/services.js';
export * from './snapshot/symbols.js';
export * from './snapshot/decisions.js';
export * from './snapshot/rollout.js';
export * from './readings.js';
export { CYCLE_FIELDS, skippedField } from './fold/cycle.js';
export { SILENT_SEC } from './fold/services.js';
export * from './fold/model.js';
export * from './delta/delta.js';
export type { ListDelta } from './delta/list.js';
export * from './delta/wire.js';
export { short, tally, total, utc } from './words/format.js';
export { decisionSentence, explainDecision, type WordLine } from './words/decision.js';
export * from './words/symbol.js';
