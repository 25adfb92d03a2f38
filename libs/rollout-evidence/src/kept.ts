import { parseJson } from '@quantum/redis-schemas';
import * as z from 'zod';
import type { Folds } from './folds.js';
import { NO_DAY, NO_HOUR } from './hour.js';
import {
  AdvantagesSchema,
  encodeFollowed,
  encodeStart,
  FollowedSchema,
  jsonOf,
  mapOf,
  optional,
  StartRowSchema,
  SumsSchema,
  TargetSchema,
  TestsSchema,
} from './kept-rows.js';

const VERSION = 1;
const number = z.number();
const count = z.int().min(0);

const windowOf = <N extends string>(zero: Readonly<Record<N, number>>) =>
  z.array(
    z.strictObject({
      startSec: number,
      counts: z.strictObject(
        Object.fromEntries(Object.keys(zero).map((name) => [name, number])),
      ) as unknown as z.ZodType<Record<N, number>>,
    }),
  );

const SeriesSchema = z.strictObject({
  plan: z.string(),
  policy: z.string(),
  sinceSec: number,
  period: optional(z.strictObject({ startSec: number, rows: mapOf(StartRowSchema) })),
  hour: optional(
    z.strictObject({ startSec: number, advantagesBps: AdvantagesSchema, stagesBps: z.array(AdvantagesSchema) }),
  ),
  tests: TestsSchema,
  harmSec: number,
  sums: SumsSchema,
  stageSums: z.array(SumsSchema),
  deviationsBefore: z.array(optional(number.min(0))),
  asOfSec: number,
  periods: count,
  missing: count,
});

const StageSchema = z.strictObject({
  stage: count,
  sinceSec: number,
  harmSec: number,
  gainBps: number,
  highBps: number,
  periods: count,
  asOfSec: number,
  sdBpsPerSqrtDay: optional(number.min(0)),
  // Written on the way down alone: an earlier version neither writes nor knows it.
  blend: number.min(0).max(1).optional(),
});

const BookSchema = z.strictObject({
  units: number.positive(),
  highUsd: number,
  equityUsd: number,
  netFlowsUsd: optional(number),
});

const FoldsSchema = z.strictObject({
  version: z.literal(VERSION),
  cycleSec: optional(number),
  followed: mapOf(FollowedSchema),
  day: windowOf(NO_DAY),
  hour: windowOf(NO_HOUR),
  samples: z.array(z.strictObject({ atSec: number, targetsUsd: mapOf(TargetSchema) })),
  // Written where it is known alone: an earlier version neither writes nor knows it.
  book: BookSchema.optional(),
  // Of an earlier version, which needs the first. Flows distorted that high: the book begins anew.
  bookHighUsd: optional(number),
  bookIsNet: z.unknown().optional(),
  series: optional(SeriesSchema),
  stage: optional(StageSchema),
});

/** The folds as text, to the bit. */
export const encodeFolds = ({ followed, samples, series, book, ...rest }: Folds): string =>
  jsonOf({
    version: VERSION,
    ...rest,
    ...(book && { book }),
    bookHighUsd: null,
    followed: [...followed].map(encodeFollowed),
    samples: samples.map(({ atSec, targetsUsd }) => ({ atSec, targetsUsd: [...targetsUsd] })),
    series: series && {
      ...series,
      period: series.period && { ...series.period, rows: [...series.period.rows].map(encodeStart) },
    },
  });

/** Reads what `encodeFolds` wrote, to the bit. Undefined for any other text: nothing is known then. */
export function parseFolds(text: string): Folds | undefined {
  const folds = FoldsSchema.safeParse(parseJson(text)).data;
  if (folds === undefined) return undefined;
  const { cycleSec, followed, day, hour, samples, book, series, stage } = folds;
  return { cycleSec, followed, day, hour, samples, book, series, stage };
}
