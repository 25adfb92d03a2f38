import { runBatch, type Command, type StreamGap, type Redis } from '@quantum/redis-io';
import { STREAM_MAXLEN } from '../record/events.js';
import type { GovernorTelemetry } from './telemetry.js';

export interface GapReportsOptions {
  redis: Redis;
  eventsStream: string;
  /** Fields that name the plan stream, where there are several. */
  source: readonly string[];
  telemetry: Pick<GovernorTelemetry, 'lost'>;
}

/**
 * Reports plans that are lost: counted and logged at once, as an event with the next round. An event that Redis does
 * not take is kept for the round after. What a process that dies has not reported is in the hash of lost plans.
 */
export class GapReports {
  readonly #options: GapReportsOptions;
  #unreported: { gap: StreamGap; nowSec: number }[] = [];

  constructor(options: GapReportsOptions) {
    this.#options = options;
  }

  add(gap: StreamGap, nowSec: number): void {
    this.#options.telemetry.lost(gap);
    this.#unreported.push({ gap, nowSec });
  }

  /** @throws BatchError when Redis went away. */
  async report(): Promise<void> {
    const { redis, eventsStream, source } = this.#options;
    const pending = this.#unreported;
    const replies = await runBatch(
      redis,
      pending.map(({ gap: { count, when, from, to }, nowSec }): Command => [
        'xadd', eventsStream, 'MAXLEN', '~', STREAM_MAXLEN, '*',
        'event', 'PLANS_LOST',
        'symbol', '',
        'plan_id', '',
        'reason', when,
        'timestamp', String(nowSec),
        'count', count,
        'from', from,
        'to', to,
        ...source,
      ]),
    ); // prettier-ignore
    this.#unreported = pending.filter((_, i) => replies[i]?.ok !== true && replies[i]?.kind !== 'key');
  }
}
