import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import * as keys from './keys.js';
import { KEY_TABLE } from './key-table.js';

const bytes = (text: string) => new TextEncoder().encode(text);
/** The part of a key that Redis Cluster hashes: between the first `{` and the next `}`, unless empty. */
function hashTag(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open < 0 || close <= open + 1 ? key : key.slice(open + 1, close);
}

describe('key names', () => {
  it.each([
    [keys.targetKey('BTCUSDT'), 'quantum:allocation:target:BTCUSDT'],
    [keys.targetKey('BTC:PERP'), 'quantum:allocation:target:BTC:PERP'],
    [keys.TARGET_KEY_PATTERN, 'quantum:allocation:target:*'],
    [keys.proposedKey('BTCUSDT'), 'quantum:allocation:target:proposed:BTCUSDT'],
    [keys.efficiencyKey('BTCUSDT'), 'quantum:capital:efficiency:BTCUSDT'],
    [keys.LAST_CYCLE_KEY, 'quantum:allocation:proposed:last_cycle'],
    [keys.shardCycleKey(3), 'quantum:allocation:proposed:last_cycle:{quantum:allocation:proposed:last_cycle}:3'],
    [keys.leaseKey('my:stream', 3), 'quantum:allocation:proposed:lease:{my:stream}:3'],
    [keys.leaseKey('my:{tag}:stream', 3), 'quantum:allocation:proposed:lease:{tag}:3'],
    [keys.publishedKey('my:stream', 3), 'quantum:allocation:proposed:published:{my:stream}:3'],
    [keys.fenceKey('my:stream'), 'quantum:allocation:proposed:fence:{my:stream}'],
    [keys.membersKey('my:stream'), 'quantum:allocation:proposed:members:{my:stream}'],
    [keys.KILL_KEY, 'quantum:kill'],
    [keys.HALT_KEY, 'quantum:governor:halt'],
    [keys.budgetKey('BTCUSDT'), 'quantum:portfolio:budget:BTCUSDT'],
    [keys.positionKey('BTCUSDT'), 'quantum:state:positions:BTCUSDT'],
    [keys.permitKey('p-1'), 'quantum:permit:p-1'],
    [keys.blockKey('p-1'), 'quantum:governor:block:p-1'],
    [keys.decidedKey('p-1'), 'quantum:governor:decided:{quantum:permit:p-1}'],
    [keys.windowKey('BTCUSDT'), 'quantum:governor:window:{BTCUSDT}'],
    [keys.dailyKey('BTCUSDT'), 'quantum:governor:daily:{BTCUSDT}'],
    [keys.inFlightKey('BTCUSDT'), 'quantum:governor:inflight:{BTCUSDT}'],
    [keys.lastExecKey('BTCUSDT'), 'quantum:governor:last_exec:BTCUSDT'],
    [keys.disarmKey('2026-01-31'), 'quantum:governor:disarm:2026-01-31'],
    [keys.breachesKey('2026-01-31'), 'quantum:governor:breaches:{quantum:governor:disarm:2026-01-31}'],
    [keys.lostPlansKey('my:stream'), 'quantum:governor:lost:{my:stream}'],
    [keys.lostPlansKey('{tag}:stream'), 'quantum:governor:lost:{tag}'],
    [keys.lostPlansKey('a}{tag}b}'), 'quantum:governor:lost:{tag}'],
    [keys.lostPlansKey('a}b'), 'quantum:governor:lost:{a}b}'],
    [keys.lostPlansKey('a{}b'), 'quantum:governor:lost:{a{}b}'], // an empty tag does not count
    [keys.GOVERNOR_LIMITS_KEY, 'quantum:governor:limits'],
    [keys.POLICY_PARAMETERS_KEY, 'quantum:policy:parameters'],
    [keys.STREAMS.allocationDecision, 'quantum:stream:allocation.decision'],
    [keys.STREAMS.proposed, 'quantum:stream:allocation.target.proposed'],
    [keys.STREAMS.plans, 'quantum:stream:apply.plan'],
    [keys.STREAMS.budgetViolation, 'quantum:stream:budget.violation'],
    [keys.STREAMS.events, 'quantum:stream:governor.events'],
    [keys.STREAMS.deadletter, 'quantum:stream:governor.deadletter'],
    [keys.STREAMS.efficiencyDecision, 'quantum:stream:capital.efficiency.decision'],
    [keys.STREAMS.rlRewards, 'quantum:stream:rl_rewards'],
    [keys.STREAMS.exitbrainPnl, 'quantum:stream:exitbrain.pnl'],
    [keys.STREAMS.tradeClosed, 'quantum:stream:trade.closed'],
    [keys.STREAMS.executionResult, 'quantum:stream:execution.result'],
    [keys.STREAMS.applyResult, 'quantum:stream:apply.result'],
    [keys.POSITION_KEY_PATTERN, 'quantum:state:positions:*'],
    [keys.tickerKey('BTCUSDT'), 'quantum:ticker:BTCUSDT'],
    [keys.attributionKey('BTCUSDT'), 'quantum:alpha:attribution:BTCUSDT'],
    [keys.brainStateKey('BTCUSDT'), 'quantum:brain:state:BTCUSDT'],
    [keys.BRAIN_STATE_PATTERN, 'quantum:brain:state:*'],
    [keys.brainLeaseKey('my:{tag}:stream', 3), 'quantum:brain:lease:{tag}:3'],
    [keys.brainPublishedKey('my:stream', 3), 'quantum:brain:published:{my:stream}:3'],
    [keys.brainFenceKey('my:stream'), 'quantum:brain:fence:{my:stream}'],
    [keys.brainMembersKey('my:stream'), 'quantum:brain:members:{my:stream}'],
    [keys.GOVERNOR_GROUP, 'governor'],
    [keys.rolloutMultiplierKey('BTC:PERP'), 'quantum:rollout:multiplier:BTC:PERP'],
    [keys.ROLLOUT_EPOCH_KEY, 'quantum:rollout:epoch'],
    [keys.ROLLOUT_STATE_KEY, 'quantum:rollout:state:{quantum:rollout:epoch}'],
    [keys.ROLLOUT_PERIOD_KEY, 'quantum:rollout:period:{quantum:rollout:epoch}'],
    [keys.ROLLOUT_LEASE_KEY, 'quantum:rollout:lease:{quantum:rollout:epoch}'],
    [keys.ROLLOUT_FENCE_KEY, 'quantum:rollout:fence:{quantum:rollout:epoch}'],
    [keys.ROLLOUT_MEMBERS_KEY, 'quantum:rollout:members:{quantum:rollout:epoch}'],
    [keys.ROLLOUT_PUBLISHED_KEY, 'quantum:rollout:published:{quantum:rollout:epoch}'],
    [keys.PORTFOLIO_KEY, 'quantum:state:portfolio'],
    [keys.ROLLOUT_AUDIT_STREAM, 'quantum:stream:rollout.audit:{quantum:rollout:epoch}'],
    [keys.rolloutPlanKey('0123456789ab'), 'quantum:rollout:plan:0123456789ab'],
    [keys.rolloutCommandStream('ana'), 'quantum:stream:rollout.command:ana'],
  ])('%s', (name, contract) => {
    expect(name).toBe(contract);
  });

  it('of our groups are both', () => {
    expect([...keys.OUR_GROUPS]).toEqual(['governor', 'governor-annotate']);
  });

  it('are all in the table, once', () => {
    const listed = KEY_TABLE.map(({ key }) => key);
    const perSymbol = Object.entries(keys).filter(
      ([name]) => /^(?!is)\w+Key$/.test(name) && name !== 'symbolOfTargetKey',
    );
    const placeholders: Record<string, string[]> = {
      disarmKey: ['{date}'],
      breachesKey: ['{date}'],
      lostPlansKey: [keys.STREAMS.plans],
      permitKey: ['{plan_id}'],
      blockKey: ['{plan_id}'],
      decidedKey: ['{plan_id}'],
      shardCycleKey: ['{shard}'],
      leaseKey: [keys.STREAMS.proposed, '{shard}'],
      publishedKey: [keys.STREAMS.proposed, '{shard}'],
      fenceKey: [keys.STREAMS.proposed],
      membersKey: [keys.STREAMS.proposed],
      brainLeaseKey: [keys.STREAMS.efficiencyDecision, '{shard}'],
      brainPublishedKey: [keys.STREAMS.efficiencyDecision, '{shard}'],
      brainFenceKey: [keys.STREAMS.efficiencyDecision],
      brainMembersKey: [keys.STREAMS.efficiencyDecision],
      rolloutPlanKey: ['{hash}'],
    };
    const named = perSymbol.map(([name, build]) =>
      (build as (...x: string[]) => string)(...(placeholders[name] ?? ['{symbol}'])),
    );
    const single = [
      keys.KILL_KEY, keys.HALT_KEY, keys.LAST_CYCLE_KEY, keys.GOVERNOR_LIMITS_KEY, keys.POLICY_PARAMETERS_KEY, keys.ROLLOUT_EPOCH_KEY,
      keys.ROLLOUT_STATE_KEY, keys.ROLLOUT_PERIOD_KEY, keys.ROLLOUT_LEASE_KEY, keys.ROLLOUT_AUDIT_STREAM, keys.rolloutCommandStream('{user}'),
      keys.ROLLOUT_FENCE_KEY, keys.ROLLOUT_MEMBERS_KEY, keys.ROLLOUT_PUBLISHED_KEY, keys.PORTFOLIO_KEY, keys.operatorAuditStream('{user}'),
    ]; // prettier-ignore
    const expected = [...named, ...single, ...Object.values(keys.STREAMS)];
    expect([...listed].sort()).toEqual(expected.sort());
  });

  it('put the keys of one script into one Cluster slot', () => {
    const symbol = anyText({ minLength: 1, maxLength: 64 }).filter((s) => !/[{}]/.test(s));
    const planId = fc.stringMatching(/^[!-z|~]{1,128}$/);
    fc.assert(
      fc.property(symbol, planId, (s, id) => {
        expect(hashTag(keys.windowKey(s))).toBe(s);
        expect(hashTag(keys.dailyKey(s))).toBe(s);
        expect(hashTag(keys.inFlightKey(s))).toBe(s);
        expect(hashTag(keys.decidedKey(id))).toBe(hashTag(keys.permitKey(id)));
      }),
    );
    expect(hashTag(keys.shardCycleKey(1))).toBe(keys.LAST_CYCLE_KEY);
    for (const stream of [keys.STREAMS.proposed, 'a{b}c', 'a{b']) {
      for (const key of [keys.leaseKey(stream, 1), keys.publishedKey(stream, 1)]) {
        expect(hashTag(key)).toBe(hashTag(stream));
      }
      for (const key of [keys.fenceKey(stream), keys.membersKey(stream)]) expect(hashTag(key)).toBe(hashTag(stream));
    }
  });
});

