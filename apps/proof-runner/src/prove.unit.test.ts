import { expect, it } from '@jest/globals';
import { parseMetrics, type Metrics } from './observe/metrics.js';
import type { Scrape } from './observe/service.js';
import { withServedInterval } from './prove.js';

const serving = (sec: number) => parseMetrics(`p29_shadow_loop_interval_seconds ${sec}\n`);

it('waits for the cycles of the slowest proposer, or longer if the settings say so', () => {
  const scraped: Scrape = new Map<string, Metrics | string>([
    ['http://a', serving(60)],
    ['http://b', serving(120)],
    ['http://c', 'it does not answer'],
  ]);

  expect(withServedInterval({ loopIntervalSec: 10 }, scraped)).toEqual({ loopIntervalSec: 120 });
  expect(withServedInterval({ loopIntervalSec: 300 }, scraped)).toEqual({ loopIntervalSec: 300 });
  expect(withServedInterval({ loopIntervalSec: 10 }, new Map([['http://c', 'silent']]))).toEqual({
    loopIntervalSec: 10,
  });
  expect(withServedInterval({ loopIntervalSec: 10 })).toEqual({ loopIntervalSec: 10 });
});
