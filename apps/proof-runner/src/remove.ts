import type { Redis } from '@quantum/redis-io';
import { Cleanup } from './cleanup.js';
import { PlanWatch } from './observe/plans.js';
import { ProposalWatch } from './observe/proposals.js';
import { PROOFS } from './proofs/index.js';
import { createScene, proposalPatienceMs, streamsOf } from './scene.js';
import type { Settings } from './settings.js';

export interface RemoveOptions {
  redis: Redis;
  settings: Settings;
  signal: AbortSignal;
  progress: (line: string) => void;
}

const START = '0-0';

/**
 * Removes what a run left that was killed: its inputs, and when the services are done with them, what they wrote about it.
 * Streams are searched as a whole; no key but those of the run is touched. Resolves to what was done. Safe to repeat.
 */
export async function removeRun(run: string, { redis, settings, signal, progress }: RemoveOptions): Promise<string> {
  const scene = createScene(PROOFS, new Set([1, 2]), settings, run);
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
