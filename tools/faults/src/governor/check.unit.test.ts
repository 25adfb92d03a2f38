import { describe, expect, it } from '@jest/globals';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { aPermit } from '@quantum/test-fixtures';
import { checkHistory } from './check.js';
import type { GovernorFindingKind } from './findings.js';
import type { Entry, History } from './history.js';
import { LIMITS } from './settings.js';

const AT_SEC = 1_700_000_000.5;
const OPEN = { action: 'OPEN', decision: 'EXECUTE', kill_score: '0.1', qty: '0.5', price: '100', reduceOnly: 'false' };

const entry = (id: string, fields: Record<string, string>): Entry => ({ id: `1700000000000-${id}`, fields });
const plan = (n: number, fields: Record<string, string> = {}): Entry =>
  entry(String(n), { ...OPEN, plan_id: `p${n}`, symbol: 'X', ...fields });

const INPUTS = { closing: false, eff_score: 0.2, eff_confidence: 0.9, eff_ts: '1700000000', eff_reason: 'ok' };

function permitted(n: number, atSec = AT_SEC): DecisionRecord {
  return {
    v: 1, plan_id: `p${n}`, symbol: 'X', entry_id: `1700000000000-${n}`, decided_at: atSec, outcome: 'permit', reason: '',
    gates: [], inputs: { ...INPUTS },
    permit: aPermit({ computed_qty: 0.5, computed_notional: 50, created_at: atSec, policy: '4bd977d42c9c' }),
  }; // prettier-ignore
}

function refused(n: number): DecisionRecord {
  const { v, plan_id, symbol, entry_id, decided_at, gates, inputs } = permitted(n);
  const block = { reason: 'symbol_cooldown' as const, timestamp: AT_SEC, symbol: 'X', age_sec: 0.1, cooldown_sec: 0.3 };
  return {
    ...{ v, plan_id, symbol, entry_id, decided_at, gates, inputs },
    outcome: 'refused',
    reason: 'symbol_cooldown',
    block,
  };
}

const refusal = (n: number, timestamp = String(AT_SEC)): Entry =>
  entry('9', { event: 'PLAN_REFUSED', plan_id: `p${n}`, symbol: 'X', reason: 'symbol_cooldown', timestamp });
const json = (value: unknown): string => JSON.stringify(value);

/** p1 is permitted, p2 refused, p3 must be skipped, and the fourth entry is garbage: a correct history. */
const GOOD: History = {
  plans: [plan(1), plan(2), plan(3, { decision: 'SKIP' }), plan(4, { qty: 'much' })],
  records: new Map([permitted(1), refused(2)].map((record) => [record.plan_id, json(record)])),
  permits: [{ planId: 'p1', json: json(permitted(1).permit), setMs: AT_SEC * 1000 }],
  blocks: new Map([['p2', json(refused(2).block)]]),
  events: [refusal(2)],
  deadLetters: [entry('9', { entry_id: '1700000000000-4' })],
  windows: new Map([['X', new Map([['p1', AT_SEC]])]]),
  days: new Map([['X', { day: '2023-11-14', 'p:p1': '50000000', total_micro_usd: '50000000' }]]),
  lastExec: new Map([['X', String(AT_SEC)]]),
  inflight: new Map([['X', ['p1']]]),
  pending: 0,
  undelivered: 0,
  readSec: AT_SEC + 60,
};

const kindsOf = (changed: Partial<History>): GovernorFindingKind[] => {
  const findings = checkHistory({ ...GOOD, ...changed }, { limits: LIMITS, allConsumed: true });
  return [...new Set(findings.map(({ kind }) => kind))];
};
const withRecord = (planId: string, text: string): Map<string, string> => new Map([...GOOD.records, [planId, text]]);
const without = <K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> => new Map([...map].filter(([each]) => each !== key));

it('finds nothing in a correct history', () => {
  expect(kindsOf({})).toEqual([]);
});

