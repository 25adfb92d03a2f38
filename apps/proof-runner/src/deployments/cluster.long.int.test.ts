import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import type { Redis } from '@quantum/redis-io';
import {
  blockKey, budgetKey, decidedKey, disarmKey, efficiencyKey, KILL_KEY, LAST_CYCLE_KEY, lastExecKey, permitKey, positionKey,
  proposedKey, STREAMS, targetKey, utcDate, windowKey,
} from '@quantum/redis-schemas'; // prettier-ignore
import { readStream, waitFor } from '@quantum/testing';
import {
  connect, disconnectAll, permitOf, proposalOf, startServices, submit, untilDecided, waitForProposal,
} from './services.test-support.js'; // prettier-ignore

let cluster: PrivateCluster;
let redis: Redis;
beforeAll(async () => {
  cluster = await startPrivateCluster();
  startServices({ REDIS_URL: cluster.url });
  redis = await connect({ REDIS_URL: cluster.url });
});
afterAll(async () => {
  disconnectAll();
  await cluster.stop();
});

const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const submitAll = (planIds: readonly string[]) => Promise.all(planIds.map((id, i) => submit(redis, id, `S${i}`)));

/** Moves the common keys of all plans and cycles to one master, so that another one can fail. */
async function gatherAt(index: number, keys: readonly string[]): Promise<void> {
  for (const key of keys) await cluster.migrateSlot(await cluster.slotOf(key), index);
}

const FIXED = [KILL_KEY, disarmKey(utcDate(Date.now() / 1000)), LAST_CYCLE_KEY, ...Object.values(STREAMS)];
const keysOfPlan = (id: string, symbol: string) => [
  permitKey(id), decidedKey(id), blockKey(id), windowKey(symbol), lastExecKey(symbol), budgetKey(symbol), positionKey(symbol),
  targetKey(symbol), proposedKey(symbol),
]; // prettier-ignore

describe('both services on a Cluster', () => {
  it('decide plans of many slots and propose for symbols on every master', async () => {
    const plans = ids('p', 60);
    await submitAll(plans);
    await untilDecided(redis, plans);
    for (const id of plans) expect(await permitOf(redis, id)).toMatchObject({ granted: true });
    for (const symbol of ids('S', 6)) expect(await proposalOf(redis, symbol)).toMatchObject({ reason: 'ok' });
  });

  it('go on while slots are moving: the plan stream’s, a window’s, an efficiency reading’s', async () => {
    const moving = [STREAMS.plans, windowKey('S0'), efficiencyKey('S1'), KILL_KEY];
    const targets = new Map<number, number>();
    for (const key of moving) targets.set(await cluster.slotOf(key), ((await cluster.ownerOf(key)) + 1) % 3);
    const half = ids('half', 60);
    for (const [slot, to] of targets) await cluster.migrateSlot(slot, to, 'half');
    await submitAll(half);
    await untilDecided(redis, half);
    const whole = ids('whole', 60);
    for (const [slot, to] of targets) await cluster.migrateSlot(slot, to);
    await submitAll(whole);
    await untilDecided(redis, whole);
    const atOnce = (await cluster.movesAtomically()) ? ids('at-once', 60) : [];
    const submitted = submitAll(atOnce);
    if (atOnce.length > 0) for (const [slot, to] of targets) await cluster.migrateSlot(slot, (to + 1) % 3, 'atomic');
    await submitted;
    await untilDecided(redis, atOnce);
    for (const id of [...half, ...whole, ...atOnce]) {
      expect(JSON.parse((await redis.get(decidedKey(id))) ?? '')).toMatchObject({ outcome: 'permit' });
    }
    expect(await waitForProposal(redis, 'S1')).toMatchObject({ reason: 'ok' });
    expect(await redis.exists(STREAMS.deadletter)).toBe(0);
  });

  it('go on when a master fails: its keys read redis_error, and delay no others', async () => {
    const [id, symbol] = ['survivor', 'SURVIVOR'];
    await gatherAt(0, [...FIXED, ...keysOfPlan(id, symbol)]);
    await cluster.migrateSlot(await cluster.slotOf(efficiencyKey(symbol)), 2);
    expect(await proposalOf(redis, symbol)).toMatchObject({ reason: 'ok', proposed_target: '1400.00' });
    for (const symbol of ['UNWRITTEN', 'UNREAD']) await proposalOf(redis, symbol);
    await cluster.migrateSlot(await cluster.slotOf(targetKey('UNWRITTEN')), 0);
    await cluster.migrateSlot(await cluster.slotOf(efficiencyKey('UNWRITTEN')), 0);
    await cluster.migrateSlot(await cluster.slotOf(proposedKey('UNWRITTEN')), 2);
    await cluster.migrateSlot(await cluster.slotOf(targetKey('UNREAD')), 2);
    await cluster.kill(2);
    await submit(redis, id, symbol);
    expect(await permitOf(redis, id)).toMatchObject({ granted: true, eff_reason: 'redis_error', eff_factor: '1.0000' });
    const proposed = async () => {
      const last = (await readStream(redis, STREAMS.proposed))
        .filter(({ fields }) => fields['symbol'] === symbol)
        .at(-1);
      return last?.fields['reason'] === 'redis_error' && last.fields['proposed_target'];
    };
    expect(await waitFor(proposed, { what: 'a proposal without the reading' })).toBe('1000');
    // Whole cycles go on. An unreadable key is skipped and counted, and a failed write affects no other.
    const { ts_epoch: before } = await redis.hgetall(LAST_CYCLE_KEY);
    const later = async () => {
      const cycle = await redis.hgetall(LAST_CYCLE_KEY);
      return Number(cycle['ts_epoch']) > Number(before) && Number(cycle['skipped_redis_error']) >= 1;
    };
    await waitFor(later, { what: 'a whole cycle that skipped' });
  });
});
