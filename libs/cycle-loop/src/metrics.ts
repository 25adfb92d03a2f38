/** What a service counts of its cycles. */
export interface CycleMetrics {
  /** Cycles that ended, failed ones included. */
  readonly loops: { inc(): void };
  readonly loopErrors: { inc(): void };
  /** Cycles left out because the one before took too long. */
  readonly loopsMissed: { inc(by: number): void };
  readonly loopDurationSec: { observe(sec: number): void };
  readonly loopIntervalSec: { set(sec: number): void };
  /** When the last cycle ended without a failure, unix seconds. A standby has none. */
  readonly lastLoopSec: { set(sec: number): void; remove(): void };
  readonly shardsHeld: { set(shards: number): void };
  readonly leaseLost: { inc(by: number): void };
}
