import { describe, expect, it } from '@jest/globals';
import { decideAgain, recordJson } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { parseRecord } from './parse-record.js';
import { policy } from './policy.test-support.js';
import { otherText } from './record-text.js';
import { INPUTS, recordWith } from '@quantum/test-fixtures';
import { Replayer } from './replayer.js';
import { sameAgain } from './same-again.js';

const LIMITS = policy.hashes.limits;
const permit = { mode: policy.governor.applyMode, policy: policy.hashes.hint } as NonNullable<DecisionRecord['permit']>;
const find: Parameters<typeof sameAgain>[1] = (limits, hint, applyMode) =>
  limits === LIMITS && (hint === undefined || hint === policy.hashes.hint)
    ? { ...policy.governor, applyMode }
    : undefined;

function recordOf(changes: DecisionRecord['inputs'] = {}): DecisionRecord {
  const again = decideAgain(recordWith({ ...INPUTS, ...changes }, { limits: LIMITS, permit }), policy.governor);
  if (again.kind !== 'decided') throw new Error(again.kind);
  return again.record;
}

const permitted = recordOf();
const refused = recordOf({ kill_score: 0.9 });
const records: DecisionRecord[] = [
  permitted,
  refused,
  recordOf({ exec_count_hour: 99 }),
  recordOf({ action: '"],\\é', closing: true }),
];
/** The order of the governor's fields. */
const ORDER = ['v', 'plan_id', 'symbol', 'entry_id', 'decided_at', 'outcome', 'reason', 'limits', 'inputs', 'block', 'gates', 'permit'] as const; // prettier-ignore
const textOf = (record: object): string => recordJson(record as DecisionRecord, ORDER);

/** What reading the whole record says. */
function sameInFull(json: string): boolean {
  const record = parseRecord(json);
  if (!record) return false;
  const mode = record.permit?.mode ?? policy.governor.applyMode;
  const found = find(record.limits ?? '', record.permit?.policy, mode);
  const again = found && decideAgain(record, found);
  return again?.kind === 'decided' && otherText(json, record, again.record) === undefined;
}

/** @returns whether the first part was enough to see that it is the same */
function isQuick(json: string): boolean {
  const same = sameAgain(json, find);
  if (!same) return false;
  expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(same)));
  expect(parseRecord(json)).toBeDefined();
  expect(sameInFull(json)).toBe(true);
  return true;
}

describe('a record that is decided again from its first part', () => {
  it.each(records)('is the one that reading all of it gives: $outcome $reason', (record) => {
    expect(isQuick(textOf(record))).toBe(true);
  });

  it('is never the same where reading all of it says that it differs', () => {
    const pieces = fc.constantFrom('', ' ', '0', '9', '"', ',', '}', '-', '.', 'e1', 'null', '"a":1,', ',"gates":[]', ',"mode":"dry_run"', ',"permit":{}');
    fc.assert(
      fc.property(fc.constantFrom(...records), fc.nat(1800), fc.nat(12), pieces, (record, at, length, piece) => {
        const json = textOf(record);
        isQuick(`${json.slice(0, at)}${piece}${json.slice(at + length)}`);
      }),
      { numRuns: 5000 },
    );
  }); // prettier-ignore

  it.each<[string, string]>([
    ['another version', textOf({ ...permitted, v: 2 })],
    ['no text as a symbol', textOf({ ...permitted, symbol: 5 })],
    ['no time', textOf({ ...permitted, decided_at: null })],
    ['another outcome', textOf({ ...permitted, outcome: 'refused' })],
    ['another reason', textOf({ ...refused, reason: 'disarmed' })],
    ['another block', textOf({ ...refused, block: { ...refused.block, kill_score: 0.8 } })],
    ['no block', textOf({ ...refused, block: undefined })],
    ['a block without a refusal', textOf({ ...permitted, block: refused.block })],
    ['a permit of a refused plan', textOf({ ...refused, permit: permitted.permit })],
    ['no permit', textOf({ ...permitted, permit: undefined })],
    ['an unknown policy', textOf({ ...permitted, permit: { ...permitted.permit, policy: '1'.repeat(12) } })],
    ['an unknown mode', textOf({ ...permitted, permit: { ...permitted.permit, mode: 'other' } })],
    ['unknown limits', textOf({ ...permitted, limits: '1'.repeat(12) })],
    ['no limits', textOf({ ...permitted, limits: undefined })],
    ['other gates', textOf({ ...permitted, gates: permitted.gates.slice(1) })],
    ['another score', textOf({ ...permitted, inputs: { ...permitted.inputs, eff_score: 0.3 } })],
    ['no inputs', textOf({ ...permitted, inputs: 1 })],
    ['an unknown field', `{"later":1,${textOf(permitted).slice(1)}`],
    ['a field twice', `{"permit":1,${textOf(permitted).slice(1)}`],
    ['a number in other digits', textOf(permitted).replace('"qty":2,', '"qty":2.0,')],
    ['a negative size', textOf(recordOf({ notional_usd: -1 }))],
    ['a quantity as text', textOf(recordOf({ qty_text: '2.0' }))],
    ['a quantity as text that is no JSON', textOf(recordOf({ qty_text: 'x' }))],
    ['the gates first', JSON.stringify(permitted)],
    ['nothing of a record', '[]'],
  ])('is left to reading all of it where it has %s', (_, json) => {
    expect(isQuick(json)).toBe(false);
  });

  it('counts as one that was read as a whole, its block included', () => {
    const said = [JSON.stringify, textOf].map((toJson) => {
      const replayer = new Replayer(policy);
      const taken = [permitted, refused, refused].map((record, i) =>
        replayer.take({ kind: 'decision', plan_id: `p${i && 1}`, json: toJson(record) }),
      );
      const { totals, blocksToCome } = replayer;
      return [JSON.parse(JSON.stringify(taken)) as unknown, totals, [...blocksToCome]];
    });
    expect(said[1]).toEqual(said[0]);
    expect(said[1]?.[1]).toMatchObject({ decisions: { checked: 2, same: 2 } });
  });
});
