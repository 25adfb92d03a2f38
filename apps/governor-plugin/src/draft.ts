import { runRows, type Redis } from '@quantum/redis-io';
import type { DecisionRecord } from '@quantum/redis-schemas';
import type { Candidate, PlanEntry } from './candidate.js';
import { decide, firstLook, type DecisionPolicy, type FirstLook } from './decide.js';
import type { Observer } from './observer.js';
import { RESERVE } from './scripts/reserve.js';
import { reservationOf, reserveRow, reserveShared, type Reservation } from './windows.js';

/** A decision that is not recorded yet. */
export interface Draft extends PlanEntry {
  record: DecisionRecord;
  /** Time that deciding took, in process. */
  spentMs: number;
  /** Whether the windows had counted the plan before, maybe with another sum. */
  again: boolean;
}

/** What deciding needs. */
export interface DraftOptions {
  redis: Redis;
  policy: DecisionPolicy;
  observer: Observer;
}

/** A plan whose first look is taken. */
interface Looked {
  candidate: Candidate;
  look: FirstLook;
  spentMs: number;
  /** Undefined where the windows were not asked. */
  reservation?: Reservation;
}

/**
 * Decides plans: entry gates, a place in the windows where it can be of use, the rest. A plan of which nothing can be
 * said now gets no draft: it stays pending, and its neighbours go on.
 */
export async function draftDecisions(
  open: readonly Candidate[],
  nowSec: number,
  options: DraftOptions,
): Promise<Draft[]> {
  const { redis, policy, observer } = options;
  const looked = open.flatMap((candidate): Looked[] => {
    const first = guarded(observer, () => firstLook(candidate, nowSec, policy));
    return first ? [{ candidate, look: first.value, spentMs: first.spentMs }] : [];
  });
  const asking = looked.filter(({ look }) => !look.entry.refusal);
  const replies = await runRows(
    redis,
    RESERVE,
    reserveShared(nowSec, policy),
    asking.map(({ candidate, look }) => reserveRow(candidate, look.wantsPlace)),
  );
  for (const [i, plan] of asking.entries()) {
    plan.reservation = reservationOf(replies[i], plan.candidate.state.lastExecSec.readable);
  }
  return looked.flatMap((plan) => draft(plan, nowSec, options) ?? []);
}

function draft(
  { candidate, look, spentMs, reservation }: Looked,
  nowSec: number,
  { policy, observer }: DraftOptions,
): Draft | undefined {
  if (reservation?.kind === 'unanswered') {
    observer.error('unanswered', reservation.error);
    return undefined;
  }
  const decided = guarded(observer, () =>
    decide(candidate, nowSec, look, reservation?.windows, policy, (error) => {
      observer.error('decorator', error);
    }),
  );
  if (!decided) return undefined;
  const { entry, plan } = candidate;
  if (decided.value.outcome === 'permit' && reservation?.countable === false) {
    observer.error('uncounted');
  } else if (decided.value.outcome === 'permit' && !reservation?.reserved) {
    // Gates and script disagree, which no input should bring about: no verdict rather than an uncounted permit.
    observer.error('window_mismatch', new Error(`plan ${plan.planId} passed its gates but got no place`));
    return undefined;
  }
  const again = reservation?.again ?? false;
  return { entry, plan, record: decided.value, spentMs: spentMs + decided.spentMs, again };
}

/** Runs a pure step of one plan and says how long it took. Should it throw, that is counted. */
function guarded<T>(observer: Observer, step: () => T): { value: T; spentMs: number } | undefined {
  const startMs = performance.now();
  try {
    return { value: step(), spentMs: performance.now() - startMs };
  } catch (error) {
    observer.error('internal', error as Error);
    return undefined;
  }
}
