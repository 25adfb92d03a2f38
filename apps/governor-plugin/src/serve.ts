import type { DecisionSettings } from '@quantum/decisions';
import type { StreamEntry } from '@quantum/redis-io';
import { isLaterId } from '@quantum/redis-schemas';
import { allOf, decideBatch, type Batch, type DecideContext, type DecideOptions } from './decide-batch.js';
import { joined, type Decided } from './endings.js';
import { finishBatch, type FinishBatchOptions } from './finish-batch.js';
import { BatchesInFlight, type SplitBatch } from './intake/batches-in-flight.js';
import type { Served } from '@quantum/plan-loop';
import { sortEntries } from './intake/sort-entries.js';
import { DecisionTally } from './observe/decision-tally.js';
import { HeldUp } from './state/held-up.js';
import { RecentReads } from './state/recent-reads.js';
import { ViolationTail } from './state/violations.js';

export interface GovernorOptions extends DecideOptions, FinishBatchOptions {
  /** What is in force now; a batch asks once. */
  settings: () => DecisionSettings;
}

/**
 * Serves batches of plan entries: read state, reserve, record with permit, finish. Each step is one round trip for a
 * partition of the batch, the last for the whole of it. An entry that could not be answered is left pending; the rest
 * of its batch goes on.
 */
export class Governor {
  readonly #options: GovernorOptions;
  readonly #context: DecideContext;
  readonly #batches = new BatchesInFlight();

  constructor(options: GovernorOptions) {
    const { telemetry, clock } = options;
    this.#options = options;
    this.#context = {
      ...options,
      recent: new RecentReads(clock.steadyMs),
      heldUp: new HeldUp(clock.steadyMs),
      tally: new DecisionTally(options),
      violations: new ViolationTail(() => {
        telemetry.error('invalid_violation');
      }),
    };
  }

  /**
   * Serves entries, each decided at the time that `nowSec` says when its state was read. May be called again before it
   * has ended: what shares a symbol or a plan id with an earlier batch then waits for that batch, as if it had been
   * called afterwards. `lastId` is the last id that the plan stream is known to hold; empty where only these entries
   * are known.
   * @throws BatchError when Redis went away: what was not recorded stays pending, what was is finished by a redelivery.
   */
  async serve(entries: readonly StreamEntry[], nowSec: () => number, lastId = ''): Promise<Served> {
    const { telemetry, settings } = this.#options;
    const newestId = entries.at(-1)?.id ?? '';
    const batch: Batch = { nowSec, publishedId: isLaterId(newestId, lastId) ? newestId : lastId, settings: settings() };
    const { plans, skipped, letters } = sortEntries(entries);
    for (const { decision } of skipped) telemetry.notExecute(decision);
    const sorted = { done: skipped.map(({ id }) => id), letters };
    try {
      return await this.#batches.run(plans, (split) => this.#serve(split, batch, sorted));
    } finally {
      telemetry.batchEnded();
    }
  }

  /** Counts decisions of this process whose answers were lost. @throws BatchError when Redis went away: try again. */
  async countUnheard(): Promise<void> {
    await this.#context.tally.countUnheard();
  }

  /** Why plans wait although Redis answers; undefined while they do not. */
  get problem(): string | undefined {
    return this.#context.heldUp.problem;
  }

  /** Resolves when no batch is being served. */
  async idle(): Promise<void> {
    await this.#batches.idle();
  }

  async #serve(split: SplitBatch, batch: Batch, sorted: Partial<Decided>): Promise<Served> {
    const decided = await this.#decide(split, batch);
    const served = await finishBatch(joined([sorted, ...decided]), batch, this.#options);
    this.#context.violations.prune(batch.nowSec());
    return served;
  }

  async #decide({ free, waiting, earlierEnded }: SplitBatch, batch: Batch): Promise<Decided[]> {
    const works = [decideBatch(free, batch, this.#context)];
    if (waiting.length > 0) {
      works.push(earlierEnded().then(() => decideBatch(waiting, batch, this.#context)));
    }
    return allOf(works);
  }
}
