import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { replayDecision } from '@quantum/decisions';
import { uniform } from '@quantum/generators';
import type { DecisionRecord } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { parseRecord } from './parse-record.js';
import { policy } from './policy.test-support.js';
import { otherText } from './record-text.js';
import { decidedByHashes, writtenJson } from './records.test-support.js';
import { Replayer } from './replayer.js';
import { replayUnparsed } from './replay-unparsed.js';

const LIMITS = policy.hashes.limits;
const find: Parameters<typeof replayUnparsed>[1] = (limits, hint, applyMode) =>
  limits === LIMITS && (hint === undefined || hint === policy.hashes.hint)
    ? { ...policy.governor, applyMode }
    : undefined;

const permitted = decidedByHashes();
const refused = decidedByHashes({ kill_score: 0.9 });
const records: DecisionRecord[] = [
  permitted,
  refused,
  decidedByHashes({ exec_count_hour: 99 }),
  decidedByHashes({ action: 'PARTIAL_25', closing: true, notional_usd: 98.76141199999999, position_ts: 1e-7 }),
];
const lineOf = (json: string, planId = 'p1'): string => JSON.stringify({ kind: 'decision', plan_id: planId, json });

/** What reading the whole record says. */
function sameInFull(json: string): boolean {
  const record = parseRecord(json);
  if (!record) return false;
  const mode = record.permit?.mode ?? policy.governor.applyMode;
  const found = find(record.limits ?? '', record.permit?.policy, mode);
  const replayed = found && replayDecision(record, found);
  return replayed?.kind === 'decided' && otherText(json, record, replayed.record) === undefined;
}

/** @returns whether it was seen to be the same without parsing it */
function isQuick(json: string): boolean {
  const same = replayUnparsed(lineOf(json), find);
  if (!same) return false;
  expect(same.plan_id).toBe('p1');
  expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(same.record)));
  expect(parseRecord(json)).toBeDefined();
  expect(sameInFull(json)).toBe(true);
  return true;
}

