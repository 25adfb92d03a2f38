import type { DecisionRecord } from '@quantum/redis-schemas';
import type { Candidate } from './candidate.js';
import type { DecisionSettings } from './decide.js';
import { encodeForeign } from './inputs/encode.js';

/** What records have in common whose plan no gate decided. */
const withoutGates = (
  { plan, entry }: Pick<Candidate, 'plan' | 'entry'>,
  nowSec: number,
  { limitsHash }: Pick<DecisionSettings, 'limitsHash'>,
): Omit<DecisionRecord, 'outcome' | 'reason' | 'inputs'> => ({
  v: 1,
  plan_id: plan.planId,
  symbol: plan.symbol,
  entry_id: entry.id,
  decided_at: nowSec,
  limits: limitsHash,
  gates: [],
});

/** The record of a plan that another governor permitted: its notional counts all the same. */
export const foreignRecord = (candidate: Candidate, nowSec: number, settings: DecisionSettings): DecisionRecord => ({
  ...withoutGates(candidate, nowSec, settings),
  outcome: 'foreign',
  reason: '',
  inputs: encodeForeign(candidate),
});

/** The record of an entry that was delivered too often: dead-lettering is its decision. */
export const deadLetterRecord = (
  planEntry: Pick<Candidate<{ id: string; deliveries: number }>, 'plan' | 'entry'>,
  nowSec: number,
  settings: Pick<DecisionSettings, 'limitsHash'>,
  error: string,
): DecisionRecord => ({
  ...withoutGates(planEntry, nowSec, settings),
  outcome: 'dead_letter',
  reason: 'max_deliveries',
  inputs: { deliveries: planEntry.entry.deliveries },
  error,
});
