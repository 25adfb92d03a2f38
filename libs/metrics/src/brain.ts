import type { ScoreInput } from '@quantum/redis-schemas';
import type { Registry } from 'prom-client';
import { BRAIN_BY_SYMBOL, BRAIN_COUNTS_BY_SYMBOL, type BRAIN } from './brain-declarations.js';
import { createServiceMetrics, type Metrics, type MetricsOptions, type PolicyMetrics } from './build.js';
import {
  buildSymbolGauges,
  registerCounts,
  symbolEntries,
  type GaugeValues,
  type SymbolGauges,
} from './symbol-series.js';

type BySymbol = keyof typeof BRAIN_BY_SYMBOL;

/** Counts of a symbol in a cycle. */
export interface SymbolCounts {
  execEvents?: number;
  written?: number;
  missing?: readonly ScoreInput[];
  stale?: readonly ScoreInput[];
}

/** The efficiency brain's metrics. */
export interface BrainMetrics extends Metrics<typeof BRAIN>, PolicyMetrics {
  readonly registry: Registry;
  readonly bySymbol: SymbolGauges<BySymbol>;
  /** Adds to the counters of a symbol; beyond the maximum number of symbols, to those of `_other`. */
  count(symbol: string, counts: SymbolCounts): void;
}

/** All series of one symbol. */
class Entry {
  readonly gauges: GaugeValues<BySymbol> = {};
  execEvents = 0;
  written = 0;
  readonly missing = new Map<ScoreInput, number>();
  readonly stale = new Map<ScoreInput, number>();
}

export function createBrainMetrics(options: MetricsOptions): BrainMetrics {
  const metrics = createServiceMetrics('efficiency-brain', options);
  const { registry } = metrics;
  const entries = symbolEntries(registry, options.maxSymbols, () => new Entry());
  for (const name of ['execEvents', 'written'] as const) {
    registerCounts(BRAIN_COUNTS_BY_SYMBOL[name], registry, function* () {
      for (const [labels, entry] of entries.all()) if (entry[name] > 0) yield [labels, entry[name]];
    });
  }
  for (const name of ['missing', 'stale'] as const) {
    registerCounts(BRAIN_COUNTS_BY_SYMBOL[name], registry, function* () {
      for (const [{ symbol }, entry] of entries.all()) {
        for (const [which, count] of entry[name]) yield [{ symbol, which }, count];
      }
    });
  }
  return {
    ...metrics,
    bySymbol: buildSymbolGauges(BRAIN_BY_SYMBOL, registry, entries.table, ({ gauges }) => gauges),
    count: (symbol, { execEvents = 0, written = 0, missing = [], stale = [] }) => {
      const entry = entries.of(symbol);
      entry.execEvents += execEvents;
      entry.written += written;
      for (const which of missing) entry.missing.set(which, (entry.missing.get(which) ?? 0) + 1);
      for (const which of stale) entry.stale.set(which, (entry.stale.get(which) ?? 0) + 1);
    },
  };
}
