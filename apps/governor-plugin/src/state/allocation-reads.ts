import { effectiveAllocation } from '@quantum/decisions';
import { effectiveMultiplier } from '@quantum/effective-target';
import type { KeyReads } from '@quantum/redis-io';
import {
  ALLOCATION_FIELDS,
  BASED_ALLOCATION_FIELDS,
  MULTIPLIER_FIELDS,
  parseAllocation,
  parseAllocationBase,
  parseEpoch,
  parseMultiplier,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  targetKey,
  type Allocation,
  type Plan,
  type Read,
} from '@quantum/redis-schemas';
import type { GateLimits } from '@quantum/risk-gates';
import { isExit } from './clocks.js';
import { exitRead, placedRead, type gateRead } from './gate-reads.js';

/** Bytes of an epoch that are read, one more than the largest has. */
const MAX_EPOCH_BYTES = 17;

/** Where the answers about a symbol's target are. */
interface Places {
  target: number;
  /** Undefined where no effective target is asked for. */
  multiplier: number | undefined;
  epoch: number | undefined;
}

/** The reads of P2.9's targets, and where the cap takes effective targets, of a rollout's multipliers beside them. */
export class AllocationReads {
  readonly #isEffective: boolean;
  readonly #targets: ReturnType<KeyReads['hashes']>;
  readonly #multipliers: ReturnType<KeyReads['hashes']>;
  readonly #epochs: ReturnType<KeyReads['group']>;

  constructor(reads: KeyReads, { allocationTarget }: Pick<GateLimits, 'allocationTarget'>) {
    this.#isEffective = allocationTarget === 'effective';
    this.#targets = reads.hashes(this.#isEffective ? BASED_ALLOCATION_FIELDS : ALLOCATION_FIELDS);
    this.#multipliers = reads.hashes(MULTIPLIER_FIELDS);
    this.#epochs = reads.group('get', [], 'epoch', MAX_EPOCH_BYTES);
  }

  /** Adds the reads for a plan. No cap applies to an exit: it needs no multiplier. */
  add(plan: Plan): Places {
    const isEffective = this.#isEffective && !isExit(plan);
    return {
      target: this.#targets.add(targetKey(plan.symbol)),
      multiplier: isEffective ? this.#multipliers.add(rolloutMultiplierKey(plan.symbol)) : undefined,
      epoch: isEffective ? this.#epochs.add(ROLLOUT_EPOCH_KEY) : undefined,
    };
  }

  /** What was answered. `serverSec`: Redis' clock at the read, unix seconds. @throws Unanswered as `read` does */
  of(places: Places | undefined, read: typeof gateRead, serverSec: number): Read<Allocation> {
    return placedRead(read, this.#targets, places?.target, (value) => {
      const values = value as Values;
      const allocation = parseAllocation(values);
      const baseUsd = parseAllocationBase(values);
      if (places?.multiplier === undefined || baseUsd === undefined) return allocation;
      return { ...allocation, effective: effectiveAllocation(baseUsd, this.#multiplierOf(places, serverSec)) };
    });
  }

  /** A multiplier that cannot be read, for whatever cause, is 1: it never delays a plan. */
  #multiplierOf({ multiplier, epoch }: Places, serverSec: number) {
    const published = placedRead(exitRead, this.#multipliers, multiplier, (value) => parseMultiplier(value as Values));
    const inForce = placedRead(exitRead, this.#epochs, epoch, (value) => parseEpoch(value as string | null));
    return effectiveMultiplier({ published, epoch: inForce }, serverSec);
  }
}

/** The values of an HMGET. */
type Values = (string | null)[];
