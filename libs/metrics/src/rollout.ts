import type { Series } from './listed.js';
import { systemClock, type Clock } from '@quantum/clock';
import type { Registry } from 'prom-client';
import { createServiceMetrics, type Metrics, type MetricsOptions, type PolicyMetrics } from './build.js';
import { GUARD_VERDICTS, ROLLOUT_BY_SYMBOL, ROLLOUT_SHOWN, type ROLLOUT } from './rollout-declarations.js';
import {
  buildSymbolGauges,
  registerGauge,
  registerLeftOut,
  type GaugeValues,
  type SymbolGauges,
} from './symbol-series.js';
import { SymbolTable } from './symbol-table.js';

type BySymbol = keyof typeof ROLLOUT_BY_SYMBOL;

/** The rollout after a cycle. A value that is undefined or not finite has no series. */
export interface ShownRollout {
  readonly state: string;
  /** The first is 1; 0: none. */
  readonly stage: number;
  /** 0..1 */
  readonly blend: number;
  readonly guards: readonly { readonly guard: string; readonly verdict: (typeof GUARD_VERDICTS)[number] }[];
  /** Of the last closed hour, basis points. */
  readonly advantageBps: number | undefined;
  /** By the name of the test. */
  readonly eValues: Readonly<Record<string, number | undefined>>;
  /** Number of symbols that are published, and that the state enforces. */
  readonly symbols: number;
  readonly symbolsDue: number;
  /** When the multipliers expire that were published last, unix seconds; undefined: the state publishes nothing. */
  readonly expiresAtSec: number | undefined;
  /** Number of multipliers of an earlier epoch that outlived their lifetime by more than 1 s. */
  readonly keysLeft: number;
}

/** The metrics of a rollout. */
export interface RolloutMetrics extends Metrics<typeof ROLLOUT>, PolicyMetrics {
  readonly registry: Registry;
  readonly bySymbol: SymbolGauges<BySymbol>;
  /** Shows the rollout as it is after a cycle; undefined: this process is a standby, and has no series of it. */
  show(shown: ShownRollout | undefined): void;
}

/** Names of states and moves: every state has a series, and every transition is counted from 0. */
export interface RolloutNames {
  readonly states: readonly string[];
  readonly moves: readonly string[];
}

export function createRolloutMetrics(
  options: MetricsOptions,
  { states, moves }: RolloutNames = { states: [], moves: [] },
  clock: Clock = systemClock,
): RolloutMetrics {
  const metrics = createServiceMetrics('target-rollout', options);
  const { registry } = metrics;
  for (const to of states) for (const reason of moves) metrics.transitions.inc({ to, reason }, 0);
  metrics.leads.set(0);
  const table = new SymbolTable<GaugeValues<BySymbol>>(options.maxSymbols, () => ({}));
  registerLeftOut(registry, table);

  let shown: ShownRollout | undefined;
  for (const key of Object.keys(ROLLOUT_SHOWN) as (keyof typeof ROLLOUT_SHOWN)[]) {
    registerGauge(ROLLOUT_SHOWN[key], registry, () => (shown ? SERIES[key](shown, states, clock) : []));
  }
  return {
    ...metrics,
    bySymbol: buildSymbolGauges(ROLLOUT_BY_SYMBOL, registry, table, (values) => values),
    show: (next) => {
      shown = next;
      metrics.leads.set(next ? 1 : 0);
    },
  };
}

type SeriesOf = (shown: ShownRollout, states: readonly string[], clock: Clock) => Series;

const alone = (value: number | undefined): Series => [[{}, value]];

const SERIES: Readonly<Record<keyof typeof ROLLOUT_SHOWN, SeriesOf>> = {
  state: ({ state: current }, states) =>
    [...new Set([...states, current])].map((state) => [{ state }, state === current ? 1 : 0]),
  stage: ({ stage }) => alone(stage),
  blend: ({ blend }) => alone(blend),
  guard: ({ guards }) =>
    guards.flatMap(({ guard, verdict: found }) =>
      GUARD_VERDICTS.map((verdict) => [{ guard, verdict }, verdict === found ? 1 : 0] as const),
    ),
  advantageBps: ({ advantageBps }) => alone(advantageBps),
  eValue: ({ eValues }) => Object.entries(eValues).map(([test, value]) => [{ test }, value]),
  symbols: ({ symbols }) => alone(symbols),
  symbolsDue: ({ symbolsDue }) => alone(symbolsDue),
  // Counted down between cycles too: what it warns of is that cycles no longer end.
  deadmanSec: ({ expiresAtSec }, _states, clock) =>
    alone(expiresAtSec === undefined ? undefined : Math.max(0, expiresAtSec - clock.wallSec())),
  keysLeft: ({ keysLeft }) => alone(keysLeft),
};
