import { hourAdvantage, periodAdvantage } from '@quantum/rollout-guards';
import { cohortOf, type RolloutPlan } from '@quantum/rollout-plan';
import type { ShadowHour } from '../hour.js';

/** A proposal as it was last seen. */
export interface Allocation {
  readonly baseUsd: number;
  readonly multiplier: number;
  /** Sign of the position; 1 if flat or not known. */
  readonly side: 1 | -1;
  readonly isOk: boolean;
  readonly tsSec: number;
}

/** What was known at the start of a period. */
export interface Snapshot {
  readonly startSec: number;
  readonly allocations: ReadonlyMap<string, Allocation>;
  readonly prices: ReadonlyMap<string, number>;
  /** The period before. */
  readonly before: Snapshot | undefined;
}

type Values = (number | undefined)[];

/** Adds up the hours of one stage: its cohort, and multipliers as its direction allows. */
export class StageHours {
  readonly #name: string;
  readonly #cohort: ReadonlySet<string>;
  readonly #isDownOnly: boolean;
  readonly #evidence: RolloutPlan['evidence'];
  readonly #directions = new Map<string, number>();
  #advantages: Values = [];
  #enforced: Values = [];
  #book: Values = [];
  #ratios: number[] = [];
  #notOk: number[] = [];
  #movedUsd = 0;
  #turns = 0;
  #bases: number[] = [];

  constructor(plan: RolloutPlan, stage: number) {
    const { name = '', direction } = plan.stages[stage] ?? {};
    this.#name = name;
    this.#cohort = cohortOf(plan, stage);
    this.#isDownOnly = direction === 'down_only';
    this.#evidence = plan.evidence;
  }

  #allowed(multiplier: number): number {
    return this.#isDownOnly ? Math.min(1, multiplier) : multiplier;
  }

  /** A symbol's proposal changed. */
  move(symbol: string, before: Allocation, { baseUsd, multiplier }: Allocation): void {
    if (!this.#cohort.has(symbol)) return;
    const change = this.#allowed(multiplier) - this.#allowed(before.multiplier);
    this.#movedUsd += baseUsd * Math.abs(change);
    const direction = Math.sign(change);
    if (direction === 0) return;
    if (direction === -(this.#directions.get(symbol) ?? 0)) this.#turns += 1;
    this.#directions.set(symbol, direction);
  }

  /** A period starts. */
  see({ allocations }: Snapshot): void {
    let [baseUsd, effectiveUsd, enforced, notOk] = [0, 0, 0, 0];
    for (const [symbol, each] of allocations) {
      const isEnforced = this.#cohort.has(symbol);
      baseUsd += each.baseUsd;
      effectiveUsd += each.baseUsd * (isEnforced ? this.#allowed(each.multiplier) : 1);
      enforced += isEnforced ? 1 : 0;
      notOk += isEnforced && !each.isOk ? 1 : 0;
    }
    if (!(baseUsd > 0)) return;
    this.#bases.push(baseUsd);
    this.#ratios.push(effectiveUsd / baseUsd);
    if (enforced > 0) this.#notOk.push(notOk / enforced);
  }

  /** A period is over: it began with this snapshot, and ended at these prices. */
  close({ allocations, prices, before }: Snapshot, endPrices: ReadonlyMap<string, number>): void {
    const advantage = (of: (multiplier: number) => number): number | undefined => {
      const symbols = [...allocations].flatMap(([symbol, { baseUsd, multiplier, side }]) => {
        const last = before?.allocations.get(symbol);
        const own = {
          baseUsd,
          side,
          multiplier: of(multiplier),
          multiplierBefore: last && of(last.multiplier),
          startPriceUsd: prices.get(symbol),
          endPriceUsd: endPrices.get(symbol),
        };
        return this.#cohort.has(symbol) ? [own] : [];
      });
      return periodAdvantage(symbols, this.#evidence.costBps).advantageBps;
    };
    this.#advantages.push(advantage((multiplier) => multiplier));
    this.#enforced.push(advantage((multiplier) => this.#allowed(multiplier)));
    // The base book beside an empty one: what it gained.
    this.#book.push(advantage(() => 2));
  }

  /** The hour that started then is over. */
  endHour(hourSec: number): ShadowHour {
    const { periodSec } = this.#evidence;
    const baseUsd = this.#bases.reduce((sum, each) => sum + each, 0) / this.#bases.length;
    const hour = {
      hourSec,
      stage: this.#name,
      advantageBps: hourAdvantage(this.#advantages, periodSec),
      enforcedBps: hourAdvantage(this.#enforced, periodSec),
      bookBps: hourAdvantage(this.#book, periodSec),
      turnover: this.#bases.length > 0 ? this.#movedUsd / baseUsd : undefined,
      minSumRatio: least(this.#ratios),
      maxSumRatio: greatest(this.#ratios),
      turns: this.#cohort.size > 0 ? this.#turns / this.#cohort.size : undefined,
      notOkShare: greatest(this.#notOk),
    };
    [this.#advantages, this.#enforced, this.#book, this.#ratios, this.#notOk, this.#bases] = [[], [], [], [], [], []];
    [this.#movedUsd, this.#turns] = [0, 0];
    return hour;
  }
}

const least = (values: readonly number[]): number | undefined => (values.length > 0 ? Math.min(...values) : undefined);
const greatest = (values: readonly number[]): number | undefined =>
  values.length > 0 ? Math.max(...values) : undefined;
