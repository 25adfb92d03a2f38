import { alternate, type Contestant } from '../measure/alternate.js';
import { figure, type Figure } from '../measure/report.js';
import { mainFileOf, withHarness, type Options } from '../harness/harness.js';
import { startGovernors, type GovernorPasses } from './backlog.js';
import { takeWork, workFigures } from './work.js';

const NAMES = ['effective', 'live'] as const;

/** A difference of a fiftieth, where rounds vary by a tenth. */
const ROUNDS = 5;

/** Two processes of one program differ by more than that: each pair is started anew, the other one first. */
const PAIRS = 12;

/**
 * What effective targets cost: two governors of one build, each beside a rollout that enforces all symbols; one takes
 * them.
 */
export const benchEffective = (options: Options): Promise<Figure[]> =>
  withHarness(options, async (harness) => {
    const plans = harness.short ? 1000 : 20_000;
    harness.tell(`effective targets: backlogs of ${plans} plans`);
    const mainFile = mainFileOf(harness.appsFolder, 'governor-plugin');
    const runs: Record<string, number[]> = {};
    const work: Record<string, GovernorPasses['work']> = {};
    for (let pair = 0; pair < (harness.short ? 1 : PAIRS); pair += 1) {
      const started: Record<string, GovernorPasses> = {};
      const contestants: Contestant[] = [];
      for (const [i, name] of (pair % 2 === 0 ? NAMES : NAMES.toReversed()).entries()) {
        const setup = { env: { GOV_ALLOCATION_TARGET: name }, isEnforced: true };
        const passes = await startGovernors(harness, i, [mainFile], plans, setup);
        started[name] = passes;
        contestants.push({ name, pass: () => passes.drain(plans) });
      }
      const speeds = await alternate(contestants, harness.short ? 1 : ROUNDS, harness.tell);
      for (const name of NAMES) (runs[name] ??= []).push(...(speeds[name] ?? []));
      for (const [name, each] of Object.entries(takeWork(started))) (work[name] ??= []).push(...each);
      await Promise.all(Object.values(started).flatMap(({ services }) => services.map((service) => service.stop())));
    }
    return [
      figure(
        'effective',
        'plans per second from such backlogs, with effective targets and with live ones',
        'plans/s',
        runs,
      ),
      ...workFigures('effective: ', work),
    ];
  });
