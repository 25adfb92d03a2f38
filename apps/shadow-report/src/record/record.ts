import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { BatchError, type Redis } from '@quantum/redis-io';
import { poll, type Poll } from './poll.js';
import { PATIENCE_POLLS } from './policies.js';
import type { OpenRecording } from './resume.js';

/** Pause between two polls: with nothing more to read, and with. Both bound the load on Redis. */
export const IDLE_MS = 1000;
export const BUSY_MS = 100;

export interface RecordOptions {
  redis: Redis;
  recording: OpenRecording;
  /** Ends the recording after the poll in flight. */
  stop: AbortSignal;
  /** Called with how far it is, after each poll. */
  onProgress: (line: string) => void;
  /** Wall clock, unix ms. */
  nowMs: () => number;
  /** How long a decision record lives, seconds. */
  decisionTtlSec: number;
}

/** Polls after the end that wait for decisions of the last plans. More would never end where plans keep coming. */
const LAST_POLLS = 3;

/** Records until stopped; then what is there by then. Redis may go away and come back meanwhile. */
export async function record(options: RecordOptions): Promise<void> {
  const { stop } = options;
  const stopped = once(stop, 'abort');
  let lastPolls = 0;
  for (;;) {
    const last = stop.aborted;
    const { more, behind } = await pollOnce(options);
    if (last && !behind) lastPolls += 1;
    if (last && (!more || lastPolls === LAST_POLLS)) return;
    const pause = delay(more ? BUSY_MS : IDLE_MS, undefined, { ref: true });
    await (last ? pause : Promise.race([pause, stopped]));
  }
}

async function pollOnce({
  redis,
  recording,
  nowMs,
  decisionTtlSec,
  onProgress,
}: RecordOptions): Promise<Omit<Poll, 'lines'>> {
  const { state, writer, header } = recording;
  try {
    const atMs = nowMs();
    const { lines, ...left } = await poll(redis, header.streams, state, atMs, decisionTtlSec);
    writer.write(lines); // on disk before it counts
    for (const line of lines) state.take(line, atMs);
    onProgress(progressOf(recording));
    return left;
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    onProgress(`Redis is away: ${error.message}`);
    return { more: false, behind: false };
  }
}

/** One line that says how far a recording is. */
export function progressOf({ state, writer }: OpenRecording): string {
  const { proposal, score, plan, decision, block, unanswered, expired, gap, damage } = state.counts;
  const lost = gap + damage + unanswered > 0 ? `, ${gap + damage} gaps, ${unanswered} unanswered` : '';
  const tooLate = expired > 0 ? `, ${expired} too old to be asked for` : '';
  const unreadable = state.unreadableRecords > 0 ? `, ${state.unreadableRecords} unreadable records` : '';
  const unexplained = [...state.unexplained].filter(
    ([hash, polls]) => !state.policies.has(hash) && polls >= PATIENCE_POLLS,
  );
  const unknown =
    unexplained.length > 0
      ? `, policies or limits that Redis does not explain: ${unexplained.map(([hash]) => hash).join(' ')}`
      : '';
  const kilobytes = Math.ceil(writer.bytes / 1024);
  return (
    `${proposal} proposals, ${score > 0 ? `${score} scores, ` : ''}${plan} plans, ${decision} decisions, ${block} blocks, ` +
    `${state.awaited.size} awaited${lost}${tooLate}${unreadable}${unknown}, ${kilobytes} KiB`
  );
}