it('expects blocks, stamps and entries of windows for an hour, and their days for longer', () => {
  const expired = { blocks: new Map(), lastExec: new Map(), windows: new Map(), inflight: new Map() };
  const within = { ...expired, readSec: AT_SEC + 3500 };
  expect(kindsOf(within)).toEqual(['block_missing', 'window_mismatch', 'last_exec_mismatch']);
  expect(kindsOf({ ...expired, readSec: AT_SEC + 3700 })).toEqual([]);
  expect(kindsOf({ ...expired, readSec: AT_SEC + 3700, days: new Map() })).toEqual(['daily_mismatch']);
});

describe('decisions', () => {
  it('misses the decision of an acknowledged plan', () => {
    expect(kindsOf({ plans: [...GOOD.plans, plan(5)] })).toEqual(['undecided']);
  });

  it.each([
    ['no JSON', 'bad_record', '{'],
    ['of another shape', 'bad_record', json({ ...permitted(1), v: 2 })],
    ['without the permit that it grants', 'bad_record', json({ ...permitted(1), permit: undefined })],
    ['of an open as of a close', 'bad_record', json({ ...permitted(1), inputs: { ...INPUTS, closing: true } })],
    ['of an entry that was to be skipped', 'wrong_record', json({ ...permitted(1), entry_id: '1700000000000-3' })],
    ['of another symbol', 'wrong_record', json({ ...permitted(1), symbol: 'Y' })],
    ['with another hint', 'wrong_permit', json({ ...permitted(1), inputs: { ...INPUTS, eff_score: 0.3 } })],
  ])('finds a record %s', (_what, kind, text) => {
    expect(kindsOf({ records: withRecord('p1', text) })).toContain(kind);
  });

  it('finds a refusal whose numbers do not justify it', () => {
    const record = refused(2);
    const block = { ...record.block, age_sec: 5 };
    const changed = { records: withRecord('p2', json({ ...record, block })), blocks: new Map([['p2', json(block)]]) };
    expect(kindsOf(changed)).toEqual(['unfounded_refusal']);
  });

  it('finds plans that are not decided yet', () => {
    expect(kindsOf({ pending: 1 })).toEqual(['pending']);
    expect(kindsOf({ undelivered: 1 })).toEqual(['pending']);
  });
});

describe('permits', () => {
  const [permit = { planId: '', json: '', setMs: 0 }] = GOOD.permits;
  it.each<[string, GovernorFindingKind, History['permits']]>([
    ['without a record', 'permit_without_record', [permit, { ...permit, planId: 'p9', json: '{}' }]],
    ['of a plan that was refused', 'permit_without_record', [permit, { ...permit, planId: 'p2' }]],
    ['that differs from its record', 'permit_differs', [{ ...permit, json: '{"granted":true}' }]],
    ['consumed twice', 'consumed_twice', [permit, permit]],
    ['that never appeared', 'permit_lost', []],
  ])('finds one %s', (_what, kind, permits) => {
    expect(kindsOf({ permits })).toEqual([kind]);
  });
});

describe('reports', () => {
  it.each<[string, GovernorFindingKind, Partial<History>]>([
    ['a refusal without its block', 'block_missing', { blocks: new Map() }],
    ['a block that says something else', 'contradicting_block', { blocks: new Map([['p2', '{"reason":"disarmed"}']]) }],
    ['a block of a permitted plan', 'contradicting_block', { blocks: new Map([...GOOD.blocks, ['p1', '{}']]) }],
    ['a refusal without its event', 'event_missing', { events: [] }],
    ['an event of another decision', 'contradicting_event', { events: [refusal(2), refusal(2, '1')] }],
    ['garbage without a dead letter', 'not_dead_lettered', { deadLetters: [] }],
  ])('finds %s', (_what, kind, changed) => {
    expect(kindsOf(changed)).toEqual([kind]);
  });
});

