import { describe, expect, it } from '@jest/globals';
import { readRecord, recordJson } from '@quantum/decisions';
import { gateSettings, nameLimits } from '@quantum/policy';
import { decidedKey, GOVERNOR_LIMITS_KEY, type DecisionRecord } from '@quantum/redis-schemas';
import { loadConfig } from '@quantum/service-kit';
import { addPlan, useRedis, waitForKey } from '@quantum/testing';
import { governorDefinition } from '../config.js';
import { harness } from './governor-harness.test-support.js';
import { useServices } from './service.test-support.js';

const file = useRedis();
const { redis } = file;
const start = useServices(file);

const limitsOf = (env: Record<string, string>) => nameLimits(gateSettings(loadConfig(governorDefinition, env).config));
const FREE = { GOV_SYMBOL_COOLDOWN_SECONDS: '0' };

describe('the limits that a record names', () => {
  it('are those in force, of permits, of refusals by any gate, and of dead letters', async () => {
    const env = { ...FREE, GOV_MAX_EXEC_PER_5MIN: '1' };
    const { decide, record, plan, consumer, serveEntries } = await harness(redis(), env);
    await decide({ planId: 'permitted' }, { planId: 'late' }, { planId: 'early', killScore: 1 });
    await plan({ planId: 'dead' });
    const [entry] = await consumer.readNew(1, 1);
    await serveEntries(entry ? [{ ...entry, deliveries: 6 }] : []);
    const found = await Promise.all(['permitted', 'late', 'early', 'dead'].map(record));
    expect(found.map((one) => [one?.outcome, one?.reason])).toEqual([
      ['permit', ''], ['refused', 'burst_rate'], ['refused', 'kill_score'], ['dead_letter', 'max_deliveries'],
    ]); // prettier-ignore
    expect(found.map((one) => one?.limits)).toEqual(Array(4).fill(limitsOf(env).hash));
    expect(limitsOf(env).hash).not.toBe(limitsOf(FREE).hash);
  });

  it('are not asked of an existing record: those of earlier versions have none', async () => {
    const { decide, record, redeliver, plan, pending } = await harness(redis(), FREE);
    await decide({ planId: 'p1' });
    const { limits, ...earlier } = (await record('p1')) ?? {};
    expect(limits).toBeDefined();
    await redis().set(decidedKey('p1'), recordJson(earlier as DecisionRecord));
    await plan({ planId: 'p1' });
    const later = await harness(redis(), { ...FREE, GOV_MAX_EXEC_PER_HOUR: '9' });
    await later.serve();
    await redeliver();
    expect(await record('p1')).toEqual(earlier);
    expect(await pending()).toEqual([]);
    expect(await later.metrics('p32_errors_total')).toEqual([]);
  });

  it('have their meaning in Redis by the time that the first record names them', async () => {
    const env = { APPLY_MODE: 'dry_run', GOV_MAX_EXEC_PER_HOUR: '7' };
    await start(env);
    await addPlan(redis(), { now: Date.now() / 1000, planId: 'p1', id: '*' });
    await waitForKey(redis(), decidedKey('p1'));
    const { limits = '' } = readRecord((await redis().get(decidedKey('p1'))) ?? '')!;
    expect(await redis().hgetall(GOVERNOR_LIMITS_KEY)).toEqual({ [limits]: limitsOf(env).text });
    expect(JSON.parse(limitsOf(env).text)).toMatchObject({ GOV_MAX_EXEC_PER_HOUR: 7, GOV_GATE_HOURLY_RATE: 'shadow' });
  });

  it('are not asked of who only annotates: it decides nothing', async () => {
    await start({ GOVERNOR_ROLE: 'annotate' });
    expect(await redis().exists(GOVERNOR_LIMITS_KEY)).toBe(0);
  });
});
