import { parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';

const VERSION = 1;
const fields = z.array(z.string());
const entry = { id: z.string(), fields };
/** First line: what Redis said before the other lines were read. Records of earlier versions end with `lastAudit`. */
const head = {
  /** When it was taken, unix seconds of Redis. */
  atSec: z.number(),
  /** The last entry that the audit ever had; empty: there is no audit. */
  lastAudit: z.string(),
  /** Number of entries that the audit ever had. */
  added: z.number().optional(),
  /** Whether the rollout has a state. */
  hasState: z.boolean().optional(),
};

const LineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rollout'), version: z.literal(VERSION), ...head }),
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

export const headLine = (given: Omit<LineOf<'rollout'>, 'kind' | 'version'>): RecordLine => ({
  kind: 'rollout',
  version: VERSION,
  ...given,
});

/** Reads a line of a file; undefined for anything else. */
export const parseLine = (text: string): RecordLine | undefined => LineSchema.safeParse(parseJson(text)).data;
