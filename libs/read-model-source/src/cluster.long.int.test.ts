import { expect, it } from '@jest/globals';
import { startPrivateCluster } from '@quantum/private-redis';
import { foldCycle, newModel } from '@quantum/read-model';
import { connectRedis, untilReady } from '@quantum/redis-io';
import { STREAMS } from '@quantum/redis-schemas';
import { knownServices, openSource } from './source.js';

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
