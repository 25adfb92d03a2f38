import type { DecisionSettings } from '@quantum/decisions';
import type { Clock } from '@quantum/clock';
import { isReplyError, type Redis } from '@quantum/redis-io';
import { endingOf, joined, settle, type Attempt, type Decided, type Draft, type Ending } from './endings.js';
import { PARTITION_PLANS, partitionsOf, passesOf } from './intake/partitions.js';
import type { PlanEntry } from '@quantum/plan-loop';
import type { DecisionTally } from './observe/decision-tally.js';
import type { GovernorTelemetry } from './observe/telemetry.js';
import { executionsOf } from './record/finish.js';
import { recordAll, type Recorded } from './record/record-all.js';
import { draftDecisions } from './reserve/draft.js';
import { isExit } from './state/clocks.js';
import { readState, type PlanReading } from './state/read-state.js';
import type { RecentReads } from './state/recent-reads.js';
import type { HeldUp } from './state/held-up.js';
import type { ViolationTail } from './state/violations.js';
import { triage } from './triage.js';

/** What all plans of a batch share. */
export interface Batch {
  nowSec: () => number;
  /** A plan with this id or an earlier one was published before the batch began. */
  publishedId: string;
  settings: DecisionSettings;
}

/** What all plans of a pass share. */
interface Pass extends Batch {
  /** Last executions that earlier passes began, by symbol, unix seconds; in a Cluster stamped after the batch only. */
  executions: ReadonlyMap<string, number>;
}

export interface DecideOptions {
  redis: Redis;
  clock: Pick<Clock, 'steadyMs'>;
  telemetry: GovernorTelemetry;
  /** How long a grant may rest on what was read, ms: two round trips follow, of mostly less than one each. */
  grantWithinMs: number;
  /** The kill switch: any one of these keys that is on. */
  killKeys: readonly string[];
  maxDeliveries: number;
  decisionTtlSec: number;
}

/** What deciding needs apart from the plans: the options, and what is kept between batches. */
export interface DecideContext extends DecideOptions {
  violations: ViolationTail;
  recent: RecentReads;
  tally: DecisionTally;
  heldUp: HeldUp;
}

/** Decides plans, pass by pass, the partitions of a pass side by side. @throws BatchError when Redis went away. */
export async function decideBatch(
  plans: readonly PlanEntry[],
  { nowSec, publishedId, settings }: Batch,
  context: DecideContext,
): Promise<Decided> {
  const decided: Decided[] = [];
  for (const part of passesOf(plans)) {
    // In a Cluster a script serves one plan in any case, and each partition would be a pipeline to each master.
    const partitions = context.redis.isCluster ? [part] : partitionsOf(part, PARTITION_PLANS);
    const pass = {
      nowSec,
      publishedId,
      settings,
      executions: executionsOf(decided.flatMap(({ committed }) => committed)),
    };
    decided.push(...(await allOf(partitions.map((partition) => decidePartition(partition, pass, context)))));
  }
  return joined(decided);
}

/** Waits for all, whatever becomes of them. @throws the first error. */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** Decides a partition. Plans that were held up before, or are now, are read again with no more than they must have. */
async function decidePartition(plans: readonly PlanEntry[], pass: Pass, context: DecideContext): Promise<Decided> {
  const again = plans.filter(({ entry }) => context.heldUp.has(entry.id));
  const first = again.length === 0 ? plans : plans.filter((plan) => !again.includes(plan));
  const attempts = await attemptLean(again, pass, context);
  if (first.length > 0) attempts.push(...(await attemptFull(first, pass, context)));
  // Once more with what holds now, where Redis or this process was held up with less. Who fails again waits for a
  // redelivery.
  const second = await attemptLean(attempts.flatMap((one) => one.late), pass, context); // prettier-ignore
  const changed = attempts.flatMap((one) => one.changed);
  if (changed.length > 0) second.push(...(await attemptFull(changed, pass, context)));
  const left = second.flatMap(({ late, changed: again }) => [...late, ...again]);
  return joined([...attempts, ...second, { putOff: left.map(({ entry }) => entry) }]);
}

/**
 * Tries plans with all their reads; those that the violation stream holds up when the exits beside them are decided.
 */
