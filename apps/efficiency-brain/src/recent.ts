/**
 * How long something is kept after it was last reported, seconds: an order may rest, and the reconciler may be slow.
 */
export const RETENTION_SEC = 3600;
/** How many are kept at least, 0.5 KB each; at most twice as many. */
const MIN_KEPT = 100_000;

/** What streams reported lately, by a name. Its memory is bounded in time and in size. */
export class Recent<T extends object> {
  readonly #create: () => T;
  #newer = new Map<string, Known<T>>();
  #older = new Map<string, Known<T>>();
  #swappedSec = -Infinity;

  constructor(create: () => T) {
    this.#create = create;
  }

  /**
   * What is known under a name, new if nothing was reported of it in the hour before `atSec`, unix seconds. `tells`:
   * whether this does.
   */
  of(name: string, atSec: number, tells = true): T {
    this.#forget(atSec);
    let known = this.#newer.get(name) ?? this.#older.get(name);
    if (!known || atSec - known.lastSec > RETENTION_SEC) known = { lastSec: atSec, value: this.#create() };
    if (tells) known.lastSec = Math.max(known.lastSec, atSec);
    this.#newer.set(name, known);
    return known.value;
  }

  /** What is kept under a name. */
  get(name: string): T | undefined {
    return (this.#newer.get(name) ?? this.#older.get(name))?.value;
  }

  #forget(atSec: number): void {
    if (atSec - this.#swappedSec <= RETENTION_SEC && this.#newer.size < MIN_KEPT) return;
    this.#swappedSec = Math.max(this.#swappedSec, atSec);
    this.#older = this.#newer;
    this.#newer = new Map();
  }
}

interface Known<T> {
  lastSec: number;
  readonly value: T;
}
