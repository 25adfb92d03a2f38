import { BRAIN, BRAIN_BY_SYMBOL, BRAIN_COUNTS_BY_SYMBOL } from './brain-declarations.js';
import { CONSOLE } from './console-declarations.js';
import { counter, gauge, type Declaration, type Labels } from './declaration.js';
import {
  ANNOTATOR,
  ANNOTATOR_BY_SYMBOL,
  GOVERNOR,
  GOVERNOR_BY_SYMBOL,
  GOVERNOR_COUNTS_BY_SYMBOL,
} from './governor-declarations.js';
import { PROPOSER, PROPOSER_BY_SYMBOL } from './proposer-declarations.js';
import { ROLLOUT, ROLLOUT_BY_SYMBOL, ROLLOUT_SHOWN } from './rollout-declarations.js';

export const BOTH = {
  symbolsLeftOut: gauge(
    'quantum_metrics_symbols_left_out',
    'Symbols without series of their own, beyond METRICS_MAX_SYMBOLS',
    {},
  ),
} as const satisfies Record<string, Declaration>;

/** Of both services: the outcome of reading the policy file. */
export const POLICY = {
  policyReload: counter('p31_policy_reload_total', 'Times the policy file was read again, by result', {
    result: ['accepted', 'refused'],
  }),
  policyFileOk: gauge(
    'p31_policy_file_ok',
    '1; 0 while the current policy file is refused and the policy before it stays in force',
    {},
  ),
} as const satisfies Record<string, Declaration>;

/** The metrics of each service, by its app; `every`: of all services. */
export const METRIC_GROUPS = {
  'allocation-target': [PROPOSER, PROPOSER_BY_SYMBOL],
  'governor-plugin': [GOVERNOR, GOVERNOR_BY_SYMBOL, GOVERNOR_COUNTS_BY_SYMBOL],
  'permit-annotator': [ANNOTATOR, ANNOTATOR_BY_SYMBOL],
  'efficiency-brain': [BRAIN, BRAIN_BY_SYMBOL, BRAIN_COUNTS_BY_SYMBOL],
  'target-rollout': [ROLLOUT, ROLLOUT_SHOWN, ROLLOUT_BY_SYMBOL],
  console: [CONSOLE],
  every: [BOTH, POLICY],
} as const satisfies Record<string, readonly Readonly<Record<string, Declaration>>[]>;

/** One row of the documented list of metrics. */
export interface MetricRow {
  readonly name: string;
  readonly type: Declaration['type'];
  /** By label name, every value it can have, or `any`. */
  readonly labels: Labels;
  readonly help: string;
  /** The app, or `every`. */
  readonly service: string;
}

/** Every metric of ours. prom-client's process metrics (`process_*`, `nodejs_*`) are not listed. */
export const describeMetrics = (): MetricRow[] =>
  Object.entries<readonly Readonly<Record<string, Declaration>>[]>(METRIC_GROUPS).flatMap(([service, groups]) =>
    groups
      .flatMap(Object.values<Declaration>)
      .map(({ name, type, labels, help }) => ({ name, type, labels, help, service })),
  );