async function attemptFull(plans: readonly PlanEntry[], pass: Pass, context: DecideContext): Promise<Attempt[]> {
  const first = await attempt(plans, pass, context, false);
  return first.behind.length === 0 ? [first] : [first, await attempt(first.behind, pass, context, false)];
}

/** Tries the exits first and by themselves: what other plans need must not delay them again. */
async function attemptLean(plans: readonly PlanEntry[], pass: Pass, context: DecideContext): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const part of [plans.filter(({ plan }) => isExit(plan)), plans.filter(({ plan }) => !isExit(plan))]) {
    if (part.length > 0) attempts.push(await attempt(part, pass, context, true));
  }
  return attempts;
}

/** An attempt; `heldUp` keeps what was held up. */
async function attempt(
  plans: readonly PlanEntry[],
  pass: Pass,
  context: DecideContext,
  isLean: boolean,
): Promise<Attempt> {
  const { heldUp } = context;
  const undecided = new Map(plans.map(({ entry, plan }) => [entry.id, plan]));
  try {
    const attempted = await attemptOnce(plans, pass, context, isLean);
    const { committed, letters, done, late } = attempted;
    const ended = [...committed.map(({ entry }) => entry.id), ...letters.map(({ entry }) => entry.id), ...done];
    for (const id of ended) {
      heldUp.ended(id);
      undecided.delete(id);
    }
    for (const { entry } of late) heldUp.late(entry.id);
    if (!isLean && late.length === 0 && ended.length > 0) heldUp.inTime();
    return attempted;
  } finally {
    // What an exit reads beyond what it must have adds nothing to its permit; an open is to be held to it.
    for (const [id, plan] of undecided) if (isExit(plan)) heldUp.unanswered(id);
  }
}

/** Reads the state of plans, decides and records. Of those that were late, nothing was granted or counted. */
async function attemptOnce(
  plans: readonly PlanEntry[],
  pass: Pass,
  context: DecideContext,
  isLean: boolean,
): Promise<Attempt> {
  const { redis, clock, telemetry, violations, recent, killKeys, grantWithinMs, decisionTtlSec, tally } = context;
  const { settings, publishedId, executions } = pass;
  const { readings, switches } = await readState(redis, plans, pass.nowSec(), {
    killKeys,
    grantWithinMs,
    limits: settings.limits,
    decorators: settings.decorators,
    violations,
    answers: recent.current(),
    publishedId,
    executions,
    isLean,
  });
  const nowSec = pass.nowSec(); // after the state was read: a process that was stopped meanwhile is late, not out of date
  const behind = plans.filter((_, i) => readings[i]?.kind === 'behind');
  const found = plans.map((plan, i) =>
    triage(plan, readings[i] as PlanReading, { nowSec, settings }, context.maxDeliveries),
  );
  const attempts = [
    settle(
      found.flatMap(({ ending }) => ending ?? []),
      context,
    ),
  ];

  const open = found.flatMap(({ candidate }) => candidate ?? []);
  const onError = telemetry.error.bind(telemetry);
  const recording = { switches, decisionTtlSec, onNotHeard: tally.notHeard.bind(tally) };
  const { drafts, endings } = await draftDecisions(open, nowSec, { redis, clock, settings, onError, recording });
  attempts.push(settle(endings, context));

  const known = found.flatMap(({ draft }) => draft ?? []);
  const recorded = await record([...known, ...drafts], { nowSec, switches }, context);
  attempts.push(settle(recorded, context));
  return joined([...attempts, { behind }]);
}

/** Records drafts, each with its permit; where a record is there already, that one counts. */
async function record(
  drafts: readonly Draft[],
  { nowSec, switches }: { nowSec: number; switches: readonly string[] },
  { redis, decisionTtlSec, tally }: DecideContext,
): Promise<Ending[]> {
  const recorded = await recordAll(redis, drafts, { nowSec, decisionTtlSec, switches }).catch((error: unknown) => {
    for (const draft of drafts) tally.notHeard(draft);
    throw error;
  });
  return drafts.map((draft, i): Ending => {
    const found = recorded[i] as Recorded;
    if (found.kind === 'unanswered' && !isReplyError(found.error)) tally.notHeard(draft);
    return endingOf(draft, found);
  });
}
