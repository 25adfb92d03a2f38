import { effectiveAllocation } from '@quantum/decisions';
import { effectiveMultiplier, type MultiplierReads } from '@quantum/effective-target';
import type { PlanEntry } from '@quantum/plan-loop';
import type { KeyReads } from '@quantum/redis-io';
import {
  ALLOCATION_FIELDS,
  allocationBaseUsd,
  BASED_ALLOCATION_FIELDS,
  isLaterId,
  MULTIPLIER_FIELDS,
  parseAllocation,
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
import type { Recent } from './recent-reads.js';

/** Bytes of an epoch that are read, one more than the largest has. */
const MAX_EPOCH_BYTES = 17;

type Published = MultiplierReads['published'];

/** What a rollout says of a symbol: its multiplier, known or by the index of its reply, and the index of the epoch. */
interface Rollout {
  symbol: string;
  published: Published | { index: number };
  epoch: number;
}

/** Where the answers about a symbol's target are. */
interface Places {
  target: number;
  /** Undefined where no effective target is asked for. */
  rollout?: Rollout;
  /** What was answered, and the clock it was compared with. */
  answered?: { allocation: Read<Allocation>; serverSec: number };
}

export interface AllocationOptions extends Recent {
  /** Say which target the cap takes. */
  limits: Pick<GateLimits, 'allocationTarget'>;
}

/** The reads of P2.9's targets, and where the cap takes effective targets, of a rollout's multipliers beside them. */
export class AllocationReads {
  readonly #options: AllocationOptions;
  readonly #isEffective: boolean;
  readonly #targets: ReturnType<KeyReads['hashes']>;
  readonly #multipliers: ReturnType<KeyReads['hashes']>;
  readonly #epochs: ReturnType<KeyReads['group']>;
  /** By symbol: a backlog has many plans of one, and what is read for the newest of all serves each. */
  readonly #opens = new Map<string, Places>();
  readonly #newestId: string;
  /** Parsed when it is first asked for. */
  #epoch: MultiplierReads['epoch'] | undefined;

  constructor(reads: KeyReads, plans: readonly PlanEntry[], options: AllocationOptions) {
    this.#options = options;
    this.#isEffective = options.limits.allocationTarget === 'effective';
    this.#targets = reads.hashes(this.#isEffective ? BASED_ALLOCATION_FIELDS : ALLOCATION_FIELDS);
    this.#multipliers = reads.hashes(MULTIPLIER_FIELDS);
    this.#epochs = reads.group('get', [], 'epoch', MAX_EPOCH_BYTES);
    this.#newestId = newestOf(plans);
  }

  /** Adds the reads for one of the plans. No cap applies to an exit: it needs no multiplier. */
  add(plan: Plan): Places {
    if (isExit(plan)) return { target: this.#targets.add(targetKey(plan.symbol)) };
    const known = this.#opens.get(plan.symbol);
    if (known) return known;
    const target = this.#targets.add(targetKey(plan.symbol));
    const places = this.#isEffective ? { target, rollout: this.#addRollout(plan.symbol) } : { target };
    this.#opens.set(plan.symbol, places);
    return places;
  }

  #addRollout(symbol: string): Rollout {
    const kept = this.#options.answers.multipliers.of(symbol, this.#newestId);
    const published = kept ?? { index: this.#multipliers.add(rolloutMultiplierKey(symbol)) };
    return { symbol, published, epoch: this.#epochs.add(ROLLOUT_EPOCH_KEY) };
  }

  /** What was answered. `serverSec`: Redis' clock at the read, unix seconds. @throws Unanswered as `read` does */
  of(places: Places | undefined, read: typeof gateRead, serverSec: number): Read<Allocation> {
    if (places?.answered?.serverSec === serverSec) return places.answered.allocation;
    const allocation = placedRead(read, this.#targets, places?.target, (value) =>
      this.#allocationOf(value as Values, places?.rollout, serverSec),
    );
    // An exit may do without the answer that an open of the symbol waits for.
    if (places && allocation.readable) places.answered = { allocation, serverSec };
    return allocation;
  }

  #allocationOf(values: Values, rollout: Rollout | undefined, serverSec: number): Allocation {
    const allocation = parseAllocation(values);
    if (!rollout) return allocation;
    const baseUsd = allocationBaseUsd(allocation, values);
    if (baseUsd !== undefined)
      allocation.effective = effectiveAllocation(baseUsd, this.#multiplierOf(rollout, serverSec));
    return allocation;
  }

  /** A multiplier that cannot be read, for whatever cause, is 1: it never delays a plan. */
  #multiplierOf({ symbol, published, epoch: index }: Rollout, serverSec: number) {
    const epoch = (this.#epoch ??= placedRead(exitRead, this.#epochs, index, (value) =>
      parseEpoch(value as string | null),
    ));
    const read = 'index' in published ? this.#keep(symbol, published.index) : published;
    return effectiveMultiplier({ published: read, epoch }, serverSec);
  }

  #keep(symbol: string, index: number): Published {
    const { answers, publishedId } = this.#options;
    const published = placedRead(exitRead, this.#multipliers, index, (values) => parseMultiplier(values as Values));
    return answers.multipliers.keep(symbol, published, publishedId);
  }
}

const newestOf = ([first, ...others]: readonly PlanEntry[]): string =>
  others.reduce((newest, { entry: { id } }) => (isLaterId(id, newest) ? id : newest), first?.entry.id ?? '');

/** The values of an HMGET. */
type Values = (string | null)[];
