import { until } from '@quantum/testbed';
import { withHarness, type Service } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import type { Context, Finding, Outcome, Scenario } from '../scenario.js';
import { startGovernor } from './run.js';

/** Maximum time until a service is ready, or refuses to start, ms. */
const START_TIMEOUT_MS = 20_000;

export type EvictionFindingKind = 'started_anyway' | 'ended' | 'not_raised' | 'raised_for_nothing';

/** A Redis that may evict decisions and counts: production does not start on it, other environments report it. */
export const evictionScenario: Scenario = { name: 'Redis evicts keys', run };

async function run(context: Context): Promise<Outcome> {
  const [evicting, keeping] = await Promise.all([
    onPolicy(context, 'allkeys-lru', true),
    onPolicy(context, 'noeviction', false),
  ]);
  return { findings: [...evicting, ...keeping], numbers: { policies: 2, modes: 2 } };
}

async function onPolicy(context: Context, policy: string, isEvicting: boolean): Promise<Finding[]> {
  return withHarness(context, { redisConfig: { 'maxmemory-policy': policy } }, async (harness) => {
    const findings: Finding<EvictionFindingKind>[] = [];
    const production = startGovernor(harness, { APPLY_MODE: 'production' });
    const started = await untilStarted(production);
    const { ended = 'runs' } = production;
    if (isEvicting && (started || ended === 'exited with code 0')) {
      findings.push({ kind: 'started_anyway', text: `production on ${policy}: ${ended}` });
    }
    if (!isEvicting && !started) findings.push({ kind: 'ended', text: `production on ${policy}: ${ended}` });
    await production.stop();

    const testnet = startGovernor(harness, { APPLY_MODE: 'testnet' });
    if (!(await testnet.untilReady())) findings.push({ kind: 'ended', text: `testnet on ${policy}` });
    const raised = await until(async () => gaugesAbove0(await testnet.metrics()).length > 0, isEvicting ? 2000 : 0);
    if (isEvicting && !raised) findings.push({ kind: 'not_raised', text: `no gauge is raised on ${policy}` });
    if (!isEvicting && raised) findings.push({ kind: 'raised_for_nothing', text: `a gauge is raised on ${policy}` });
    return [...findings, ...(await stopAll([testnet]))];
  });
}

/** Whether a service became ready; false as soon as it has ended. */
async function untilStarted(service: Service): Promise<boolean> {
  const hasEnded = (): boolean => service.ended !== undefined;
  await until(async () => hasEnded() || (await service.notReady()) === undefined, START_TIMEOUT_MS);
  return !hasEnded();
}

const gaugesAbove0 = (metrics: string): string[] =>
  metrics.split('\n').filter((line) => /^[a-z0-9_]*evict[a-z0-9_]*(\{[^}]*\})? /.test(line) && !line.endsWith(' 0'));
