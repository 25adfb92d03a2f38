/** Longest time between two ticks, ms, also where cycles are far apart: leases are renewed, the watchdog is fed. */
const MAX_TICK_MS = 10_000;

/** Divides the interval between cycles into ticks; with the first of each interval, its slot, a cycle is due. */
export class Slots {
  /** Between two ticks, ms. */
  readonly tickMs: number;
  readonly #ticksPerSlot: number;
  #tick = -1;

  constructor(intervalMs: number) {
    this.#ticksPerSlot = Math.ceil(intervalMs / MAX_TICK_MS);
    this.tickMs = intervalMs / this.#ticksPerSlot;
  }

  /** The next tick has come: whether it is a slot. */
  next(): boolean {
    this.#tick += 1;
    return this.#tick % this.#ticksPerSlot === 0;
  }

  /** Number of slots among this many unused ticks. */
  pass(ticks: number): number {
    const slotsBefore = Math.floor(this.#tick / this.#ticksPerSlot);
    this.#tick += ticks;
    return Math.floor(this.#tick / this.#ticksPerSlot) - slotsBefore;
  }
}
