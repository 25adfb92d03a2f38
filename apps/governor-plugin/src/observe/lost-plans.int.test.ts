import { describe, expect, it } from '@jest/globals';
import { lostPlansKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import { addPlan, readStream, useRedis, waitFor, waitForEntry, waitForKey } from '@quantum/testing';
import type { RunningService } from '@quantum/service-host';
import { useServices } from '../tests/service.test-support.js';

const file = useRedis();
const { redis } = file;
const start = useServices(file);

let number = 0;
/** Adds a plan of now, of a symbol of its own; resolves to its id. */
async function plan(): Promise<string> {
  const planId = `p${number++}`;
  await addPlan(redis(), { now: Date.now() / 1000, planId, symbol: planId, id: '*' });
  return planId;
}

/** Plans; all but the last are gone before any reader, waiting or not, can be given them. */
async function flood(count: number): Promise<string> {
  const [first, ...rest] = Array.from({ length: count }, () => `p${number++}`);
  const all = redis().multi();
  for (const planId of [first, ...rest]) {
    all.xadd(STREAMS.plans, '*', 'plan_id', planId ?? '', 'symbol', planId ?? '', 'decision', 'EXECUTE', 'kill_score', '0'); // prettier-ignore
  }
  await all.xtrim(STREAMS.plans, 'MAXLEN', 1).exec();
  return rest.at(-1) ?? '';
}

/** Counted by this governor, as lost or possibly lost: which of them depends on the server. */
async function lostBy({ metricsUrl }: RunningService): Promise<number> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const counters = [...text.matchAll(/^p32_plans_lost(?:_possible)?_total (\d+)$/gm)];
  return counters.reduce((sum, [, count]) => sum + Number(count), 0);
}
const lostField = async (name: string) => Number((await redis().hget(lostPlansKey(STREAMS.plans), name)) ?? 0);
/** In the hash, likewise. */
const kept = async () => (await lostField('total')) + (await lostField('possibly_lost'));
/** Possible gaps count after ten seconds. */
const untilKept = (count: number) =>
  waitFor(async () => (await kept()) === count, { what: `${count} plans to count as lost`, timeoutMs: 25_000 });
const reported = async () =>
  (await readStream(redis(), STREAMS.events))
    .filter(({ fields }) => fields['event'] === 'PLANS_LOST')
    .reduce((sum, { fields }) => sum + Number(fields['count']), 0);
const consumers = async () =>
  ((await redis().xinfo('CONSUMERS', STREAMS.plans, 'governor')) as unknown[][]).map((row) =>
    String(row[row.indexOf('name') + 1]),
  );

describe('plans that are trimmed away', () => {
  it('before their delivery are counted once by any number of replicas, before and after a restart', async () => {
    const [first, second] = [await start(), await start()];
    await waitForKey(redis(), permitKey(await plan()));
    await waitForKey(redis(), permitKey(await flood(6)));
    await untilKept(5);
    await waitFor(async () => (await reported()) === (await lostField('total')), { what: 'the event' });
    await waitFor(async () => (await lostBy(first)) + (await lostBy(second)) === 5, { what: 'the metrics' });

    const before = await lostBy(first);
    await first.stop();
    const heir = await start();
    await waitForKey(redis(), permitKey(await flood(4)));
    await untilKept(8);
    await waitFor(async () => (await reported()) === (await lostField('total')), { what: 'the second event' });
    await waitFor(async () => before + (await lostBy(second)) + (await lostBy(heir)) === 8, { what: 'the metrics' });
  }, 70_000);

  it('while no one runs are counted by the next', async () => {
    const first = await start();
    await first.stop();
    await waitForKey(redis(), STREAMS.plans);
    await redis().xgroup('SETID', STREAMS.plans, 'governor', '$', 'ENTRIESREAD', 1); // as if it had read what ended its wait
    const left = await flood(10);
    const heir = await start();
    await waitForKey(redis(), permitKey(left));
    await waitFor(async () => (await reported()) === 9, { what: 'the event' });
    expect([await lostBy(heir), await kept()]).toEqual([9, 9]);
  });

  it('after their delivery are counted by the replica that claims it', async () => {
    const lost = await plan();
    const left = await plan();
    await redis().xgroup('CREATE', STREAMS.plans, 'governor', '0');
    const [[id] = ['']] = await redis().xrange(STREAMS.plans, '-', '+');
    await redis().xreadgroup('GROUP', 'governor', 'governor-plugin:dead', 'STREAMS', STREAMS.plans, '>');
    await redis().xtrim(STREAMS.plans, 'MAXLEN', 1);
    const governor = await start({ GOV_CLAIM_IDLE_SEC: '0.05' });
    await waitForKey(redis(), permitKey(left));
    const { fields } = await waitForEntry(redis(), STREAMS.events, ({ event }) => event === 'PLANS_LOST');
    expect(fields).toMatchObject({ reason: 'pending', count: '1', from: id, to: id, timestamp: expect.any(String) });
    expect([await lostBy(governor), await kept()]).toEqual([1, 1]);
    expect(await redis().exists(permitKey(lost))).toBe(0);
  });
});

describe('a consumer', () => {
  it('leaves the group when its process is stopped', async () => {
    const both = [await start(), await start()];
    // A consumer joins with its first entry; the one that has waited longest gets the next.
    await waitFor(async () => plan().then(async () => (await consumers()).length === 2), { what: 'both to join' });
    await Promise.all(both.map((governor) => governor.stop()));
    expect(await consumers()).toEqual([]);
  });
});
