import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { efficiencyHint } from '@quantum/permit-decorators';
import {
  fieldsOf,
  HALT_KEY,
  isKillOn,
  KILL_KEY,
  parsePlan,
  permitKey,
  PERMIT_TTL_SEC,
  STREAMS,
  type Plan,
} from '@quantum/redis-schemas';
import fc from 'fast-check';
import { addPlan, useRedis } from '@quantum/testing';
import { takePermit } from './apply-layer.test-support.js';

const { redis, connect } = useRedis();

const NOW_SEC = 1_700_000_000;
const MINE = { cap: 1000, cooldownSec: 60 };
const parameters = {
  minConfidence: 0.65, maxFutureSec: 60, maxAgeSec: 600,
  downsizeThreshold: 0.45, minFactor: 0.25, maxExtraCooldownSec: 120, hintCloses: true,
}; // prettier-ignore
const GRANT = { granted: true, symbol: 'BTCUSDT', decision: 'EXECUTE', consumed: false };

/** A plan, as the Apply Layer itself publishes it. */
async function publish(planId: string, action = 'OPEN'): Promise<Plan> {
  await addPlan(redis(), { planId, action, now: NOW_SEC });
  const [[, flat] = ['', []]] = await redis().xrevrange(STREAMS.plans, '+', '-', 'COUNT', 1);
  const entry = parsePlan(fieldsOf(flat));
  if (entry.kind !== 'plan') throw new Error(`that is ${entry.kind}`);
  return entry.plan;
}

/** Grants a plan, with the hint that the governor's own decorator gives at a score of 0.225. */
async function grant(plan: Plan): Promise<void> {
  const values = [{ readable: true as const, value: ['0.225', '0.9', String(NOW_SEC)] }];
  const { fields } = efficiencyHint({ of: () => ({ parameters, policy: '4bd977d42c9c' }) }).annotate({
    plan,
    nowSec: NOW_SEC,
    values,
  });
  await put(plan, JSON.stringify({ ...GRANT, ...fields }));
}
const put = (plan: Plan, permit: string) => redis().set(permitKey(plan.planId), permit, 'EX', PERMIT_TTL_SEC);

describe('an Apply Layer', () => {
  it('takes a permit and applies its hint, once', async () => {
    const plan = await publish('p1');
    expect(await takePermit(redis(), plan, MINE)).toBeUndefined();
    await grant(plan);
    expect(await takePermit(redis(), plan, MINE)).toEqual({ cap: 500, cooldownSec: 153 });
    expect(await takePermit(redis(), plan, MINE)).toBeUndefined();
    expect(await redis().exists(permitKey('p1'))).toBe(0);
  });

  it('is one of many, and only one of them gets each permit', async () => {
    const layers = await Promise.all(Array.from({ length: 4 }, () => connect()));
    const plans: Plan[] = [];
    for (let i = 0; i < 50; i += 1) {
      plans.push(await publish(`p${i}`));
      await grant(plans[i]!);
    }
    const all = plans.flatMap((plan) => layers.map((layer) => takePermit(layer, plan, MINE)));
    const taken = (await Promise.all(all)).filter((sizing) => sizing !== undefined);
    expect(taken).toEqual(plans.map(() => ({ cap: 500, cooldownSec: 153 })));
  });

  it('leaves an exit unchanged, even if the governor hints exits', async () => {
    const plan = await publish('p1', 'FULL_CLOSE_PROPOSED');
    await grant(plan);
    expect(await takePermit(redis(), plan, MINE)).toEqual(MINE);
  });

  it('executes by an old permit, and by one with an invalid hint, as if there were no hint', async () => {
    const plan = await publish('p1');
    for (const hint of [{}, { eff_action: 'DOWNSIZE', downsize_factor: '0', extra_cooldown_sec: 'soon' }]) {
      await put(plan, JSON.stringify({ ...GRANT, ...hint }));
      expect(await takePermit(redis(), plan, MINE)).toEqual(MINE);
    }
  });

  it('executes nothing without a valid permit', async () => {
    const plan = await publish('p1');
    await put(plan, '{"granted":');
    expect(await takePermit(redis(), plan, MINE)).toBeUndefined();
    await redis().hset(permitKey('p1'), 'granted', 'true');
    await expect(takePermit(redis(), plan, MINE)).rejects.toThrow('WRONGTYPE');
  });

  it.each([KILL_KEY, HALT_KEY])(
    'takes nothing while %s is on, and the same permit once it is off again',
    async (key) => {
      for (const action of ['OPEN', 'FULL_CLOSE_PROPOSED']) {
        const plan = await publish('p1', action);
        await grant(plan);
        await redis().set(key, '1');
        expect(await takePermit(redis(), plan, MINE)).toBe('killed');
        expect(await redis().exists(permitKey('p1'))).toBe(1);
        await redis().set(key, '0');
        expect(await takePermit(redis(), plan, MINE)).toEqual(plan.closing ? MINE : { cap: 500, cooldownSec: 153 });
        expect(await redis().exists(permitKey('p1'))).toBe(0);
      }
    },
  );

  it('takes exits while a switch is on only if the governor permits them too', async () => {
    await redis().set(KILL_KEY, '1');
    await redis().set(HALT_KEY, '1');
    const exit = await publish('p1', 'FULL_CLOSE_PROPOSED');
    const open = await publish('p2');
    for (const plan of [exit, open]) await grant(plan);
    expect(await takePermit(redis(), exit, MINE)).toBe('killed');
    expect(await takePermit(redis(), exit, MINE, true)).toEqual(MINE);
    expect(await takePermit(redis(), open, MINE, true)).toBe('killed');
  });

  it('accepts the same words for off as the governor, and treats any other as on', async () => {
    const plan = await publish('p1');
    const word = fc.constantFrom('', '0', 'false', 'off', 'False', 'OFF', '1', 'true', 'on', 'no', '00');
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });
    const text = fc.oneof(
      fc.tuple(blanks, word, blanks).map((parts) => parts.join('')),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(KILL_KEY, HALT_KEY), text, async (key, value) => {
        await redis().del(KILL_KEY, HALT_KEY);
        await redis().set(key, value);
        await put(plan, JSON.stringify(GRANT));
        expect(await takePermit(redis(), plan, MINE)).toEqual(isKillOn(value) ? 'killed' : MINE);
      }),
      { numRuns: 300 },
    );
  });

  it.each([KILL_KEY, HALT_KEY])('treats an unreadable %s of another type as on', async (key) => {
    const plan = await publish('p1');
    await grant(plan);
    await redis().hset(key, 'on', '0');
    expect(await takePermit(redis(), plan, MINE)).toBe('killed');
    expect(await redis().exists(permitKey('p1'))).toBe(1);
  });

  it('is the text of the README of apply-hints', () => {
    const source = readFileSync(join(__dirname, 'apply-layer.test-support.ts'), 'utf8');
    const example = /\/\/ example\n([\s\S]*?)\/\/ end/.exec(source)?.[1] ?? '?';
    const readme = readFileSync(join(__dirname, '..', '..', '..', 'libs', 'apply-hints', 'README.md'), 'utf8');
    expect(readme).toContain(example);
  });
});
