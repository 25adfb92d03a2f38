import { periodAdvantage, type PeriodAdvantage, type SymbolPeriod } from '@quantum/rollout-guards';
import type { RolloutPlan } from '@quantum/rollout-plan';
import type { CycleMarket } from './market.js';
import { claimOf, finiteOf, isKnown, isPositive } from './number.js';

/** A symbol at the start of a period. What is unknown is undefined. */
export interface StartRow {
  /**
   * Base target, USD, as `claimOf` takes it; the last that was known has no price: the symbol is missing.
   */
  readonly baseUsd: number | undefined;
  /** Multiplier of the proposal, and that of the period before. */
  readonly multiplier: number | undefined;
  readonly multiplierBefore: number | undefined;
  /** Sign of the position; 1 if flat. */
  readonly side: 1 | -1 | undefined;
  readonly priceUsd: number | undefined;
  /** Multiplier in effect if the stage enforces the symbol, and that of the period before. */
  readonly effective: number | undefined;
  readonly effectiveBefore: number | undefined;
}

/** An open period: both books as of its start. */
export interface OpenPeriod {
  /** UTC, a multiple of the length of a period, unix seconds. */
  readonly startSec: number;
  readonly rows: ReadonlyMap<string, StartRow>;
}

/** A symbol of a closed period: what it started with, and the mark at the end. */
export interface PeriodRow extends StartRow {
  readonly symbol: string;
  readonly baseUsd: number;
  readonly endPriceUsd: number | undefined;
}

/**
 * The symbols whose evidence is gathered: all that any stage of the plan enforces. It is fixed with the plan, whatever
 * stage is in force and whatever an operator excludes later, so that no one selects symbols after their advantage was
 * seen.
 */
export function evidenceCohort({ cohorts, stages, exclude }: RolloutPlan): string[] {
  const all = new Set(stages.flatMap((stage) => stage.cohorts.flatMap((name) => cohorts[name] ?? [])));
  return [...all].filter((symbol) => !exclude.includes(symbol)).sort((a, b) => (a < b ? -1 : 1));
}

/** Both books as of now. `before`: the last start, for what is missing now and for what the books turned over. */
export function openPeriod(
  startSec: number,
  symbols: readonly string[],
  { symbols: market, cohort, policy }: CycleMarket,
  before: OpenPeriod | undefined,
): OpenPeriod {
  const rows = symbols.map((symbol): [string, StartRow] => {
    const last = before?.rows.get(symbol);
    const { baseUsd, multiplier, positionUsd, priceUsd, effective } = market.get(symbol) ?? {};
    const isBaseKnown = isPositive(baseUsd);
    const row: StartRow = {
      baseUsd: claimOf(baseUsd, last?.baseUsd),
      // Proposals of no known policy, or of several, are not those of the series.
      multiplier: policy === undefined ? undefined : finiteOf(multiplier),
      multiplierBefore: last?.multiplier ?? last?.multiplierBefore,
      side: isKnown(positionUsd) ? (positionUsd < 0 ? -1 : 1) : undefined,
      priceUsd: isBaseKnown && isPositive(priceUsd) ? priceUsd : undefined,
      effective: cohort.has(symbol) ? (finiteOf(effective) ?? 1) : undefined,
      effectiveBefore: cohort.has(symbol) && last !== undefined ? (last.effective ?? 1) : undefined,
    };
    return [symbol, row];
  });
  return { startSec, rows: new Map(rows) };
}

/** The rows of a period at the marks of now. Symbols whose base is 0, or was never known, have no row. */
export const rowsAt = ({ rows }: OpenPeriod, { symbols }: CycleMarket): PeriodRow[] =>
  [...rows].flatMap(([symbol, { baseUsd, ...row }]) => {
    const endPriceUsd = symbols.get(symbol)?.priceUsd;
    return baseUsd === undefined
      ? []
      : [{ symbol, baseUsd, ...row, endPriceUsd: isPositive(endPriceUsd) ? endPriceUsd : undefined }];
  });

const symbolPeriod = (
  { baseUsd, side, priceUsd, endPriceUsd }: PeriodRow,
  multiplier: number | undefined,
  multiplierBefore: number | undefined,
): SymbolPeriod => ({
  baseUsd,
  // Without a side, no gain is known.
  multiplier: side === undefined ? NaN : (multiplier ?? NaN),
  multiplierBefore,
  side: side ?? 1,
  startPriceUsd: priceUsd,
  endPriceUsd,
});

/** D of a period: what the proposals gained, whatever was enforced of them. */
export const advantageOf = (rows: readonly PeriodRow[], costBps: number): PeriodAdvantage =>
  periodAdvantage(
    rows.map((row) => symbolPeriod(row, row.multiplier, row.multiplierBefore)),
    costBps,
  );

/**
 * The same of what was enforced, for the symbols that the stage enforces: gain of the effective book above the base
 * book.
 */
export const effectiveAdvantageOf = (rows: readonly PeriodRow[], costBps: number): PeriodAdvantage =>
  periodAdvantage(
    rows.filter(({ effective }) => effective !== undefined).map((row) => symbolPeriod(row, row.effective, row.effectiveBefore)), // prettier-ignore
    costBps,
  );
