import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { decidedKey, STREAMS } from '@quantum/redis-schemas';
import { addPlan, readStream, spawnApp, useRedis, waitFor } from '@quantum/testing';
import { harness } from '../tests/governor-harness.test-support.js';

const file = useRedis();
const { redis } = file;
const BUNDLE = join(__dirname, '../../../../dist/apps/governor-plugin/main.js');
const MIB = 2 ** 20;

describe('an entry of many MB', () => {
  it('is dead-lettered by its id where it is too large to be read, and its neighbour is served', async () => {
    const { plan, serveEntries, consumer, deadLetters, metrics, outcome, pending, events } = await harness(redis());
    const id = await redis().xadd(STREAMS.plans, '1-0', 'plan_id', 'x'.repeat(17 * MIB));
    await plan({ planId: 'p1' });
    await redis().xreadgroup('GROUP', 'governor', 'gone', 'COUNT', 2, 'STREAMS', STREAMS.plans, '>');
    for await (const entries of consumer.claimIdle(0, 100)) await consumer.ack(await serveEntries(entries));
    expect(await deadLetters()).toEqual([
      expect.objectContaining({
        entry_id: id,
        reason: 'too_large',
        error: 'an entry of 17825799 bytes, which are not read',
      }),
    ]);
    expect(await events()).toMatchObject([{ event: 'DEAD_LETTER', reason: 'too_large' }]);
    expect(await metrics('p32_deadletter_total')).toEqual(['{reason="too_large"} 1']);
    expect([await outcome('p1'), await pending()]).toEqual(['permit', []]);
  });

  it('does not end the process, though all of them outgrow its heap', async () => {
    for (let i = 0; i < 60; i += 1) {
      const reason = 'x'.repeat(2 * MIB);
      await redis().xadd(
        STREAMS.plans,
        '*',
        'plan_id',
        `large-${i}`,
        'symbol',
        `S${i}`,
        'decision',
        'EXECUTE',
        'qty',
        '1',
        'price',
        '1',
        'reason',
        reason,
      );
    }
    await redis().xadd(STREAMS.plans, '*', 'plan_id', 'x'.repeat(20 * MIB));
    await addPlan(redis(), { now: 0, id: '*', planId: 'small' });
    const app = spawnApp(BUNDLE, {
      REDIS_URL: file.server.url,
      METRICS_PORT: '0',
      GOV_CLAIM_IDLE_SEC: '0.2',
      GOV_PLAN_MAX_AGE_SEC: '600',
      NODE_OPTIONS: '--max-old-space-size=64',
    });
    const ids = ['small', ...Array.from({ length: 60 }, (_, i) => `large-${i}`)];
    const isDone = async () => (await redis().exists(...ids.map(decidedKey))) === ids.length;
    const ended = app.exit.then(({ code, signal }) => {
      throw new Error(`the service ended with ${signal ?? String(code)}`);
    });
    await Promise.race([waitFor(isDone, { what: 'every decision' }), ended]);
    const letters = async () => (await readStream(redis(), STREAMS.deadletter)).map(({ fields }) => fields['reason']);
    await waitFor(async () => (await letters()).length > 0, { what: 'the dead letter' });
    expect(await letters()).toEqual(['too_large']);
    ended.catch(() => undefined);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });
});
