import { parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';

const VERSION = 1;
const fields = z.array(z.string());
const entry = { id: z.string(), fields };

const LineSchema = z.discriminatedUnion('kind', [
  /** First: when it was taken, unix seconds of Redis, and the last entry that the audit ever had. */
  z.object({ kind: z.literal('rollout'), version: z.literal(VERSION), atSec: z.number(), lastAudit: z.string() }),
  z.object({ kind: z.literal('audit'), ...entry }),
  z.object({ kind: z.literal('evidence'), ...entry }),
  z.object({ kind: z.literal('command'), user: z.string(), ...entry }),
  z.object({ kind: z.literal('plan'), hash: z.string(), text: z.string() }),
  z.object({ kind: z.literal('multiplier'), symbol: z.string(), fields }),
  /** Last: a record without it was cut off. */
  z.object({ kind: z.literal('end') }),
]);

/** One line of the record of a rollout. Audit and evidence are in the order of their streams, plans come after them. */
export type RecordLine = z.infer<typeof LineSchema>;
export type LineOf<Kind extends RecordLine['kind']> = Extract<RecordLine, { kind: Kind }>;

export const headLine = (atSec: number, lastAudit: string): RecordLine => ({
  kind: 'rollout',
  version: VERSION,
  atSec,
  lastAudit,
});

/** Reads a line of a file; undefined for anything else. */
export const parseLine = (text: string): RecordLine | undefined => LineSchema.safeParse(parseJson(text)).data;
