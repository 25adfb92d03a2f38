import { setTimeout as delay } from 'node:timers/promises';
import { STREAMS } from '@quantum/redis-schemas';
import { until, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import type { Harness, Service } from '../harness/harness.js';
import type { Context, Finding, Outcome } from '../scenario.js';
import { startApplyLayer, type ApplyLayer } from './apply-layer.js';
import { checkHistory } from './check.js';
import { startFeeder, type Feeder } from './feeder.js';
import type { CheckOptions } from './findings.js';
import { openWork, readHistory, type History } from './history.js';
import { startInjectedFault } from './injected-faults.js';
import { GOVERNOR_ENV, LIMITS } from './settings.js';

/** Maximum time for the governors to finish, ms: several times what claiming pending entries takes. */
const DRAIN_TIMEOUT_MS = 20_000;
const WARM_UP_PLANS = 40;
const WARM_UP_ROUNDS = 5;

/** A running load: plans and their consumer. */
export interface Trade {
  feeder: Feeder;
  applyLayer: ApplyLayer;
  client: Redis;
  streams: readonly string[];
  injector?: Activity | undefined;
}

/** Starts a governor with the settings of all scenarios, and these of its own. */
export const startGovernor = (
  harness: Pick<Harness, 'startService'>,
  env: Readonly<Record<string, string>> = {},
): Service => harness.startService('governor-plugin', { ...GOVERNOR_ENV, ...env });

/** Starts to add plans and to consume permits. If the context has an injected fault, it runs next to the governors. */
export async function startTrade(
  harness: Pick<Harness, 'client' | 'connect'>,
  { random, injectedFault }: Pick<Context, 'random' | 'injectedFault'>,
  plansPerSec: number,
  streams: readonly string[] = [STREAMS.plans],
): Promise<Trade> {
  return {
    feeder: startFeeder(await harness.connect(), random, 'plan', plansPerSec, streams),
    applyLayer: startApplyLayer(await harness.connect()),
    client: harness.client,
    streams,
    injector: injectedFault && startInjectedFault(injectedFault, await harness.connect()),
  };
}

/** Whether the group has finished in time. */
export const untilDrained = (client: Redis, streams?: readonly string[]): Promise<boolean> =>
  until(async () => {
    const { pending, undelivered } = await openWork(client, streams);
    return pending + undelivered === 0;
  }, DRAIN_TIMEOUT_MS);

/**
 * Has plans decided until one is permitted, so that every script is loaded: on a busy machine, the first ones grow too
 * old.
 */
export async function warmUp({ feeder, client, applyLayer }: Trade): Promise<void> {
  for (let round = 1; round <= WARM_UP_ROUNDS; round += 1) {
    await feeder.burst(WARM_UP_PLANS);
    await untilDrained(client);
    await delay(1000 * LIMITS.cooldownSec); // so that opens of the same symbols can be permitted again
    await applyLayer.sweep();
    if (applyLayer.consumed.length > 0) return;
  }
}

/** Ends the load, waits until the governors have finished, and checks the whole history. */
export async function endTrade(
  { feeder, applyLayer, client, streams, injector }: Trade,
  options: CheckOptions,
): Promise<Outcome> {
  await feeder.stop();
  await untilDrained(client, streams);
  await injector?.stop();
  await applyLayer.stop();
  await applyLayer.sweep();
  const history = await readHistory(client, applyLayer.consumed, streams);
  return { findings: checkHistory(history, options), numbers: countOf(history) };
}

/** The columns of the table. */
function countOf({ plans, records, permits, deadLetters }: History): Record<string, number> {
  return {
    entries: plans.length,
    decisions: records.size,
    permits: permits.length,
    'dead letters': deadLetters.length,
  };
}

/** A check without data has shown nothing. */
export const enough = (count: number, least: number, what: string): Finding[] =>
  count >= least ? [] : [{ kind: 'too_little', text: `only ${count} ${what}, fewer than ${least}` }];
