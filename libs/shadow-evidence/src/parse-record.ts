import { PermitSchema, StandingRecordSchema, type DecisionRecord } from '@quantum/redis-schemas';
import { z } from 'zod';
import type { RecordingLine } from './recording.js';
import { Seen } from './seen.js';

/**
 * A standing record as far as it is read here; checking all of it costs more than deciding again. Replay compares the rest as
 * text, and looks for numbers and words among `inputs`, of which a JSON object is neither.
 */
const RecordSchema = StandingRecordSchema.extend({
  gates: z.custom<DecisionRecord['gates']>(Array.isArray),
  inputs: z.custom<DecisionRecord['inputs']>(
    (value) => isObject(value) && !Array.isArray(value) && !Object.values(value).some(isObject),
  ),
  permit: PermitSchema.pick({
    computed_notional: true,
    eff_action: true,
    eff_factor: true,
    extra_cooldown_sec: true,
    mode: true,
    policy: true,
  })
    .loose()
    .optional(),
});

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Reads a recorded decision record; undefined where it is no JSON or no record of a version that this program knows. Fields
 * that it does not know are kept, and all of them in their order.
 */
export function parseRecord(json: string): DecisionRecord | undefined {
  try {
    const value = JSON.parse(json) as unknown;
    return RecordSchema.safeParse(value).success ? (value as DecisionRecord) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the decisions of a recording, each once: a plan that was published again, or read again after a pause, has its one
 * record in several lines.
 */
export class Decisions {
  readonly #plans = new Seen();

  /** Undefined for another line, and for a decision of a plan that was read before. */
  read(line: RecordingLine): DecisionRecord | 'unreadable' | undefined {
    if (line.kind !== 'decision' || !this.#plans.isNew(line.plan_id)) return undefined;
    return parseRecord(line.json) ?? 'unreadable';
  }

  /** Whether the decision of a plan was read. */
  has(planId: string): boolean {
    return this.#plans.has(planId);
  }
}
