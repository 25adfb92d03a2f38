import { systemClock } from '@quantum/clock';
import type { Redis } from '@quantum/redis-io';
import { LAST_CYCLE_KEY, proposedKey } from '@quantum/redis-schemas';
import { poll, StreamCursor } from '@quantum/testbed';

const POLL_MS = 20;

/** A symbol's first proposal: its entry on the stream and its shadow key. */
export interface Proposal {
  entry: Readonly<Record<string, string>>;
  shadow: Readonly<Record<string, string>>;
  /** Time to live of the shadow key, ms; -1 for none. */
  ttlMs: number;
  /** Time since the start of the watch. */
  ms: number;
}

/** Follows the proposal stream from its end at the start, for our own symbols. */
export class ProposalWatch {
  readonly #redis: Redis;
  readonly #stream: string;
  readonly #symbols: ReadonlySet<string>;
  readonly #startMs = systemClock.steadyMs();
  readonly #cursor: StreamCursor;
  readonly ids: string[] = [];
  /** Number of our entries by reason. */
  readonly reasons = new Map<string, number>();
  /** First entries by symbol. */
  readonly #first = new Map<string, Record<string, string>>();
  readonly proposals = new Map<string, Proposal>();
  /** The newest cycle that proposed for us, unix seconds. */
  newestTsSec = -Infinity;

  constructor(redis: Redis, stream: string, symbols: readonly string[], fromId: string) {
    this.#redis = redis;
    this.#stream = stream;
    this.#symbols = new Set(symbols);
    this.#cursor = new StreamCursor(stream, fromId);
  }

  /** Waits until each symbol has been proposed, or the time is over. */
  async waitForAll(timeoutMs: number, signal: AbortSignal, onSeen: (symbol: string) => void): Promise<void> {
    const look = async (): Promise<boolean> => {
      await this.read();
      await this.#takeShadows(onSeen);
      return this.proposals.size === this.#symbols.size;
    };
    await poll(look, { timeoutMs, everyMs: POLL_MS, signal });
  }

  async read(): Promise<void> {
    for (const { id, fields } of await this.#cursor.read(this.#redis)) this.#take(id, fields);
  }

  #take(id: string, fields: Record<string, string>): void {
    const { symbol = '', reason = '' } = fields;
    if (!this.#symbols.has(symbol)) return;
    this.ids.push(id);
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    this.newestTsSec = Math.max(this.newestTsSec, Number(fields['ts_epoch']));
    if (!this.#first.has(symbol)) this.#first.set(symbol, fields);
  }

  /** Entries come before their shadow keys: takes the keys that have caught up. */
  async #takeShadows(onSeen: (symbol: string) => void): Promise<void> {
    const waiting = [...this.#first].filter(([symbol]) => !this.proposals.has(symbol));
    for (const [symbol, entry] of waiting) {
      const shadow = await this.#redis.hgetall(proposedKey(symbol)).catch((): Record<string, string> => ({}));
      if (!(Number(shadow['ts_epoch']) >= Number(entry['ts_epoch']))) continue;
      const ttlMs = await this.#redis.pttl(proposedKey(symbol));
      this.proposals.set(symbol, { entry, shadow, ttlMs, ms: systemClock.steadyMs() - this.#startMs });
      onSeen(symbol);
    }
  }

  /** The missing part of a symbol's proposal, in words. */
  missing(symbol: string): string {
    return this.#first.has(symbol)
      ? `an entry of ${this.#stream} came, but not its shadow key ${proposedKey(symbol)}`
      : `no entry for ${symbol} on ${this.#stream}`;
  }

  /** Waits until the cycle that proposed for us last has ended. False if it did not in time. */
  async cycleEnded(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const ended = async (): Promise<boolean> =>
      Number((await this.#redis.hget(LAST_CYCLE_KEY, 'ts_epoch')) ?? NaN) >= this.newestTsSec;
    return (await poll(ended, { timeoutMs, everyMs: POLL_MS, signal })) ?? false;
  }

  /**
   * Waits until no further proposal for our symbols can appear. Call it after their targets are removed. A whole cycle
   * must have ended since then without our symbols: later cycles find no target. False if none ended in time.
   */
  async quiet(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const before = JSON.stringify(await this.#redis.hgetall(LAST_CYCLE_KEY));
    const isQuiet = async (): Promise<boolean> => {
      const cycle = await this.#redis.hgetall(LAST_CYCLE_KEY);
      await this.read();
      const another = JSON.stringify(cycle) !== before;
      return another && Number(cycle['ts_epoch']) > this.newestTsSec;
    };
    return (await poll(isQuiet, { timeoutMs, everyMs: POLL_MS, signal })) ?? false;
  }
}
