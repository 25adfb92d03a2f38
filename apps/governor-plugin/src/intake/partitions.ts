import type { PlanEntry } from '@quantum/plan-loop';

/** Plans of a partition, about: a batch of 100 is two partitions. */
export const PARTITION_PLANS = 50;

/**
 * Splits a batch into passes so that no plan id occurs twice in a pass, and no open follows a close of its symbol in
 * one. A second entry is read when the first is recorded: side by side, both would reserve, and where their symbols
 * differ, a plan between them could be refused for a reservation that no plan keeps. A close stamps the cooldown as it
 * is recorded, and the open behind it must see that. What closes by its action alone may turn out to be an open.
 */
export function passesOf(plans: readonly PlanEntry[]): PlanEntry[][] {
  const passes: PlanEntry[][] = [];
  const deliveries = new Map<string, number>();
  const symbols = new Map<string, { pass: number; hasClose: boolean }>();
  for (const entry of plans) {
    const { planId, symbol, closing, closesByActionOnly } = entry.plan;
    const before = symbols.get(symbol) ?? { pass: 0, hasClose: false };
    const mayOpen = !closing || closesByActionOnly;
    const current = before.hasClose && mayOpen ? { pass: before.pass + 1, hasClose: false } : before;
    const earlier = deliveries.get(planId) ?? 0;
    symbols.set(symbol, { ...current, hasClose: current.hasClose || (closing && earlier === 0) });
    const pass = Math.max(current.pass, earlier);
    deliveries.set(planId, pass + 1);
    (passes[pass] ??= []).push(entry);
  }
  return passes;
}

/**
 * A pass in partitions that can be served side by side: all plans of a symbol are in one, in their order, so that they
 * take their indices in it. While Redis works for one partition, this process does for another.
 */
export function partitionsOf(plans: readonly PlanEntry[], partitionPlans: number): PlanEntry[][] {
  const partitions: PlanEntry[][] = [];
  const partitionOf = new Map<string, PlanEntry[]>();
  let open: PlanEntry[] | undefined;
  for (const entry of plans) {
    let partition = partitionOf.get(entry.plan.symbol);
    if (!partition) {
      if (!open || open.length >= partitionPlans) partitions.push((open = []));
      partition = open;
      partitionOf.set(entry.plan.symbol, partition);
    }
    partition.push(entry);
  }
  return partitions;
}

/** What a batch in flight must not be overtaken in. */
export interface InFlight {
  symbols: ReadonlySet<string>;
  planIds: ReadonlySet<string>;
}

export const inFlight = (plans: readonly PlanEntry[]): InFlight => ({
  symbols: new Set(plans.map(({ plan }) => plan.symbol)),
  planIds: new Set(plans.map(({ plan }) => plan.planId)),
});

/**
 * Which plans can be served beside earlier batches: all of a symbol, where no earlier batch has that symbol or one of
 * their ids. The others have to wait, in their order; all of them where an id comes twice, which are served in passes.
 */
export function besideEarlier(
  plans: readonly PlanEntry[],
  earlier: readonly InFlight[],
): { free: readonly PlanEntry[]; waiting: readonly PlanEntry[] } {
  if (earlier.length === 0) return { free: plans, waiting: [] };
  if (inFlight(plans).planIds.size < plans.length) return { free: [], waiting: plans };
  const held = new Set<string>();
  for (const { plan } of plans) {
    if (earlier.some((one) => one.symbols.has(plan.symbol) || one.planIds.has(plan.planId))) held.add(plan.symbol);
  }
  return {
    free: plans.filter(({ plan }) => !held.has(plan.symbol)),
    waiting: plans.filter(({ plan }) => held.has(plan.symbol)),
  };
}
