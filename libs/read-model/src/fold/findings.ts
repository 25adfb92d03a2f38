import { parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';

const number = z.number().nullish().transform((value) => value ?? null); // prettier-ignore
const text = z.string().max(64);

/** What guards found, as the audit keeps it. */
const FindingsSchema = z
  .array(z.object({ guard: text, verdict: text, demand: text, value: number, limit: number, n: number, asOfSec: number }))
  .max(100); // prettier-ignore

export type GuardFinding = z.infer<typeof FindingsSchema>[number];

/** Reads the findings of an audit entry; undefined where it has none, or other ones. */
export const findingsOf = (json: string): readonly GuardFinding[] | undefined =>
  json === '' ? undefined : FindingsSchema.safeParse(parseJson(json)).data;
