import type { Registry } from 'prom-client';
import { createServiceMetrics, type Metrics, type MetricsOptions, type PolicyMetrics } from './build.js';
import type { CONSOLE } from './console-declarations.js';
import { registerLeftOut } from './symbol-series.js';
import { SymbolTable } from './symbol-table.js';

/** The console's metrics. It has no series by symbol. */
export interface ConsoleMetrics extends Metrics<typeof CONSOLE>, PolicyMetrics {
  readonly registry: Registry;
}

export function createConsoleMetrics(options: MetricsOptions): ConsoleMetrics {
  const metrics = createServiceMetrics('console', options);
  registerLeftOut(metrics.registry, new SymbolTable(options.maxSymbols, () => ({})));
  return metrics;
}
