import { describe, expect, it } from '@jest/globals';
import { finite, score, timeAround } from '@quantum/generators';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { GATE_FIELDS } from '@quantum/risk-gates';
import fc from 'fast-check';
import { SOME_POLICY as defaults } from '@quantum/test-fixtures';
import { replayDecision } from '../replay.js';
import { gateInput, knownWindows, type Candidate, type WindowState } from '../candidate.js';
import { anyState, anyWindows, candidate, NOW_SEC, POLICY, WINDOWS } from '../candidates.test-support.js';
import { decidePlan, preCheck } from '../decide.js';
import { recordWith } from '@quantum/test-fixtures';
import { readRecord, recordJson } from '../record-json.js';
import { efficiencyOf, gateInputOf } from './decode.js';
import { encodeInputs } from './encode.js';
import * as facts from './facts.js';
import { HintInputsSchema, OWN_INPUTS, PlanInputsSchema, type Inputs } from './schema.js';

/** A record as it is read from Redis. */
const read = (record: DecisionRecord): DecisionRecord => readRecord(recordJson(record))!;

const amount = fc.constantFrom(undefined, '', '0', '1', '2.5', '1e400', 'x', '100000000000000000.1');
const efficiency = fc.oneof(
  fc.constant({ readable: false as const }),
  fc
    .array(fc.constantFrom(null, '', '0.2', '0.9', '1.5', '990', '100', '9e9', 'x'), { minLength: 3, maxLength: 3 })
    .map((value) => ({ readable: true as const, value })),
);
const declared = Object.fromEntries(
  GATE_FIELDS.map(([, { field }]) => [field, fc.constantFrom('', '0.1', '0.9', 'x')]),
);
const anyFields = fc.record({
  ...declared,
  reduceOnly: fc.constantFrom('true', 'false'),
  action: fc.constantFrom('OPEN', 'PARTIAL_75', 'UPDATE_SL', 'x'.repeat(70)),
  side: fc.constantFrom('BUY', 'SHORT', 'CLOSE', ''),
  qty: fc.constantFrom('0', '2', '100000000000000000.1'),
  price: fc.constantFrom('', '0', '10'),
  entry_price: amount.map((text) => text ?? ''),
  notional_usd: amount.map((text) => text ?? ''),
  timestamp: fc.oneof(fc.constantFrom('', 'x'), timeAround(NOW_SEC, 100, 10).map(String)),
});
const anyCandidate: fc.Arbitrary<Candidate> = fc
  .tuple(anyState, efficiency, anyFields, timeAround(NOW_SEC, 100, 100))
  .map(([state, answer, fields, submittedSec]) => ({
    ...candidate({ ...state, decorations: [[answer]] }, false, fields),
    submittedSec,
  }));

function decided(of: Candidate, windows: WindowState | undefined): DecisionRecord {
  const check = preCheck(of, NOW_SEC, POLICY);
  return decidePlan(of, NOW_SEC, check, check.entry.refusal ? undefined : windows, POLICY, (error) => {
    throw error;
  });
}

