import { confidence, multiplier, score, usd } from '@quantum/generators';
import { aPermit, INPUTS, recordWith } from '@quantum/test-fixtures';
import { asComputed, proposalStreamEntry } from '@quantum/redis-schemas';
import type { EfficiencyReason } from '@quantum/efficiency-policy';
import fc from 'fast-check';
import type { CycleReadings, Entry, KnownService } from './readings.js';

export const NOW = 1_763_400_000;
export const POLICY = '0123456789ab';

export const SERVICES: readonly KnownService[] = [
  { name: 'allocation-target', app: 'allocation-target', isExpected: true },
  { name: 'governor', app: 'governor-plugin', isExpected: true },
  { name: 'brain', app: 'efficiency-brain', isExpected: false },
];

export const idAt = (sec: number, sequence = 0): string => `${Math.round(sec * 1000)}-${sequence}`;
export const flat = (fields: Readonly<Record<string, string>>): string[] => Object.entries(fields).flat();
export const entry = (sec: number, fields: Readonly<Record<string, string>>, sequence = 0): Entry => ({
  id: idAt(sec, sequence),
  fields: flat(fields),
});

interface Proposed {
  readonly baseUsd?: number;
  readonly multiplier?: number;
  readonly score?: number | undefined;
  readonly confidence?: number;
  readonly reason?: EfficiencyReason;
  readonly policy?: string;
}

/** An entry of the proposal stream, as the proposer writes it. */
export const proposal = (sec: number, symbol: string, given: Proposed = {}, sequence = 0): Entry => {
  const { baseUsd = 1000, multiplier: factor = 1.4, reason = 'ok', policy = POLICY } = given;
  const fields = proposalStreamEntry({
    tsEpochSec: Math.floor(sec),
    symbol,
    baseTargetUsd: baseUsd,
    proposedTargetUsd: baseUsd * factor,
    multiplier: factor,
    effScore: 'score' in given ? given.score : 0.9,
    effConfidence: given.confidence ?? 0.8,
    effTsText: String(sec),
    effStale: false,
    baseTsText: String(sec),
    reason,
    ...asComputed(factor, policy),
  });
  return { id: idAt(sec, sequence), fields };
};

/** A plan that asks for a permit. */
export const plan = (sec: number, planId: string, fields: Readonly<Record<string, string>> = {}, sequence = 0): Entry =>
  entry(sec, { plan_id: planId, symbol: 'AAA', decision: 'EXECUTE', action: 'ENTRY_PROPOSED', qty: '1', price: '10', ...fields }, sequence); // prettier-ignore

/** The text of a permit's record. */
export const permitted = (planId: string, permit = {}): string =>
  JSON.stringify(recordWith(INPUTS, { plan_id: planId, symbol: 'AAA', permit: aPermit({ symbol: 'AAA', ...permit }) }));

/** The text of a refusal's record. */
export const refused = (planId: string, reason: string, numbers: Readonly<Record<string, unknown>>, over = {}): string => {
  const block = { reason, timestamp: NOW, symbol: 'AAA', ...numbers };
  return JSON.stringify(recordWith(INPUTS, { plan_id: planId, symbol: 'AAA', outcome: 'refused', reason, block, ...over }));
}; // prettier-ignore

