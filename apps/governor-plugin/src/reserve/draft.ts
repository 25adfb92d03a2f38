import type { Clock } from '@quantum/clock';
import { decidePlan, preCheck, type DecisionPolicy, type PreCheck } from '@quantum/decisions';
import type { GovernorErrorKind } from '@quantum/metrics';
import { BatchError, runRows, SlotDownError, type Redis, type Reply } from '@quantum/redis-io';
import type { DecisionRecord } from '@quantum/redis-schemas';
import type { UndecidedPlan } from '../intake/plan-entry.js';
import { reservationOf, reservationOfExit, type Reservation } from './reservation.js';
import { RESERVE } from './reserve-script.js';
import { isCounted, isExposureUnknown, reserveRow, reserveShared } from './windows.js';

/** A decision that is not recorded yet. */
export interface Draft extends Pick<UndecidedPlan, 'entry' | 'plan'> {
  record: DecisionRecord;
  /** Until when it may grant a permit, unix milliseconds of the server that holds the record. */
  deadlineMs: number;
  /** Whether it holds a reservation, which is to be settled. */
  isReserved: boolean;
  /** Time that deciding took, in process. */
  spentMs: number;
  /** Whether the windows had counted the plan before, maybe with another sum. */
  again: boolean;
}

export interface DraftOptions {
  redis: Redis;
  policy: DecisionPolicy;
  clock: Pick<Clock, 'steadyMs'>;
  /** Called with what a plan could not be decided by, or was decided without. */
  onError: OnError;
}

type OnError = (kind: GovernorErrorKind, error?: Error) => void;

/** A plan that was checked before its windows are read. */
interface Checked {
  candidate: UndecidedPlan;
  check: PreCheck;
  spentMs: number;
  /** Undefined where the windows were not asked. */
  reservation?: Reservation;
}

export interface Drafted {
  drafts: Draft[];
  /** Plans whose reservation came after its deadline: their state is to be read again. */
  late: UndecidedPlan[];
  /** Plans whose reservation the server did not answer: to be left pending. */
  unanswered: { plan: UndecidedPlan; error: Error }[];
}

/** Decides plans: entry gates, a reservation if of use, the rest. A plan without a verdict gets no draft: it waits. */
export async function draftDecisions(
  open: readonly UndecidedPlan[],
  nowSec: number,
  options: DraftOptions,
): Promise<Drafted> {
  const { redis, policy, onError } = options;
  const checked = open.flatMap((candidate): Checked[] => {
    const first = guarded(options, () => preCheck(candidate, nowSec, policy));
    return first ? [{ candidate, check: first.value, spentMs: first.spentMs }] : [];
  });
  const asking = checked.filter(({ candidate, check }) => !check.entry.refusal && isCounted(candidate, policy));
  const how = { nowSec, policy, isOneServer: !redis.isCluster };
  const rows = asking.map(({ candidate, check }) => reserveRow(candidate, check.wantsReservation, how));
  const replies = await runRows(redis, RESERVE, reserveShared(nowSec, policy), rows).catch((error: unknown) => {
    // Where all of them are on one master of a Cluster, that master is down, not the Cluster.
    if (!redis.isCluster || !(error instanceof BatchError)) throw error;
    return rows.map((): Reply => ({ ok: false, kind: 'transient', error: new SlotDownError(error.message) }));
  });
  for (const [i, plan] of asking.entries()) {
    if (isExposureUnknown(plan.candidate, nowSec, policy)) onError('exposure_unknown');
    const reservation = reservationOf(replies[i], plan.candidate.state.lastExecSec.readable);
    plan.reservation = plan.candidate.closing ? reservationOfExit(reservation) : reservation;
  }
  const drafted: Drafted = { drafts: [], late: [], unanswered: [] };
  for (const plan of checked) {
    const { candidate, reservation } = plan;
    if (reservation?.kind === 'late') drafted.late.push(candidate);
    else if (reservation?.kind === 'unanswered') drafted.unanswered.push({ plan: candidate, error: reservation.error });
    else drafted.drafts.push(...draft({ ...plan, reservation }, nowSec, options));
  }
  return drafted;
}

/** What the windows answered; undefined where they were not asked. */
type Answered = Extract<Reservation, { kind: 'answered' }> | undefined;

function draft(
  { candidate, check, spentMs, reservation }: Omit<Checked, 'reservation'> & { reservation: Answered },
  nowSec: number,
  options: DraftOptions,
): Draft[] {
  const { policy, onError } = options;
  const decided = guarded(options, () =>
    decidePlan(candidate, nowSec, check, reservation?.windows, policy, (error) => {
      onError('decorator', error);
    }),
  );
  if (!decided) return [];
  const { entry, plan, state } = candidate;
  const isReserved = reservation?.reserved ?? false;
  if (decided.value.outcome === 'permit' && reservation?.countable === false) {
    onError('uncounted');
  } else if (decided.value.outcome === 'permit' && reservation && !isReserved) {
    // Gates and script disagree, which no input should bring about: no verdict rather than an uncounted permit.
    onError('window_mismatch', new Error(`plan ${plan.planId} passed its gates but got no reservation`));
    return [];
  }
  const again = reservation?.again ?? false;
  const deadlineMs = state.deadlineMs.record;
  return [{ entry, plan, record: decided.value, deadlineMs, isReserved, spentMs: spentMs + decided.spentMs, again }];
}

/** Runs a pure step of one plan and says how long it took. Should it throw, that is counted. */
function guarded<T>({ clock, onError }: DraftOptions, step: () => T): { value: T; spentMs: number } | undefined {
  const startMs = clock.steadyMs();
  try {
    return { value: step(), spentMs: clock.steadyMs() - startMs };
  } catch (error) {
    onError('internal', error as Error);
    return undefined;
  }
}
