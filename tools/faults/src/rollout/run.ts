import { setTimeout as delay } from 'node:timers/promises';
import { ROLLOUT_AUDIT_STREAM, rolloutCommandStream, STREAMS, fieldsOf } from '@quantum/redis-schemas';
import { until, type Activity } from '@quantum/testbed';
import type { Harness, HarnessOptions, Service } from '../harness/harness.js';
import { withHarness } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import { enough } from '../governor/run.js';
import type { Context, Finding, Outcome } from '../scenario.js';
import { checkAudit, type RawEntry } from './check-audit.js';
import { checkSamples, checkStates, type Window } from './check.js';
import type { RolloutFinding } from './findings.js';
import { startRolloutFault } from './injected-faults.js';
import { startMarket, type Market } from './market.js';
import { INTERVAL_SEC, PILOT, PLAN, SYMBOLS, writeShadow } from './plan.js';
import { watchRollout, type Sample, type Watcher } from './sample.js';

const TIMEOUT_MS = 40_000;
/** The same with an injected fault: its scenario may never get there. */
const INJECTED_FAULT_TIMEOUT_MS = 6000;
/** The user whose commands are given by hand, and that of quantumctl. */
const USERS = ['ana', 'default'];

/** A market, what samples a rollout, and what the checkers are to know. */
export interface Desk {
  harness: Harness;
  market: Market;
  watcher: Watcher;
  injector: Activity | undefined;
  windows: Window[];
  findings: Finding[];
  services: Service[];
}

export const startRollout = (harness: Harness): Service =>
  harness.startService('target-rollout', {
    ROLLOUT_INTERVAL_SEC: String(INTERVAL_SEC),
    ROLLOUT_USERS: USERS.join(','),
  });

/** Runs a scenario on a harness with a market, and ends both in any case. Then everything that was seen is checked. */
export const withDesk = (
  context: Context,
  options: HarnessOptions,
  play: (desk: Desk) => Promise<Outcome['numbers']>,
): Promise<Outcome> => {
  const redisConfig = { ...options.redisConfig, 'notify-keyspace-events': 'KA' };
  return withHarness(context, { ...options, redisConfig }, async (harness) => {
    const market = startMarket(await harness.connect(), context.random);
    const watcher = await watchRollout(await harness.connect(), await harness.connect());
    const desk: Desk = { harness, market, watcher, injector: undefined, windows: [], findings: [], services: [] };
    try {
      await market.write();
      await writeShadow(harness.client);
      return await endDesk(desk, await play(desk));
    } finally {
      await Promise.all([market.stop(), watcher.stop(), desk.injector?.stop()]);
    }
  });
};

/** Gives a command, as an operator whose stream it is. */
export const give = (desk: Desk, command: string, ...fields: string[]): Promise<unknown> =>
  desk.harness.client.xadd(rolloutCommandStream('ana'), '*', 'command', command, ...fields);

/**
 * Starts rollouts and the plan, and waits until this holds; by default until the first stage is in force. Then injects
 * the fault.
 */
export async function enforce(
  desk: Desk,
  { rolloutFault }: Context,
  count = 1,
  isThere: (sample: Sample) => boolean = atStage(0),
): Promise<Service[]> {
  const services = Array.from({ length: count }, () => startRollout(desk.harness));
  desk.services.push(...services);
  await give(desk, 'submit', 'plan_json', PLAN.text);
  // The policy of the proposals is known once the plan says which symbols to read.
  await untilSeen(desk, 'the first cycle', ({ cycleSec }) => cycleSec > 0);
  await untilCycles(desk);
  await give(desk, 'start', 'plan', PLAN.hash);
  await untilSeen(desk, 'a stage in force', isThere);
  desk.injector = rolloutFault && startRolloutFault(rolloutFault, await desk.harness.connect());
  return services;
}

/** Whether a stage, counted from 0, is at its full blend and published. */
export const atStage =
  (stage: number) =>
  ({ state, keys }: Sample): boolean => {
    const blend = [0.2, 0.5][stage];
    return (
      state?.stage === stage && state.blend === blend && keys.some(({ fields }) => fields['blend'] === String(blend))
    );
  };
export const isNamed =
  (...names: string[]) =>
  ({ state }: Sample): boolean =>
    state !== undefined && names.includes(state.name);

