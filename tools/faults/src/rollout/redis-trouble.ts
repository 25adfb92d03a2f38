import { waitFor } from '@quantum/testbed';
import type { Service } from '../harness/harness.js';
import { sumOfMetric, watchHealth } from '../harness/health.js';
import { enough } from '../governor/run.js';
import { redisFaults, type RedisFault } from '../redis-faults.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { LIFE_SEC } from './plan.js';
import { enforce, holding, isNamed, seconds, untilCycles, untilSeen, withDesk, type Desk } from './run.js';

/** Redis answers, but takes no write. */
const REFUSALS: readonly { name: string; begin: (desk: Desk) => Promise<unknown>; end: (desk: Desk) => Promise<unknown> }[] = [
  {
    name: 'Redis out of memory',
    begin: ({ harness: { client } }) => client.config('SET', 'maxmemory', '1mb'),
    end: ({ harness: { client } }) => client.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'Redis read-only',
    begin: ({ harness: { client } }) => client.replicaof('127.0.0.1', 1), // a replica whose master does not exist
    end: ({ harness: { client } }) => client.replicaof('NO', 'ONE'),
  },
]; // prettier-ignore
/** A Redis that is killed is away for 1.5 s times this in the long form: longer than multipliers live. */
const LONG = (LIFE_SEC + 2) / 1.5;

/** One rollout while Redis fails: it renews nothing that it cannot store, and goes on with what Redis has kept. */
export const redisScenarios = (isLong: boolean): Scenario[] => [
  ...redisFaults(1)
    .filter(({ name }) => !REFUSALS.some((refusal) => refusal.name === name))
    .map((fault) => (isLong && fault.name.startsWith('Redis killed') ? longer(fault) : fault))
    .map((fault) => scenarioOf(fault, (desk, { random }) => fault.happen(desk.harness, random, () => undefined))),
  ...REFUSALS.map((refusal) =>
    scenarioOf({ ...refusal, stopsService: true }, async (desk) => {
      await refusal.begin(desk);
      await holding(desk, 'silent', () => seconds(2.5));
      if (isLong) await seconds(LIFE_SEC);
      if (isLong) await holding(desk, 'stopped', () => seconds(1));
      await refusal.end(desk);
    }),
  ),
];

const longer = ({ name }: RedisFault): RedisFault =>
  redisFaults(LONG).find((fault) => fault.name === name) as RedisFault;

const scenarioOf = (
  fault: Pick<RedisFault, 'name' | 'redisConfig' | 'stopsService' | 'losesData'>,
  happen: (desk: Desk, context: Context) => Promise<void>,
): Scenario => ({
  name: fault.name,
  run: (context) =>
    withDesk(context, { redisConfig: fault.redisConfig ?? {} }, async (desk): Promise<Outcome['numbers']> => {
      const services = await enforce(desk, context);
      const errorsBefore = await errorsOf(services);
      const health = watchHealth(services);
      await happen(desk, context).finally(() => health.stop());
      if (fault.losesData) await holding(desk, 'stopped', () => untilSeen(desk, 'off', isNamed('off')));
      else await untilSeen(desk, 'the last stage', isNamed('done'));
      await untilCycles(desk);
      const errors = (await errorsOf(services)) - errorsBefore;
      desk.findings.push(...health.findings(), ...(fault.stopsService ? enough(errors, 1, 'errors') : []));
      return { errors, 'said on /readyz': health.reasons[0] ?? 'ready throughout' };
    }),
});

/** Errors that services have counted. On a busy machine an answer may take its time. */
async function errorsOf(services: readonly Service[]): Promise<number> {
  const sums = async (): Promise<number[]> => [await sumOfMetric(services, 'rollout_loop_errors_total')];
  return (await waitFor(sums, { what: 'the metrics of the rollout' }))[0] ?? NaN;
}
