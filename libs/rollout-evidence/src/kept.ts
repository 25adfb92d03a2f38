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
});

const FoldsSchema = z
  .strictObject({
    version: z.literal(VERSION),
    cycleSec: optional(number),
    followed: mapOf(FollowedSchema),
    day: windowOf(NO_DAY),
    hour: windowOf(NO_HOUR),
    samples: z.array(z.strictObject({ atSec: number, targetsUsd: mapOf(TargetSchema) })),
    bookHighUsd: optional(number),
    // Written where it is true alone: an earlier version neither writes nor knows it.
    bookIsNet: z.literal(true).optional(),
    series: optional(SeriesSchema),
    stage: optional(StageSchema),
  })
  .transform((folds): Folds & { version?: unknown } => ({ ...folds, bookIsNet: folds.bookIsNet }));

/** The folds as text, to the bit. */
export const encodeFolds = ({ followed, samples, series, bookIsNet, ...rest }: Folds): string =>
  jsonOf({
    version: VERSION,
    ...rest,
    ...(bookIsNet && { bookIsNet }),
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
  delete folds?.version;
  return folds;
}
