import { describe, expect, it } from '@jest/globals';
import { STREAMS } from '@quantum/redis-schemas';
import { addPlan, useRedis, waitFor } from '@quantum/testing';
import { Cleanup } from './cleanup.js';
import { casesOf, createFixture } from './fixture.js';
import { PlanWatch } from './observe/plans.js';
import { ProposalWatch } from './observe/proposals.js';
import { PROOFS } from './proofs/index.js';
import { loadSettings } from './settings.js';

const { redis } = useRedis();

/** A run that has submitted its plans to a governor's group, and is to be taken back. */
async function submitted() {
  const settings = loadSettings({});
  const fixture = createFixture(PROOFS, new Set([2]), settings);
  await redis().xgroup('CREATE', STREAMS.plans, 'governor', '0', 'MKSTREAM');
  for (const { planId, symbol } of casesOf(fixture, 2))
    await addPlan(redis(), { planId, symbol, now: Date.now() / 1000 });
  const plans = new PlanWatch(redis(), STREAMS.plans, '0-0');
  await plans.find(fixture.cases);
  const cleanup = new Cleanup({
    redis: redis(), fixture, settings, plans,
    proposals: new ProposalWatch(redis(), STREAMS.proposed, [], '0-0'),
    marks: new Map(),
    cyclePatienceMs: 0,
    tell: () => undefined,
  }); // prettier-ignore
  return { cleanup, ids: plans.ids, withdrawn: cleanup.withdraw(new AbortController().signal) };
}

const read = () => redis().xreadgroup('GROUP', 'governor', 'governor-plugin:a', 'STREAMS', STREAMS.plans, '>');
/** Waits until a command was called some times more: the clean-up has asked, and found the plans not done with. */
async function untilAsked(command: string) {
  const calls = async () =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await redis().info('commandstats'))?.[1] ?? 0);
  const before = await calls();
  await waitFor(async () => (await calls()) >= before + 3, { what: `three calls of ${command}` });
}

describe('plans that a run takes back', () => {
  it('stay until a governor that has not read any has read them, or it would count them as lost', async () => {
    const { ids, withdrawn } = await submitted();
    await untilAsked('xinfo\\|groups');
    expect(await redis().xlen(STREAMS.plans)).toBe(ids.length);
    await read();
    await redis().xack(STREAMS.plans, 'governor', ...ids);
    await withdrawn;
    expect(await redis().xlen(STREAMS.plans)).toBe(0);
  });

  it('stay until the governor that holds them is done with them', async () => {
    const { ids, withdrawn } = await submitted();
    await read();
    await untilAsked('xpending');
    expect(await redis().xlen(STREAMS.plans)).toBe(ids.length);
    await redis().xack(STREAMS.plans, 'governor', ...ids);
    await withdrawn;
    expect(await redis().xlen(STREAMS.plans)).toBe(0);
  });

  it('are removed all the same, if no governor reads them', async () => {
    const { cleanup, ids, withdrawn } = await submitted();
    await withdrawn;
    expect([cleanup.removed, await redis().xlen(STREAMS.plans)]).toEqual([ids.length, 0]);
  });
});
