import type { Step } from './panel.js';
import type { PanelSpec } from './panel.js';
import type { Change } from './of-metric.js';

/** What the dashboard of a service shows, in this order; metrics that it does not name follow in a row of their own. */
export interface Layout {
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly (Change | PanelSpec)[] }[];
}

/** A counter of something that must not happen: from one a minute on it is red. */
export const never = (metric: string, title: string): Change => ({ metric, title, steps: [[1, 'red']] });

const MISSED: readonly Step[] = [[0.3, 'orange']]; // three in ten minutes are an alert

/** The rows on cycles that every service with cycles has. */
export const cycleRow = (prefix: string): Layout['rows'][number] => ({
  title: 'Cycles',
  panels: [
    { metric: `${prefix}_loop_duration_seconds`, title: 'Duration of a cycle' },
    { metric: `${prefix}_loops_total`, title: 'Cycles that ended' },
    never(`${prefix}_loop_errors_total`, 'Failed cycles and refused writes'),
    { metric: `${prefix}_loops_missed_total`, title: 'Cycles left out', steps: MISSED },
    never(`${prefix}_lease_lost_total`, 'Lost leases'),
    { metric: `${prefix}_loop_interval_seconds`, title: 'Configured interval' },
  ],
});

/** A score, a confidence or a factor, from 0 to 1. */
export const share = (metric: string, title: string): Change => ({
  metric,
  title,
  unit: 'none',
  decimals: 2,
  min: 0,
  max: 1,
});
