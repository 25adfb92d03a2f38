import { systemClock } from '@quantum/clock';
import { withRedis } from '@quantum/service-kit';
import type { Step } from '../proofs/arrangement.js';
import { NotSeen } from '../proofs/not-seen.js';
import type { Check } from '../proofs/proof.js';
import type { Result } from '../result.js';
import { spawnDeployment } from '../spawn.js';
import { budget } from './budget.js';
import type { DepthProof } from './depth-proof.js';
import { override } from './override.js';
import { smoothing } from './smoothing.js';
import { OwnDeployment } from './own-deployment.js';

/** The proofs of policy depth: policy file, smoothing and budget. */
const DEPTH_PROOFS: readonly DepthProof[] = [override, smoothing, budget];

export interface DepthOptions {
  appsFolder: string;
  steps: ReadonlySet<Step>;
  /** The interval of the proposers. */
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** The results of the proofs of policy depth, and the last log lines of the failed proofs' services. */
export interface DepthOutcome {
  results: Result[];
  logs: string;
}

/**
 * Runs the proofs of policy depth for the chosen steps in parallel, each with a private Redis and services of its own.
 * All of them have ended when this settles. @throws CannotRun, Interrupted by way of `signal`
 */
export async function proveDepth(options: DepthOptions): Promise<DepthOutcome> {
  const chosen = DEPTH_PROOFS.filter(({ steps }) => steps.some((step) => options.steps.has(step)));
  const settled = await Promise.allSettled(chosen.map((proof) => proveOne(proof, options)));
  const outcomes = settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return {
    results: outcomes.map(({ result }) => result),
    logs: outcomes.map(({ logs }) => logs).filter(Boolean).join('\n'), // prettier-ignore
  };
}

async function proveOne(proof: DepthProof, { appsFolder, steps, env, signal }: DepthOptions) {
  const deployment = await spawnDeployment(appsFolder, { ...env, ...proof.env }, signal, proof.policy);
  try {
    return await withRedis(deployment.redisUrl, {}, 'proof-runner', async (redis) => {
      const startMs = systemClock.steadyMs();
      const seen = await observe(proof, new OwnDeployment(redis, signal), steps);
      const ok = seen.reason === '' && seen.checks.every((check) => check.ok);
      const { name, title } = proof;
      const result: Result = {
        name, title, steps: proof.steps, status: ok ? 'pass' : 'fail', ms: Math.round(systemClock.steadyMs() - startMs), ...seen, commands: [],
      }; // prettier-ignore
      return { result, logs: ok ? '' : `-- of ${name}\n${(await deployment.logs?.()) ?? ''}` };
    });
  } finally {
    await deployment.stop();
  }
}

async function observe(
  proof: DepthProof,
  deployment: OwnDeployment,
  steps: ReadonlySet<Step>,
): Promise<Pick<Result, 'checks' | 'reason'>> {
  try {
    const checks: readonly Check[] = await proof.prove(deployment, steps);
    return { checks, reason: '' };
  } catch (error) {
    if (error instanceof NotSeen) return { checks: [], reason: error.message };
    throw error;
  }
}
