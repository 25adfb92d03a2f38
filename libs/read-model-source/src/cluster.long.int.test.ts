import { expect, it } from '@jest/globals';
import { startPrivateCluster } from '@quantum/private-redis';
import { foldCycle, newModel } from '@quantum/read-model';
import { connectRedis, untilReady } from '@quantum/redis-io';
import { GOVERNOR_GROUP, ROLLOUT_EPOCH_KEY, ROLLOUT_STATE_KEY, STREAMS } from '@quantum/redis-schemas';
import { encodeRolloutState, initialState } from '@quantum/rollout-plan';
import { caughtUp, knownServices, openSource } from './source.js';

it('shows what the rest of a Cluster has while a master is down, says so, and calls it no outage', async () => {
  const bed = await startPrivateCluster();
  const redis = connectRedis({ url: bed.url, host: '', port: 0, db: 0 }, 'test');
  try {
    await untilReady(redis);
    const source = openSource({ redis });
    let model = foldCycle(newModel(knownServices()), await source.read(newModel(knownServices()), true));
    await bed.kill(await bed.ownerOf(STREAMS.events));
    for (let i = 0; i < 30; i += 1) {
      const readings = await source.read(model, true);
      expect([i, readings.away]).toEqual([i, undefined]);
      model = foldCycle(model, readings);
    }
    const { incidents, problems } = model.snapshot;
    expect(incidents).toEqual([]);
    expect(problems).toContainEqual({ where: 'redis', words: expect.stringMatching(/^A part of the Cluster does not answer \(127\.0\.0\.1:\d+\): /) }); // prettier-ignore
  } finally {
    redis.disconnect();
    await bed.stop();
  }
});

it('does not say that a service never ran whose signs of life are in the part that is down', async () => {
  const bed = await startPrivateCluster();
  const redis = connectRedis({ url: bed.url, host: '', port: 0, db: 0 }, 'test');
  try {
    await untilReady(redis);
    await redis.xgroup('CREATE', STREAMS.plans, GOVERNOR_GROUP, '$', 'MKSTREAM');
    await redis.xreadgroup('GROUP', GOVERNOR_GROUP, 'governor-1', 'COUNT', 1, 'STREAMS', STREAMS.plans, '>');
    const seen = openSource({ redis });
    const before = foldCycle(newModel(knownServices()), await seen.read(newModel(knownServices()), true));
    await bed.kill(await bed.ownerOf(STREAMS.plans));
    const first = newModel(knownServices());
    const models = [
      foldCycle(before, await seen.read(before, true)),
      foldCycle(first, await openSource({ redis }).read(first, true)),
    ];
    for (const { snapshot } of models) {
      const why = 'the part of Redis that holds its signs of life is away';
      const governor = snapshot.services.find(({ name }) => name === 'governor');
      expect(governor).toMatchObject({ state: 'unknown', why, instances: null, pendingEntries: null });
      expect(snapshot.problems.filter(({ where }) => where === 'governor')).toEqual([]);
    }
  } finally {
    redis.disconnect();
    await bed.stop();
  }
});

it('shows a rollout as it was while the part that holds it is down, and does not advise to remove it', async () => {
  const bed = await startPrivateCluster();
  const redis = connectRedis({ url: bed.url, host: '', port: 0, db: 0 }, 'test');
  try {
    await untilReady(redis);
    await redis.set(ROLLOUT_EPOCH_KEY, '7');
    await redis.hset(ROLLOUT_STATE_KEY, 'state', encodeRolloutState({ ...initialState(7), name: 'killed' }));
    const source = openSource({ redis });
    const before = await caughtUp(source, newModel(knownServices()));
    expect(before.snapshot.rollout?.state).toBe('killed');
    await bed.kill(await bed.ownerOf(ROLLOUT_STATE_KEY));
    const { snapshot } = foldCycle(before, await source.read(before, true));
    expect(snapshot.rollout).toEqual(before.snapshot.rollout);
    const empty = await caughtUp(openSource({ redis }), newModel(knownServices()));
    expect(empty.snapshot.rollout).toBeNull();
    expect(empty.snapshot.problems.map(({ words }) => words).join()).not.toContain('remove it');
  } finally {
    redis.disconnect();
    await bed.stop();
  }
});
