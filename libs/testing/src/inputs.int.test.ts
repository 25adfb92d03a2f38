import { describe, expect, it } from '@jest/globals';
import {
  addPlan,
  addViolation,
  announceTarget,
  expectTtl,
  putBudget,
  putEfficiency,
  putPosition,
  putTarget,
  readStream,
  serverTimeMs,
  useRedis,
} from './index.js';

const { redis } = useRedis();
const now = 1_700_000_000;

describe('hashes', () => {
  it('writes a target as P2.9 does', async () => {
    const sinceMs = await serverTimeMs(redis());
    await putTarget(redis(), 'BTCUSDT', { now });
    expect(await redis().hgetall('quantum:allocation:target:BTCUSDT')).toEqual({
      target_usd: '1000',
      confidence: '0.9',
      timestamp: '1700000000',
      mode: 'shadow',
    });
    await expectTtl(redis(), 'quantum:allocation:target:BTCUSDT', 300, sinceMs);
  });

  it('writes an efficiency reading as P3.1 does', async () => {
    const sinceMs = await serverTimeMs(redis());
    await putEfficiency(redis(), 'BTCUSDT', { now, score: 0.2, extra: { mode: 'live' } });
    expect(await redis().hgetall('quantum:capital:efficiency:BTCUSDT')).toEqual({
      efficiency_score: '0.2',
      confidence: '0.9',
      ts: '1700000000',
      mode: 'live',
    });
    await expectTtl(redis(), 'quantum:capital:efficiency:BTCUSDT', 600, sinceMs);
  });

  it('accepts raw text, omits undefined and null, and replaces the previous hash', async () => {
    await putEfficiency(redis(), 'BTCUSDT', { now });
    await putEfficiency(redis(), 'BTCUSDT', { now, score: ' 0x10', confidence: undefined, ts: null });
    expect(await redis().hgetall('quantum:capital:efficiency:BTCUSDT')).toEqual({ efficiency_score: ' 0x10' });
    await putEfficiency(redis(), 'BTCUSDT', { now, score: null, confidence: null, ts: null });
    expect(await redis().exists('quantum:capital:efficiency:BTCUSDT')).toBe(0);
  });

  it('writes a budget as P2.8 and a position as P3.3 does', async () => {
    const sinceMs = await serverTimeMs(redis());
    await putBudget(redis(), 'BTCUSDT', { now, budgetUsd: 250 });
    expect(await redis().hgetall('quantum:portfolio:budget:BTCUSDT')).toEqual({
      budget_usd: '250',
      stress_factor: '1',
      mode: 'enforce',
      timestamp: '1700000000',
    });
    await expectTtl(redis(), 'quantum:portfolio:budget:BTCUSDT', 300, sinceMs);

    await putPosition(redis(), 'BTCUSDT', { now, positionAmt: -0.5 });
    expect(await redis().hgetall('quantum:state:positions:BTCUSDT')).toEqual({
      position_amt: '-0.5',
      mark_price: '50000',
      ts_epoch: '1700000000',
    });
    expect(await redis().ttl('quantum:state:positions:BTCUSDT')).toBe(-1);
  });
});

describe('stream entries', () => {
  it('adds a plan of a chosen age', async () => {
    const id = await addPlan(redis(), { planId: 'p1', now: now + 0.25, price: '', reduceOnly: undefined });
    expect(id).toBe('1700000000250-0');
    expect(await readStream(redis(), 'quantum:stream:apply.plan')).toEqual([
      {
        id,
        fields: {
          plan_id: 'p1',
          symbol: 'BTCUSDT',
          action: 'OPEN',
          decision: 'EXECUTE',
          kill_score: '0.1',
          side: 'BUY',
          qty: '0.01',
          price: '',
          confidence: '0.9',
          timestamp: '1700000000.25',
        },
      },
    ]);
  });

  it('adds a plan to another stream, under a given id, with any further field', async () => {
    await addPlan(redis(), { planId: 'p1', now, stream: 'plans', id: '7-7', extra: { note: 'x' } });
    expect(await readStream(redis(), 'plans')).toMatchObject([{ id: '7-7', fields: { plan_id: 'p1', note: 'x' } }]);
  });

  it('adds violations, valid and invalid ones', async () => {
    await addViolation(redis(), 'BTCUSDT', { now });
    await addViolation(redis(), 'BTCUSDT', { now, overBudget: undefined, timestamp: 'soon' });
    await addViolation(redis(), 'BTCUSDT', { now, json: '{' });
    const entries = await readStream(redis(), 'quantum:stream:budget.violation');
    expect(entries).toEqual([
      { id: '1700000000000-0', fields: { json: '{"symbol":"BTCUSDT","over_budget":true,"timestamp":1700000000}' } },
      { id: '1700000000000-1', fields: { json: '{"symbol":"BTCUSDT","timestamp":"soon"}' } },
      { id: '1700000000000-2', fields: { json: '{' } },
    ]);
  });

  it('announces a target', async () => {
    await announceTarget(redis(), 'BTCUSDT', { now });
    expect(await readStream(redis(), 'quantum:stream:allocation.decision')).toEqual([
      { id: '1700000000000-0', fields: { symbol: 'BTCUSDT', timestamp: '1700000000' } },
    ]);
  });
});
