import { parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';

const share = z.number().min(0).max(1);
const ratio = z.number().min(0);

const HourSchema = z.strictObject({
  /** Start of the UTC hour, unix seconds. */
  hourSec: z.int().multipleOf(3600),
  /** The stage whose cohort and direction it is of; absent: every stage. */
  stage: z.string().optional(),
  /**
   * y: advantage of the proposals at full blend, basis points of the cohort's base, after costs. Absent: the hour is
   * missing.
   */
  advantageBps: z.number().optional(),
  /** The same with multipliers as the stage's direction allows; absent: as `advantageBps`. */
  enforcedBps: z.number().optional(),
  /** Gain of the base book, basis points of the base. */
  bookBps: z.number().optional(),
  /** Turnover of multipliers at full blend, of the sum of all bases. */
  turnover: ratio.optional(),
  /** Least and greatest sum of effective targets at full blend, of the sum of all bases. */
  minSumRatio: ratio.optional(),
  maxSumRatio: ratio.optional(),
  /** Changes of direction of the multipliers, per symbol. */
  turns: ratio.optional(),
  /** Greatest share of symbols whose reason was not `ok`. */
  notOkShare: share.optional(),
});

/** An hour of shadow. What is absent is unknown. */
export type ShadowHour = Readonly<z.infer<typeof HourSchema>>;

/** Hours as text, a JSON object per line. */
export const encodeShadowHours = (hours: readonly ShadowHour[]): string =>
  hours.map((hour) => `${JSON.stringify(hour)}\n`).join('');

/** Reads what `encodeShadowHours` wrote; `problem` names the first line that is no hour. Total. */
export function parseShadowHours(text: string): { hours: readonly ShadowHour[] } | { problem: string } {
  const hours: ShadowHour[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const { data, error } = HourSchema.safeParse(parseJson(line));
    if (!data)
      return { problem: `line ${i + 1} is no hour of shadow: ${error.issues[0]?.path.join('.') || 'no JSON object'}` };
    hours.push(data);
  }
  return { hours };
}
