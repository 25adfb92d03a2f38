import { describe, expect, it } from '@jest/globals';
import { PermitSchema, ExistingRecordSchema } from '@quantum/redis-schemas';
import fc from 'fast-check';
import * as z from 'zod';
import { Evidence } from './evidence.js';
import { Decisions, parseRecord } from './parse-record.js';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { decided, decision, replayed } from './records.test-support.js';
import { WhatIf } from './what-if.js';

const lineOf = (json: string): RecordingLine => ({ kind: 'decision', plan_id: 'p1', json });
const RECORDS = [decided(), decided({ kill_score: 0.9 })];

/** Every place of a value, as the names that lead there. */
const placesOf = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, part]) => [[name], ...placesOf(part).map((rest) => [name, ...rest])])
    : [];
/** A copy with another value at a place. */
const withValue = (value: unknown, [name, ...rest]: readonly string[], other: unknown): unknown => {
  if (name === undefined) return other;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = withValue(copy[name], rest, other);
  return copy;
};
const aRecord = fc.constantFrom(...RECORDS).chain(
  (record) =>
  fc.tuple(fc.constantFrom(...placesOf(record)), fc.jsonValue()).map(([place, other]) => withValue(record, place, other)), // prettier-ignore
);

describe('a decision record', () => {
  it.each(['', 'no JSON', 'null', '5', '[]', '{}', '{"v":1}', JSON.stringify({ ...decided(), v: 2 })])(
    'is unreadable as %j, and counted so',
    (json) => {
      expect(parseRecord(json)).toBeUndefined();
      const replayer = replayed(lineOf(json), decision());
      expect(replayer).toMatchObject({ unreadableRecords: 1, checked: 1, different: 0, undecided: 0 });
    },
  );

  it('is readable where the schema of decision records says so', () => {
    const permitSchema = PermitSchema.pick({ computed_notional: true, eff_action: true, eff_factor: true, extra_cooldown_sec: true, mode: true, policy: true }); // prettier-ignore
    const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
    const schema = ExistingRecordSchema.extend({
      gates: z.custom(Array.isArray),
      inputs: z.custom((value) => isObject(value) && !Array.isArray(value) && !Object.values(value as object).some(isObject)),
      permit: permitSchema.loose().optional(),
    }); // prettier-ignore
    const odd = fc.constantFrom<unknown>('', '0.1234', '7', 'testnet', 'NONE', 'permit', '0123456789ab', null, -1, 1, [], {}, { reason: 'x' }); // prettier-ignore
    const records = fc.constantFrom(...RECORDS).chain((record) =>
      fc.tuple(fc.constantFrom(...placesOf({ ...record, limits: 'x', error: 'x' })), fc.oneof(odd, fc.jsonValue())).map(([place, other]) => withValue(record, place, other)),
    ); // prettier-ignore
    fc.assert(
      fc.property(records, (record) => {
        const json = JSON.stringify(record);
        expect(parseRecord(json) !== undefined).toBe(schema.safeParse(JSON.parse(json)).success);
      }),
      { numRuns: 2000 },
    );
    expect(parseRecord(JSON.stringify(decided()).replace('"decided_at":1700000000', '"decided_at":1e999'))).toBe(undefined); // prettier-ignore
  });

  it('may have fields that are not known: they are kept in their place', () => {
    const json = JSON.stringify({ later: 1, ...decided() });
    expect(JSON.stringify(parseRecord(json))).toBe(json);
  });

  it.each<[string, object]>([
    ['gates that are no list', { gates: {} }],
    ['no inputs', { inputs: null }],
    ['inputs that are a list', { inputs: [] }],
    ['another version', { v: '1' }],
    ['a plan id that is a number', { plan_id: 5 }],
    ['no symbol', { symbol: null }],
    ['no entry', { entry_id: undefined }],
    ['a time that is a text', { decided_at: '1700000000' }],
    ['an unknown outcome', { outcome: 'postponed' }],
    ['a reason that is a number', { reason: 5 }],
    ['a permit that is none', { permit: null }],
    ['a permit that is a text', { permit: 'permit' }],
    ['a block that is none', { block: null }],
    ['a block without a reason', { block: {} }],
    ['an error that is a number', { error: 5 }],
    ['inputs that are a number', { inputs: 5 }],
    ['an input that is an object', { inputs: { ...decided().inputs, qty: {} } }],
  ])('is unreadable with %s', (_name, over) => {
    expect(parseRecord(JSON.stringify({ ...decided(), ...over }))).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['computed_notional', '1000'],
    ['computed_notional', -1],
    ['eff_action', 'BLOCK'],
    ['eff_factor', '0.44'],
    ['eff_factor', 0.4444],
    ['eff_factor', 'x0.4444'],
    ['eff_factor', '0.4444x'],
    ['eff_factor', '.4444'],
    ['extra_cooldown_sec', ''],
    ['extra_cooldown_sec', 'x96'],
    ['extra_cooldown_sec', '96x'],
    ['extra_cooldown_sec', 96],
    ['mode', 'live'],
    ['policy', 'x'],
    ['policy', 123456789012],
  ])('is unreadable with a permit whose %s is %j', (name, value) => {
    const record = decided();
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
    expect(parseRecord(JSON.stringify({ ...record, permit: { ...record.permit, [name]: value } }))).toBeUndefined();
  });

  it.each([
    ['0123456789ab', true],
    ['', false],
    ['00123456789ab', false],
    ['x0123456789ab', false],
    ['0123456789abx', false],
    [123456789012, false],
  ])('may name limits by a hash: %j', (limits, isReadable) => {
    expect(parseRecord(JSON.stringify({ ...decided(), limits })) !== undefined).toBe(isReadable);
  });

  it.each([
    ['0123456789ab', true],
    ['', true],
    ['x0123456789ab', false],
    ['0123456789abx', false],
  ])('may have a permit with the hash of a policy, or with none: %j', (hash, isReadable) => {
    const record = decided();
    const json = JSON.stringify({ ...record, permit: { ...record.permit, policy: hash } });
    expect(parseRecord(json) !== undefined).toBe(isReadable);
  });

  it('may have a permit of no size and any factor, a block and an error', () => {
    const record = { ...decided(), block: { reason: 'x' }, error: 'x' };
    record.permit = { ...record.permit!, computed_notional: 0, eff_factor: '10.0000', extra_cooldown_sec: '5' };
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  });

  it('may have inputs of none, and inputs that are null', () => {
    const record = { ...decided(), inputs: { qty: null } };
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  });

  it('counts once a plan, whatever else a recording holds', () => {
    const decisions = new Decisions();
    const [record, json] = [decided(), JSON.stringify(decided())];
    expect(decisions.read({ kind: 'block', plan_id: 'p1', json })).toBeUndefined();
    expect(decisions.has('p1')).toBe(false);
    expect(decisions.read(lineOf(json))).toEqual(record);
    expect([decisions.read(lineOf(json)), decisions.has('p1'), decisions.has('p2')]).toEqual([undefined, true, false]);
  });

  it('that is unreadable has no time: it counts once, and a readable one of the same plan is another decision', () => {
    const decisions = new Decisions();
    const [unreadable, readable] = [lineOf('{}'), lineOf(JSON.stringify(decided()))];
    const read = [unreadable, unreadable, readable, readable].map((line) => decisions.read(line));
    expect(read).toEqual(['unreadable', undefined, decided(), undefined]);
    expect(replayed(unreadable, readable)).toMatchObject({ unreadableRecords: 1, decisions: { checked: 1, same: 1 } });
  });

  it('any value in it ends nothing and makes no figure NaN', () => {
    fc.assert(
      fc.property(aRecord, (record) => {
        const line = lineOf(JSON.stringify(record));
        const evidence = new Evidence(policy, { intervalSec: 10 });
        const whatIf = new WhatIf(policy, { gates: (own) => own, proposal: (_, own) => own, hint: (_, own) => own });
        for (const one of [line, decision()]) {
          evidence.take(one);
          whatIf.take(one);
        }
        const { decisions, unreadableRecords, noDecision, undecided } = evidence.replayer;
        expect(decisions.checked + unreadableRecords + noDecision + undecided).toBe(2);
        for (const { value } of evidence.figures({ seed: 1 })) if (value !== undefined) expect(value).not.toBeNaN();
      }),
      { numRuns: 1000 },
    );
  });

  it('that is unreadable is a figure, of all records', () => {
    const evidence = new Evidence(policy, { intervalSec: 10 });
    for (const line of [lineOf('{}'), decision()]) evidence.take(line);
    expect(evidence.figures({ seed: 1 })).toContainEqual(
      expect.objectContaining({ id: 'recording.unreadable_records', value: 1, n: 2, of: 'decision records' }),
    );
  });

  it('that is damaged in the file is a gap', () => {
    const evidence = new Evidence(policy, { intervalSec: 10 });
    evidence.take({ kind: 'damage', offset: 100, bytes: 20 });
    expect(evidence.figures({ seed: 1 })).toContainEqual(expect.objectContaining({ id: 'recording.gaps', value: 1 }));
  });
});
