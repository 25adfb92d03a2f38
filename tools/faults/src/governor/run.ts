import type { Redis } from 'ioredis';
import type { Bed, Service } from '../bed/bed.js';
import { until } from '../bed/until.js';
import type { Finding, Outcome } from '../scenario.js';
import { startApplyLayer, type ApplyLayer } from './apply-layer.js';
import { checkHistory } from './check.js';
import { startFeeder, type Feeder } from './feeder.js';
import type { CheckOptions } from './findings.js';
import { openWork, readHistory, type History } from './history.js';
import { GOVERNOR_ENV } from './settings.js';
import type { Random } from '../random.js';

/** How long the governors may take to do what is left, ms: several times what taking over needs. */
const DRAIN_TIMEOUT_MS = 20_000;

/** Plans and their consumer, at work. */
export interface Trade {
  feeder: Feeder;
  applyLayer: ApplyLayer;
  client: Redis;
}

export const startGovernor = (bed: Pick<Bed, 'startService'>): Promise<Service> =>
  bed.startService('governor-plugin', GOVERNOR_ENV);

export async function startTrade(bed: Bed, random: Random, plansPerSec: number): Promise<Trade> {
  return {
    feeder: startFeeder(await bed.connect(), random, 'plan', plansPerSec),
    applyLayer: startApplyLayer(await bed.connect()),
    client: bed.client,
  };
}

/** Ends the load, waits until nothing is left to do, and checks everything that there is. */
export async function endTrade({ feeder, applyLayer, client }: Trade, options: CheckOptions): Promise<Outcome> {
  await feeder.stop();
  await until(async () => {
    const { pending, undelivered } = await openWork(client);
    return pending + undelivered === 0;
  }, DRAIN_TIMEOUT_MS);
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
