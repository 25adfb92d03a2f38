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
import { areReplicated, type ReplicateOptions } from './record/replicate.js';
import { countForeign } from './reserve/count-foreign.js';

export interface FinishBatchOptions extends FinishOptions, DeadLetterStreams, ReplicateOptions {
  redis: Redis;
  telemetry: GovernorTelemetry;
}

/** Finishes what was decided: waits for replicas, carries out what follows, writes dead letters. @throws BatchError */
export async function finishBatch(decided: Decided, batch: Batch, options: FinishBatchOptions): Promise<Served> {
  const [committed, unsafe] = await replicatedOnes(decided.committed, options);
  const finished = await carryOut(committed, batch, options);
  const letters = [...decided.letters, ...finished.letters];
  const written = await writeLetters(letters, batch.nowSec(), options);
  return {
    done: [...decided.done, ...finished.done, ...written.done],
    putOff: [...decided.putOff, ...unsafe.map(({ entry }) => entry), ...finished.putOff, ...written.putOff],
  };
}

/**
 * Separates decisions that enough replicas have from the others: those stay pending, and a redelivery finds the record
 * and waits again. That delivery does not count, or each would be claimed alone, with a wait of its own.
 */
async function replicatedOnes(
  committed: readonly CommittedDecision[],
  options: FinishBatchOptions,
): Promise<[safe: readonly CommittedDecision[], unsafe: readonly CommittedDecision[]]> {
  const { redis, telemetry } = options;
  if (options.waitReplicas === 0 || committed.length === 0) return [committed, []];
  const keys = committed.map(({ plan }) => decidedKey(plan.planId));
  const isSafe = await areReplicated(redis, keys, options);
  const unsafe = committed.filter((_, i) => !isSafe[i]);
  for (let i = 0; i < unsafe.length; i += 1) telemetry.error('not_replicated');
  return [committed.filter((_, i) => isSafe[i]), unsafe];
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
 * Writes what no one could serve to the dead-letter stream. Last, so that no plan waits for it. An entry that Redis
 * refuses to take for good (a key of the wrong type, no permission) is acknowledged, but is no dead letter. One that it
 * does not take now is written again.
 */
async function writeLetters(
  letters: readonly DeadLetter[],
  nowSec: number,
  options: FinishBatchOptions,
): Promise<Served> {
  const { redis, telemetry } = options;
  const replies = await writeDeadLetters(redis, letters, nowSec, options);
  const written = letters.map(({ entry, reason, error }, i): Partial<Served> => {
    const [letter, ...events] = replies[i] ?? [];
    if (letter?.ok) telemetry.deadLetter(reason, entry.id, error);
    return allOk(letter ? [letter, ...events] : events, telemetry) ? { done: [entry.id] } : { putOff: [entry] };
  });
  return {
    done: written.flatMap(({ done = [] }) => done),
    putOff: written.flatMap(({ putOff = [] }) => putOff),
  };
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
