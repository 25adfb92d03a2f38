import { runScripts, scriptCommand, valueOf, type Redis, type Script } from '@quantum/redis-io';
import { fenceKey, leaseKey, membersKey, publishedKey } from '@quantum/redis-schemas';
import { CLAIM, RELEASE } from './lease-scripts.js';

/** A lease lasts so many intervals: a slot may fail and the next still renews it in time. */
const INTERVALS_PER_LEASE = 3;
const MIN_LEASE_MS = 2000;
const MAX_LEASE_MS = 30_000;

/** How long a lease lasts without being renewed, whole ms as Redis wants them. Every tick and every batch renews it. */
export const leaseMsOf = (intervalMs: number): number =>
  Math.min(MAX_LEASE_MS, Math.max(MIN_LEASE_MS, Math.round(INTERVALS_PER_LEASE * intervalMs)));

export interface LeaseOptions {
  /** Processes that publish to the same stream are each other's standbys. */
  streamName: string;
  /** Parts that the symbols are divided into; the same for all processes. */
  shards: number;
  leaseMs: number;
  /** A name that no other process has or had. */
  process: string;
}

/** The right to publish a shard, as long as its token stands in Redis. */
export interface Lease extends LeaseOptions {
  shard: number;
  /** `<count>:<process>`: no other lease has or had it. */
  token: string;
  /** `ts_epoch` of the last cycle that another process published of this shard, as far as is remembered. */
  takenOverAtSec: number | undefined;
}

/** Redis refused to publish a shard for this process: its lease is lost, or its cycle is not newer than another's. */
export class ShardRefusedError extends Error {
  override name = 'ShardRefusedError';
  readonly lease: Lease;
  readonly reason: 'lost' | 'older';
  constructor(lease: Lease, reason: 'lost' | 'older', message: string) {
    super(message);
    this.lease = lease;
    this.reason = reason;
  }
}

/** What a claim changed. */
export interface Claimed {
  held: readonly Lease[];
  gained: readonly number[];
  /** Shards whose lease turned out to be gone or another's; also when it could be taken again. */
  lost: readonly number[];
  /** Shards that were given up for another process. */
  surrendered: readonly number[];
}

/** The leases of this process. */
export class ShardLeases {
  readonly #redis: Redis;
  readonly #options: LeaseOptions;
  readonly #shards: readonly number[];
  readonly #held = new Map<number, Lease>();

  constructor(redis: Redis, options: LeaseOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#shards = Array.from({ length: options.shards }, (_, shard) => shard);
  }

  get held(): readonly Lease[] {
    return [...this.#held.values()];
  }

  /**
   * Renews what is held, takes what is free, and gives up what is more than a fair share.
   * @throws Error when living processes use another number of shards, and when Redis gives no answer.
   */
  async claim(): Promise<Claimed> {
    const { streamName, process, leaseMs } = this.#options;
    const keys = [
      fenceKey(streamName),
      membersKey(streamName),
      ...this.#shards.map((shard) => leaseKey(streamName, shard)),
      ...this.#shards.map((shard) => publishedKey(streamName, shard)),
    ];
    const tokens = this.#shards.map((shard) => this.#held.get(shard)?.token ?? '');
    const [status, ...answers] = await this.#run(CLAIM, keys, [process, leaseMs, ...tokens]);
    if (status === 'ok') return this.#take(answers);
    this.#held.clear();
    const [shards, other] = (answers[0] ?? '').split(':', 2);
    throw new Error(
      `PROPOSER_SHARDS is ${this.#options.shards} here and ${shards ?? '?'} in ${other ?? '?'}: it must be the same in all processes`,
    );
  }

  /** A lease was lost between two claims: it is not held any more. */
  drop(lease: Lease): void {
    if (this.#held.get(lease.shard)?.token === lease.token) this.#held.delete(lease.shard);
  }

  /** Gives up all leases, for standbys to take them at their next tick. @throws when Redis gives no answer. */
  async release(): Promise<void> {
    const { streamName } = this.#options;
    const leases = this.held;
    this.#held.clear();
    const keys = [membersKey(streamName), ...leases.map(({ shard }) => leaseKey(streamName, shard))];
    await this.#run(RELEASE, keys, [memberOf(this.#options), ...leases.map(({ token }) => token)]);
  }

  #take(answers: readonly string[]): Claimed {
    const had = new Map(this.#held);
    this.#held.clear();
    for (const shard of this.#shards) {
      const token = answers[shard] ?? '';
      if (!token.includes(':')) continue;
      const old = had.get(shard);
      const takenOverAtSec = this.#publishedByOther(answers[this.#options.shards + shard] ?? '');
      this.#held.set(shard, old?.token === token ? old : { ...this.#options, shard, token, takenOverAtSec });
    }
    const kept = (shard: number): boolean => this.#held.get(shard)?.token === had.get(shard)?.token;
    const surrendered = this.#shards.filter((shard) => answers[shard] === 'surrendered');
    return {
      held: this.held,
      gained: this.#shards.filter((shard) => this.#held.has(shard) && !kept(shard)),
      lost: this.#shards.filter((shard) => had.has(shard) && !kept(shard) && !surrendered.includes(shard)),
      surrendered,
    };
  }

  #publishedByOther(text: string): number | undefined {
    const [, tsEpochSec, process] = /^(\d+):(.*)$/s.exec(text) ?? [];
    return tsEpochSec === undefined || process === this.#options.process ? undefined : Number(tsEpochSec);
  }

  async #run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<string[]> {
    const [reply] = await runScripts(this.#redis, [script], [scriptCommand(script, keys, args)]);
    return (valueOf(reply) ?? []) as string[];
  }
}

/** How a process stands among the living. */
export const memberOf = ({ shards, process }: LeaseOptions): string => `${shards}:${process}`;
