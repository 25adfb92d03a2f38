import type { Redis } from '@quantum/redis-io';
import { STREAMS } from '@quantum/redis-schemas';
import { messageOf } from '@quantum/service-kit';
import { markStreams } from '../cleanup.js';
import { redisCli } from '../redis.js';
import { unseen, type Result } from '../result.js';
import type { Settings } from '../settings.js';
import type { BrainProof } from './brain-proof.js';
import { FIRST_LEASE, heldShards } from './leases.js';
import { brainProofsOf, proveBrain } from './prove-brain.js';
import { BRAIN_PROOFS } from './proofs/index.js';
import { brainStreamsOf, takeBrainBack } from './take-back.js';

export interface LiveBrainOptions {
  redis: Redis;
  redisUrl: string;
  settings: Settings;
  /** The run's name. */
  run: string;
  /** Maximum time for the proofs, seconds. */
  maxSec: number;
  signal: AbortSignal;
  progress: (line: string) => void;
}

const all = (status: 'skipped' | 'not run', reason: string): Result[] =>
  BRAIN_PROOFS.map((proof) => unseen(proof, status, reason));

/** Why the brain of a deployment is not proven, as the results of its proofs; undefined if it runs. */
export async function skippedBrainProofs(redis: Redis): Promise<Result[] | undefined> {
  try {
    const shards = await heldShards(redis);
    return shards.length > 0
      ? undefined
      : all('skipped', `no efficiency-brain runs here: no process holds ${FIRST_LEASE}`);
  } catch (error) {
    // A user of an earlier release must not keep the other proofs from running.
    if (!messageOf(error).startsWith('NOPERM')) throw error;
    return all('not run', `${messageOf(error)} (load the users of this release: deploy/redis/README.md)`);
  }
}

/**
 * Runs the proofs of the brain on a deployment, but the one that kills it, and takes everything back.
 * @throws Redis's own error, Interrupted by way of `signal`.
 */
export async function proveLiveBrain(options: LiveBrainOptions): Promise<Result[]> {
  const { redis, redisUrl, settings, run, maxSec, signal, progress } = options;
  const proofs = brainProofsOf(run, BRAIN_PROOFS.filter(({ needsRestart }) => !needsRestart)); // prettier-ignore
  const marks = await markStreams(redis, brainStreamsOf(settings));
  const onDuration: Parameters<typeof proveBrain>[0]['onDuration'] = (sec, { periodSec }) => {
    const lasts = `with periods of ${periodSec} s these proofs take up to ${sec} s`;
    if (sec > maxSec) return `${lasts}: allow them with --brain-wait ${sec}`;
    progress(`brain: ${lasts}`);
    return undefined;
  };
  progress(`brain: waiting for the first scores of ${proofs.size} symbols`);
  const fromId = marks.get(STREAMS.efficiencyDecision) ?? '0-0';
  try {
    const results = await proveBrain({ redis, proofs, fromId, commands: commandsFor(redisUrl), signal, onDuration });
    return BRAIN_PROOFS.map(
      (proof) => results.find(({ name }) => name === proof.name) ?? unseen(proof, 'skipped', NOT_KILLED),
    );
  } finally {
    await takeBack(proofs, options, marks);
  }
}

const NOT_KILLED = 'it kills the brain: npx nx run proof-runner:proofs does that with one of its own';

async function takeBack(
  proofs: ReadonlyMap<string, BrainProof>,
  { redis, settings, progress }: LiveBrainOptions,
  marks: Awaited<ReturnType<typeof markStreams>>,
): Promise<void> {
  const tell = (text: string): void => {
    progress(`clean-up of the brain: ${text}`);
  };
  try {
    // A signal of its own: an interruption must not stop the clean-up.
    const { signal } = new AbortController();
    await takeBrainBack({ redis, settings, symbols: [...proofs.keys()], marks, signal, tell });
    tell('done');
  } catch (error) {
    tell(`${messageOf(error)}: inputs end by themselves, entries and states named PROOF_... stay`);
  }
}

function commandsFor(redisUrl: string): string[] {
  const redis = redisCli(redisUrl);
  return [
    'curl -s localhost:8063/readyz; curl -s localhost:8063/metrics | grep p31_',
    `${redis} XREVRANGE ${STREAMS.efficiencyDecision} + - COUNT 3`,
    'journalctl -u quantum-brain -n 50 --no-pager',
  ];
}
