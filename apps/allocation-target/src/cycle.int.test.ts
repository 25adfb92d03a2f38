import { afterEach, describe, expect, it } from '@jest/globals';
import type { EfficiencyReason } from '@quantum/efficiency-policy';
import { efficiencyKey, LAST_CYCLE_KEY, proposedKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { expectTtl, putEfficiency, putTarget, readStream, serverTimeMs, useRedis } from '@quantum/testing';
import { BATCH_SYMBOLS } from './shard-batches.js';
import { clockAt, createTestProposer, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
const now = TS_EPOCH;
/** Of the defaults. */
const POLICY = '665096e73ef2';
let proposer: TestProposer;

async function start(env: Record<string, string> = {}): Promise<TestProposer> {
  proposer = await createTestProposer(`unix://${file.server.socketPath}`, env);
  return proposer;
}
afterEach(() => {
  proposer.close();
});

const entries = async () => (await readStream(file.redis(), STREAMS.proposed)).map(({ fields }) => fields);
const bySymbol = async () => new Map((await entries()).map((fields) => [fields['symbol'], fields]));

describe('a cycle', () => {
  describe.each<[string, Record<string, string>]>([
    ['met by a scan', {}],
    ['met by the cycle alone', { LOOP_INTERVAL_SEC: '0.05', DISCOVERY_INTERVAL_SEC: '3600' }],
  ])('%s', (_by, env) => {
    it.each<[string, string, (key: string) => Promise<unknown>]>([
      ['disappears', 'no_target', (key) => file.redis().del(key)],
      ['becomes invalid', 'invalid_target', (key) => file.redis().hset(key, 'target_usd', 'x')],
      ['becomes negative', 'invalid_target', (key) => file.redis().hset(key, 'target_usd', '-1')],
      ['becomes unreadable', 'redis_error', (key) => file.redis().multi().del(key).set(key, 'no hash').exec()],
    ])('takes a shadow hash back in the cycle in which its target %s', async (_what, reason, change) => {
      for (const symbol of ['A', 'B']) await putTarget(file.redis(), symbol, { now });
      await (await start(env)).cycle();
      expect(await file.redis().exists(proposedKey('A'), proposedKey('B'))).toBe(2);
      await change(targetKey('A'));
      await proposer.cycle();
      expect(await file.redis().exists(proposedKey('A'))).toBe(0);
      expect(await file.redis().exists(proposedKey('B'))).toBe(1);
      expect(await proposer.metric('p29_shadow_skipped_total', { reason })).toBe(1);
    });
  });

  it('whose shadow key is of another type says so once, not with every cycle, and counts each', async () => {
    await putTarget(file.redis(), 'A', { now });
    await file.redis().rpush(proposedKey('A'), 'no such type');
    const nowSecs = [TS_EPOCH, TS_EPOCH + 1, TS_EPOCH + 2, TS_EPOCH + 3];
    proposer = await createTestProposer(
      `unix://${file.server.socketPath}`,
      {},
      { clock: clockAt(() => nowSecs[0] ?? 0) },
    );
    const said = () =>
      proposer
        .logged()
        .filter(({ msg }) => /refuse/.test(String(msg)))
        .map(({ msg, count }) => [msg, count]);
    for (let i = 0; i < 3; i++, nowSecs.shift()) await proposer.cycle();
    expect(said()).toEqual([['Redis refused writes', 1]]);
    expect(await proposer.metric('p29_shadow_loop_errors_total')).toBe(3);
    await file.redis().del(proposedKey('A'));
    await proposer.cycle();
    expect(said()).toEqual([
      ['Redis refused writes', 1],
      ['Redis refuses no writes any more', undefined],
    ]);
  });

  it('proposes from the base that P2.9 computed before it applied a multiplier, where it says one', async () => {
    await putTarget(file.redis(), 'BASED', { now, targetUsd: 700, extra: { base_target_usd: 500 } });
    await putTarget(file.redis(), 'PLAIN', { now, targetUsd: 700, extra: { base_target_usd: 'nan' } });
    for (const symbol of ['BASED', 'PLAIN']) await putEfficiency(file.redis(), symbol, { now, score: 0.9 });
    await (await start()).cycle();
    expect((await bySymbol()).get('BASED')).toMatchObject({ base_target: '500', proposed_target: '700' });
    expect((await bySymbol()).get('PLAIN')).toMatchObject({ base_target: '700', proposed_target: '979.9999999999999' });
  });

  it('publishes exact values to the stream, the shadow hash and the summary', async () => {
    const sinceMs = await serverTimeMs(file.redis());
    await putTarget(file.redis(), 'HIGH', { now, targetUsd: 1000 });
    await putEfficiency(file.redis(), 'HIGH', { now, score: 0.9, confidence: 0.85 });
    await putTarget(file.redis(), 'LOW', { now, targetUsd: '250.125' });
    await putEfficiency(file.redis(), 'LOW', { now, score: 0.3 });
    await (await start()).cycle();

    expect(await entries()).toEqual([
      {
        ts_epoch: String(now),
        symbol: 'HIGH',
        base_target: '1000',
        proposed_target: '1400',
        multiplier: '1.4000',
        eff_score: '0.9',
        eff_confidence: '0.85',
        eff_ts: String(now),
        base_ts: String(now),
        eff_stale: '0',
        reason: 'ok',
        mode: 'shadow',
        raw_multiplier: '1.4000',
        policy: POLICY,
        budget_scale: '1',
        smoothing_from: '',
        smoothing_from_ts: '',
      },
      expect.objectContaining({ symbol: 'LOW', base_target: '250.125', multiplier: '0.8000', reason: 'ok' }),
    ]);
    expect(await file.redis().hgetall(proposedKey('LOW'))).toEqual({
      ts_epoch: String(now),
      symbol: 'LOW',
      base_target: '250.13',
      proposed_target: '200.10',
      multiplier: '0.8000',
      eff_score: '0.3000',
      eff_confidence: '0.900',
      eff_stale: '0',
      reason: 'ok',
      mode: 'shadow',
      last_update_ts_epoch: String(now),
      raw_multiplier: '0.8000',
      policy: POLICY,
      budget_scale: '1',
      smoothed_multiplier: '0.8',
    });
    await expectTtl(file.redis(), proposedKey('LOW'), 600, sinceMs);
    expect(await file.redis().hgetall(LAST_CYCLE_KEY)).toMatchObject({
      ts_epoch: String(now),
      symbols: '2',
      proposed: '2',
      skipped: '0',
      ok: '2',
      skipped_bad_name: '0',
    });
  });

  it('gives every efficiency problem its reason, and the target unchanged', async () => {
    const stale = now - 700;
    await putEfficiency(file.redis(), 'S:MISSING', { now, score: null, confidence: null, ts: null, extra: { x: 1 } });
    await putEfficiency(file.redis(), 'S:INVALID', { now, score: 'nan' });
    await putEfficiency(file.redis(), 'S:MILLIS', { now, ts: now * 1000 });
    await putEfficiency(file.redis(), 'S:STALE', { now, ts: stale, confidence: 0.1 });
    await putEfficiency(file.redis(), 'S:LOWCONF', { now, confidence: 0.5 });
    await file.redis().set(efficiencyKey('S:STRING'), 'not a hash');
    const expected: Record<string, EfficiencyReason> = {
      'S:ABSENT': 'missing_eff',
      'S:MISSING': 'missing_eff',
      'S:INVALID': 'invalid_eff',
      'S:MILLIS': 'invalid_eff',
      'S:STALE': 'stale_eff',
      'S:LOWCONF': 'low_conf',
      'S:STRING': 'redis_error',
    };
    for (const symbol of Object.keys(expected)) await putTarget(file.redis(), symbol, { now, targetUsd: 100 });
    await (await start()).cycle();

    const proposals = await bySymbol();
    for (const [symbol, reason] of Object.entries(expected)) {
      expect(proposals.get(symbol)).toMatchObject({
        reason,
        multiplier: '1.0000',
        base_target: '100',
        proposed_target: '100',
      });
      expect(proposals.get(symbol)?.['eff_stale']).toBe(reason === 'stale_eff' ? '1' : '0');
    }
    expect(proposals.get('S:STALE')).toMatchObject({ eff_score: '0.9', eff_confidence: '0.1', eff_ts: String(stale) });
    expect(proposals.get('S:MILLIS')).toMatchObject({ eff_score: '0.9', eff_ts: '' });
    expect(await proposer.metric('p29_shadow_proposed_total', { reason: 'missing_eff' })).toBe(2);
    expect(await proposer.metric('p29_shadow_proposed_total', { reason: 'redis_error' })).toBe(1);
    expect(await file.redis().hgetall(LAST_CYCLE_KEY)).toMatchObject({
      proposed: '7',
      missing_eff: '2',
      redis_error: '1',
    });
  });

  it('skips what is no target, each for its reason, and nothing else', async () => {
    await putTarget(file.redis(), 'GOOD', { now });
    await putTarget(file.redis(), 'NEGATIVE', { now, targetUsd: -1 });
    await putTarget(file.redis(), 'WORD', { now, targetUsd: 'much' });
    await putTarget(file.redis(), 'HUGE', { now, targetUsd: '1.7e308' });
    await putEfficiency(file.redis(), 'HUGE', { now, score: 1 });
    await putTarget(file.redis(), 'OTHERFIELDS', { now, targetUsd: null, timestamp: null });
    await file.redis().set(targetKey('STRING'), 'not a hash');
    await start();
    await proposer.context.discovery.list(); // from here on the stream is followed
    await file.redis().xadd(STREAMS.allocationDecision, '*', 'symbol', 'GONE');
    await proposer.cycle();

    expect((await entries()).map(({ symbol }) => symbol)).toEqual(['GOOD']);
    const skipped = { no_target: 1, invalid_target: 4, redis_error: 1, bad_name: 0 };
    for (const [reason, count] of Object.entries(skipped)) {
      expect(await proposer.metric('p29_shadow_skipped_total', { reason })).toBe(count);
    }
    expect(proposer.logged().filter(({ msg }) => !String(msg).startsWith('invalid reading'))).toEqual([
      expect.objectContaining({ msg: 'shards', gained: [0] }),
      expect.objectContaining({ msg: 'cycle', level: 'info', symbols: 7, skipped }),
    ]);
  });

  it('lets no wrong type in the way of one symbol harm another', async () => {
    for (const symbol of ['A', 'B', 'C']) await putTarget(file.redis(), symbol, { now });
    await file.redis().set(proposedKey('B'), 'squatter');
    await (await start()).cycle();

    expect([...(await bySymbol()).keys()]).toEqual(['A', 'B', 'C']);
    expect(await file.redis().hget(proposedKey('C'), 'symbol')).toBe('C');
    expect(await file.redis().get(proposedKey('B'))).toBe('squatter');
    expect(await file.redis().hget(LAST_CYCLE_KEY, 'proposed')).toBe('3');
    expect(await proposer.metric('p29_shadow_loop_errors_total')).toBe(1);
    expect(proposer.logged()).toContainEqual(
      expect.objectContaining({ level: 'warn', count: 1, first: [expect.objectContaining({ key: proposedKey('B') })] }),
    );
  });

  it('is not a whole one when the proposal stream takes nothing, and says so by its absence', async () => {
    await putTarget(file.redis(), 'A', { now });
    await file.redis().set(STREAMS.proposed, 'not a stream');
    await start();
    await expect(proposer.cycle()).rejects.toThrow('WRONGTYPE');
    expect(await file.redis().exists(LAST_CYCLE_KEY)).toBe(0);
    expect(await proposer.metric('p29_shadow_proposed_total', { reason: 'missing_eff' })).toBe(0);

    await file.redis().del(STREAMS.proposed);
    await proposer.cycle();
    expect(await file.redis().hget(LAST_CYCLE_KEY, 'proposed')).toBe('1');
  });

  it('is not a whole one when Redis takes no writes for now', async () => {
    await putTarget(file.redis(), 'A', { now });
    await start();
    await file.redis().config('SET', 'maxmemory', '1');
    await expect(proposer.cycle()).rejects.toThrow('OOM');
    await file.redis().config('SET', 'maxmemory', '0');
    expect(await file.redis().exists(LAST_CYCLE_KEY, STREAMS.proposed)).toBe(0);
    await proposer.cycle();
    expect(await file.redis().hget(LAST_CYCLE_KEY, 'proposed')).toBe('1');
  });

  it('overwrites every field of an older shadow hash and renews its TTL', async () => {
    await putTarget(file.redis(), 'A', { now });
    await putEfficiency(file.redis(), 'A', { now });
    await (await start({ PROPOSE_KEY_TTL: '900' })).cycle();
    await file.redis().expire(proposedKey('A'), 5);
    await file.redis().del(efficiencyKey('A'));
    const sinceMs = await serverTimeMs(file.redis());
    await proposer.cycle();
    expect(await file.redis().hgetall(proposedKey('A'))).toMatchObject({ eff_score: '', reason: 'missing_eff' });
    await expectTtl(file.redis(), proposedKey('A'), 900, sinceMs);
  });

  it('trims the stream, but never below two cycles', async () => {
    const symbols = Array.from({ length: 300 }, (_, i) => `S${i}`);
    await Promise.all(symbols.map((symbol) => putTarget(file.redis(), symbol, { now })));
    await start({ PROPOSE_STREAM_MAXLEN: '10' });
    for (let i = 0; i < 5; i += 1) await proposer.cycle();
    const length = await file.redis().xlen(STREAMS.proposed);
    // "~" trims whole nodes of 100 entries.
    expect(length).toBeGreaterThanOrEqual(600);
    expect(length).toBeLessThanOrEqual(700);
  });

  it('follows symbols in the gauges, and removes what is gone or unreadable', async () => {
    for (const symbol of ['A', 'B']) {
      await putTarget(file.redis(), symbol, { now });
      await putEfficiency(file.redis(), symbol, { now, score: 0.9, confidence: 0.8 });
    }
    await (await start()).cycle();
    expect(await proposer.metric('p29_shadow_multiplier', { symbol: 'B' })).toBe(1.4);
    expect(await proposer.metric('p29_shadow_eff_score', { symbol: 'A' })).toBe(0.9);
    expect(await proposer.metric('p29_shadow_eff_confidence', { symbol: 'A' })).toBe(0.8);
    expect(await proposer.metric('p29_shadow_symbols')).toBe(2);

    await file.redis().del(targetKey('B'));
    await putEfficiency(file.redis(), 'A', { now, score: 'x' });
    await proposer.cycle();
    expect(await proposer.metric('p29_shadow_multiplier', { symbol: 'A' })).toBe(1);
    expect(await proposer.metric('p29_shadow_eff_score', { symbol: 'A' })).toBeUndefined();
    expect(await proposer.metric('p29_shadow_multiplier', { symbol: 'B' })).toBeUndefined();
    expect(await proposer.metric('p29_shadow_symbols')).toBe(2); // its target was looked for once more
    await proposer.cycle();
    expect(await proposer.metric('p29_shadow_symbols')).toBe(1);
  });

  it('stops between batches when asked to, and leaves no summary of half a cycle', async () => {
    await Promise.all(Array.from({ length: 250 }, (_, i) => putTarget(file.redis(), `S${i}`, { now })));
    await start();
    proposer.context.onProgress = () => {
      proposer.stop.abort();
    };
    await expect(proposer.cycle()).rejects.toThrow('abort');
    expect(await file.redis().xlen(STREAMS.proposed)).toBe(BATCH_SYMBOLS);
    expect(await file.redis().exists(LAST_CYCLE_KEY)).toBe(0);
    expect(await proposer.metric('p29_shadow_proposed_total', { reason: 'missing_eff' })).toBe(BATCH_SYMBOLS);
  });

  it('logs symbols one by one at debug only', async () => {
    await putTarget(file.redis(), 'A', { now });
    await (await start({ LOG_LEVEL: 'debug' })).cycle();
    expect(proposer.logged().map(({ level, msg, symbol }) => [level, msg, symbol])).toEqual([
      ['info', 'shards', undefined],
      ['debug', 'decision', 'A'],
      ['info', 'cycle', undefined],
    ]);
  });
});
