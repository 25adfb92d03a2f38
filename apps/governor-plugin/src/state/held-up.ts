/** An entry that was not tried again for this long is served by another process, ms. */
const FORGET_MS = 30_000;
/** Plans that have been late for this long without a break are a problem of the service, ms. */
const PROBLEM_MS = 10_000;
/** Entries that are kept; beyond that the oldest are read in full again. */
const MAX_ENTRIES = 10_000;

/** Keeps plans that were held up: their next read takes only what they must have. Says how late plans are. */
export class HeldUp {
  readonly #nowMs: () => number;
  /** When each was held up last, the oldest first. */
  readonly #entries = new Map<string, { atMs: number; late: boolean }>();
  #lateSinceMs: number | undefined;
  #lastLateMs = 0;

  /** `nowMs` is a clock that is never set back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  has(entryId: string): boolean {
    this.#forget();
    return this.#entries.has(entryId);
  }

  /** An attempt at this entry was too late to grant anything. */
  late(entryId: string): void {
    this.#lateSinceMs ??= this.#nowMs();
    this.#lastLateMs = this.#nowMs();
    this.#add(entryId, true);
  }

  /** An attempt at this entry got no answer. */
  unanswered(entryId: string): void {
    this.#add(entryId, this.#entries.get(entryId)?.late ?? false);
  }

  /** The entry is decided, or needs no decision. */
  ended(entryId: string): void {
    this.#entries.delete(entryId);
  }

  /** An attempt with all its reads was in time. */
  inTime(): void {
    if (![...this.#entries.values()].some(({ late }) => late)) this.#lateSinceMs = undefined;
  }

  /** Why plans wait, once they have been late for ten seconds; undefined while they are not. */
  get problem(): string | undefined {
    this.#forget();
    if (this.#lateSinceMs === undefined) return undefined;
    const lateMs = this.#nowMs() - this.#lateSinceMs;
    if (lateMs <= PROBLEM_MS) return undefined;
    return `plans have been late for ${Math.round(lateMs / 1000)} s: Redis or this process takes more than 1 s from state read to grant`;
  }

  #add(entryId: string, late: boolean): void {
    this.#entries.delete(entryId);
    this.#entries.set(entryId, { atMs: this.#nowMs(), late });
    if (this.#entries.size > MAX_ENTRIES) this.#entries.delete(this.#entries.keys().next().value as string);
  }

  #forget(): void {
    const oldestMs = this.#nowMs() - FORGET_MS;
    for (const [entryId, { atMs }] of this.#entries) {
      if (atMs > oldestMs) break;
      this.#entries.delete(entryId);
    }
    if (this.#lastLateMs <= oldestMs) this.#lateSinceMs = undefined;
  }
}
