import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateSentinel, type PrivateSentinel } from '@quantum/private-redis';
import type { Redis } from '@quantum/redis-io';
import { decidedKey, permitKey } from '@quantum/redis-schemas';
import { waitFor } from '@quantum/testing';
import {
  connect, disconnectAll, proposalOf, startServices, submit, untilDecided, waitForProposal,
} from './services.test-support.js'; // prettier-ignore

let sentinel: PrivateSentinel;
beforeAll(async () => {
  sentinel = await startPrivateSentinel({ replicas: 2 });
}, 60_000);
afterAll(async () => {
  disconnectAll();
  await sentinel.stop();
});

/** Submits plans one by one, each on a replica before the next: what Redis itself may lose is not what is tested. */
async function submitSafely(redis: Redis, prefix: string, count: number, ids: string[]): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const id = `${prefix.replaceAll(' ', '-')}-${ids.length}`;
    await waitFor(
      async () => {
        await submit(redis, id, `S${ids.length}`);
        return (await redis.wait(1, 500)) >= 1;
      },
      { what: `plan ${id} to be taken`, timeoutMs: 15_000 },
    );
    ids.push(id);
  }
}

/** What stands at the end: each plan decided once, with its permit, nothing pending. */
async function expectAllPermitted(redis: Redis, ids: readonly string[]): Promise<void> {
  await untilDecided(redis, ids);
  for (const id of ids) {
    const record = JSON.parse((await redis.get(decidedKey(id))) ?? '') as { outcome: string };
    expect([id, record.outcome, await redis.exists(permitKey(id))]).toEqual([id, 'permit', 1]);
  }
}

const FAILOVERS: [how: string, failOver: () => Promise<unknown>][] = [
  ['is ordered', () => sentinel.failover()],
  [
    'follows the death of the master',
    async () => {
      const old = await sentinel.master();
      await old.kill();
      await sentinel.masterOtherThan(old);
    },
  ],
];

describe('both services on Sentinel', () => {
  it.each(FAILOVERS)(
    'resume by themselves when a failover under load %s, and every plan is decided once',
    async (how, failOver) => {
      const env = { REDIS_URL: sentinel.url };
      const { proposer, governor } = startServices(env);
      const redis = await connect(env);
      const ids: string[] = [];
      await submitSafely(redis, how, 20, ids);
      expect(await proposalOf(redis, 'BTCUSDT')).toMatchObject({ proposed_target: '1400.00' });
      await redis.wait(2, 1000);

      const load = submitSafely(redis, how, 100, ids);
      await waitFor(() => ids.length > 50, { what: 'the load to be under way' });
      await Promise.all([load, failOver()]);

      await expectAllPermitted(redis, ids);
      expect(await waitForProposal(redis, 'BTCUSDT')).toMatchObject({ proposed_target: '1400.00' });
      expect(await Promise.all([proposer.stop(), governor.stop()])).toMatchObject([{ code: 0 }, { code: 0 }]);
    },
    20_000,
  );
});