/** Waits until a sample shows this; else that is a finding. */
export async function untilSeen(desk: Desk, what: string, isThere: (sample: Sample) => boolean): Promise<boolean> {
  let last: Sample | undefined;
  const timeoutMs = desk.injector ? INJECTED_FAULT_TIMEOUT_MS : TIMEOUT_MS;
  const isSeen = await until(async () => isThere((last = await desk.watcher.last())), timeoutMs, 50);
  const { keys = [], ...rest } = last ?? {};
  const text = `${what} not within ${timeoutMs} ms: ${keys.map(({ symbol }) => symbol).join(' ')} ${JSON.stringify(rest)}`;
  if (!isSeen) desk.findings.push({ kind: 'no_recovery', text });
  return isSeen;
}

/** Whether cycles are stored again, later than now. */
export async function untilCycles(desk: Desk, count = 2): Promise<boolean> {
  const { atSec } = await desk.watcher.last();
  return untilSeen(desk, 'cycles', ({ cycleSec }) => cycleSec >= atSec + (count - 1) * INTERVAL_SEC);
}

/** Lets a rule hold from now on until the promise that `during` returns is settled. */
export async function holding<T>(
  desk: Desk,
  rule: Window['rule'],
  during: () => Promise<T>,
  symbols: readonly string[] = SYMBOLS,
): Promise<T> {
  const window: Window = { rule, fromSec: (await desk.watcher.last()).atSec, toSec: Infinity, symbols };
  desk.windows.push(window);
  const result = await during();
  window.toSec = (await desk.watcher.last()).atSec;
  return result;
}

export const seconds = (sec: number): Promise<void> => delay(1000 * sec);

/** Checks that a service counts something, in the time that it takes to count it. */
export async function expectCounted(desk: Desk, service: Service | undefined, series: RegExp): Promise<void> {
  const counts = async (): Promise<boolean> => {
    const lines = (await service?.metrics())?.split('\n') ?? [];
    return lines.some((line) => series.test(line) && Number(line.slice(line.lastIndexOf(' ') + 1)) > 0);
  };
  const finding: RolloutFinding = { kind: 'uncounted', text: `nothing is counted in ${series.source}` };
  if (!(await until(counts, 10_000))) desk.findings.push(finding);
}

async function endDesk(desk: Desk, numbers: Outcome['numbers']): Promise<Outcome> {
  const { market, watcher, harness, windows } = desk;
  await desk.injector?.stop();
  await market.stop();
  const last = await watcher.last();
  await watcher.stop();
  const ends = await stopAll(desk.services.filter(({ ended }) => ended === undefined));
  const entries = (await harness.client.xrange(ROLLOUT_AUDIT_STREAM, '-', '+')) as RawEntry[];
  const audit = checkAudit(entries, (await watcher.last()).state);
  const evidence = await harness.client.xrange(STREAMS.rolloutEvidence, '-', '+');
  const published = watcher.samples.filter(({ keys }) => keys.length > 0).length;
  const foreignWrites = watcher.targetEvents - market.targetWrites;
  const retargeted: RolloutFinding[] = foreignWrites > 0 ? [{ kind: 'target_written', text: `${foreignWrites} times` }] : []; // prettier-ignore
  const findings = [
    ...desk.findings,
    ...checkSamples([...watcher.samples, last], windows),
    ...checkStates(watcher.samples),
    ...audit.findings,
    ...periodsTwice(evidence),
    ...retargeted,
    ...ends,
    ...enough(published, PILOT.length, 'samples with multipliers'),
  ];
  const moves = ['start', 'takeover', 'advance', 'hold', 'step_down', 'rollback', 'kill'].filter((name) => audit.events.has(name)); // prettier-ignore
  const counts = moves.map((name) => `${name} ${audit.events.get(name) ?? 0}`).join(' ');
  return { findings, numbers: { samples: watcher.samples.length, audit: entries.length, evidence: evidence.length, moves: counts, ...numbers } }; // prettier-ignore
}

/** No period of the evidence, and no hour, is there twice. */
function periodsTwice(entries: readonly (readonly [id: string, flat: string[]])[]): RolloutFinding[] {
  const seen = new Set<string>();
  return entries.flatMap(([id, flat]): RolloutFinding[] => {
    const { kind = '', start } = fieldsOf(flat);
    const period = `${kind} ${start ?? id}`;
    if (!seen.has(period)) return (seen.add(period), []);
    return [{ kind: 'period_twice', text: `${id}: ${period}` }];
  });
}
