import type { Redis } from '@quantum/redis-io';
import { Cleanup } from './cleanup.js';
import { PlanWatch } from './observe/plans.js';
import { ProposalWatch } from './observe/proposals.js';
import type { Arranged, Step } from './proofs/arrangement.js';
import { PROOFS } from './proofs/index.js';
import { createScene, proposalPatienceMs, streamsOf, type Scene } from './scene.js';
import type { Settings } from './settings.js';

export interface RemoveOptions {
  redis: Redis;
  settings: Settings;
  signal: AbortSignal;
  progress: (line: string) => void;
}

const START = '0-0';
const BOTH: ReadonlySet<Step> = new Set([1, 2]);
/** A run numbers the proofs that it has: any place may be that of one with a symbol. */
const ANY: readonly Arranged[] = PROOFS.map(({ name }) => ({ name, steps: [1, 2], arrange: { efficiency: 'absent' } }));

/** All that a run of this name may have put into Redis, whichever proofs it had. */
export const sceneOfRun = (run: string, settings: Settings): Scene => createScene(ANY, BOTH, settings, run);

/**
 * Removes what a run left that was killed: its inputs, and when the services are done with them, what they wrote about it.
 * Streams are searched as a whole; no key but those of the run is touched. Resolves to what was done. Safe to repeat.
 */
export async function removeRun(run: string, { redis, settings, signal, progress }: RemoveOptions): Promise<string> {
  const scene = sceneOfRun(run, settings);
  const symbols = scene.cases.map(({ symbol }) => symbol);
  const proposals = new ProposalWatch(redis, settings.proposedStream, symbols, START);
  const plans = new PlanWatch(redis, settings.plansStream, START);
  await plans.find(scene.cases);
  const cleanup = new Cleanup({
    redis, scene, settings, proposals, plans,
    marks: new Map(streamsOf(settings).map((stream) => [stream, START])),
    cyclePatienceMs: proposalPatienceMs(settings),
    tell: progress,
  }); // prettier-ignore
  await cleanup.withdraw(signal);
  await cleanup.erase();
  return `run ${run}: ${cleanup.removed} keys and stream entries removed`;
}
