import type { Clock } from '@quantum/clock';
import { setTimeout as delay } from 'node:timers/promises';
import { scanKeys, SlotDownError, type Redis } from '@quantum/redis-io';
import { proposedKey, symbolOfTargetKey, TARGET_KEY_PATTERN } from '@quantum/redis-schemas';
import { SymbolDirectory } from './symbols.js';
import { DecisionTail } from './tail.js';

/** Keys that one SCAN call looks at: the server serves others in between, a million keys are a thousand calls. */
const SCAN_COUNT = 1000;

/**
 * A scan before a cycle begins early enough to take this much longer than the last one, and this many ms in addition.
 */
const LEAD_FACTOR = 1.5;
const LEAD_MS = 50;

/** What bytes that are not UTF-8 decode to. */
const NOT_UTF8 = '\uFFFD';

const SHADOW_PREFIX_BYTES = Buffer.byteLength(proposedKey(''));

export interface DiscoveryOptions {
  /** Between the starts of two scans at most, where cycles come often enough. */
  discoveryIntervalMs: number;
  /** Between two calls of `list`. */
  clock: Pick<Clock, 'steadyMs'>;
  loopIntervalMs: number;
  /** Ends a scan early. */
  stopping: AbortSignal;
  /** Called with what went wrong beside the cycle: a scan that failed, a decision stream that cannot be read. */
  onProblem: (problem: string, error: unknown) => void;
}

/**
 * Finds the symbols that have a live target: by scans in the background, never KEYS, and by the entries of the decision
 * stream. A scan begins so that it ends just before the next cycle: on its time a cycle of 10,000 symbols spent a
 * quarter of its own, and beside many keys of others a tenth of the interval. One that was not begun by then begins
 * with the cycle, which waits for it.
 */
export class Discovery {
  readonly #redis: Redis;
  readonly #options: DiscoveryOptions;
  readonly #directory = new SymbolDirectory();
  readonly #tail: DecisionTail;
  #scan: Promise<void> | undefined;
  #scanStartMs = -Infinity;
  #scanDurationMs = 0;
  #nextListMs = -Infinity;
  /** Begins the scan for the next list. */
  #ahead: NodeJS.Timeout | undefined;
  /** Whether the scan for the next list has begun. */
  #begunAhead = false;
  #listedOnce = false;
  #badNames = 0;
  #gone: readonly string[] = [];

  constructor(redis: Redis, options: DiscoveryOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#tail = new DecisionTail(redis, (error) => {
      options.onProblem('the decision stream cannot be read', error);
    });
  }

  /**
   * The symbols of a cycle, sorted. Waits for the very first scan; for a later one at most a tenth of the loop's
   * interval, then goes on with what is known while the scan does. @throws when Redis does not answer.
   */
  async list(): Promise<readonly string[]> {
    await this.#tail.start(); // before the scan: what is announced while it runs is read afterwards
    const nowMs = this.#options.clock.steadyMs();
    if (!this.#begunAhead) this.#startScanIfDue(nowMs);
    this.#nextListMs = nowMs + this.#options.loopIntervalMs;
    this.#begunAhead = false;
    this.#planScan();
    await this.#awaitScan();
    await this.#tail.read((symbol) => {
      this.#directory.see(symbol);
    });
    return this.#directory.list();
  }

  /** The service lists no symbols for a while. The next list waits for a whole scan, as the very first one does. */
  rest(): void {
    this.#listedOnce = false;
    this.#begunAhead = false;
    this.#nextListMs = -Infinity;
    clearTimeout(this.#ahead);
  }

  /**
   * Symbols that the last whole scan found to have no target any more, and those of shadow keys without one, sorted;
   * each scan's once. They want one more look: where the target is really gone, so is the shadow hash.
   */
  takeGone(): readonly string[] {
    const gone = this.#gone.filter((symbol) => !this.#directory.has(symbol));
    this.#gone = [];
    return gone;
  }

  /** Keys whose name is not UTF-8, found by whole scans since the last call; each counts once a scan. */
  takeBadNames(): number {
    const taken = this.#badNames;
    this.#badNames = 0;
    return taken;
  }

  /** Has the scan for the next list begin in time, if one is due then. */
  #planScan(): void {
    const listMs = this.#nextListMs;
    const leadMs = LEAD_FACTOR * this.#scanDurationMs + LEAD_MS;
    clearTimeout(this.#ahead);
    this.#ahead = setTimeout(
      () => {
        this.#begunAhead = this.#redis.status === 'ready' && this.#startScanIfDue(listMs);
      },
      Math.max(0, listMs - leadMs - this.#options.clock.steadyMs()),
    ).unref();
  }

  /** Begins a scan for the list at that time, unless one runs or is not due; says whether it has. */
  #startScanIfDue(listMs: number): boolean {
    const { loopIntervalMs, discoveryIntervalMs, stopping, onProblem } = this.#options;
    // The next chance is the list after that: if it were too late, a scan is due now.
    const isDue = listMs + loopIntervalMs > this.#scanStartMs + discoveryIntervalMs;
    if (this.#scan || !isDue || stopping.aborted) return false;
    const startMs = this.#options.clock.steadyMs();
    this.#scanStartMs = startMs;
    this.#scan = this.#scanAll()
      .catch((error: unknown) => {
        // What the other masters of a Cluster showed is known; what this one holds is not forgotten, as no scan ended.
        if (!(error instanceof SlotDownError)) throw error;
        onProblem('the scan for targets was not a whole one', error);
      })
      .finally(() => {
        this.#scan = undefined;
        this.#scanDurationMs = this.#options.clock.steadyMs() - startMs;
        // It ran on beside a cycle: now it is known how long a scan takes, and one may begin that could not beside it.
        if (!this.#begunAhead && this.#nextListMs > startMs) this.#planScan();
      });
    this.#scan.catch((error: unknown) => {
      this.#scanStartMs = -Infinity;
      this.#begunAhead = false;
      if (!stopping.aborted) onProblem('the scan for targets failed', error);
    });
    return true;
  }

  async #awaitScan(): Promise<void> {
    if (!this.#scan) return;
    if (!this.#listedOnce) {
      await this.#scan;
      this.#listedOnce = true;
      return;
    }
    const abort = new AbortController();
    const patience = delay(this.#options.loopIntervalMs / 10, undefined, { signal: abort.signal });
    // A scan that fails is reported where it began; the cycle goes on with what is known.
    await Promise.race([this.#scan, patience]).catch(() => undefined);
    patience.catch(() => undefined);
    abort.abort();
  }

  async #scanAll(): Promise<void> {
    const badNames = new Set<string>();
    /** Of shadow keys, symbols that have not been seen yet. */
    const unseen = new Set<string>();
    this.#directory.beginScan();
    for await (const key of scanKeys(this.#redis, TARGET_KEY_PATTERN, SCAN_COUNT)) {
      this.#options.stopping.throwIfAborted();
      const name = symbolOfTargetKey(key);
      if (name.kind === 'symbol') this.#directory.see(name.symbol);
      else if (name.kind === 'shadow') {
        const symbol = key.toString('utf8', SHADOW_PREFIX_BYTES);
        if (!this.#directory.has(symbol) && !symbol.includes(NOT_UTF8)) unseen.add(symbol);
      } else badNames.add(key.toString('latin1'));
    }
    const left = this.#directory.endScan();
    this.#badNames += badNames.size;
    this.#gone = [...new Set([...left, ...unseen])].sort();
  }
}
