import type { OwnCycle, OwnWrites } from './integrity.js';
import { LastSeen } from './last-seen.js';

/**
 * What a process keeps between cycles. Nothing of it decides a state: a process that has just started knows nothing of
 * it.
 */
export class RolloutMemory {
  lastSeen = new LastSeen();
  /** The last cycle that the guards judged. */
  own: OwnCycle | undefined;
  writes: OwnWrites = { isCertain: true, bySymbol: new Map() };
  /** The outbox whose entries are known to be in the stream of the evidence. */
  delivered: string | undefined;
  /**
   * The last state that this process stored: one that is older has lost what was written since, as after a failover.
   */
  stored: { cycleSec: number; epoch: number | null } | undefined;
  /** When the multipliers expire that were published last, unix seconds. */
  expiresAtSec: number | undefined;
  /** Advantage of the last hour that closed, basis points. */
  hourBps: number | undefined;

  /** Another process goes on: what it does is not known here, but that its states are later than `stored`. */
  clear(): void {
    this.lastSeen = new LastSeen();
    this.own = undefined;
    this.writes = { isCertain: true, bySymbol: new Map() };
    this.delivered = undefined;
    this.expiresAtSec = undefined;
    this.hourBps = undefined;
  }
}
