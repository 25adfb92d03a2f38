import { systemClock } from '@quantum/clock';
import type { Redis } from '@quantum/redis-io';
import { brainStateKey, efficiencyKey, LAST_CYCLE_KEY, proposedKey, STREAMS } from '@quantum/redis-schemas';
import type { Marks } from '../cleanup.js';
import { proposalPatienceMs } from '../fixture.js';
import { ProposalWatch } from '../observe/proposals.js';
import { dropIfUnused, removeEntries, removeKeys } from '../redis-removal.js';
import type { Settings } from '../settings.js';
import { inputKeys } from './inputs.js';
import { untilCyclesPassed } from './leases.js';
import { ScoreWatch } from './score-watch.js';

/** Maximum wait for two cycles of the brain, ms. */
const BRAIN_PATIENCE_MS = 60_000;

export interface TakeBackOptions {
  redis: Redis;
  settings: Settings;
  symbols: readonly string[];
  /** The ends of both streams before the run; all entries are read without. */
  marks: Marks;
  signal: AbortSignal;
  /** Called with everything that may be left. */
  tell: (text: string) => void;
}

/** The streams to which a brain and a proposer add for the symbols of proofs. */
export const brainStreamsOf = ({ proposedStream }: Settings): string[] => [STREAMS.efficiencyDecision, proposedStream];

/**
 * Removes the inputs of these symbols, waits until brain and proposer are done with them, and removes what these wrote.
 * Resolves to the number of removed keys and entries. Safe to repeat.
 */
export async function takeBrainBack(options: TakeBackOptions): Promise<number> {
  const { redis, settings, symbols, marks, signal, tell } = options;
  const watch = new ScoreWatch(redis, symbols, marks.get(STREAMS.efficiencyDecision) ?? '0-0');
  const proposals = new ProposalWatch(redis, settings.proposedStream, symbols, marks.get(settings.proposedStream) ?? '0-0'); // prettier-ignore
  await proposals.read();
  let removed = await removeKeys(redis, symbols.flatMap(inputKeys));
  const [isBrainQuiet, isProposerQuiet] = await Promise.all([
    untilCyclesPassed(redis, BRAIN_PATIENCE_MS, signal),
    isProposerQuietAfter(proposals, options),
  ]);
  const left = 'what it may still write goes by its own time to live';
  if (!isBrainQuiet) tell(`no two cycles of the brain within ${BRAIN_PATIENCE_MS / 1000} s: ${left}`);
  if (!isProposerQuiet) tell(`no whole cycle of the proposer in time: ${left}`);

  const outputs = [brainStateKey, efficiencyKey, proposedKey];
  removed += await removeKeys(redis, symbols.flatMap((symbol) => outputs.map((keyOf) => keyOf(symbol)))); // prettier-ignore
  await Promise.all([watch.read(), proposals.read()]);
  removed += await removeEntries(redis, STREAMS.efficiencyDecision, watch.ids);
  removed += await removeEntries(redis, settings.proposedStream, proposals.ids);
  for (const [stream, mark] of marks) if (mark === undefined) await dropIfUnused(redis, stream);
  return removed;
}

/** Waits for a whole cycle of the proposer, if one runs. Whether nothing more comes of it. */
async function isProposerQuietAfter(
  proposals: ProposalWatch,
  { redis, settings, signal }: TakeBackOptions,
): Promise<boolean> {
  const patienceMs = proposalPatienceMs(settings);
  const lastSec = Number(await redis.hget(LAST_CYCLE_KEY, 'ts_epoch'));
  const isRunning = systemClock.wallSec() - lastSec < patienceMs / 1000;
  return !isRunning || proposals.quiet(patienceMs, signal);
}
