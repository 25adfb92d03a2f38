import { encodeMemories, parseMemories, type GuardInput, type GuardMemories, type GuardResult } from '@quantum/rollout-guards'; // prettier-ignore
import { encodeRolloutState, parseRolloutState, type CycleEvent, type RolloutState } from '@quantum/rollout-plan';
import { fieldsOf, full, parseNumber } from '@quantum/redis-schemas';
import * as z from 'zod';
import { decodeAny, encodeAny } from './any-json.js';

/** Facts of a cycle, without what guards find. */
export type CycleFacts = Omit<CycleEvent, 'kind' | 'demand' | 'isClean'>;

/** A cycle that moved the state: all that its guards and the state machine judged by. One entry of the evidence. */
export interface Decision {
  /** Hash of the plan that runs. */
  readonly plan: string;
  readonly intervalSec: number;
  /** What the guards judged, and what they kept of the cycle before. */
  readonly input: GuardInput;
  readonly memories: GuardMemories;
  readonly facts: CycleFacts;
  /** The state before the cycle and after its commands, and the one that it led to. */
  readonly from: RolloutState;
  readonly to: RolloutState;
}

const VERSION = '1';
/** The kind of these entries. */
export const DECISION = 'decision';
const shown = z.boolean().optional();
const FactsSchema = z
  .strictObject({
    nowSec: z.number(),
    epoch: z.number().nullable(),
    hasLapsed: z.boolean(),
    policy: z.string().optional(),
    closedPeriods: z.number(),
    shown: z.strictObject({ non_inferior: shown, superior: shown }).transform((given) => ({ non_inferior: given.non_inferior, superior: given.superior })),
    approvedSec: z.number().optional(),
    isNextApproved: z.boolean(),
  })
  .transform((given): CycleFacts => ({ ...given, policy: given.policy, approvedSec: given.approvedSec })); // prettier-ignore

/** A decision as fields and values of the stream of the evidence. What the guards found is in the audit. */
export const decisionFields = ({ plan, intervalSec, input, memories, facts, from, to }: Decision): string[] => [
  'version', VERSION,
  'kind', DECISION,
  'plan', plan,
  'interval_sec', full(intervalSec),
  'input', encodeAny(input),
  'memories', encodeMemories(memories),
  'facts', encodeAny(facts),
  'from', encodeRolloutState(from),
  'to', encodeRolloutState(to),
]; // prettier-ignore

/**
 * Reads what `decisionFields` wrote; undefined for anything else. Inputs of guards are not looked into: guards take
 * what they do not understand as unknown, and the replay then differs.
 */
export function parseDecision(flat: readonly string[]): Decision | undefined {
  const fields: Record<string, string | undefined> = fieldsOf(flat);
  const text = (name: string): string => fields[name] ?? '';
  const [from, to] = [parseRolloutState(text('from')), parseRolloutState(text('to'))];
  const memories = parseMemories(text('memories'));
  const input = decodeAny(text('input'));
  const facts = FactsSchema.safeParse(decodeAny(text('facts'))).data;
  const intervalSec = parseNumber(text('interval_sec'));
  const isWhole = isObject(input) && facts && from && to && memories && intervalSec !== undefined;
  if (fields['version'] !== VERSION || fields['kind'] !== DECISION || !isWhole) return undefined;
  return { plan: text('plan'), intervalSec, input: input as GuardInput, memories, facts, from, to };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What guards found, as the audit keeps it. */
export const resultsText = (results: readonly GuardResult[]): string => JSON.stringify(results);
