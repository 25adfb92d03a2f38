import { runScripts, type Redis, type Reply } from '@quantum/redis-io';
import { decidedKey } from '@quantum/redis-schemas';
import type { Batch } from './decide-batch.js';
import type { Decided } from './endings.js';
import type { Served } from '@quantum/plan-loop';
import type { DeadLetter } from './intake/plan-entry.js';
import type { GovernorTelemetry } from './observe/telemetry.js';
import { writeDeadLetters, type DeadLetterStreams } from './record/dead-letters.js';
import { EFFECT_SCRIPTS } from './record/effect-scripts.js';
import { effectsOf, isBreach, type FinishOptions, type CommittedDecision } from './record/finish.js';
import { areReplicated } from './record/replicate.js';
import { countForeign } from './reserve/count-foreign.js';

export interface FinishBatchOptions extends FinishOptions, DeadLetterStreams {
  redis: Redis;
  telemetry: GovernorTelemetry;
  decisionTtlSec: number;
  /** Replicas of Redis that must have a decision before it is finished; 0 asks for none. */
  waitReplicas: number;
}

/** Finishes what was decided: waits for replicas, carries out what follows, writes dead letters. @throws BatchError */
export async function finishBatch(decided: Decided, batch: Batch, options: FinishBatchOptions): Promise<Served> {
  const committed = await replicatedOnes(decided.committed, options);
  const finished = await carryOut(committed, batch, options);
  const letters = [...decided.letters, ...finished.letters];
  const written = await writeLetters(letters, batch.nowSec(), options);
  return {
    done: [...decided.done, ...finished.done, ...written],
    putOff: [...decided.putOff, ...finished.putOff],
  };
}

/**
 * Lets go of decisions that too few replicas have: they stay pending, and a redelivery finds the record and waits
 * again.
 */
async function replicatedOnes(
  committed: readonly CommittedDecision[],
  { redis, telemetry, waitReplicas, decisionTtlSec }: FinishBatchOptions,
): Promise<readonly CommittedDecision[]> {
  if (waitReplicas === 0 || committed.length === 0) return committed;
  const keys = committed.map(({ plan }) => decidedKey(plan.planId));
  const isSafe = await areReplicated(redis, keys, { waitReplicas, decisionTtlSec });
  return committed.filter((_, i) => {
    if (!isSafe[i]) telemetry.error('not_replicated');
    return isSafe[i];
  });
}

/** What became of decisions that were finished. */
type Finished = Served & { letters: readonly DeadLetter[] };

/** Carries out what follows from decisions that are recorded. */
async function carryOut(
  committed: readonly CommittedDecision[],
  { settings }: Batch,
  options: FinishBatchOptions,
): Promise<Finished> {
  const foreign = await countForeign(options.redis, committed, settings);
  const effects = committed.map((decision) => (decision.effects ? [] : effectsOf(decision, options)));
  const replies = await runScripts(options.redis, EFFECT_SCRIPTS, effects.flat());
  let from = 0;
  const ends = committed.map((decision, i) => {
    const own = decision.effects ?? replies.slice(from, (from += effects[i]?.length ?? 0));
    return endOf(decision, [...own, ...(foreign.get(decision.entry) ?? [])], options);
  });
  return {
    done: ends.flatMap(({ done = [] }) => done),
    putOff: ends.flatMap(({ putOff = [] }) => putOff),
    letters: ends.flatMap(({ letters = [] }) => letters),
  };
}

/** What becomes of a decision's entry by the replies to its effects. */
function endOf(
  { entry, record }: CommittedDecision,
  replies: readonly Reply[],
  options: FinishBatchOptions,
): Partial<Finished> {
  const { telemetry } = options;
  if (!allOk(replies, telemetry)) return { putOff: [entry] };
  const isOwn = record.entry_id === entry.id;
  if (isOwn && record.outcome === 'dead_letter') {
    return { letters: [{ entry, reason: 'max_deliveries', error: record.error ?? '' }] };
  }
  if (isOwn && isBreach(record, options)) {
    const latch = replies.at(-1);
    if (latch?.ok && latch.value === 1) telemetry.disarmed();
  }
  return { done: [entry.id] };
}

/**
 * Writes what no one could serve to the dead-letter stream. Last, so that no plan waits for it. Answers the entries to
 * acknowledge: one that Redis refuses to take for good (a key of the wrong type, no permission) is acknowledged, but is
 * no dead letter.
 */
async function writeLetters(
  letters: readonly DeadLetter[],
  nowSec: number,
  options: FinishBatchOptions,
): Promise<string[]> {
  const { redis, telemetry } = options;
  const replies = await writeDeadLetters(redis, letters, nowSec, options);
  return letters.flatMap(({ entry, reason, error }, i) => {
    const [letter, ...events] = replies[i] ?? [];
    if (letter?.ok) telemetry.deadLetter(reason, entry.id, error);
    return allOk(letter ? [letter, ...events] : events, telemetry) ? [entry.id] : [];
  });
}

/** Whether effects were carried out; what a key refuses is counted, and not tried for ever. */
function allOk(replies: readonly Reply[], telemetry: GovernorTelemetry): boolean {
  let ok = true;
  for (const reply of replies) {
    if (reply.ok) continue;
    telemetry.error(reply.kind === 'key' ? 'effect_refused' : 'unanswered', reply.error);
    if (reply.kind !== 'key') ok = false;
  }
  return ok;
}
