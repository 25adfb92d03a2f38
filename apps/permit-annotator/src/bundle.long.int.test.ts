import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { GOVERNOR_GROUP, permitKey, STREAMS } from '@quantum/redis-schemas';
import {
  addPlanNow,
  issueOldPermit,
  oldPermit,
  putEfficiency,
  spawnApp,
  useRedis,
  waitFor,
  waitForAnnotatePending,
  waitForHint,
} from '@quantum/testing';
import type { Redis } from 'ioredis';

const file = useRedis();
const { redis } = file;
const BUNDLE = join(__dirname, '../../../dist/apps/permit-annotator/main.js');
const PLANS = 300;

/** A governor that someone else wrote: a permit of the old shape for every plan, until all have one. */
async function oldGovernor(reader: Redis): Promise<void> {
  await redis().xgroup('CREATE', STREAMS.plans, GOVERNOR_GROUP, '0', 'MKSTREAM');
  for (let served = 0; served < PLANS;) {
    const read = (await reader.xreadgroup(
      'GROUP', GOVERNOR_GROUP, 'governor-p32', 'COUNT', 10, 'BLOCK', 1000, 'STREAMS', STREAMS.plans, '>',
    )) as [string, [string, string[]][]][] | null; // prettier-ignore
    for (const [id, fields] of read?.[0]?.[1] ?? []) {
      const value = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
      await issueOldPermit(redis(), value('plan_id'), oldPermit(value('symbol')));
      await redis().xack(STREAMS.plans, GOVERNOR_GROUP, id);
      served += 1;
    }
  }
}

describe('the bundle beside another governor', () => {
  it.each([
    ['announces permits', 'K$'],
    ['does not', ''],
  ])('adds the hint to every permit whose consumer waits for it, where Redis %s', async (_how, flags) => {
    await redis().config('SET', 'notify-keyspace-events', flags);
    await putEfficiency(redis(), 'LOW', { now: Date.now() / 1000, score: 0.2 });
    const env = {
      REDIS_URL: file.server.url,
      METRICS_PORT: '0',
      GOV_CLAIM_IDLE_SEC: '0.5',
    };
    const [first, second] = [spawnApp(BUNDLE, env), spawnApp(BUNDLE, env)];
    await Promise.all([first, second].map((app) => app.waitForLine(/serving plans/)));
    const governor = oldGovernor(await file.connect());

    // One of the replicas dies at work; the other claims what it held.
    const ids = Array.from({ length: PLANS }, (_, i) => `p${i}`);
    const hints = ids.map(async (id, i) => {
      await addPlanNow(redis(), id, { symbol: i % 2 === 0 ? 'LOW' : 'NEW', qty: i });
      if (i === PLANS / 2) await first.stop('SIGKILL');
      await waitFor(() => redis().exists(permitKey(id)), { what: `the permit of ${id}` });
      return JSON.parse(await waitForHint(redis(), id)) as unknown;
    });
    for (const [i, hint] of (await Promise.all(hints)).entries()) {
      const expected =
        i % 2 === 0
          ? { eff_action: 'DOWNSIZE', eff_factor: '0.4444' }
          : { eff_action: 'NONE', eff_reason: 'missing_eff' };
      expect(hint).toMatchObject({ granted: true, consumed: false, ...expected });
    }
    await governor;
    await waitForAnnotatePending(redis(), 0);
    expect(await second.stop()).toMatchObject({ code: 0 });
  });
});
