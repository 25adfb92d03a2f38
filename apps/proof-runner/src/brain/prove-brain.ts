import { systemClock } from '@quantum/clock';
import type { Redis } from '@quantum/redis-io';
import { proofSymbol } from '../fixture.js';
import { PROOFS } from '../proofs/index.js';
import { unseen, type Result } from '../result.js';
import type { BrainProof } from './brain-proof.js';
import { BrainInputs } from './inputs.js';
import type { Observations } from './observations.js';
import { BRAIN_PROOFS } from './proofs/index.js';
import { playScenario, type ScenarioOptions } from './scenario.js';
import { ScoreWatch } from './score-watch.js';

/** The symbols of a run's proofs of the brain, and the proof of each. */
export const brainProofsOf = (run: string, proofs: readonly BrainProof[] = BRAIN_PROOFS): Map<string, BrainProof> =>
  new Map(proofs.map((proof) => [proofSymbol(run, PROOFS.length + BRAIN_PROOFS.indexOf(proof)), proof]));

export interface ProveBrainOptions extends Pick<ScenarioOptions, 'signal' | 'restart' | 'onDuration'> {
  redis: Redis;
  proofs: ReadonlyMap<string, BrainProof>;
  /** The end of the decision stream before the run. */
  fromId: string;
  /** Commands to investigate a failure. */
  commands: readonly string[];
}

/** Runs these proofs of the brain, and judges them. Removes nothing. @throws Redis's own error, Interrupted. */
export async function proveBrain(options: ProveBrainOptions): Promise<Result[]> {
  const { redis, proofs, fromId, commands } = options;
  const startMs = systemClock.steadyMs();
  const watch = new ScoreWatch(redis, [...proofs.keys()], fromId);
  const inputs = new BrainInputs(redis, new Map([...proofs].map(([symbol, { market }]) => [symbol, market])));
  const outcome = await playScenario({ ...options, watch, inputs });
  const ms = Math.round(systemClock.steadyMs() - startMs);
  const withCommands = (result: Result): Result => (result.status === 'fail' ? { ...result, commands } : result);
  return [...proofs].map(([symbol, proof]) =>
    withCommands(
      'unseen' in outcome
        ? unseen(proof, outcome.unseen, outcome.reason)
        : { ...judge(symbol, proof, outcome.seen, outcome.patienceSec), ms },
    ),
  );
}

function judge(symbol: string, proof: BrainProof, observations: Observations, patienceSec: number): Result {
  const seen = observations.of(symbol);
  const missing = proof.awaits(seen);
  if (missing !== undefined) return unseen(proof, 'fail', `no ${missing} within ${patienceSec} s`);
  const checks = proof.expect(seen);
  const status = checks.every(({ ok }) => ok) ? 'pass' : 'fail';
  return { name: proof.name, title: proof.title, steps: [], status, ms: 0, checks, reason: '', commands: [] };
}
