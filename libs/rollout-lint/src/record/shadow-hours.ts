import { parseRecordedProposal } from '@quantum/decisions';
import { guardLimitsOf, type RolloutPlan } from '@quantum/rollout-plan';
import { sideOf, type PriceRows, type RecordingLine } from '@quantum/shadow-evidence';
import type { ShadowHour } from '../hour.js';
import { Prints } from './prints.js';
import { StageHours, type Allocation, type Snapshot } from './stage-hours.js';

/** An allocation that was not renewed for this long no longer counts, seconds: the lifetime of a shadow proposal. */
const MAX_AGE_SEC = 600;
/** A proposal's time may be this far from that of its entry, seconds. */
const MAX_CLOCK_SEC = 3600;
const HOUR_SEC = 3600;

/**
 * The hours of a shadow recording, for each stage of a plan: what its cohort would have gained and moved at full blend.
 * Take the lines in their order, then ask once for the hours. A proposal counts from the first period that starts after
 * its second.
 */
export class ShadowHours {
  readonly #plan: RolloutPlan;
  readonly #prints: Prints;
  readonly #stages: readonly StageHours[];
  readonly #allocations = new Map<string, Allocation>();
  readonly #hours: ShadowHour[] = [];
  #before: Snapshot | undefined;
  /** Start of the next period, unix seconds. */
  #nextSec: number | undefined;

  constructor(plan: RolloutPlan, prices: PriceRows) {
    this.#plan = plan;
    this.#prints = new Prints(prices);
    this.#stages = plan.stages.map((_, stage) => new StageHours(plan, stage));
  }

  take(line: RecordingLine): void {
    if (line.kind !== 'proposal') return;
    const proposal = parseRecordedProposal(line.fields);
    if (!proposal) return;
    const { symbol, tsEpochSec, baseTargetUsd: baseUsd, multiplier, reason } = proposal;
    if (!Number.isFinite(baseUsd * multiplier) || !(baseUsd > 0) || multiplier < 0) return;
    // One entry with a time of another year would end all periods.
    if (!(Math.abs(Number.parseInt(line.id, 10) / 1000 - tsEpochSec) <= MAX_CLOCK_SEC)) return;
    this.#passPeriods(tsEpochSec);
    const allocation = { baseUsd, multiplier, side: sideOf(line) === -1 ? -1 : 1, isOk: reason === 'ok', tsSec: tsEpochSec } as const;
    const before = this.#allocations.get(symbol);
    if (before !== undefined) for (const stage of this.#stages) stage.move(symbol, before, allocation);
    this.#allocations.set(symbol, allocation);
  } // prettier-ignore

  /** Every hour that is over, by time and stage. */
  hours(): readonly ShadowHour[] {
    return this.#hours;
  }

  #passPeriods(untilSec: number): void {
    const { periodSec } = this.#plan.evidence;
    this.#nextSec ??= Math.ceil((untilSec + 1) / periodSec) * periodSec;
    for (; this.#nextSec <= untilSec; this.#nextSec += periodSec) this.#pass(this.#nextSec);
  }

  #pass(startSec: number): void {
    const maxPriceSec = guardLimitsOf(this.#plan).freshness?.maxPriceSec ?? MAX_AGE_SEC;
    const fresh = [...this.#allocations].filter(([, { tsSec }]) => startSec - tsSec <= MAX_AGE_SEC);
    const snapshot: Snapshot = {
      startSec,
      allocations: new Map(fresh),
      prices: this.#prints.at(startSec, maxPriceSec),
      before: this.#before && { ...this.#before, before: undefined },
    };
    for (const stage of this.#stages) {
      if (this.#before) stage.close(this.#before, snapshot.prices);
      if (startSec % HOUR_SEC === 0 && this.#before) this.#hours.push(stage.endHour(startSec - HOUR_SEC));
      stage.see(snapshot);
    }
    this.#before = snapshot;
  }
}
