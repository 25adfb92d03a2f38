import type { Random } from '@quantum/testbed';

/** Fields of an entry of the plan stream. */
export type PlanFields = Readonly<Record<string, string>>;

/** Number of symbols with plans at a time. */
const ACTIVE_SYMBOLS = 8;
/** After this many plans one symbol is replaced, so that limits are reached all the time. */
const PLANS_PER_SYMBOL = 30;
const PRICE_USD = 100;

/** Makes plans one after the other: opens and closes, some of them garbage, skipped, or with an earlier id. */
export class PlanMaker {
  readonly #random: Random;
  readonly #run: string;
  readonly #made: PlanFields[] = [];
  #count = 0;

  /** `run` makes the ids of each run unique. */
  constructor(random: Random, run: string) {
    this.#random = random;
    this.#run = run;
  }

  next(): PlanFields {
    const random = this.#random;
    const earlier = this.#made.at(-1 - random.below(20));
    if (earlier && random.chance(0.06)) return random.chance(0.5) ? earlier : { ...earlier, qty: '0.5' };
    const plan = this.#plan();
    this.#made.push(plan);
    if (this.#made.length > 50) this.#made.shift();
    if (random.chance(0.06)) return { ...plan, decision: random.pick(['SKIP', 'BLOCKED', 'ERROR', 'later']) };
    if (random.chance(0.06)) return this.#garbage(plan);
    return plan;
  }

  #plan(): PlanFields {
    const random = this.#random;
    this.#count += 1;
    const symbol = `SYM${Math.floor(this.#count / PLANS_PER_SYMBOL) + random.below(ACTIVE_SYMBOLS)}`;
    const closing = random.chance(0.12);
    return {
      plan_id: `${this.#run}-${this.#count}`,
      symbol,
      action: closing ? random.pick(['FULL_CLOSE_PROPOSED', 'PARTIAL_50', 'OPEN']) : 'OPEN',
      decision: 'EXECUTE',
      kill_score: random.chance(0.04) ? '0.9' : '0.1',
      side: 'BUY',
      qty: (0.1 + random.below(40) / 10).toFixed(1),
      price: random.chance(0.03) ? '' : String(PRICE_USD),
      reduceOnly: closing ? 'true' : 'false',
      confidence: '0.9',
    };
  }

  #garbage(plan: PlanFields): PlanFields {
    return this.#random.pick<PlanFields>([
      { ...plan, plan_id: 'two words' },
      { ...plan, plan_id: '' },
      { ...plan, symbol: `{${plan['symbol'] ?? ''}}` },
      { ...plan, qty: 'NaN' },
      { ...plan, price: '-1' },
      { nothing: 'of this is a plan' },
    ]);
  }
}
