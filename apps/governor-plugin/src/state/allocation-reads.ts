import { effectiveAllocation } from '@quantum/decisions';
import { effectiveMultiplier, type MultiplierReads } from '@quantum/effective-target';
import type { HashValues } from '@quantum/permit-decorators';
import type { PlanEntry } from '@quantum/plan-loop';
import type { KeyReads } from '@quantum/redis-io';
import {
  ALLOCATION_FIELDS,
  allocationBaseUsd,
  BASED_ALLOCATION_FIELDS,
  MULTIPLIER_FIELDS,
  parseAllocation,
  parseEpoch,
  parseMultiplier,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  targetKey,
  type Allocation,
  type Read,
} from '@quantum/redis-schemas';
import type { GateLimits } from '@quantum/risk-gates';
import { isExit } from './clocks.js';
import { exitRead, placedRead, type gateRead } from './gate-reads.js';
import { readRecent, type Recent } from './recent-reads.js';

/** Bytes of an epoch that are read, one more than the largest has. */
const MAX_EPOCH_BYTES = 17;

/** Where the answers about a symbol's target are. */
interface Places {
  target: number;
  /** Undefined where no effective target is asked for. */
  rollout: { multiplier: () => HashValues; epoch: number } | undefined;
}

export interface AllocationOptions extends Recent {
  /** Say which target the cap takes. */
  limits: Pick<GateLimits, 'allocationTarget'>;
}

/** The reads of P2.9's targets, and where the cap takes effective targets, of a rollout's multipliers beside them. */
export class AllocationReads {
  readonly #reads: KeyReads;
  readonly #options: AllocationOptions;
  readonly #isEffective: boolean;
  readonly #targets: ReturnType<KeyReads['hashes']>;
  readonly #epochs: ReturnType<KeyReads['group']>;
  /** Parsed when it is first asked for. */
  #epoch: MultiplierReads['epoch'] | undefined;

  constructor(reads: KeyReads, options: AllocationOptions) {
    this.#reads = reads;
    this.#options = options;
    this.#isEffective = options.limits.allocationTarget === 'effective';
    this.#targets = reads.hashes(this.#isEffective ? BASED_ALLOCATION_FIELDS : ALLOCATION_FIELDS);
    this.#epochs = reads.group('get', [], 'epoch', MAX_EPOCH_BYTES);
  }

  /** Adds the reads for a plan. No cap applies to an exit: it needs no multiplier. */
  add({ plan, entry }: PlanEntry): Places {
    const target = this.#targets.add(targetKey(plan.symbol));
    if (!this.#isEffective || isExit(plan)) return { target, rollout: undefined };
    const read = { key: rolloutMultiplierKey(plan.symbol), fields: MULTIPLIER_FIELDS };
    const multiplier = readRecent(this.#reads, this.#options, entry.id, read);
    return { target, rollout: { multiplier, epoch: this.#epochs.add(ROLLOUT_EPOCH_KEY) } };
  }

  /** What was answered. `serverSec`: Redis' clock at the read, unix seconds. @throws Unanswered as `read` does */
  of(places: Places | undefined, read: typeof gateRead, serverSec: number): Read<Allocation> {
    return placedRead(read, this.#targets, places?.target, (value) => {
      const values = value as Values;
      const allocation = parseAllocation(values);
      if (!places?.rollout) return allocation;
      const baseUsd = allocationBaseUsd(allocation, values);
      if (baseUsd === undefined) return allocation;
      return { ...allocation, effective: effectiveAllocation(baseUsd, this.#multiplierOf(places.rollout, serverSec)) };
    });
  }

  /** A multiplier that cannot be read, for whatever cause, is 1: it never delays a plan. */
  #multiplierOf({ multiplier, epoch: index }: NonNullable<Places['rollout']>, serverSec: number) {
    const epoch = (this.#epoch ??= placedRead(exitRead, this.#epochs, index, (value) =>
      parseEpoch(value as string | null),
    ));
    return effectiveMultiplier({ published: parsed(multiplier()), epoch }, serverSec);
  }
}

/** What was parsed of kept answers: plans of a backlog share it. */
const PARSED = new WeakMap<HashValues, MultiplierReads['published']>();

function parsed(values: HashValues): MultiplierReads['published'] {
  if (!values.readable) return values;
  let read = PARSED.get(values);
  if (!read) PARSED.set(values, (read = { readable: true, value: parseMultiplier(values.value) }));
  return read;
}

/** The values of an HMGET. */
type Values = (string | null)[];
