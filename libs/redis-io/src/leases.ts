import CLAIM_LUA from './lua/claim-leases.lua';
import RELEASE_LUA from './lua/release-leases.lua';
import type { Redis } from './connect.js';
import { valueOf } from './reply.js';
import { defineScript, luaOf, runScripts, scriptCommand, type Script } from './script.js';

/** Returns the shards that this process holds from now on: lua/claim-leases.lua. */
export const CLAIM_LEASES = defineScript(luaOf([CLAIM_LUA]));

/** Releases leases and leaves the instance registry: lua/release-leases.lua. */
export const RELEASE_LEASES = defineScript(luaOf([RELEASE_LUA]));

/** The keys of leases, all of one Cluster slot. */
export interface LeaseKeys {
  /** Counts every lease granted: the first part of its token. */
  fence: string;
  members: string;
  /** The lease of a shard. */
  lease: (shard: number) => string;
  /** The last published cycle of a shard. */
  published: (shard: number) => string;
}

export interface LeaseOptions {
  /** Processes with the same keys are standbys of each other. */
  keys: LeaseKeys;
  shards: number;
  /** Name of the setting with the number of shards, for the error if processes differ. */
  shardsSetting: string;
  leaseMs: number;
  /** A name that is unique among all processes, past ones included. */
  process: string;
}

/** The right to publish a shard, as long as Redis holds its token. */
export interface Lease extends LeaseOptions {
  shard: number;
  /** `<count>:<process>`, unique among all leases. */
  token: string;
  /** `ts_epoch` of the last cycle that another process published of this shard, while Redis keeps it. */
  takenOverAtSec: number | undefined;
}

/** The changes of a claim. */
export interface Claimed {
  held: readonly Lease[];
  gained: readonly number[];
  /** Shards whose lease was gone or another's, even if it could be claimed again. */
  lost: readonly number[];
  /** Shards that were released for another process. */
  released: readonly number[];
}

/** The leases of this process. */
export class Leases {
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
   * Renews the held leases, claims free ones, and releases those beyond a fair share.
   * @throws Error when live processes use another number of shards, or Redis does not answer.
   */
  async claim(): Promise<Claimed> {
    const { keys: own, process, leaseMs } = this.#options;
    const keys = [own.fence, own.members, ...this.#shards.map(own.lease), ...this.#shards.map(own.published)];
    const tokens = this.#shards.map((shard) => this.#held.get(shard)?.token ?? '');
    const [status, ...answers] = await this.#run(CLAIM_LEASES, keys, [process, leaseMs, ...tokens]);
    if (status === 'ok') return this.#take(answers);
    this.#held.clear();
    const [shards, other] = (answers[0] ?? '').split(':', 2);
    throw new Error(
      `${this.#options.shardsSetting} is ${this.#options.shards} here and ${shards ?? '?'} in ${other ?? '?'}: it must be the same in all processes`,
    );
  }

  /** A lease that was lost between two claims is no longer held. */
  drop(lease: Lease): void {
    if (this.#held.get(lease.shard)?.token === lease.token) this.#held.delete(lease.shard);
  }

  /** Releases all leases, so that standbys claim them at their next tick. @throws when Redis does not answer. */
  async release(): Promise<void> {
    const { keys: own } = this.#options;
    const leases = this.held;
    this.#held.clear();
    const keys = [own.members, ...leases.map(({ shard }) => own.lease(shard))];
    await this.#run(RELEASE_LEASES, keys, [memberOf(this.#options), ...leases.map(({ token }) => token)]);
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
    const released = this.#shards.filter((shard) => answers[shard] === 'released');
    return {
      held: this.held,
      gained: this.#shards.filter((shard) => this.#held.has(shard) && !kept(shard)),
      lost: this.#shards.filter((shard) => had.has(shard) && !kept(shard) && !released.includes(shard)),
      released,
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

/** This process's member of the instance registry. */
export const memberOf = ({ shards, process }: Pick<LeaseOptions, 'shards' | 'process'>): string =>
  `${shards}:${process}`;
