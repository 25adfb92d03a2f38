import { decodeState, type ScoreRules, type SymbolState } from '@quantum/efficiency-score';
import { fieldsOf, parseNumber, SCORE_INPUTS, type ScoreInput } from '@quantum/redis-schemas';
import { closedOf, jsonOf } from './closed-json.js';
import { decideScore, type ScoreDecision } from './decide.js';
import { SCORE_ENTRY_FIELDS, SCORE_VERSION, scoreEntry, type PublishedScore, type ScoreMode } from './entry.js';

/** A recorded entry of the decision stream. */
export interface RecordedScore {
  symbol: string;
  policy: string;
  /** The entry closes a period. */
  closes: boolean;
  /** The state before it is known without the entries before it. */
  hasState: boolean;
  fields: Readonly<Record<string, string>>;
}

/** Reads an entry `[field, value, ...]`; undefined if it is none of ours, such as the platform's own P3.1's. */
export function parseRecordedScore(flat: readonly string[]): RecordedScore | undefined {
  const fields = fieldsOf(flat);
  if (fields['version'] !== SCORE_VERSION) return undefined;
  if (!SCORE_ENTRY_FIELDS.every((name, at) => flat[2 * at] === name)) return undefined;
  const { symbol = '', policy = '', closed = '', state = '' } = fields;
  return { symbol, policy, closes: closed !== '', hasState: closed !== '' || state !== '', fields };
}

/** Whether an entry says that a brain wrote it, of any version. */
export const isOfBrain = (flat: readonly string[]): boolean => /^brain_v\d+$/.test(fieldsOf(flat)['version'] ?? '');

const ofInputs = (flags: string, suffix: string): ScoreInput[] =>
  SCORE_INPUTS.filter((input) => flags.split(',').includes(`${input}${suffix}`));

/**
 * Replays a recorded score from its recorded inputs.
 * @param known state of the symbol after its last entry; not needed for an entry that has its state
 * @returns undefined if its inputs are unreadable
 */
export function replayScore(
  { symbol, fields, closes, hasState, policy }: RecordedScore,
  known: SymbolState | undefined,
  rules: ScoreRules,
): PublishedScore | undefined {
  const { closed = '', state = '', mode = '', stale_flags: flags = '' } = fields;
  const nowSec = parseNumber(fields['now']);
  const closing = closes ? closedOf(closed) : undefined;
  const before = state === '' ? undefined : decodeState(Object(jsonOf(state)) as Record<string, string>, rules);
  if (nowSec === undefined || (closes && closing === undefined) || before?.problem !== undefined) return undefined;
  const cycle = {
    nowSec,
    reservedUsd: parseNumber(fields['reserved_usd']),
    performance: parseNumber(fields['performance']),
    lastExecutionSec: parseNumber(fields['last_execution']),
  };
  const decision: ScoreDecision = decideScore(
    { symbol, before: hasState ? before?.state : known, closing, cycle },
    rules,
  );
  return {
    decision,
    mode: mode as ScoreMode,
    policy,
    missing: ofInputs(flags, '_MISSING'),
    stale: ofInputs(flags, '_STALE'),
    carriesState: state !== '',
  };
}

/** The entry that the brain would write, or undefined if it is the recorded one to the byte. */
export function scoreDifference(
  flat: readonly string[],
  replayed: PublishedScore | undefined,
  rules: ScoreRules,
): string[] | undefined {
  const expected = replayed ? scoreEntry(replayed, rules) : [];
  return expected.length > 0 && expected.every((text, at) => text === flat[at]) ? undefined : expected;
}
