import { BatchSemaphore, runPlanLoop } from '@quantum/plan-loop';
import { refreshExecutions } from './observe/executions.js';
import { SymbolSeries } from './observe/symbol-series.js';
import { createMember, type Member, type MemberParts } from './member.js';

/** How often a summary is logged and the execution gauges are brought up to date, ms. */
const HOUSEKEEPING_MS = 10_000;

export interface IssueParts extends MemberParts {
  stopping: AbortSignal;
}

/** The role `issue`: decides the plans of all streams until it is stopped. */
export async function issue(parts: IssueParts): Promise<void> {
  const { config, clock, loops, stopping } = parts;
  const { planMaxAgeSec, claimIdleSec } = config;
  const series = new SymbolSeries(parts.metrics.bySymbol);
  const members = loops.map((loop) => createMember(parts, loop, series));
  const semaphore = new BatchSemaphore();
  const stopHousekeeping = keepHouse(parts, members);
  try {
    await Promise.all(
      members.map((member) => runPlanLoop({ ...member, semaphore, planMaxAgeSec, claimIdleSec, clock, stopping })),
    );
  } finally {
    stopHousekeeping();
  }
  for (const { telemetry } of members) telemetry.summarise();
}

/** Logs summaries and keeps the execution gauges up to date, until the answer is called. */
function keepHouse({ redis, clock, logger }: IssueParts, members: readonly Member[]): () => void {
  const idle = async (): Promise<unknown> => Promise.all(members.map(({ governor }) => governor.idle()));
  let refreshing: Promise<void> | undefined;
  const timer = setInterval(() => {
    for (const { telemetry } of members) telemetry.summarise();
    const [first] = members; // all share their series
    if (!first) return;
    refreshing ??= refreshExecutions(redis, first.telemetry, clock.wallSec(), idle)
      .catch((error: unknown) => {
        logger.debug({ err: error }, 'execution gauges were not refreshed');
      })
      .finally(() => (refreshing = undefined));
  }, HOUSEKEEPING_MS);
  return () => {
    clearInterval(timer);
  };
}
