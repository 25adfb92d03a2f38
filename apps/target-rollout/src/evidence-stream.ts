import { runScripts, scriptCommand, valueOf, type Redis } from '@quantum/redis-io';
import { parseJson, STREAMS } from '@quantum/redis-schemas';
import * as z from 'zod';
import { APPEND_EVIDENCE } from './scripts.js';

const MAXLEN = 100_000;

/** Entries with the ids under which they go to the stream: written with the state, so that none is lost or there twice. */
export type Outbox = readonly (readonly [id: string, fields: readonly string[]])[];

const OutboxSchema = z.array(z.tuple([z.string(), z.array(z.string())]));

export const encodeOutbox = (outbox: Outbox): string => (outbox.length === 0 ? '' : JSON.stringify(outbox));
/** Reads what `encodeOutbox` wrote; empty for anything else. */
export const parseOutbox = (text: string): Outbox => OutboxSchema.safeParse(parseJson(text)).data ?? [];

/** Ids of entries that a cycle makes: of its time, so that a process that delivers them again finds them. */
export const outboxOf = (entries: readonly (readonly string[])[], nowSec: number): Outbox =>
  entries.map((fields, i) => [`${Math.floor(nowSec * 1000)}-${i}`, fields]);

/** Adds the entries that are not there yet. @throws BatchError, or the error of Redis */
export async function deliver(redis: Redis, outbox: Outbox): Promise<void> {
  if (outbox.length === 0) return;
  const entries = outbox.flatMap(([id, fields]) => [id, fields.length, ...fields]);
  const command = scriptCommand(APPEND_EVIDENCE, [STREAMS.rolloutEvidence], [MAXLEN, ...entries]);
  const [reply] = await runScripts(redis, [APPEND_EVIDENCE], [command]);
  valueOf(reply);
}
