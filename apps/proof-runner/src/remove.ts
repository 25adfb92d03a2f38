import type { Redis } from '@quantum/redis-io';
import { brainProofsOf } from './brain/prove-brain.js';
import { brainStreamsOf, takeBrainBack } from './brain/take-back.js';
import { Cleanup } from './cleanup.js';
import { PlanWatch } from './observe/plans.js';
import { ProposalWatch } from './observe/proposals.js';
import type { Arranged, Step } from './proofs/arrangement.js';
import { PROOFS } from './proofs/index.js';
import { createFixture, proposalPatienceMs, streamsOf, type Fixture } from './fixture.js';
import type { Settings } from './settings.js';

export interface RemoveOptions {
  redis: Redis;
  settings: Settings;
  signal: AbortSignal;
  progress: (line: string) => void;
}

const START = '0-0';
const BOTH: ReadonlySet<Step> = new Set([1, 2]);
/** A run numbers its proofs: any number may be that of one with a symbol. */
const ANY: readonly Arranged[] = PROOFS.map(({ name }) => ({ name, steps: [1, 2], arrange: { efficiency: 'absent' } }));

/** Everything that a run of this name may have written to Redis, for any set of proofs. */
export const fixtureOfRun = (run: string, settings: Settings): Fixture => createFixture(ANY, BOTH, settings, run);

/**
 * Removes the leftovers of a killed run: its inputs, and when the services have finished, their outputs for it. It
 * searches whole streams and touches no keys but those of the run. Resolves to a description. Safe to repeat.
 */
export async function removeRun(run: string, { redis, settings, signal, progress }: RemoveOptions): Promise<string> {
  const fixture = fixtureOfRun(run, settings);
  const symbols = fixture.cases.map(({ symbol }) => symbol);
  const proposals = new ProposalWatch(redis, settings.proposedStream, symbols, START);
  const plans = new PlanWatch(redis, settings.plansStream, START);
  await plans.find(fixture.cases);
  const cleanup = new Cleanup({
    redis, fixture, settings, proposals, plans,
    marks: new Map(streamsOf(settings).map((stream) => [stream, START])),
    cyclePatienceMs: proposalPatienceMs(settings),
    tell: progress,
  }); // prettier-ignore
  await cleanup.withdraw(signal);
  await cleanup.erase();
  const ofBrain = await takeBrainBack({
    redis, settings, signal,
    symbols: [...brainProofsOf(run).keys()],
    marks: new Map(brainStreamsOf(settings).map((stream) => [stream, START])),
    tell: progress,
  }); // prettier-ignore
  return `run ${run}: ${cleanup.removed + ofBrain} keys and stream entries removed`;
}