const symbol = fc.constantFrom('AAA', 'BBB', 'CCC', '__proto__', 'constructor', '');
const garbage = fc.oneof(
  fc.constantFrom('', ' ', 'NaN', '1e999', '-1', '0x10', '__proto__', '{', 'null', '[]', '\u0000', 'ok', 'EXECUTE'),
  fc.string({ maxLength: 20 }),
);
const names = ['symbol', 'multiplier', 'eff_score', 'reason', 'version', 'event', 'decision', 'plan_id', 'guards', 'kind', 'ts_epoch', 'policy', '__proto__']; // prettier-ignore
const anyFields = fc.oneof(
  fc.array(garbage, { maxLength: 9 }),
  fc.dictionary(fc.constantFrom(...names), garbage).map((fields) => Object.entries(fields).flat()),
);
const anyId = fc.oneof({ weight: 9, arbitrary: fc.tuple(fc.integer({ min: 0, max: 7200 }), fc.nat(3)).map(([ago, n]) => idAt(NOW - ago, n)) }, { weight: 1, arbitrary: garbage }); // prettier-ignore
const uniqueById = (entries: readonly Entry[]): Entry[] => [...new Map(entries.map((one) => [one.id, one])).values()];
const entriesOf = (fields: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Entry[]> =>
  fc.array(fc.record({ id: anyId, fields }), { maxLength: 12 }).map(uniqueById);

const proposals = fc
  .array(
    fc.record({ ago: fc.integer({ min: 0, max: 5400 }), symbol, baseUsd: usd(), multiplier, score, confidence, policy: fc.constantFrom(POLICY, 'ba9876543210') }),
    { maxLength: 20 },
  )
  .map((rows) => uniqueById(rows.map(({ ago, symbol: name, ...given }) => proposal(NOW - ago, name, given)))); // prettier-ignore
const plans = fc
  .uniqueArray(fc.constantFrom('p1', 'p2', 'p3', 'p4'))
  .map((ids) => ids.map((id, i) => plan(NOW - 10 + i, id)));

/** What is read of each key, service or hash once a cycle. */
const uniqueBy = <T extends object>(name: keyof T, one: fc.Arbitrary<T>) =>
  fc.uniqueArray(one, { selector: (value) => value[name], maxLength: 5 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const textOrNone = fc.oneof(garbage, fc.constant(null), fc.constant(undefined));
const values = fc.oneof(fc.constant('unreadable' as const), fc.array(fc.oneof(garbage, fc.constant(null)), { maxLength: 5 })); // prettier-ignore
const amount = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 10 }));
const recordText = fc.oneof(
  garbage,
  fc.constant(null),
  fc.constantFrom(permitted('p1'), permitted('p2', { eff_action: 7, would_block: 'x' }), refused('p3', 'burst_rate', { exec_count: 2, max_exec_per_5min: 2 }), refused('p4', 'x', { a: {} })),
); // prettier-ignore

/** What a cycle may have read: what services write, and garbage. */
export const readings: fc.Arbitrary<CycleReadings> = fc
  .record({
    nowSec: fc.integer({ min: NOW, max: NOW + 7200 }),
    away: maybe(garbage),
    server: maybe(fc.record({ product: garbage, version: garbage, role: garbage, replicas: amount, evictionPolicy: garbage })),
    proposals: maybe(fc.oneof(proposals, entriesOf(anyFields))),
    scores: maybe(entriesOf(anyFields)),
    plans: maybe(fc.oneof(plans, entriesOf(anyFields))),
    events: maybe(entriesOf(anyFields)),
    evidence: maybe(entriesOf(anyFields)),
    rolloutAudit: maybe(entriesOf(anyFields)),
    operatorAudits: maybe(uniqueBy('user', fc.record({ user: garbage, entries: entriesOf(anyFields) }))),
    gaps: maybe(fc.constant(['s'])),
    records: maybe(fc.array(fc.tuple(fc.constantFrom('p1', 'p2', 'p3', 'p4'), recordText)).map((pairs) => new Map(pairs))),
    lastCycle: maybe(fc.dictionary(fc.constantFrom('ts_epoch', 'duration_sec', 'symbols', 'ok'), garbage)),
    symbols: maybe(uniqueBy('symbol', fc.record({ symbol, position: values, multiplier: values }))),
    switches: maybe(uniqueBy('key', fc.record({ key: fc.constantFrom('quantum:kill', 'quantum:governor:disarm:2025-11-17'), value: textOrNone, leftMs: fc.integer({ min: -2, max: 9999 }) }))),
    rollout: maybe(fc.record({ epoch: textOrNone, state: textOrNone, desk: textOrNone, memories: textOrNone, cycle: textOrNone, plans: fc.dictionary(garbage, garbage).map((texts) => new Map(Object.entries(texts))) })),
    signs: maybe(uniqueBy('app', fc.record({ app: fc.constantFrom('governor-plugin', 'x'), instances: amount, hasRun: fc.boolean(), lastSec: amount, lagEntries: amount, pendingEntries: amount }))),
    probes: maybe(uniqueBy('app', fc.record({ app: fc.constantFrom('governor-plugin', 'x'), status: fc.constantFrom(null, 200, 503), text: garbage }))),
    policies: maybe(uniqueBy('hash', fc.record({ hash: fc.constantFrom(POLICY, 'x'), isLimits: fc.boolean(), text: fc.oneof(garbage, fc.constantFrom('{"P31_SCALE":1}', '{"a":[1]}', null)) }))),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as CycleReadings); // prettier-ignore

/** Some cycles in the order of their time. */
export const cycles: fc.Arbitrary<CycleReadings[]> = fc
  .array(readings, { minLength: 1, maxLength: 4 })
  .map((all) => all.sort((a, b) => a.nowSec - b.nowSec));
