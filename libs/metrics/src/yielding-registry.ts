import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '@quantum/clock';
import { Registry } from 'prom-client';

/**
 * How long a scrape works before it pauses, ms. A scrape that paused after each of 60 metrics would take 60 pauses,
 * each as long as a turn of a busy event loop.
 */
const SLICE_MS = 0.75;

/**
 * Pause after a slice, ms: as long as a plan takes that waits for nothing else. A scrape that went on at the next turn
 * of the event loop would delay the same plan at each of its round trips to Redis.
 */
const PAUSE_MS = 1;

/** A registry that lets other work go on during a scrape: a whole one would hold up plans for milliseconds. */
export class YieldingRegistry extends Registry {
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    super();
    this.#clock = clock;
  }

  override async metrics(): Promise<string> {
    const texts: string[] = [];
    let begunMs = this.#clock.steadyMs();
    for (const { name } of this.getMetricsAsArray()) {
      texts.push(await this.getSingleMetricAsString(name));
      if (this.#clock.steadyMs() - begunMs < SLICE_MS) continue;
      await delay(PAUSE_MS);
      begunMs = this.#clock.steadyMs();
    }
    return `${texts.join('\n\n')}\n`;
  }
}
