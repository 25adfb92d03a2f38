import { runScripts, scriptCommand, valueOf, type Redis } from '@quantum/redis-io';
import { parseJson, STREAMS } from '@quantum/redis-schemas';
import * as z from 'zod';
import { APPEND_EVIDENCE } from './scripts.js';

const MAXLEN = 100_000;
/** Each cycle stores what waits again. Days of a hundred symbols, or a quarter of an hour of ten thousand. */
const MAX_WAITING_CHARS = 4_000_000;

/** Entries with the ids under which they go to the stream: written with the state, so that none is lost or there twice. */
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

/** What waits while the stream cannot be written: these entries and what waited before, without its oldest where all are too long. */
export function waitingOf(before: Outbox, entries: Outbox): { outbox: Outbox; lost: number } {
  const outbox = [...before, ...entries];
  const lengths = outbox.map((entry) => JSON.stringify(entry).length);
  let length = lengths.reduce((sum, each) => sum + each, 0);
  let lost = 0;
  for (; length > MAX_WAITING_CHARS && lost < before.length; lost += 1) length -= lengths[lost] ?? 0;
  return { outbox: outbox.slice(lost), lost };
}

/** Adds the entries that are not there yet. @throws BatchError, or the error of Redis */
export async function deliver(redis: Redis, outbox: Outbox): Promise<void> {
  if (outbox.length === 0) return;
  const entries = outbox.flatMap(([id, fields]) => [id, fields.length, ...fields]);
  const command = scriptCommand(APPEND_EVIDENCE, [STREAMS.rolloutEvidence], [MAXLEN, ...entries]);
  const [reply] = await runScripts(redis, [APPEND_EVIDENCE], [command]);
  valueOf(reply);
}
