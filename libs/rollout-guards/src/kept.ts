import { parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';
import { GUARD_NAMES, type GuardName } from './declared.js';
import type { GuardMemories } from './evaluate.js';
import { BETS } from './evidence/e-process.js';

// JSON keeps every double to the bit, and has no NaN and no Infinity.
const count = z.int().min(0);

/** The state of a test, which JSON keeps to the bit. */
export const EProcessSchema = z
  .strictObject({
    logs: z.array(z.number()).length(BETS),
    hours: count,
    clipped: count,
    greatestLogE: z.number().min(0),
  })
  .refine(({ hours, clipped }) => clipped <= hours);

const MemoriesSchema = z.partialRecord(
  z.enum(GUARD_NAMES as [GuardName, ...GuardName[]]),
  z
    .strictObject({ errors: count, answeredSec: z.number().optional(), isBreached: z.boolean(), breachedSec: z.number().optional() })
    .transform(({ errors, answeredSec, isBreached, breachedSec }) => ({ errors, answeredSec, isBreached, breachedSec })),
); // prettier-ignore

/** What guards keep as text, and back. Undefined for any other text. */
export const encodeMemories = (memories: GuardMemories): string => JSON.stringify(memories);
export const parseMemories = (text: string): GuardMemories | undefined =>
  MemoriesSchema.safeParse(parseJson(text)).data;
