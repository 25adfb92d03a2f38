import { setImmediate } from 'node:timers/promises';
import { Registry } from 'prom-client';

/** A registry that lets other work go on between two metrics: a whole scrape would hold up plans for milliseconds. */
export class YieldingRegistry extends Registry {
  override async metrics(): Promise<string> {
    const texts: string[] = [];
    for (const { name } of this.getMetricsAsArray()) {
      texts.push(await this.getSingleMetricAsString(name));
      await setImmediate();
    }
    return `${texts.join('\n\n')}\n`;
  }
}
