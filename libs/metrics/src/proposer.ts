import type { Registry } from 'prom-client';
import { createServiceMetrics } from './build.js';
import type { Metrics, MetricsOptions, PolicyMetrics } from './build.js';
import { PROPOSER_BY_SYMBOL, type PROPOSER } from './proposer-declarations.js';
import { buildSymbolGauges, registerLeftOut } from './symbol-series.js';
import type { GaugeValues, SymbolGauges } from './symbol-series.js';
import { SymbolTable } from './symbol-table.js';

type BySymbol = keyof typeof PROPOSER_BY_SYMBOL;

export interface ProposerMetrics extends Metrics<typeof PROPOSER>, PolicyMetrics {
  readonly registry: Registry;
  readonly bySymbol: SymbolGauges<BySymbol>;
}

export function createProposerMetrics(options: MetricsOptions): ProposerMetrics {
  const metrics = createServiceMetrics('allocation-target', options);
  const { registry } = metrics;
  const table = new SymbolTable<GaugeValues<BySymbol>>(options.maxSymbols, () => ({}));
  registerLeftOut(registry, table);
  metrics.budgetScale.set(1);
  return { ...metrics, bySymbol: buildSymbolGauges(PROPOSER_BY_SYMBOL, registry, table, (values) => values) };
}
