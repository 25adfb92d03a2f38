import { EProcessSchema, EVIDENCE_TESTS } from '@quantum/rollout-guards';
import * as z from 'zod';
import type { Followed } from './moves.js';
import type { PeriodRow, StartRow } from './period.js';

// JSON keeps every double to the bit, but no -0, no NaN and no Infinity; what is kept has none. Rows are lists without
// names: there may be 10,000 symbols. Names of symbols are values, never names of properties.

/** JSON with null for what is unknown. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_name, each: unknown) => (each === undefined ? null : each));

export const optional = <T extends z.ZodType>(type: T) => type.nullable().transform((value) => value ?? undefined);
export const mapOf = <T>(row: z.ZodType<[string, T]>) => z.array(row).transform((rows) => new Map(rows));

const number = z.number();
const positive = number.positive();
const symbol = z.string();
const known = optional(number);
const price = optional(positive);
const side = optional(z.union([z.literal(1), z.literal(-1)]));
const direction = z.union([z.literal(-1), z.literal(0), z.literal(1)]);

export const FollowedSchema = z
  .tuple([symbol, number, price, number, direction])
  .transform(([name, effective, baseUsd, furthest, way]): [string, Followed] => [
    name,
    { effective, baseUsd, furthest, direction: way },
  ]);
export const encodeFollowed = ([name, row]: [string, Followed]): readonly unknown[] => [
  name, row.effective, row.baseUsd, row.furthest, row.direction,
]; // prettier-ignore

export const TargetSchema = z.tuple([symbol, number]);

/** A row of an open period. */
export const StartRowSchema = z
  .tuple([symbol, price, known, known, side, price, known, known])
  .transform(([name, baseUsd, multiplier, multiplierBefore, sign, priceUsd, effective, effectiveBefore]): [string, StartRow] => [
    name,
    { baseUsd, multiplier, multiplierBefore, side: sign, priceUsd, effective, effectiveBefore },
  ]); // prettier-ignore
export const encodeStart = ([name, row]: [string, StartRow]): readonly unknown[] => [
  name, row.baseUsd, row.multiplier, row.multiplierBefore, row.side, row.priceUsd, row.effective, row.effectiveBefore,
]; // prettier-ignore

/** A row of a closed period: the same, and the mark at its end. */
export const PeriodRowSchema = z
  .tuple([symbol, positive, known, known, side, price, known, known, price])
  .transform(([name, baseUsd, multiplier, multiplierBefore, sign, priceUsd, effective, effectiveBefore, endPriceUsd]): PeriodRow => (
    { symbol: name, baseUsd, multiplier, multiplierBefore, side: sign, priceUsd, effective, effectiveBefore, endPriceUsd }
  )); // prettier-ignore
export const encodeRow = ({ symbol: name, ...row }: PeriodRow): readonly unknown[] => [
  ...encodeStart([name, row]),
  row.endPriceUsd,
];

export const SumsSchema = z.strictObject({ hours: z.int().min(0), meanBps: number, squares: number.min(0) });
export const TestsSchema = z.record(z.enum(EVIDENCE_TESTS), EProcessSchema);
/** D of an hour's periods. */
export const AdvantagesSchema = z.array(known).min(1);