describe('what is recorded of a plan', () => {
  it('is what the gates were given, whatever that was', () => {
    fc.assert(
      fc.property(anyCandidate, anyWindows, (of, windows) => {
        const record = read(recordWith(encodeInputs(of, windows, []), { decided_at: NOW_SEC }));
        expect(gateInputOf(record)).toEqual(gateInput(of, NOW_SEC, windows));
      }),
    );
  });

  it('is tried with other values of every input of the gates, so that no record can lack one', () => {
    const inputs = fc.sample(fc.tuple(anyCandidate, anyWindows), { numRuns: 200, seed: 1 }).map(([of, windows]) =>
      Object.entries(gateInput(of, NOW_SEC, windows)),
    ); // prettier-ignore
    const values = new Map<string, Set<string>>();
    for (const [name, value] of inputs.flat())
      values.set(name, (values.get(name) ?? new Set()).add(JSON.stringify(value)));
    const same = [...values].flatMap(([name, seen]) => (seen.size > 1 ? [] : [name]));
    expect(same).toEqual(['nowSec']); // the record's own `decided_at`
  });

  it('without windows is what the gates were given before them, but for the last execution that others keep', () => {
    fc.assert(
      fc.property(anyCandidate, (of) => {
        const window = { readable: true, value: { lastExecSec: undefined, hourCount: 0, burstCount: 0 } } as const;
        const given = gateInput(of, NOW_SEC, { ...knownWindows(of), window });
        const record = read(recordWith(encodeInputs(of, undefined, []), { decided_at: NOW_SEC }));
        expect(gateInputOf(record)).toEqual(given);
        expect(facts.areWindowsAsked(record.inputs)).toBe(false);
      }),
    );
  });

  it('gives the same record, to the byte, when it is decided again', () => {
    fc.assert(
      fc.property(anyCandidate, fc.option(anyWindows, { nil: undefined }), (of, windows) => {
        const record = decided(of, of.closing ? windows : (windows ?? knownWindows(of)));
        const replayed = replayDecision(read(record), defaults.governor);
        expect(replayed.kind === 'decided' && recordJson(replayed.record)).toBe(recordJson(record));
      }),
      { numRuns: 500 },
    );
  });

  it('of a permit gives the same hint again, and has every input of it', () => {
    const schema = PlanInputsSchema.extend(HintInputsSchema.shape).strict();
    fc.assert(
      fc.property(efficiency, fc.boolean(), (answer, closing) => {
        const record = decided(candidate({ decorations: [[answer]] }, closing), WINDOWS);
        expect(record.outcome).toBe('permit');
        const standing = read(record);
        expect(schema.parse(standing.inputs)).toEqual(standing.inputs);
        const replayed = replayDecision(standing, defaults.governor);
        expect(replayed.kind === 'decided' && recordJson(replayed.record)).toBe(recordJson(record));
      }),
    );
  });

  it('has the names and types of the schema, and no others', () => {
    const schema = PlanInputsSchema.extend(HintInputsSchema.partial().shape).strict();
    fc.assert(
      fc.property(anyCandidate, fc.option(anyWindows, { nil: undefined }), (of, windows) => {
        const { inputs } = read(decided(of, windows));
        expect(schema.parse(inputs)).toEqual(inputs);
      }),
    );
  });

  it('says of a close that is larger than the position that it is, in the types of the schema', () => {
    const position = { readable: true, value: { amount: 1, markPriceUsd: undefined, tsSec: NOW_SEC } } as const;
    const of = candidate({ position }, false, { action: 'PARTIAL_75', qty: '2' });
    const { inputs } = read(decided(of, WINDOWS));
    expect(inputs).toMatchObject({ closing: false, exceeds_position: true });
    expect(PlanInputsSchema.parse(inputs)).toMatchObject({ exceeds_position: true });
  });
});

it('has no two inputs under one name, whatever gates declare', () => {
  const names = [OWN_INPUTS, HintInputsSchema.shape].flatMap((inputs) => Object.keys(inputs));
  const all = names.concat(GATE_FIELDS.map(([, { field }]) => field));
  expect(new Set(all).size).toBe(all.length);
});

describe('what is read of inputs', () => {
  const schemas = { ...PlanInputsSchema.shape, ...HintInputsSchema.shape };
  type Name = keyof typeof schemas;
  const names = Object.keys(schemas) as Name[];
  const scalar = fc.oneof(
    fc.constantFrom('unreadable', 'buy', 'sell', 'ok', 'UPDATE_SL', '5', ''),
    fc.oneof(finite, score, timeAround(NOW_SEC, 400, 100), fc.constantFrom(Infinity, NaN)),
    fc.boolean(),
    fc.constant(null),
  );
  const anyInputs = fc.record(Object.fromEntries(names.map((name) => [name, scalar])), {
    requiredKeys: [],
  }) as fc.Arbitrary<Inputs>;
  /** What the schema takes of inputs: a value of another type is as good as none. */
  const taken = (inputs: Inputs): Inputs =>
    Object.fromEntries(
      Object.entries(inputs).filter(([name, value]) => schemas[name as Name].safeParse(value).success),
    );

  const { leftInFlight, ...readers } = facts;
  const permit = { computed_notional: 1000 } as NonNullable<DecisionRecord['permit']>;
  it.each<[string, (inputs: Inputs) => unknown]>([
    ['gateInputOf', (inputs) => gateInputOf(recordWith(inputs))],
    ['efficiencyOf', efficiencyOf],
    ['leftInFlight', (inputs) => leftInFlight(recordWith(inputs, { permit }))],
    ...Object.entries(readers),
  ])('by %s is what the schema takes', (_name, reader) => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        expect(reader(inputs)).toEqual(reader(taken(inputs)));
      }),
      { numRuns: 500 },
    );
  });
});
