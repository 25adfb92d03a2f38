import { withHarness, type Harness, type Service } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import type { Context, Outcome } from '../scenario.js';
import type { Stop } from './check-times.js';
import { endTrade, enough, startGovernor, startTrade, warmUp } from './run.js';
import { LIMITS } from './settings.js';
import { awaitWrite, type AwaitedWrite, type WriteName } from './writes.js';

/** A governor, and the write during which the fault happens. */
interface WriteInTrouble {
  write: WriteName;
  /** How long that write is held in the network, ms. */
  heldMs?: number;
  /** Plans that are present at once. */
  plans: number;
  planMaxAgeSec: number;
  /** Called when the write was sent, before it passes. */
  onSight?: (harness: Harness, governor: Service) => void;
}

/** The state while a write is sent and not yet executed. */
interface Amid {
  harness: Harness;
  governor: Service;
  awaited: AwaitedWrite;
  /** Starts another governor with the same settings. */
  replace: () => Service;
}

export interface Done {
  /** The governor that is alive at the end. */
  governor: Service;
  stop?: Stop | undefined;
}

/**
 * Lets one governor decide plans until it sends a certain write, then runs `meanwhile`. Checks every permit against the
 * stop that was set and against its plan's age. Plans that are left must be decided and counted as always.
 */
export async function amidWrite(
  context: Context,
  { write, heldMs = 0, plans, planMaxAgeSec, onSight }: WriteInTrouble,
  meanwhile: (amid: Amid) => Promise<Done>,
): Promise<Outcome> {
  return withHarness(context, {}, async (harness) => {
    const start = (): Service => startGovernor(harness, { GOV_PLAN_MAX_AGE_SEC: String(planMaxAgeSec) });
    const governor = start();
    await governor.untilReady();
    const trade = await startTrade(harness, context, 0);
    await warmUp(trade);

    const awaited = awaitWrite(harness.proxy, write, heldMs, () => onSight?.(harness, governor));
    await trade.feeder.burst(plans);
    const wasSent = await awaited.sent();
    const done = await meanwhile({ harness, governor, awaited, replace: start });
    const stops = done.stop ? [done.stop] : [];
    const outcome = await endTrade(trade, {
      limits: LIMITS,
      planMaxAgeSec,
      stops,
      allConsumed: true,
      allAnswered: true,
    });
    return {
      findings: [
        ...enough(wasSent ? 1 : 0, 1, `writes (${write}) sent`),
        ...enough(Number(outcome.numbers['permits']), 1, 'permits'),
        ...outcome.findings,
        ...(await stopAll([done.governor])),
      ],
      numbers: outcome.numbers,
    };
  });
}
