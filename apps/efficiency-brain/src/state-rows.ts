import type { SymbolState } from '@quantum/efficiency-score';

/** Numbers of a state. */
const WIDTH = 23;
/** Rows that are allocated at first. */
const FIRST_ROWS = 1024;

/**
 * States as rows of numbers, NaN where unknown. As objects, those of 100,000 symbols took 75 MB, and as much again as
 * garbage at each period.
 */
export class StateRows {
  #numbers = new Float64Array(FIRST_ROWS * WIDTH);
  readonly #rowOf = new Map<string, number>();
  #free: number[] = [];
  #rows = 0;

  get(symbol: string): SymbolState | undefined {
    const row = this.#rowOf.get(symbol);
    return row === undefined ? undefined : stateOf(this.#numbers.subarray(row * WIDTH, (row + 1) * WIDTH));
  }

  set(symbol: string, state: SymbolState): void {
    let row = this.#rowOf.get(symbol);
    if (row === undefined) this.#rowOf.set(symbol, (row = this.#newRow()));
    this.#numbers.set(numbersOf(state), row * WIDTH);
  }

  delete(symbol: string): void {
    const row = this.#rowOf.get(symbol);
    if (row !== undefined) this.#free.push(row);
    this.#rowOf.delete(symbol);
  }

  symbols(): Iterable<string> {
    return this.#rowOf.keys();
  }

  clear(): void {
    this.#rowOf.clear();
    this.#free = [];
    this.#rows = 0;
  }

  #newRow(): number {
    const row = this.#free.pop() ?? this.#rows++;
    if ((row + 1) * WIDTH > this.#numbers.length) {
      const larger = new Float64Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    return row;
  }
}

const numbersOf = ({ measured, p31, ...state }: SymbolState): number[] => [
  state.firstPeriod,
  state.period,
  state.positionQty ?? NaN,
  state.priceUsd ?? NaN,
  state.gainUsd,
  state.peakGainUsd,
  state.scoreEwma,
  p31.volatilityUsd,
  p31.lossUsd,
  p31.performance,
  p31.targetUsd,
  p31.lastExecutionSec ?? NaN,
  measured?.last.period ?? NaN,
  measured?.last.excessReturn ?? NaN,
  measured?.last.oldestInputSec ?? NaN,
  measured?.moments.weight ?? NaN,
  measured?.moments.squaredWeight ?? NaN,
  measured?.moments.mean ?? NaN,
  measured?.moments.squares ?? NaN,
  measured?.moments.pairWeight ?? NaN,
  measured?.moments.laterMean ?? NaN,
  measured?.moments.earlierMean ?? NaN,
  measured?.moments.pairProducts ?? NaN,
];

function stateOf(numbers: Float64Array): SymbolState {
  const at = (place: number): number => numbers[place] ?? NaN;
  const known = (place: number): number | undefined => (Number.isNaN(at(place)) ? undefined : at(place));
  return {
    firstPeriod: at(0),
    period: at(1),
    positionQty: known(2),
    priceUsd: known(3),
    gainUsd: at(4),
    peakGainUsd: at(5),
    scoreEwma: at(6),
    p31: { volatilityUsd: at(7), lossUsd: at(8), performance: at(9), targetUsd: at(10), lastExecutionSec: known(11) },
    measured:
      known(12) === undefined
        ? undefined
        : {
            last: { period: at(12), excessReturn: at(13), oldestInputSec: at(14) },
            moments: {
              weight: at(15),
              squaredWeight: at(16),
              mean: at(17),
              squares: at(18),
              pairWeight: at(19),
              laterMean: at(20),
              earlierMean: at(21),
              pairProducts: at(22),
            },
          },
  };
}
