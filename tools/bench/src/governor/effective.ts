import { alternate, type Contestant } from '../measure/alternate.js';
import { figure, type Figure } from '../measure/report.js';
import { mainFileOf, withHarness, type Options } from '../harness/harness.js';
import { startGovernors, type GovernorPasses } from './backlog.js';
import { takeWork, workFigures } from './work.js';

/** A difference of a fiftieth, where rounds vary by a tenth. */
const ROUNDS = 51;

/** What effective targets cost: two governors of one build, each beside a rollout that enforces all symbols; one takes them. */
export const benchEffective = (options: Options): Promise<Figure[]> =>
  withHarness(options, async (harness) => {
    const plans = harness.short ? 1000 : 20_000;
    harness.tell(`effective targets: backlogs of ${plans} plans`);
    const mainFile = mainFileOf(harness.appsFolder, 'governor-plugin');
    const started: Record<string, GovernorPasses> = {};
    const contestant = async (name: 'effective' | 'live', db: number): Promise<Contestant> => {
      const setup = { env: { GOV_ALLOCATION_TARGET: name }, isEnforced: true };
      const passes = await startGovernors(harness, db, [mainFile], Math.ceil(plans / 4), setup);
      started[name] = passes;
      return { name, pass: () => passes.drain(plans) };
    };
    const pair = [await contestant('effective', 0), await contestant('live', 1)];
    const runs = await alternate(pair, harness.short ? 1 : ROUNDS, harness.tell);
    return [
      figure(
        'effective',
        'plans per second from such backlogs, with effective targets and with live ones',
        'plans/s',
        runs,
      ),
      ...workFigures('effective: ', takeWork(started)),
    ];
  });
