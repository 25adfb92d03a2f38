import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { decidedKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import { addPlanNow, connectedClient, useRedis, waitFor } from '@quantum/testing';
import { holdBatches } from './batches.test-support.js';
import { harness, type Client } from './governor-harness.test-support.js';
import { useServices } from './service.test-support.js';

const file = useRedis({ tcp: true, config: { 'repl-diskless-sync-delay': '0' } });
const start = useServices(file);
let replicaServer: PrivateRedis;
let replica: Client;

beforeAll(async () => {
  replicaServer = await startPrivateRedis({ tcp: true });
  replica = await connectedClient(replicaServer.url);
});
beforeEach(async () => {
  replicaServer.resume();
  await replica.replicaof('127.0.0.1', file.server.port);
  const follows = async () => {
    await file.redis().del('any'); // a connection waits for its own writes alone
    await file.redis().set('any', '1');
    return (await file.redis().wait(1, 100)) === 1;
  };
  await waitFor(follows, { what: 'the replica to follow' });
});
afterAll(async () => {
  replica.disconnect();
  await replicaServer.stop();
});

const WAITING = { REDIS_WAIT_REPLICAS: '1' };
/** As a failover does while the old master still believes in itself. */
const promote = () => replica.replicaof('NO', 'ONE');

describe('with REDIS_WAIT_REPLICAS', () => {
  it('finishes a plan when a replica has its decision', async () => {
    const { plan, serve, redeliver, outcome, pending } = await harness(file.redis(), WAITING);
    const id = await plan({ planId: 'p' });
    let done = await serve();
    // On a busy machine a replica may take longer than a batch waits for it.
    while (done.length === 0) done = await redeliver();
    expect(done).toEqual([id]);
    expect([await outcome('p'), await pending(), await replica.exists(permitKey('p'))]).toEqual(['permit', [], 1]);
  });

  it('leaves a plan pending while no replica has it, also after it is claimed, and decides it once', async () => {
    const first = await harness(file.redis(), WAITING);
    const id = await first.plan({ planId: 'p' });
    replicaServer.pause();
    expect(await first.serve()).toEqual([]);
    expect(await first.metrics('p32_errors_total')).toEqual(['{kind="not_replicated"} 1']);
    const record = await first.record('p');
    // Else a claim would take each such plan alone, with a wait of its own.
    expect(await file.redis().xpending(STREAMS.plans, 'governor', '-', '+', 1)).toMatchObject([
      [id, expect.anything(), expect.anything(), 0],
    ]);

    const other = await file.connect();
    const second = await harness(other, WAITING);
    expect(await second.redeliver()).toEqual([]);
    replicaServer.resume();
    expect(await second.redeliver()).toEqual([id]);
    expect(await second.record('p')).toEqual(record);
    expect(await second.pending()).toEqual([]);
  });

  it('gives exits their permits while plans wait for replicas that are gone', async () => {
    await replica.replicaof('NO', 'ONE');
    const { metricsUrl } = await start({ ...WAITING, GOV_PLAN_MAX_AGE_SEC: '6', GOV_CLAIM_IDLE_SEC: '1' });
    const exit = (planId: string) => addPlanNow(file.redis(), planId, { symbol: planId, reduceOnly: true });
    const waits = async () =>
      Number(
        /^p32_errors_total\{kind="not_replicated"\} (\d+)$/m.exec(
          await (await fetch(`${metricsUrl}/metrics`)).text(),
        )?.[1] ?? 0,
      );
    for (let i = 0; i < 60; i += 1) await exit(`left-${i}`);
    await waitFor(async () => (await waits()) > 120, { what: 'each of them to wait twice' });
    for (let i = 0; i < 3; i += 1) {
      await exit(`exit-${i}`);
      const decided = () => file.redis().get(decidedKey(`exit-${i}`));
      const record = await waitFor(decided, { what: 'its decision' });
      expect(JSON.parse(record)).toMatchObject({ outcome: 'permit' });
    }
  });

  it('finishes no plan whose record the master that replaced the old one never had', async () => {
    const { governor, plan, decide, consumer, clock, record } = await harness(file.redis(), WAITING);
    await decide({ planId: 'warm', symbol: 'WARM' }); // loads the scripts
    await plan({ planId: 'p' });
    const entries = await consumer.readNew(1, 1);
    const other = await file.connect();
    let batches = 0;
    const stop = holdBatches(file.redis(), ({ send }) => {
      batches += 1;
      if (batches === 3)
        void other.del(decidedKey('p')).then(send); // 1 read state, 2 grant, 3 write to the record
      else send();
    });
    const served = await governor.serve(entries, clock.wallSec);
    stop();
    expect([served, await record('p')]).toEqual([{ done: [], putOff: entries }, undefined]);
  });

  it('finishes nothing on a master that has been replaced', async () => {
    const { plan, serve, pending } = await harness(file.redis(), WAITING);
    const id = await plan({ planId: 'p' });
    await promote();
    expect(await serve()).toEqual([]);
    expect(await pending()).toEqual([id]);
  });
});

describe('without it', () => {
  it('a failover can forget a decision, and the plan is decided a second time', async () => {
    const old = await harness(file.redis());
    const id = await old.plan({ planId: 'p' });
    expect(await file.redis().wait(1, 0)).toBe(1);
    await promote();
    expect(await old.serve()).toEqual([id]); // permitted and finished, as far as the old master knows

    const next = await harness(replica);
    expect(await next.record('p')).toBeUndefined();
    next.clock.advanceSec(1);
    expect(await next.serve()).toEqual([id]);
    const decidedAt = [await old.record('p'), await next.record('p')].map((record) => record?.decided_at);
    expect(decidedAt[1]).toBe((decidedAt[0] ?? 0) + 1);
  });
});
