import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '@quantum/clock';
import { Registry } from 'prom-client';

/**
 * How long a scrape works before it yields, ms. A plan that is served meanwhile waits about as long at each turn of the event loop. A
 * scrape that yielded after each of 60 metrics would wait for 60 turns, of milliseconds where plans are served.
 */
const SLICE_MS = 0.5;

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
      await setImmediate();
      begunMs = this.#clock.steadyMs();
    }
    return `${texts.join('\n\n')}\n`;
  }
}
