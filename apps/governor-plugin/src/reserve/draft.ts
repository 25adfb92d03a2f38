import type { Clock } from '@quantum/clock';
import { decidePlan, preCheck, withWindows, type DecisionSettings, type PreCheck } from '@quantum/decisions';
import type { GovernorErrorKind } from '@quantum/metrics';
import { BatchError, isReplyError, runRows, SlotDownError, type Redis, type Reply } from '@quantum/redis-io';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { endingOf, type Ending } from '../endings.js';
import type { UndecidedPlan } from '../intake/plan-entry.js';
import { GRANT } from '../record/grant-script.js';
import { grantOf, grantRow, grantShared, isGrantable } from '../record/grant.js';
import type { RecordOptions } from '../record/record-all.js';
import { reservationOf, reservationOfExit, type Reservation } from './reservation.js';
import { RESERVE } from './reserve-script.js';
import { capErrors, isCounted, reserveRow, reserveShared } from './windows.js';

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
  settings: DecisionSettings;
  clock: Pick<Clock, 'steadyMs'>;
  /** Called with what a plan could not be decided by, or was decided without. */
  onError: OnError;
  /** How permits are recorded by the script that reserves for them. */
  recording: Omit<RecordOptions, 'nowSec'> & {
    /** Called with a decision that may or may not be recorded. */
    onNotHeard: (draft: Draft) => void;
  };
}

type OnError = (kind: GovernorErrorKind, error?: Error) => void;

/** A plan that was checked before its windows are read. */
interface Checked {
  candidate: UndecidedPlan;
  check: PreCheck;
  spentMs: number;
  /** The permit that the script may record as it reserves, still without windows. */
  grant: (Draft & { decoratorErrors: readonly Error[] }) | undefined;
  /** Undefined where the windows were not asked. */
  reservation?: Reservation;
  /** How the attempt ended, where the script recorded the decision, or was kept from that. */
  ending?: Ending | undefined;
}

export interface Drafted {
  drafts: Draft[];
  /** What the script that reserves came to where it was to record too. */
  endings: Ending[];
  /** Plans whose reservation came after its deadline: their state is to be read again. */
  late: UndecidedPlan[];
  /** Plans whose reservation the server did not answer: to be left pending. */
  unanswered: { plan: UndecidedPlan; error: Error }[];
}

/**
 * Decides plans: entry gates, a reservation if of use, the rest. On one server a permit that the windows allow is
 * recorded with its reservation. A plan without a verdict gets no draft: it waits.
 */
export async function draftDecisions(
  open: readonly UndecidedPlan[],
  nowSec: number,
  options: DraftOptions,
): Promise<Drafted> {
  const { redis, settings, onError } = options;
  const checked = open.flatMap((candidate): Checked[] => {
    const first = guarded(options, () => preCheck(candidate, nowSec, settings));
    return first ? [{ candidate, check: first.value, spentMs: first.spentMs, grant: undefined }] : [];
  });
  const asking = checked.filter(({ candidate, check }) => !check.entry.refusal && isCounted(candidate, settings));
  if (!redis.isCluster) for (const plan of asking) plan.grant = grantable(plan, nowSec, options);
  const replies = await askWindows(asking, nowSec, options);
  for (const [i, plan] of asking.entries()) {
    for (const kind of capErrors(plan.candidate, nowSec, settings)) onError(kind);
    plan.ending = plan.grant && grantEnding(plan.grant, replies[i], options);
    if (plan.ending) continue;
    const reservation = reservationOf(replies[i], plan.candidate.state.lastExecSec.readable);
    plan.reservation = plan.candidate.closing ? reservationOfExit(reservation) : reservation;
  }
  const drafted: Drafted = { drafts: [], endings: [], late: [], unanswered: [] };
  for (const plan of checked) {
    const { candidate, reservation, ending } = plan;
    if (ending) drafted.endings.push(ending);
    else if (reservation?.kind === 'late') drafted.late.push(candidate);
    else if (reservation?.kind === 'unanswered') drafted.unanswered.push({ plan: candidate, error: reservation.error });
    else drafted.drafts.push(...draft({ ...plan, reservation }, nowSec, options));
  }
  return drafted;
}

/** Asks the windows of plans; on one server, grants what they allow. A reply per plan. */
async function askWindows(asking: readonly Checked[], nowSec: number, options: DraftOptions): Promise<Reply[]> {
  const { redis, settings, recording } = options;
  const how = { nowSec, settings, isOneServer: !redis.isCluster };
  const rows = asking.map(({ candidate, check }) => reserveRow(candidate, check.wantsReservation, how));
  const shared = reserveShared(nowSec, settings);
  try {
    if (redis.isCluster) return await runRows(redis, RESERVE, shared, rows);
    const granting = rows.map((row, i) => {
      const { candidate, grant } = asking[i] as Checked;
      return grantRow(row, candidate.plan.planId, grant?.record);
    });
    return await runRows(redis, GRANT, [...shared, ...grantShared(recording)], granting);
  } catch (error) {
    for (const { grant } of asking) if (grant) recording.onNotHeard(grant);
    // Where all of them are on one master of a Cluster, that master is down, not the Cluster.
    if (!redis.isCluster || !(error instanceof BatchError)) throw error;
    return rows.map((): Reply => ({ ok: false, kind: 'transient', error: new SlotDownError(error.message) }));
  }
}

/** The permit that the script may record for a plan as it reserves. */
function grantable({ candidate, check, spentMs }: Checked, nowSec: number, options: DraftOptions): Checked['grant'] {
  const { settings } = options;
  if (!isGrantable(candidate, check, settings)) return undefined;
  const decoratorErrors: Error[] = [];
  const decided = guarded(options, () =>
    decidePlan(candidate, nowSec, check, undefined, settings, (error) => decoratorErrors.push(error)),
  );
  if (decided?.value.outcome !== 'permit') return undefined;
  const { entry, plan, state } = candidate;
  const deadlineMs = state.deadlineMs.record;
  return {
    entry,
    plan,
    record: decided.value,
    deadlineMs,
    isReserved: true,
    spentMs: spentMs + decided.spentMs,
    again: false,
    decoratorErrors,
  };
}

/** How the attempt at a plan ended by what `GRANT` said; undefined where it only reserved. */
function grantEnding(
  { decoratorErrors, ...grant }: NonNullable<Checked['grant']>,
  reply: Reply | undefined,
  { recording, onError }: DraftOptions,
): Ending | undefined {
  if (reply?.ok === false && !isReplyError(reply.error)) recording.onNotHeard(grant);
  const granted = grantOf(reply);
  if (!granted?.windows) return granted && endingOf(grant, granted.recorded);
  const { recorded, windows, again } = granted;
  for (const error of decoratorErrors) onError('decorator', error);
  return endingOf({ ...grant, record: withWindows(grant.record, windows), again }, recorded);
}

/** What the windows answered; undefined where they were not asked. */
type Answered = Extract<Reservation, { kind: 'answered' }> | undefined;

function draft(
  { candidate, check, spentMs, reservation }: Omit<Checked, 'reservation'> & { reservation: Answered },
  nowSec: number,
  options: DraftOptions,
): Draft[] {
  const { settings, onError } = options;
  const decided = guarded(options, () =>
    decidePlan(candidate, nowSec, check, reservation?.windows, settings, (error) => {
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
