import type { Registry } from 'prom-client';
import { createServiceMetrics, type Metrics, type MetricsOptions, type PolicyMetrics } from './build.js';
import type { CONSOLE } from './console-declarations.js';

/** The console's metrics. It has no series by symbol. */
export interface ConsoleMetrics extends Metrics<typeof CONSOLE>, PolicyMetrics {
  readonly registry: Registry;
}

export const createConsoleMetrics = (options: MetricsOptions): ConsoleMetrics =>
  createServiceMetrics('console', options);
