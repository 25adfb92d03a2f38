import { multiplier, uniform } from '@quantum/generators';
import { fieldsOf } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { baking, every, marketOf, NOW, P, planOf, run, shadow, symbolOf } from './cycles.test-support.js';
import { evidenceFields, type EvidenceEntry, type MarketSymbol, type StreamEntry } from './index.js';

export const HOURS = 6;
export const UNTIL = NOW + HOURS * 3600 + 1;
const plan = planOf({ costBps: 5 });
const sample = fc.record({
  baseUsd: uniform(900, 1100),
  multiplier,
  positionUsd: fc.option(uniform(-1000, 1000), { nil: undefined, freq: 200 }),
  priceUsd: fc.option(uniform(99, 101), { nil: undefined, freq: 200 }),
  effective: multiplier,
});
const markets = fc.sample(fc.tuple(sample, sample, sample), { seed: 20_261_129, numRuns: (HOURS * 3600) / P + 1 });
const symbolsAt = (nowSec: number): Map<string, MarketSymbol> =>
  new Map(['A', 'B', 'C'].map((symbol, i) => [symbol, symbolOf(markets[Math.round((nowSec - NOW) / P)]![i])]));
/** Six hours: shadow, then a stage, with a new test for harm. */
const context = (nowSec: number) =>
  nowSec < NOW + 2.5 * 3600 ? shadow({ plan }) : baking(NOW + 2.5 * 3600, { evidenceSec: NOW }, { plan });
/** The entries of cycles at these times. */
export const entriesFrom = (times = every(P, NOW, UNTIL)): EvidenceEntry[] =>
  run(times, (nowSec) => [marketOf(nowSec, { symbols: symbolsAt(nowSec) }), context(nowSec)]).flatMap(({ entries }) => entries); // prettier-ignore

/** The stream that they leave. */
export const stream: readonly StreamEntry[] = entriesFrom().map((entry, i) => ({
  id: `${i}-0`,
  fields: evidenceFields(entry),
}));
export const entryAt = (kind: 'period' | 'hour', index: number): StreamEntry =>
  stream.filter(({ fields }) => fieldsOf(fields)['kind'] === kind)[index]!;
export const changed = (entry: StreamEntry, change: (field: string, value: string) => string): StreamEntry => ({
  id: entry.id,
  fields: entry.fields.map((text, i) => (i % 2 === 0 ? text : change(entry.fields[i - 1]!, text))),
});