describe('symbolOfTargetKey', () => {
  it.each([
    ['quantum:allocation:target:BTCUSDT', { kind: 'symbol', symbol: 'BTCUSDT' }],
    ['quantum:allocation:target:BTC:PERP', { kind: 'symbol', symbol: 'BTC:PERP' }],
    ['quantum:allocation:target::', { kind: 'symbol', symbol: ':' }],
    ['quantum:allocation:target:proposed', { kind: 'symbol', symbol: 'proposed' }],
    ['quantum:allocation:target:Proposed:X', { kind: 'symbol', symbol: 'Proposed:X' }],
    ['quantum:allocation:target:\ufeffÅ', { kind: 'symbol', symbol: '\ufeffÅ' }],
    ['quantum:allocation:target:proposed:BTCUSDT', { kind: 'shadow' }],
    ['quantum:allocation:target:proposed:', { kind: 'shadow' }],
    ['quantum:allocation:target:proposed:proposed:X', { kind: 'shadow' }],
    ['quantum:allocation:target:', { kind: 'bad_name' }],
    ['quantum:allocation:targets', { kind: 'bad_name' }],
    ['\ufeffquantum:allocation:target:X', { kind: 'bad_name' }],
    ['', { kind: 'bad_name' }],
  ])('%j', (key, expected) => {
    expect(keys.symbolOfTargetKey(bytes(key))).toEqual(expected);
  });

  it.each([
    ['a lone continuation', [0x80]],
    ['a cut sequence', [0xc3]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['Latin-1', [0x41, 0xe9]],
  ])('has no symbol for %s', (_name, tail) => {
    const key = Uint8Array.from([...bytes('quantum:allocation:target:'), ...tail]);
    expect(keys.symbolOfTargetKey(key)).toEqual({ kind: 'bad_name' });
  });

  it('undoes targetKey for each symbol that the decision stream may name, and only for those', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string().map((s) => `proposed:${s}`),
    );
    fc.assert(
      fc.property(name, (symbol) => {
        const found = keys.symbolOfTargetKey(bytes(keys.targetKey(symbol)));
        const isTarget = symbol !== '' && !symbol.startsWith('proposed:');
        if (isTarget) expect(found).toEqual({ kind: 'symbol', symbol });
        else expect(found.kind).not.toBe('symbol');
        expect(keys.symbolOfTargetKey(bytes(keys.proposedKey(symbol)))).toEqual({ kind: 'shadow' });
      }),
    );
  });
});

describe('symbols of the proof runner', () => {
  it.each([
    ['PROOF_7K3M9PQRA', true],
    ['PROOF_', true],
    ['PROOFUSDT', false],
    ['proof_7K3M9PQRA', false],
    ['BTCUSDT', false],
    ['', false],
  ])('%j: %j', (symbol, expected) => {
    expect(keys.isProofSymbol(symbol)).toBe(expected);
  });
});

it.each([
  [0, '1970-01-01'],
  [1769903999.999, '2026-01-31'],
  [1769904000, '2026-02-01'],
])('%d is on %s', (epochSec, date) => {
  expect(keys.utcDate(epochSec)).toBe(date);
});
