import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateCluster, type PrivateCluster } from '@quantum/private-redis';
import { connectRedis, runBatch, untilReady, type Command, type Redis } from '@quantum/redis-io';
import { permitKey, STREAMS } from '@quantum/redis-schemas';
import { oldPermit, waitFor } from '@quantum/testing';
import type { RunningService } from '@quantum/service-host';
import { waitForResult } from './annotate.test-support.js';
import { annotatorService } from './service.js';

let cluster: PrivateCluster;
let redis: Redis;
let annotator: RunningService;
const abort = new AbortController();

beforeAll(async () => {
  cluster = await startPrivateCluster();
  redis = connectRedis({ url: cluster.url, host: '', port: 6379, db: 0 }, 'test');
  await untilReady(redis);
  annotator = await annotatorService.start({
    env: { REDIS_URL: cluster.url, METRICS_PORT: '0', LOG_LEVEL: 'fatal' },
    stopping: abort.signal,
  });
});
afterAll(async () => {
  abort.abort();
  await annotator.stop();
  redis.disconnect();
  await cluster.stop();
});

async function all(commands: readonly Command[]): Promise<unknown[]> {
  return (await runBatch(redis, commands)).map((reply) => {
    if (!reply.ok) throw reply.error;
    return reply.value;
  });
}

describe('an annotator on a Cluster', () => {
  it('finds and annotates permits on every master', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `p${i}`);
    const fields = ['symbol', 'BTCUSDT', 'decision', 'EXECUTE'];
    await all(ids.map((id): Command => ['xadd', STREAMS.plans, '*', 'plan_id', id, ...fields]));
    const pending = async () => (await all([['xpending', STREAMS.plans, 'governor-annotate']])) as [[number]];
    await waitFor(async () => (await pending())[0][0] === ids.length, { what: 'the plans to be read' });
    await all(ids.map((id): Command => ['set', permitKey(id), oldPermit(), 'EX', 60]));
    await waitForResult(annotator.metricsUrl, 'annotated', ids.length);
    for (const text of await all(ids.map((id): Command => ['get', permitKey(id)]))) {
      expect(JSON.parse(text as string)).toMatchObject({ consumed: false, eff_reason: 'missing_eff' });
    }
    await waitFor(async () => (await pending())[0][0] === 0, { what: 'the acknowledgements' });
  });
});
