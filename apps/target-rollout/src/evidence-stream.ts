import { runScripts, scriptCommand, valueOf, type Redis } from '@quantum/redis-io';
import { parseJson, STREAMS } from '@quantum/redis-schemas';
import * as z from 'zod';
import { APPEND_EVIDENCE } from './scripts.js';

const MAXLEN = 100_000;
/** Each cycle stores what waits again. Days of a hundred symbols, or a quarter of an hour of ten thousand. */
const MAX_WAITING_CHARS = 4_000_000;

/** Who delivers. */
interface Reporter {
  redis: Redis;
  onProblem: (problem: string, error: unknown) => void;
}

const LOST = 'evidence is lost';

/**
 * Entries with the ids under which they go to the stream: written with the state, so that none is lost or there twice.
 */
export type Outbox = readonly (readonly [id: string, fields: readonly string[]])[];

// What XADD takes: an entry of another form would be refused again and again.
const EntryId = z.string().regex(/^\d{1,15}-\d{1,15}$/);
const Fields = z.array(z.string()).refine(({ length }) => length > 0 && length % 2 === 0);
const OutboxSchema = z.array(z.tuple([EntryId, Fields]));

export const encodeOutbox = (outbox: Outbox): string => (outbox.length === 0 ? '' : JSON.stringify(outbox));
/** Reads what `encodeOutbox` wrote; undefined for anything else. */
export const parseOutbox = (text: string): Outbox | undefined =>
  text === '' ? [] : OutboxSchema.safeParse(parseJson(text)).data;

/** Ids of entries that a cycle makes: of its time, so that a process that delivers them again finds them. */
export const outboxOf = (entries: readonly (readonly string[])[], nowSec: number): Outbox =>
  entries.map((fields, i) => [`${Math.floor(nowSec * 1000)}-${i}`, fields]);

/**
 * What waits while the stream cannot be written: these entries and what waited before, without its oldest where all are
 * too long.
 */
export function waitingOf({ onProblem }: Pick<Reporter, 'onProblem'>, before: Outbox, entries: Outbox): Outbox {
  const outbox = [...before, ...entries];
  const lengths = outbox.map((entry) => JSON.stringify(entry).length);
  let length = lengths.reduce((sum, each) => sum + each, 0);
  let lost = 0;
  for (; length > MAX_WAITING_CHARS && lost < before.length; lost += 1) length -= lengths[lost] ?? 0;
  if (lost > 0) onProblem(LOST, new Error(`${lost} entries, because too many wait`));
  return outbox.slice(lost);
}

/**
 * Adds what may not be there yet: the process before may have ended between the state and the stream.
 * @returns what still waits: a rollback has no precondition, so that a stream that cannot be written fails no cycle
 */
export async function deliverWaiting(reporter: Reporter, outbox: Outbox | undefined): Promise<Outbox> {
  if (!outbox) reporter.onProblem(LOST, new Error('entries that waited are not what a rollout writes'));
  return !outbox || (await tryDeliver(reporter, outbox)) ? [] : outbox;
}

/** Adds the entries that are not there yet, and reports where it cannot. */
export async function tryDeliver({ redis, onProblem }: Reporter, outbox: Outbox): Promise<boolean> {
  try {
    await deliver(redis, outbox);
    return true;
  } catch (error) {
    onProblem('the evidence cannot be written', error);
    return false;
  }
}

/** Adds the entries that are not there yet. @throws BatchError, or the error of Redis */
export async function deliver(redis: Redis, outbox: Outbox): Promise<void> {
  if (outbox.length === 0) return;
  const entries = outbox.flatMap(([id, fields]) => [id, fields.length, ...fields]);
  const command = scriptCommand(APPEND_EVIDENCE, [STREAMS.rolloutEvidence], [MAXLEN, ...entries]);
  const [reply] = await runScripts(redis, [APPEND_EVIDENCE], [command]);
  valueOf(reply);
}
