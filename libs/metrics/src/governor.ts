import type { Registry } from 'prom-client';
import { createServiceMetrics } from './build.js';
import type { LabelledCounter, LabelsOf, Metrics, MetricsOptions, PolicyMetrics } from './build.js';
import { GOVERNOR_BY_SYMBOL, GOVERNOR_COUNTS_BY_SYMBOL, type GOVERNOR } from './governor-declarations.js';
import { buildSymbolGauges, registerCounts, symbolEntries } from './symbol-series.js';
import type { GaugeValues, SymbolGauges } from './symbol-series.js';

type BySymbol = keyof typeof GOVERNOR_BY_SYMBOL;
type Counts = typeof GOVERNOR_COUNTS_BY_SYMBOL;

export interface GovernorMetrics extends Metrics<typeof GOVERNOR>, PolicyMetrics {
  readonly registry: Registry;
  readonly bySymbol: SymbolGauges<BySymbol>;
  /** Beyond the maximum number of symbols, counted under `_other`. */
  readonly allow: LabelledCounter<LabelsOf<Counts['allow']>>;
  /** Beyond the maximum number of symbols, counted under `_other`. */
  readonly block: LabelledCounter<LabelsOf<Counts['block']>>;
}

/** All series of one symbol. */
class Entry {
  readonly gauges: GaugeValues<BySymbol> = {};
  allowed = 0;
  readonly blocked = new Map<string, number>();
}

export function createGovernorMetrics(options: MetricsOptions): GovernorMetrics {
  const metrics = createServiceMetrics('governor-plugin', options);
  const { registry } = metrics;
  const entries = symbolEntries(registry, options.maxSymbols, () => new Entry());
  registerCounts(GOVERNOR_COUNTS_BY_SYMBOL.allow, registry, function* () {
    for (const [labels, { allowed }] of entries.all()) if (allowed > 0) yield [labels, allowed];
  });
  registerCounts(GOVERNOR_COUNTS_BY_SYMBOL.block, registry, function* () {
    for (const [{ symbol }, { blocked }] of entries.all()) {
      for (const [reason, count] of blocked) yield [{ symbol, reason }, count];
    }
  });

  return {
    ...metrics,
    bySymbol: buildSymbolGauges(GOVERNOR_BY_SYMBOL, registry, entries.table, ({ gauges }) => gauges),
    allow: {
      inc: ({ symbol }, by = 1) => {
        entries.of(symbol).allowed += by;
      },
    },
    block: {
      inc: ({ symbol, reason }, by = 1) => {
        const { blocked } = entries.of(symbol);
        blocked.set(reason, (blocked.get(reason) ?? 0) + by);
      },
    },
  };
}
