import type { Redis } from '@quantum/redis-io';
import { POLICY_PARAMETERS_KEY, STREAMS } from '@quantum/redis-schemas';
import { poll } from '@quantum/testbed';
import type { BrainProof } from './brain-proof.js';
import type { BrainInputs } from './inputs.js';
import { Observations } from './observations.js';
import { durationSec, readParameters, type BrainParameters } from './parameters.js';
import type { ScoreWatch } from './score-watch.js';

const POLL_MS = 50;
/** Time for a scan for symbols and a cycle, ms. */
const FIRST_PATIENCE_MS = 60_000;
/** The proofs may take this many times as long as they should: a machine may be busy. */
const PATIENCE = 1.5;
/** Time for a restart, a lease that runs out included, ms. */
const RESTART_PATIENCE_MS = 60_000;

export interface ScenarioOptions {
  redis: Redis;
  proofs: ReadonlyMap<string, BrainProof>;
  inputs: BrainInputs;
  watch: ScoreWatch;
  signal: AbortSignal;
  /** Called when it is known how long the proofs take; a reason if they must not go on. */
  onDuration: (sec: number, parameters: BrainParameters) => string | undefined;
  /** Kills the brain, and starts it again; undefined if it must not be touched. */
  restart?: { kill: () => Promise<void>; start: () => Promise<void> };
}

/** The observations of all proofs, or why there are none. */
export type Outcome = { seen: Observations; patienceSec: number } | { unseen: 'fail' | 'skipped'; reason: string };

/**
 * Writes the inputs of all proofs, and reads scores until each has seen what it awaits or the time is over.
 * @throws Redis's own error, Interrupted by way of `signal`.
 */
export async function playScenario(options: ScenarioOptions): Promise<Outcome> {
  const { proofs, watch, inputs, redis, onDuration, restart } = options;
  const isSilent = (symbol: string): boolean => watch.entriesOf(symbol).length === 0;
  const symbols = [...proofs.keys()];
  if (!(await observe(options, FIRST_PATIENCE_MS, () => !symbols.some(isSilent)))) {
    const where = `no entry for ${symbols.find(isSilent) ?? ''} on ${STREAMS.efficiencyDecision}`;
    return { unseen: 'fail', reason: `${where} within ${FIRST_PATIENCE_MS / 1000} s` };
  }
  const policy = watch.entriesOf(symbols[0] ?? '')[0]?.fields['policy'] ?? '';
  const parameters = await readParameters(redis, policy);
  if (!parameters) return { unseen: 'fail', reason: `${POLICY_PARAMETERS_KEY} has no parameters ${policy} of a brain` };
  const lastsSec = durationSec(parameters);
  const refusal = onDuration(lastsSec, parameters);
  if (refusal !== undefined) return { unseen: 'skipped', reason: refusal };

  const seen = new Observations(proofs, watch, parameters);
  inputs.setPeriod(parameters.periodSec);
  const patienceSec = Math.ceil(PATIENCE * lastsSec);
  await observe(options, 1000 * patienceSec, () => {
    seen.endInputs(inputs);
    return seen.areComplete('all');
  });
  if (restart) {
    await restart.kill();
    await seen.takeStates(redis);
    await restart.start();
    await observe(options, RESTART_PATIENCE_MS, () => seen.areComplete('restarted'));
  }
  return { seen, patienceSec };
}

/** Keeps the inputs fresh and reads scores until something holds. Whether it held in time. */
async function observe(
  { inputs, watch, signal }: ScenarioOptions,
  timeoutMs: number,
  holds: () => boolean,
): Promise<boolean> {
  const look = async (): Promise<boolean> => {
    await inputs.write();
    await watch.read();
    return holds();
  };
  return (await poll(look, { timeoutMs, everyMs: POLL_MS, signal })) ?? false;
}
