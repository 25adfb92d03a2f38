import type { Clock } from '@quantum/clock';
import { readRecord } from '@quantum/decisions';
import { runBatch, type Command, type Redis } from '@quantum/redis-io';
import { decidedKey, type DecisionRecord } from '@quantum/redis-schemas';
import type { GovernorTelemetry } from './telemetry.js';
import { Unheard } from './unheard.js';

/** Between two polls for decisions whose answers were lost, ms. */
const UNHEARD_POLL_MS = 1000;

export interface DecisionTallyOptions {
  redis: Redis;
  telemetry: GovernorTelemetry;
  clock: Pick<Clock, 'steadyMs'>;
}

/** Counts every recorded decision once, by the process whose record it is, also where the answer to it was lost. */
export class DecisionTally {
  readonly #options: DecisionTallyOptions;
  readonly #unheard = new Unheard();
  #nextPollMs = -Infinity;

  constructor(options: DecisionTallyOptions) {
    this.#options = options;
  }

  recorded(record: DecisionRecord, spentMs: number): void {
    if (record.outcome === 'foreign') this.#options.telemetry.error('foreign_permit');
    else this.#options.telemetry.decided(record, spentMs);
  }

  /** The answer to a decision was lost: whether it is recorded is not known yet. */
  notHeard({ record, spentMs }: { record: DecisionRecord; spentMs: number }): void {
    this.#unheard.add(record, spentMs, this.#options.clock.steadyMs());
  }

  /** A record was found: it is counted if it is this process's own and its answer was lost. */
  found(record: DecisionRecord): void {
    const own = this.#unheard.take(record);
    // Its own gates: a record names only those that refused.
    if (own) this.recorded({ ...record, gates: own.record.gates }, own.spentMs);
  }

  /**
   * Counts decisions of this process that are recorded although their answers were lost: another replica may have
   * finished them.
   * @throws BatchError when Redis went away: they are looked for again.
   */
  async countUnheard(): Promise<void> {
    const { redis, clock, telemetry } = this.#options;
    const planIds = this.#unheard.planIds;
    if (planIds.length === 0 || clock.steadyMs() < this.#nextPollMs) return;
    this.#nextPollMs = clock.steadyMs() + UNHEARD_POLL_MS;
    const replies = await runBatch(
      redis,
      planIds.map((planId): Command => ['get', decidedKey(planId)]),
    );
    for (const [i, planId] of planIds.entries()) {
      const reply = replies[i];
      if (!reply?.ok) continue;
      const record = reply.value === null ? undefined : readRecord(reply.value as string);
      if (reply.value === null) this.#unheard.absent(planId, clock.steadyMs());
      else if (record) this.found(record);
      else this.#unheard.forget(planId);
    }
    telemetry.batchEnded();
  }
}
