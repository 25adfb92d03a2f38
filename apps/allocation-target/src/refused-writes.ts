import { systemClock } from '@quantum/clock';
import { atMostOnceAMinute, type Logger } from '@quantum/service-kit';
import type { RefusedWrite } from './publish.js';

const REFUSALS_SHOWN = 5;

/** Logs writes that Redis refuses by their keys: when that begins, once a minute, and when it ends. All are counted. */
export class RefusedWrites {
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  /** By shard, while its writes are refused. */
  readonly #isDue = new Map<number, () => boolean>();

  /** `nowMs` is a clock that is never set back. */
  constructor(logger: Logger, nowMs: () => number = systemClock.steadyMs) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** A cycle of a shard ended, in which Redis refused these. */
  cycleEnded(shard: number, refused: readonly RefusedWrite[]): void {
    if (refused.length === 0) {
      if (this.#isDue.delete(shard)) this.#logger.info({ shard }, 'Redis refuses no writes any more');
      return;
    }
    let isDue = this.#isDue.get(shard);
    if (!isDue) this.#isDue.set(shard, (isDue = atMostOnceAMinute(this.#nowMs)));
    if (!isDue()) return;
    const first = refused.slice(0, REFUSALS_SHOWN);
    this.#logger.warn({ shard, count: refused.length, first }, 'Redis refused writes');
  }
}