describe('counting', () => {
  it.each<[string, GovernorFindingKind, Partial<History>]>([
    ['a permit that is not counted', 'window_mismatch', { windows: new Map([['X', new Map()]]) }],
    ['a reservation without a permit', 'window_mismatch', { windows: new Map([['X', new Map([['p1', 1], ['p2', 1]])]]) }], // prettier-ignore
    ['an open in flight without a permit', 'inflight_left', { inflight: new Map([['X', ['p1', 'p2']]]) }],
    ['a lost sum', 'daily_mismatch', { days: new Map() }],
    ['a wrong sum', 'daily_mismatch', { days: new Map([['X', { ...GOOD.days.get('X'), total_micro_usd: '1' }]]) }], // prettier-ignore
    ['a lost stamp', 'last_exec_mismatch', { lastExec: without(GOOD.lastExec, 'X') }],
  ])('finds %s', (_what, kind, changed) => {
    expect(kindsOf(changed)).toEqual([kind]);
  });

  it('leaves closes out of windows and sums, and stamps them', () => {
    const closed = permitted(5, AT_SEC + 1);
    closed.inputs['closing'] = true;
    const hint = {
      eff_factor: '1.0000',
      downsize_factor: '1.0000',
      eff_action: 'NONE',
      extra_cooldown_sec: '0',
    } as const;
    const record = { ...closed, permit: { ...closed.permit, ...hint } };
    const changed = {
      plans: [...GOOD.plans, plan(5, { reduceOnly: 'true' })],
      records: withRecord('p5', json(record)),
      permits: [...GOOD.permits, { planId: 'p5', json: json(record.permit), setMs: AT_SEC * 1000 }],
    };
    const lastExec = new Map([['X', String(AT_SEC + 1)]]);
    expect(kindsOf({ ...changed, lastExec })).toEqual([]);
    expect(kindsOf(changed)).toEqual(['last_exec_mismatch']);
    expect(kindsOf({ ...changed, lastExec, windows: new Map([['X', new Map([['p1', 1], ['p5', 1]])]]) })).toEqual(['window_mismatch']); // prettier-ignore
  });

  it('skips the check if the counting was tampered with', () => {
    const history = { ...GOOD, windows: new Map(), days: new Map(), lastExec: new Map() };
    expect(checkHistory(history, { allConsumed: true })).toEqual([]);
  });

  it('finds a limit exceeded', () => {
    const second = permitted(5, AT_SEC + 0.1);
    expect(
      kindsOf({
        plans: [...GOOD.plans, plan(5)],
        records: withRecord('p5', json(second)),
        permits: [...GOOD.permits, { planId: 'p5', json: json(second.permit), setMs: AT_SEC * 1000 }],
      }),
    ).toContain('limit_exceeded');
  });
});

it('finds a dead-lettered plan if each must be decided', () => {
  const { v, plan_id, symbol, entry_id, decided_at } = permitted(5);
  const dead = { v, plan_id, symbol, entry_id, decided_at, outcome: 'dead_letter', reason: 'max_deliveries', gates: [], inputs: {}, error: 'delivered 6 times' }; // prettier-ignore
  const changed = {
    ...GOOD,
    plans: [...GOOD.plans, plan(5, { reduceOnly: 'true' })],
    records: withRecord('p5', json(dead)),
    deadLetters: [...GOOD.deadLetters, entry('9', { entry_id })],
  };
  expect(checkHistory(changed, { allConsumed: true })).toEqual([]);
  const findings = checkHistory(changed, { allConsumed: true, allAnswered: true });
  expect(findings).toEqual([{ kind: 'dead_lettered', text: 'plan p5, an exit: delivered 6 times' }]);
});

it('holds permits to the time at which they appeared', () => {
  expect(kindsOf({ permits: GOOD.permits.map((permit) => ({ ...permit, setMs: permit.setMs + 61_000 })) })).toEqual([
    'permit_over_age',
  ]);
});
