import { expect, it } from '@jest/globals';
import { ANNOTATE_GROUP, permitKey, STREAMS } from '@quantum/redis-schemas';
import { addPlan, issueOldPermit, useRedis, waitFor } from '@quantum/testing';
import { waitForResult } from './annotate.test-support.js';
import { annotatorService } from './service.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const SHARDS = ['{0}', '{1}', '{2}'];
const streamOf = (shard: string) => `${STREAMS.plans}:${shard}`;

it.each(['K$', ''])(
  'an annotator serves all streams of plans, at the same entry ids too (announced: "%s")',
  async (flags) => {
    await redis().config('SET', 'notify-keyspace-events', flags);
    const abort = new AbortController();
    const annotator = await annotatorService.start({
      env: {
        REDIS_URL: file.server.url,
        METRICS_PORT: '0',
        LOG_LEVEL: 'fatal',
        STREAM_PLANS: SHARDS.map(streamOf).join(','),
      },
      stopping: abort.signal,
    });
    try {
      const id = `${Date.now()}-1`;
      for (const shard of SHARDS) {
        await addPlan(redis(), {
          now: 0,
          id,
          planId: `p${shard.slice(1, 2)}`,
          stream: streamOf(shard),
        });
      }
      for (const i of ['0', '1', '2']) await issueOldPermit(redis(), `p${i}`);
      await waitForResult(annotator.metricsUrl, 'annotated', SHARDS.length);
      for (const i of ['0', '1', '2']) {
        expect(JSON.parse((await redis().get(permitKey(`p${i}`))) ?? '')).toMatchObject({ eff_reason: 'missing_eff' });
      }
      const pending = async () =>
        Promise.all(
          SHARDS.map(async (shard) => ((await redis().xpending(streamOf(shard), ANNOTATE_GROUP)) as [number])[0]),
        );
      await waitFor(async () => (await pending()).every((count) => count === 0), { what: 'the acknowledgements' });
    } finally {
      abort.abort();
      await annotator.stop();
    }
  },
);
