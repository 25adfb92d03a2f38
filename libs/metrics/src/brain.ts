import type { ScoreInput } from '@quantum/redis-schemas';
import type { Registry } from 'prom-client';
import { BRAIN_BY_SYMBOL, BRAIN_COUNTS_BY_SYMBOL, type BRAIN } from './brain-declarations.js';
import { createServiceMetrics, type Metrics, type MetricsOptions, type PolicyMetrics } from './build.js';
import {
  buildSymbolGauges,
  OTHER_LABELS,
  registerCounts,
  registerLeftOut,
  type GaugeValues,
  type SymbolGauges,
} from './symbol-series.js';
import { type SymbolLabels, SymbolTable } from './symbol-table.js';

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
  const table = new SymbolTable(options.maxSymbols, () => new Entry());
  const others = new Entry();
  registerLeftOut(registry, table);

  function* entries(): Generator<readonly [SymbolLabels, Entry]> {
    yield* table;
    yield [OTHER_LABELS, others];
  }
  for (const name of ['execEvents', 'written'] as const) {
    registerCounts(BRAIN_COUNTS_BY_SYMBOL[name], registry, function* () {
      for (const [labels, entry] of entries()) if (entry[name] > 0) yield [labels, entry[name]];
    });
  }
  for (const name of ['missing', 'stale'] as const) {
    registerCounts(BRAIN_COUNTS_BY_SYMBOL[name], registry, function* () {
      for (const [{ symbol }, entry] of entries()) {
        for (const [which, count] of entry[name]) yield [{ symbol, which }, count];
      }
    });
  }
  return {
    ...metrics,
    bySymbol: buildSymbolGauges(BRAIN_BY_SYMBOL, registry, table, ({ gauges }) => gauges),
    count: (symbol, { execEvents = 0, written = 0, missing = [], stale = [] }) => {
      const entry = table.entry(symbol) ?? others;
      entry.execEvents += execEvents;
      entry.written += written;
      for (const which of missing) entry.missing.set(which, (entry.missing.get(which) ?? 0) + 1);
      for (const which of stale) entry.stale.set(which, (entry.stale.get(which) ?? 0) + 1);
    },
  };
}
