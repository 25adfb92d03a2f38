import { setTimeout as delay } from 'node:timers/promises';
import { until, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import type { Bed, Service } from '../bed/bed.js';
import type { Context, Finding, Outcome } from '../scenario.js';
import { startApplyLayer, type ApplyLayer } from './apply-layer.js';
import { checkHistory } from './check.js';
import { startFeeder, type Feeder } from './feeder.js';
import type { CheckOptions } from './findings.js';
import { openWork, readHistory, type History } from './history.js';
import { startSabotage } from './sabotage.js';
import { GOVERNOR_ENV, LIMITS } from './settings.js';

/** How long the governors may take to do what is left, ms: several times what taking over needs. */
const DRAIN_TIMEOUT_MS = 20_000;
const WARM_UP_PLANS = 40;

/** Plans and their consumer, at work. */
export interface Trade {
  feeder: Feeder;
  applyLayer: ApplyLayer;
  client: Redis;
  saboteur?: Activity | undefined;
}

/** Starts a governor with the settings of all scenarios, and these of its own. */
export const startGovernor = (bed: Pick<Bed, 'startService'>, env: Readonly<Record<string, string>> = {}): Service =>
  bed.startService('governor-plugin', { ...GOVERNOR_ENV, ...env });

/** Begins to add plans and to consume permits; with a saboteur beside the governors where the context has one. */
export async function startTrade(
  bed: Bed,
  { random, sabotage }: Pick<Context, 'random' | 'sabotage'>,
  plansPerSec: number,
): Promise<Trade> {
  return {
    feeder: startFeeder(await bed.connect(), random, 'plan', plansPerSec),
    applyLayer: startApplyLayer(await bed.connect()),
    client: bed.client,
    saboteur: sabotage && startSabotage(sabotage, await bed.connect()),
  };
}

/** Whether the group has nothing left to do, in good time. */
export const untilDrained = (client: Redis): Promise<boolean> =>
  until(async () => {
    const { pending, undelivered } = await openWork(client);
    return pending + undelivered === 0;
  }, DRAIN_TIMEOUT_MS);

/** Has this number of plans decided, so that every script is loaded. */
export async function warmUp({ feeder, client }: Trade): Promise<void> {
  await feeder.burst(WARM_UP_PLANS);
  await untilDrained(client);
  await delay(1000 * LIMITS.cooldownSec); // so that opens of the same symbols can be permitted again
}

/** Ends the load, waits until nothing is left to do, and checks everything that there is. */
export async function endTrade(
  { feeder, applyLayer, client, saboteur }: Trade,
  options: CheckOptions,
): Promise<Outcome> {
  await feeder.stop();
  await untilDrained(client);
  await saboteur?.stop();
  await applyLayer.stop();
  await applyLayer.sweep();
  const history = await readHistory(client, applyLayer.consumed);
  return { findings: checkHistory(history, options), numbers: countOf(history) };
}

/** What is to be seen in the table. */
function countOf({ plans, records, permits, deadLetters }: History): Record<string, number> {
  return {
    entries: plans.length,
    decisions: records.size,
    permits: permits.length,
    'dead letters': deadLetters.length,
  };
}

/** A check that checked nothing has shown nothing. */
export const enough = (count: number, least: number, what: string): Finding[] =>
  count >= least ? [] : [{ kind: 'too_little', text: `only ${count} ${what}, fewer than ${least}` }];
