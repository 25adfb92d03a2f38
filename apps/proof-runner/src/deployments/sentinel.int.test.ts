import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateSentinel, type PrivateSentinel } from '@quantum/private-redis';
import type { Redis } from '@quantum/redis-io';
import { decidedKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import { readStream, waitFor } from '@quantum/testing';
import {
  connect, disconnectAll, proposalOf, startServices, submit, untilDecided, waitForProposal,
} from './services.test-support.js'; // prettier-ignore

let sentinel: PrivateSentinel;
beforeAll(async () => {
  sentinel = await startPrivateSentinel({ replicas: 2 });
});
afterAll(async () => {
  disconnectAll();
  await sentinel.stop();
});

/** Submits plans one by one, each after a master has accepted the one before, until stopped. */
async function submitWhile(isWanted: () => boolean, redis: Redis, prefix: string, ids: string[]): Promise<void> {
  while (isWanted()) {
    const id = `${prefix.replaceAll(' ', '-')}-${ids.length}`;
    const taken = () => submit(redis, id, `S${ids.length}`);
    await waitFor(taken, { what: `plan ${id} to be taken` });
    ids.push(id);
    await redis.wait(2, 20).catch(() => undefined); // the pace: no faster than replicas follow
  }
}

/** A failover may lose the last writes of a master. Redis gives no stronger promise: lost plans are submitted again. */
async function submitLost(redis: Redis, ids: readonly string[]): Promise<void> {
  const kept = new Set((await readStream(redis, STREAMS.plans)).map(({ fields }) => fields['plan_id']));
  for (const [i, id] of ids.entries()) if (!kept.has(id)) await submit(redis, id, `S${i}`);
}

/** The final state: each plan decided once, with its permit, nothing pending. */
async function expectAllPermitted(redis: Redis, ids: readonly string[]): Promise<void> {
  await untilDecided(redis, ids);
  const results = (): Promise<unknown[]> =>
    Promise.all(
      ids.map(async (id) => {
        const record = JSON.parse((await redis.get(decidedKey(id))) ?? '') as { outcome: string };
        return [id, record.outcome, await redis.exists(permitKey(id))];
      }),
    );
  // Sentinel closes connections to a server whose role it changes, this one too.
  expect(await waitFor(results, { what: 'the results' })).toEqual(ids.map((id) => [id, 'permit', 1]));
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
      await submitWhile(() => ids.length < 20, redis, how, ids);
      expect(await proposalOf(redis, 'BTCUSDT')).toMatchObject({ proposed_target: '1400.00' });

      let isOver = false;
      const load = submitWhile(() => !isOver, redis, how, ids);
      await waitFor(() => ids.length > 50, { what: 'the load to be under way' });
      await failOver().finally(() => (isOver = true));
      await load;
      // Our own connection may still be on its way to the new master.
      await waitFor(() => submitLost(redis, ids).then(() => true), { what: 'the lost plans to be submitted again' });

      await expectAllPermitted(redis, ids);
      expect(await waitForProposal(redis, 'BTCUSDT')).toMatchObject({ proposed_target: '1400.00' });
      expect(await Promise.all([proposer.stop(), governor.stop()])).toMatchObject([{ code: 0 }, { code: 0 }]);
    },
  );
});