describe('a record that is decided again without parsing it', () => {
  it.each(records)('is the one that parsing it gives: $outcome $reason', (record) => {
    expect(isQuick(writtenJson(record))).toBe(true);
  });

  it('is never the same where parsing it says that it differs', () => {
    const pieces = fc.constantFrom('', ' ', '0', '9', '"', ',', '}', '-', '.', 'e1', 'null', '"a":1,', ',"gates":[]', ',"mode":"dry_run"', ',"permit":{}');
    fc.assert(
      fc.property(fc.constantFrom(...records), fc.nat(1800), fc.nat(12), pieces, (record, at, length, piece) => {
        const json = writtenJson(record);
        isQuick(`${json.slice(0, at)}${piece}${json.slice(at + length)}`);
      }),
      { numRuns: 5000 },
    );
  }); // prettier-ignore

  it.each<[string, string]>([
    ['another version', writtenJson({ ...permitted, v: 2 })],
    ['no text as a symbol', writtenJson({ ...permitted, symbol: 5 })],
    ['no time', writtenJson({ ...permitted, decided_at: null })],
    ['another outcome', writtenJson({ ...permitted, outcome: 'refused' })],
    ['another reason', writtenJson({ ...refused, reason: 'disarmed' })],
    ['another block', writtenJson({ ...refused, block: { ...refused.block, kill_score: 0.8 } })],
    ['no block', writtenJson({ ...refused, block: undefined })],
    ['a block without a refusal', writtenJson({ ...permitted, block: refused.block })],
    ['a permit of a refused plan', writtenJson({ ...refused, permit: permitted.permit })],
    ['no permit', writtenJson({ ...permitted, permit: undefined })],
    ['an unknown policy', writtenJson({ ...permitted, permit: { ...permitted.permit, policy: '1'.repeat(12) } })],
    ['an unknown mode', writtenJson({ ...permitted, permit: { ...permitted.permit, mode: 'other' } })],
    ['unknown limits', writtenJson({ ...permitted, limits: '1'.repeat(12) })],
    ['no limits', writtenJson({ ...permitted, limits: undefined })],
    ['other gates', writtenJson({ ...permitted, gates: permitted.gates.slice(1) })],
    ['another score', writtenJson({ ...permitted, inputs: { ...permitted.inputs, eff_score: 0.3 } })],
    ['no inputs', writtenJson({ ...permitted, inputs: 1 })],
    ['an unknown field', `{"later":1,${writtenJson(permitted).slice(1)}`],
    ['a field twice', `{"permit":1,${writtenJson(permitted).slice(1)}`],
    ['a number in other digits', writtenJson(permitted).replace('"qty":2,', '"qty":2.0,')],
    ['a negative size', writtenJson(decidedByHashes({ notional_usd: -1 }))],
    ['a quantity as text', writtenJson(decidedByHashes({ qty_text: '2.0' }))],
    ['a quantity as text that is no JSON', writtenJson(decidedByHashes({ qty_text: 'x' }))],
    ['an input twice', writtenJson(permitted).replace('"eff_score"', '"qty":2,"eff_score"')],
    [
      'an input that this program does not know',
      writtenJson(permitted).replace('"eff_score"', '"later":2,"eff_score"'),
    ],
    ['no input', writtenJson({ ...permitted, inputs: {} })],
    ['an escape', writtenJson(decidedByHashes({ action: '"],\\' }))],
    ['a character beyond ASCII', writtenJson(decidedByHashes({ action: 'é' }))],
    ['a blank behind it', `${writtenJson(permitted)} `],
    ['the gates first', JSON.stringify(permitted)],
    ['nothing of a record', '[]'],
  ])('is left to parsing where it has %s', (_, json) => {
    expect(isQuick(json)).toBe(false);
  });

  it('is left to parsing where its line is another one', () => {
    const line = lineOf(writtenJson(permitted));
    expect(replayUnparsed(line, find)).toBeDefined();
    for (const other of [
      line.replace('decision', 'block'),
      line.replace('"plan_id":"p1"', '"plan_id":"p\\u0031"'),
      line.replace('"plan_id":"p1"', '"plan_id": "p1"'),
      line.replace(/}$/, ',"kind":"block"}'),
      line.replace(/"}$/, '","json":"{}"}'),
      `${line} `,
      line.slice(0, -1),
      line.slice(0, 40),
      '',
    ])
      expect(replayUnparsed(other, find)).toBeUndefined();
  });

  it('is different or not readable, whatever byte of what was decided is another one', () => {
    const byte = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.constantFrom(...records), uniform(0, 1), byte, (record, share, other) => {
        const json = writtenJson(record);
        const inputs = json.indexOf(',"inputs":');
        // All from the outcome on follows from the inputs: not those, and not what they are copied beside.
        const places = Array.from(json, (_, at) => at).slice(json.indexOf('"outcome"'));
        const decided = places.filter(
          (at) => at < inputs || at >= json.indexOf(record.block ? ',"block"' : ',"gates"'),
        );
        const at = decided[Math.floor(share * decided.length)] ?? 0;
        fc.pre(json[at] !== other);
        const replayer = new Replayer(policy);
        const line = replayer.read(lineOf(`${json.slice(0, at)}${other}${json.slice(at + 1)}`));
        replayer.take(line!);
        expect(replayer.decisions.same).toBe(0);
        expect(replayer.different + replayer.undecided + replayer.unreadableRecords).toBe(1);
      }),
      { numRuns: 3000 },
    );
  });

  it('is not kept while its block is awaited', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapMb = (): number => {
      collect();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    const replayer = new Replayer(policy);
    const json = writtenJson(decidedByHashes({ kill_score: 0.9, action: 'x'.repeat(2 ** 20) }));
    const beforeMb = heapMb();
    for (let i = 0; i < 50; i += 1) replayer.take(replayer.read(lineOf(json, `a-plan-with-a-long-id-${i}`))!);
    expect(replayer.blocksToCome.size).toBe(50);
    expect(heapMb() - beforeMb).toBeLessThan(10);
  });

  it('counts as one that was parsed, its block included', () => {
    const said = [JSON.stringify, writtenJson].map((toJson) => {
      const replayer = new Replayer(policy);
      const taken = [permitted, refused, refused].map((record, i) => {
        const line = replayer.read(lineOf(toJson(record), `p${i && 1}`));
        expect(line?.kind).toBe(toJson === writtenJson ? 'same' : 'decision');
        return replayer.take(line!);
      });
      const { totals, blocksToCome } = replayer;
      return [JSON.parse(JSON.stringify(taken)) as unknown, totals, [...blocksToCome]];
    });
    expect(said[1]).toEqual(said[0]);
    expect(said[1]?.[1]).toMatchObject({ decisions: { checked: 2, same: 2 } });
  });
});
