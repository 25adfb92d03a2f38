import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { BatchError, errorKind, mayHaveRun, runBatch, valueOf } from '@quantum/redis-io';
import { ROLLOUT_AUDIT_STREAM, rolloutCommandStream } from '@quantum/redis-schemas';
import { commandFields, lowersRisk, parseAudit, type AuditEntry, type RolloutCommand } from '@quantum/rollout-commands';
import type { Operator } from './operator.js';

type Answer = Pick<Extract<Outcome, { kind: 'answered' }>, 'id' | 'entry'>;
export type Wanted = Omit<RolloutCommand, 'id' | 'user' | 'atSec'>;

/** What became of a command. */
export type Outcome =
  /** The rollout has written it into the audit, as the entry `id`. */
  | { readonly kind: 'answered'; readonly id: string; readonly entry: Required<AuditEntry> }
  /** It is in the stream, and no answer has come. `error`: the audit cannot be read. */
  | {
      readonly kind: 'unanswered';
      readonly user: string;
      readonly timeoutSec: number;
      readonly error: Error | undefined;
    }
  /** It is not in the stream. `isUnsure`: a connection was lost while it was written, so it may be. */
  | { readonly kind: 'not_written'; readonly error: Error; readonly isUnsure: boolean };

/** Entries of the command stream that are kept. */
const MAXLEN = 1000;
const PAUSE_MS = 200;
/** In a Cluster stream and audit are on servers with clocks of their own. */
const MAX_SKEW_MS = 60_000;

/** Adds a command to the stream of its user, and waits for the audit to say what became of it. */
export async function send({ redis, user }: Operator, wanted: Wanted, timeoutSec: number): Promise<Outcome> {
  const deadlineMs = systemClock.steadyMs() + timeoutSec * 1000;
  const written = await write({ redis, user }, wanted, deadlineMs);
  if (typeof written !== 'string') return { kind: 'not_written', ...written };
  const answer = await answerTo({ redis, user }, written, deadlineMs);
  if (answer !== undefined && !(answer instanceof Error)) return { kind: 'answered', ...answer };
  return { kind: 'unanswered', user, timeoutSec, error: answer };
}

/**
 * The id of the entry; or why it is not there. What lowers risk is written again and again until the time is over:
 * twice does no harm.
 */
async function write(
  { redis, user }: Operator,
  wanted: Wanted,
  deadlineMs: number,
): Promise<string | { error: Error; isUnsure: boolean }> {
  let isUnsure = false;
  for (;;) {
    const reply =
      await runBatch(redis, [['xadd', rolloutCommandStream(user), 'MAXLEN', '~', MAXLEN, '*', ...commandFields(wanted)]]) // prettier-ignore
        .then(([one]) => one)
        .catch((error: unknown) => ({ ok: false as const, kind: 'transient' as const, error: error as Error }));
    if (reply?.ok) return String(reply.value);
    const error = reply?.error ?? new BatchError('no reply');
    isUnsure ||= mayHaveRun(error);
    const isFinal = reply?.kind === 'key' || !lowersRisk(wanted.name) || systemClock.steadyMs() >= deadlineMs;
    if (isFinal) return { error, isUnsure };
    await sleep(PAUSE_MS);
  }
}

/** The entry of the audit that answers the command; else why none can come; undefined if none has come yet. */
async function answerTo(
  { redis, user }: Operator,
  id: string,
  deadlineMs: number,
): Promise<Answer | Error | undefined> {
  let position = `${Math.max(0, Number(id.split('-')[0]) - MAX_SKEW_MS)}-0`;
  for (;;) {
    const read = await runBatch(redis, [['xrange', ROLLOUT_AUDIT_STREAM, `(${position}`, '+', 'COUNT', 100]])
      .then(([reply]) => valueOf(reply) as [id: string, fields: string[]][])
      .catch((error: unknown) => error as Error);
    const entries = read instanceof Error ? [] : read;
    for (const [auditId, fields] of entries) {
      const entry = parseAudit(fields);
      if (entry?.actor === user && entry.commandId === id) return { id: auditId, entry };
    }
    position = entries.at(-1)?.[0] ?? position;
    const isOver = systemClock.steadyMs() >= deadlineMs;
    if (read instanceof Error && (isOver || errorKind(read) === 'key')) return read;
    if (isOver) return undefined;
    if (entries.length === 0) await sleep(PAUSE_MS);
  }
}
