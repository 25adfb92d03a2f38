import type { Clock } from '@quantum/clock';
import { decidePlan, preCheck, withWindows, type DecisionSettings, type PreCheck } from '@quantum/decisions';
import type { GovernorErrorKind } from '@quantum/metrics';
import { isReplyError, runRows, type Redis, type Reply } from '@quantum/redis-io';
import { endingOf, type Draft, type Ending } from '../endings.js';
import type { UndecidedPlan } from '../intake/plan-entry.js';
import { GRANT } from '../record/grant-script.js';
import { grantOf, grantRow, grantShared, isGrantable } from '../record/grant.js';
import type { RecordOptions } from '../record/record-all.js';
import { reservationOf, reservationOfExit, type Reservation } from './reservation.js';
import { RESERVE } from './reserve-script.js';
import { capErrors, isCounted, reserveRow, reserveShared } from './windows.js';

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
}

/** The permit that the script may record as it reserves, still without windows. */
type Grant = Draft & { decoratorErrors: readonly Error[] };

/** What the script that reserves was to record for a plan, and what it answered. */
interface Asked {
  grant: Grant | undefined;
  reply: Reply | undefined;
}

export interface Drafted {
  drafts: readonly Draft[];
  /** How attempts ended that are recorded already, or that the server did not answer, or too late. */
  endings: readonly Ending[];
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
  const checked = open.flatMap((candidate) => checkedOf(candidate, nowSec, options));
  const asked = await askWindows(checked, nowSec, options);
  const parts = checked.map((plan) => {
    const answer = asked.get(plan);
    return answer ? afterWindows(plan, answer, nowSec, options) : drafted(plan, undefined, nowSec, options);
  });
  return {
    drafts: parts.flatMap(({ drafts = [] }) => drafts),
    endings: parts.flatMap(({ endings = [] }) => endings),
  };
}

function checkedOf(candidate: UndecidedPlan, nowSec: number, options: DraftOptions): Checked[] {
  const first = guarded(options, () => preCheck(candidate, nowSec, options.settings));
  return first ? [{ candidate, check: first.value, spentMs: first.spentMs }] : [];
}

/** Asks the windows of the plans that they count; on one server, grants what they allow. */
async function askWindows(
  checked: readonly Checked[],
  nowSec: number,
  options: DraftOptions,
): Promise<ReadonlyMap<Checked, Asked>> {
  const { redis, settings, recording } = options;
  const asking = checked.filter(({ candidate, check }) => !check.entry.refusal && isCounted(candidate, settings));
  const grants = asking.map((plan) => (redis.isCluster ? undefined : grantable(plan, nowSec, options)));
  const how = { nowSec, settings, isOneServer: !redis.isCluster };
  const rows = asking.map(({ candidate, check }) => reserveRow(candidate, check.wantsReservation, how));
  const shared = reserveShared(nowSec, settings);
  const ask = async (): Promise<Reply[]> => {
    if (redis.isCluster) return runRows(redis, RESERVE, shared, rows);
    const granting = asking.map(({ candidate }, i) =>
      grantRow(rows[i] as never, candidate.plan.planId, grants[i]?.record),
    );
    return runRows(redis, GRANT, [...shared, ...grantShared(recording)], granting);
  };
  const replies = await ask().catch((error: unknown) => {
    for (const grant of grants) if (grant) recording.onNotHeard(grant);
    throw error;
  });
  return new Map(asking.map((plan, i) => [plan, { grant: grants[i], reply: replies[i] }]));
}

/** What a plan comes to by the answer of its windows. */
function afterWindows(plan: Checked, { grant, reply }: Asked, nowSec: number, options: DraftOptions): Partial<Drafted> {
  const { candidate } = plan;
  for (const kind of capErrors(candidate, nowSec, options.settings)) options.onError(kind);
  const ending = grant && grantEnding(grant, reply, options);
  if (ending) return { endings: [ending] };
  const answer = reservationOf(reply, candidate.state.lastExecSec.readable);
  const reservation = candidate.closing ? reservationOfExit(answer) : answer;
  switch (reservation.kind) {
    case 'late':
      return { endings: [{ kind: 'late', plan: candidate }] };
    case 'unanswered':
      return { endings: [{ kind: 'unanswered', plan: candidate, error: reservation.error }] };
    case 'answered':
      return drafted(plan, reservation, nowSec, options);
  }
}

/** The permit that the script may record for a plan as it reserves. */
function grantable({ candidate, check, spentMs }: Checked, nowSec: number, options: DraftOptions): Grant | undefined {
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
  { decoratorErrors, ...grant }: Grant,
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

/** Decides a plan; `reservation` is undefined where its windows were not asked. */
function drafted(
  { candidate, check, spentMs }: Checked,
  reservation: Extract<Reservation, { kind: 'answered' }> | undefined,
  nowSec: number,
  options: DraftOptions,
): Partial<Drafted> {
  const { settings, onError } = options;
  const decided = guarded(options, () =>
    decidePlan(candidate, nowSec, check, reservation?.windows, settings, (error) => {
      onError('decorator', error);
    }),
  );
  if (!decided) return {};
  const { entry, plan, state } = candidate;
  const isReserved = reservation?.reserved ?? false;
  if (decided.value.outcome === 'permit' && reservation?.countable && !isReserved) {
    // Gates and script disagree, which no input should bring about: no verdict rather than an uncounted permit.
    onError('window_mismatch', new Error(`plan ${plan.planId} passed its gates but got no reservation`));
    return {};
  }
  const again = reservation?.again ?? false;
  const deadlineMs = state.deadlineMs.record;
  const record = decided.value;
  return { drafts: [{ entry, plan, record, deadlineMs, isReserved, spentMs: spentMs + decided.spentMs, again }] };
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
