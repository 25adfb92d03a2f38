import { Coverage } from './coverage.js';

/** A change of a target from one observation to the next. */
export interface Step {
  tsSec: number;
  /** Signed, USD. */
  changeUsd: number;
}

/**
 * How a target moves: what it would cost to follow, and whether it wavers. Observations come in the order of their
 * times.
 */
export class TargetPath {
  #last: number | undefined;
  #direction = 0;
  readonly #coverage: Coverage;
  observations = 0;
  /** Sum of the absolute changes, USD. */
  turnoverUsd = 0;
  /** The target summed over the time that observations cover, USD times seconds. */
  usdSeconds = 0;
  /** Changes against the direction of the change before; standing still in between does not count. */
  directionChanges = 0;
  largest: Step = { tsSec: 0, changeUsd: 0 };

  /** @param silenceSec see `silenceSecOf` */
  constructor(silenceSec: number) {
    this.#coverage = new Coverage(silenceSec);
  }

  /** Answers the change, USD; 0 for the first. */
  observe(targetUsd: number, tsSec: number): number {
    const before = this.#last ?? targetUsd;
    const changeUsd = targetUsd - before;
    this.usdSeconds += before * this.#coverage.observe(tsSec);
    this.observations += 1;
    this.#last = targetUsd;
    this.turnoverUsd += Math.abs(changeUsd);
    if (Math.abs(changeUsd) > Math.abs(this.largest.changeUsd)) this.largest = { tsSec, changeUsd };
    const direction = Math.sign(changeUsd);
    if (direction === 0) return changeUsd;
    if (this.#direction !== 0 && direction !== this.#direction) this.directionChanges += 1;
    this.#direction = direction;
    return changeUsd;
  }

  /** The time that its observations cover, hours. */
  get hours(): number {
    return this.#coverage.coveredSec / 3600;
  }
}
