import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { BatchError, type Redis } from '@quantum/redis-io';
import { messageOf } from '../failure.js';
import { look } from './look.js';
import type { OpenRecording } from './resume.js';

/** Pause between two looks: with nothing more to read, and with. Both bound the load on Redis. */
export const IDLE_MS = 1000;
export const BUSY_MS = 100;

export interface RecordOptions {
  redis: Redis;
  recording: OpenRecording;
  /** Ends the recording after the look in hand. */
  stop: AbortSignal;
  /** Told how far it is, after each look. */
  onProgress: (line: string) => void;
  /** Wall clock, unix ms. */
  nowMs: () => number;
}

/** Records until told to stop; then once more what is there. Redis may go away and come back meanwhile. */
export async function record(options: RecordOptions): Promise<void> {
  const { stop } = options;
  const stopped = once(stop, 'abort');
  for (;;) {
    const last = stop.aborted;
    const more = await lookOnce(options);
    if (last && !more) return;
    const pause = delay(more ? BUSY_MS : IDLE_MS, undefined, { ref: true });
    await (last ? pause : Promise.race([pause, stopped]));
  }
}

/** Answers whether there is more to read at once. */
async function lookOnce({ redis, recording, nowMs, onProgress }: RecordOptions): Promise<boolean> {
  const { state, writer, header } = recording;
  try {
    const { lines, more } = await look(redis, header.streams, state, nowMs());
    writer.write(lines); // on disk before it counts
    for (const line of lines) state.take(line);
    onProgress(progressOf(recording));
    return more;
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    onProgress(`Redis is away: ${messageOf(error)}`);
    return false;
  }
}

/** One line that says how far a recording is. */
export function progressOf({ state, writer }: OpenRecording): string {
  const { proposal, plan, decision, block, unanswered, gap } = state.counts;
  const lost = gap + unanswered > 0 ? `, ${gap} gaps, ${unanswered} unanswered` : '';
  const kilobytes = Math.ceil(writer.bytes / 1024);
  return (
    `${proposal} proposals, ${plan} plans, ${decision} decisions, ${block} blocks, ` +
    `${state.awaited.size} awaited${lost}, ${kilobytes} KiB`
  );
}
