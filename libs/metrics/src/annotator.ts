import type { Registry } from 'prom-client';
import { createServiceMetrics } from './build.js';
import type { Metrics, MetricsOptions, PolicyMetrics } from './build.js';
import { ANNOTATOR_BY_SYMBOL, type ANNOTATOR } from './governor-declarations.js';
import { buildSymbolGauges, registerLeftOut } from './symbol-series.js';
import type { GaugeValues, SymbolGauges } from './symbol-series.js';
import { SymbolTable } from './symbol-table.js';

type BySymbol = keyof typeof ANNOTATOR_BY_SYMBOL;

/** The annotator's metrics; a governor has them too. */
export interface AnnotatorMetrics extends Metrics<typeof ANNOTATOR>, PolicyMetrics {
  readonly registry: Registry;
  readonly bySymbol: Pick<SymbolGauges<BySymbol>, 'set' | 'delete'>;
}

export function createAnnotatorMetrics(options: MetricsOptions): AnnotatorMetrics {
  const metrics = createServiceMetrics('permit-annotator', options);
  const { registry } = metrics;
  const table = new SymbolTable<GaugeValues<BySymbol>>(options.maxSymbols, () => ({}));
  registerLeftOut(registry, table);
  return { ...metrics, bySymbol: buildSymbolGauges(ANNOTATOR_BY_SYMBOL, registry, table, (values) => values) };
}
