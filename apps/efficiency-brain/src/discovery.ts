import type { Clock } from '@quantum/clock';
import { scanKeys, SlotDownError, type Redis } from '@quantum/redis-io';
import {
  isSymbol,
  POSITION_KEY_PATTERN,
  positionKey,
  symbolAfter,
  symbolOfTargetKey,
  TARGET_KEY_PATTERN,
} from '@quantum/redis-schemas';

/** Keys that one SCAN call looks at; the server serves others in between. */
const SCAN_COUNT = 1000;

export interface DiscoveryOptions {
  /** From the start of a scan to the start of the next at least, ms. */
  intervalMs: number;
  /** How long a symbol is scored after its last key is gone, ms: its score loses confidence before it ends. */
  keepMs: number;
  clock: Pick<Clock, 'steadyMs'>;
  /** Ends a scan early. */
  stopping: AbortSignal;
  /** Called for a failed scan. */
  onProblem: (problem: string, error: unknown) => void;
  /** Called after a whole scan with the number of keys whose name holds no symbol. */
  onBadNames: (count: number) => void;
}

const symbolOfPositionKey = (key: Uint8Array): string | undefined => symbolAfter(positionKey(''), key);

/** The symbol of a target's key; `null` for our own shadow keys, undefined for a bad name. */
function symbolOfTarget(key: Uint8Array): string | null | undefined {
  const name = symbolOfTargetKey(key);
  if (name.kind === 'shadow') return null;
  return name.kind === 'symbol' ? name.symbol : undefined;
}

const PATTERNS: readonly (readonly [pattern: string, symbolOf: (key: Uint8Array) => string | null | undefined])[] = [
  [TARGET_KEY_PATTERN, symbolOfTarget],
  [POSITION_KEY_PATTERN, symbolOfPositionKey],
];

/** Finds the symbols that have a target or a position, by scans beside the cycles. */
export class Discovery {
  readonly #redis: Redis;
  readonly #options: DiscoveryOptions;
  /** When each symbol was seen last, ms of the steady clock. */
  readonly #seenMs = new Map<string, number>();
  #sorted: readonly string[] | undefined;
  #scan: Promise<void> | undefined;
  #scanStartMs = -Infinity;
  /** When the last whole scan began; undefined before the first has ended. */
  #wholeStartMs: number | undefined;

  constructor(redis: Redis, options: DiscoveryOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  /**
   * The symbols of a cycle, sorted. Only the first call waits for a scan. @throws when Redis does not answer to that
   * one.
   */
  async list(): Promise<readonly string[]> {
    const nowMs = this.#options.clock.steadyMs();
    if (!this.#scan && nowMs - this.#scanStartMs >= this.#options.intervalMs) this.#start(nowMs);
    if (this.#wholeStartMs === undefined) await this.#scan;
    // A scan that runs has not seen all symbols yet: after an outage, all would be gone until it ends.
    const wholeStartMs = this.#wholeStartMs ?? -Infinity;
    for (const [symbol, seenMs] of this.#seenMs) {
      if (seenMs >= wholeStartMs || nowMs - seenMs < this.#options.keepMs) continue;
      this.#seenMs.delete(symbol);
      this.#sorted = undefined;
    }
    return (this.#sorted ??= [...this.#seenMs.keys()].sort());
  }

  /** Whether a symbol is in the list. */
  has(symbol: string): boolean {
    return this.#seenMs.has(symbol);
  }

  #start(nowMs: number): void {
    const { onProblem, stopping } = this.#options;
    this.#scanStartMs = nowMs;
    this.#scan = this.#scanAll().finally(() => {
      this.#scan = undefined;
    });
    this.#scan.catch((error: unknown) => {
      this.#scanStartMs = -Infinity;
      if (!stopping.aborted) onProblem('the scan for symbols failed', error);
    });
  }

  async #scanAll(): Promise<void> {
    const { clock, stopping, onBadNames, onProblem } = this.#options;
    const startMs = this.#scanStartMs;
    const badNames = new Set<string>();
    for (const [pattern, symbolOf] of PATTERNS) {
      try {
        for await (const key of scanKeys(this.#redis, pattern, SCAN_COUNT)) {
          stopping.throwIfAborted();
          const symbol = symbolOf(key);
          if (symbol === null) continue;
          if (symbol === undefined || !isSymbol(symbol)) badNames.add(key.toString('latin1'));
          else this.#see(symbol, clock.steadyMs());
        }
      } catch (error) {
        // The other masters of a Cluster were scanned.
        if (!(error instanceof SlotDownError)) throw error;
        onProblem('the scan for symbols was not a whole one', error);
      }
    }
    this.#wholeStartMs = startMs;
    onBadNames(badNames.size);
  }

  #see(symbol: string, nowMs: number): void {
    if (!this.#seenMs.has(symbol)) this.#sorted = undefined;
    this.#seenMs.set(symbol, nowMs);
  }
}
