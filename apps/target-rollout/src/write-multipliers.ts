import type { Lease } from '@quantum/redis-io';
import type { PublishedMultiplier } from '@quantum/redis-schemas';
import { lifetimeSec, PUBLISHING, type RolloutPlan } from '@quantum/rollout-plan';
import type { CycleContext } from './cycle.js';
import type { CycleOutcome } from './decide.js';
import { publishMultipliers, withdrawMultipliers, type RowFailure } from './publish.js';
import type { MarketRead } from './read-market.js';
import type { SlotRead } from './read-slot.js';

/** A cycle whose state is stored. */
export interface StoredCycle {
  outcome: CycleOutcome;
  read: SlotRead;
  market: MarketRead;
  current: { plan: RolloutPlan; hash: string } | undefined;
}

/**
 * Writes the multipliers of a cycle, and removes those that it does not publish. @throws BatchError when Redis does not
 * answer
 */
export async function writeMultipliers(
  { redis, memory, intervalSec }: Pick<CycleContext, 'redis' | 'memory' | 'intervalSec'>,
  lease: Lease,
  cycle: StoredCycle,
): Promise<RowFailure[]> {
  const { outcome, read } = cycle;
  const expiresAtSec = read.nowSec + lifetimeSec(intervalSec);
  const multipliers = publishedOf(cycle, lease.token, expiresAtSec);
  const gone = withdrawnOf(cycle, multipliers);
  memory.own = outcome.own;
  // Until Redis has answered, it is unknown what was written.
  const before = memory.writes.bySymbol;
  memory.writes = { isCertain: false, bySymbol: before };
  const failures = await publishMultipliers(redis, lease, multipliers, expiresAtSec);
  const left = await withdrawMultipliers(redis, lease, gone);
  const written = new Map([...before, ...multipliers]);
  for (const symbol of gone) written.delete(symbol);
  memory.writes = { isCertain: failures.length + left.length === 0, bySymbol: written };
  return [...failures, ...left];
}

/** What is written of each symbol. One without a proposal keeps the proposal that its multiplier was computed from. */
function publishedOf(
  { outcome, read, market, current }: StoredCycle,
  fence: string,
  expiresAtSec: number,
): Map<string, PublishedMultiplier> {
  const { state, multipliers } = outcome;
  const stage = current?.plan.stages[state.stage];
  if (!stage) return new Map();
  return new Map(
    [...multipliers].flatMap(([symbol, { multiplier, blend, reason }]): [string, PublishedMultiplier][] => {
      const { policy, published } = market.symbols.get(symbol) ?? {};
      const proposed = outcome.own?.input.symbols.get(symbol)?.proposed;
      const before = typeof published === 'object' ? published : undefined;
      const proposedMultiplier = proposed ?? before?.proposed;
      if (proposedMultiplier === undefined) return []; // never was anything else than its base
      return [
        [
          symbol,
          {
            multiplier,
            proposedMultiplier,
            blend,
            direction: stage.direction,
            plan: current.hash,
            stage: stage.name,
            policy: proposed === undefined ? (before?.policy ?? '') : (policy ?? ''),
            epoch: state.epoch ?? 0,
            fence,
            tsEpochSec: read.nowSec,
            expiresAtSec,
            reason,
          },
        ],
      ];
    }),
  );
}

/**
 * Symbols whose multiplier is there and must not be. Where nothing may be renewed, only what must go to its base is
 * removed.
 */
function withdrawnOf({ outcome, market }: StoredCycle, multipliers: ReadonlyMap<string, unknown>): string[] {
  const isThere = [...[...market.symbols].map(([symbol, { published }]) => [symbol, published] as const), ...market.otherPublished]
    .filter(([, published]) => published === 'wrong_type' || (typeof published === 'object' && published.reading !== undefined))
    .map(([symbol]) => symbol); // prettier-ignore
  const goes = (symbol: string): boolean =>
    outcome.renews || (outcome.evaluation?.toBase.has(symbol) ?? !PUBLISHING.has(outcome.state.name));
  return isThere.filter((symbol) => !multipliers.has(symbol) && goes(symbol));
}
