import type { DecisionRecord } from '@quantum/redis-schemas';
import { GATE_NAMES } from '@quantum/risk-gates';
import { figuresOf, type Figure, type Window } from './figure.js';
import { hintEffect } from './what-if.js';

/** Measures decisions about plans as they come. */
export class PlanEvidence {
  #window: Window | undefined;
  #decided = 0;
  #permits = 0;
  #hinted = 0;
  #notionalUsd = 0;
  #takenOffUsd = 0;
  #cooldownSec = 0;
  readonly #refusals = new Map<string, number>();

  take(record: DecisionRecord): void {
    const at = record.decided_at;
    this.#window = {
      fromSec: Math.min(at, this.#window?.fromSec ?? at),
      toSec: Math.max(at, this.#window?.toSec ?? at),
    };
    this.#decided += 1;
    if (record.outcome === 'refused') this.#refusals.set(record.reason, (this.#refusals.get(record.reason) ?? 0) + 1);
    if (!record.permit) return;
    this.#permits += 1;
    this.#notionalUsd += record.permit.computed_notional;
    const { hinted, takenOffUsd, cooldownSec } = hintEffect(record);
    if (hinted) this.#hinted += 1;
    this.#takenOffUsd += takenOffUsd;
    this.#cooldownSec += cooldownSec;
  }

  figures(): Figure[] {
    const window = this.#window ?? { fromSec: 0, toSec: 0 };
    const ofDecisions = figuresOf({ n: this.#decided, of: 'decisions', window });
    const ofPermits = figuresOf({ n: this.#permits, of: 'permits', window });
    const share = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);
    const known = (value: number): number | undefined => (this.#permits > 0 ? value : undefined);
    const refused = [...this.#refusals].sort(([a], [b]) => order(a) - order(b));
    return [
      ofDecisions('plans.permitted_share', share(this.#permits, this.#decided)),
      ...refused.map(([gate, count]) => ofDecisions(`plans.refused_${gate}_share`, share(count, this.#decided))),
      ofPermits('hints.hinted_share', share(this.#hinted, this.#permits)),
      ofPermits('hints.taken_off_usd', known(this.#takenOffUsd)),
      ofPermits('hints.taken_off_share', share(this.#takenOffUsd, this.#notionalUsd)),
      ofPermits('hints.cooldown_sec', known(this.#cooldownSec)),
    ];
  }
}

const order = (gate: string): number => (GATE_NAMES as readonly string[]).indexOf(gate);
