import { cohortOf, lifetimeSec, PUBLISHING } from '@quantum/rollout-plan';
import type { ShownRollout } from '@quantum/metrics';
import { excludedOf } from '@quantum/rollout-commands';
import type { CycleContext } from './cycle.js';
import type { MarketRead } from './read-market.js';
import type { StoredCycle } from './write-multipliers.js';

/** Without a state that can be used, nothing is renewed. */
export const NOTHING_SHOWN: ShownRollout = {
  state: 'off', stage: 0, blend: 0, guards: [], advantageBps: undefined, eValues: {}, symbols: 0, symbolsDue: 0,
  expiresAtSec: undefined, keysLeft: 0,
}; // prettier-ignore

/** Shows the rollout as it is after a cycle. */
export function show({ metrics, memory, intervalSec }: CycleContext, { outcome, read, market, current }: StoredCycle): void {
  const { state, evaluation, folded, multipliers } = outcome;
  const isPublishing = PUBLISHING.has(state.name);
  const due = current && isPublishing ? cohortOf(current.plan, state.stage, excludedOf(outcome.desk, current.hash)).size : 0;
  for (const entry of folded?.entries ?? []) if (entry.kind === 'hour') memory.hourBps = entry.advantageBps;
  if (outcome.renews && isPublishing) memory.expiresAtSec = read.nowSec + lifetimeSec(intervalSec);
  metrics.show({
    state: state.name,
    stage: state.plan === '' ? 0 : state.stage + 1,
    blend: state.blend,
    guards: evaluation?.results ?? [],
    advantageBps: memory.hourBps,
    eValues: folded?.figures.eValues ?? {},
    symbols: multipliers.size,
    symbolsDue: due,
    // A process that has renewed nothing yet does not know how long those of the one before live.
    expiresAtSec: isPublishing ? (memory.expiresAtSec ?? read.nowSec) : undefined,
    keysLeft: isPublishing ? 0 : keysLeft(market, state.epoch, read.nowSec - state.sinceSec > lifetimeSec(intervalSec) + 1),
  });
  for (const [symbol, { multiplier }] of multipliers) metrics.bySymbol.set(symbol, { multiplier });
  metrics.bySymbol.retain([...multipliers.keys()]);
} // prettier-ignore

/** Multipliers of another epoch that a reader still finds, later than they live. */
function keysLeft({ symbols, otherPublished }: MarketRead, epoch: number | null, isLate: boolean): number {
  if (!isLate) return 0;
  const all = [...[...symbols.values()].map(({ published }) => published), ...otherPublished.values()];
  return all.filter((published) => typeof published === 'object' && published.reading !== undefined && published.reading.epoch !== epoch).length; // prettier-ignore
}
