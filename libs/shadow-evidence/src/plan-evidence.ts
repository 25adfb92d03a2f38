import { GATE_NAMES, type DecisionRecord } from '@quantum/redis-schemas';
import type { Figure, Window } from './figure.js';
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
    const decided = { n: this.#decided, of: 'decisions', window };
    const permits = { n: this.#permits, of: 'permits', window };
    const share = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);
    const refused = [...this.#refusals].sort(([a], [b]) => order(a) - order(b));
    return [
      { id: 'plans.permitted_share', label: 'share of plans permitted', value: share(this.#permits, this.#decided), unit: 'share', ...decided },
      ...refused.map(([gate, count]): Figure => ({
        id: `plans.refused_${gate}_share`, label: `share refused by ${gate}`, value: share(count, this.#decided), unit: 'share', ...decided,
      })),
      { id: 'hints.hinted_share', label: 'share of permits hinted smaller', value: share(this.#hinted, this.#permits), unit: 'share', ...permits },
      { id: 'hints.taken_off_usd', label: 'size that the hints would have taken off', value: this.#permits > 0 ? this.#takenOffUsd : undefined, unit: 'USD', ...permits },
      { id: 'hints.taken_off_share', label: 'the same, of the permitted notional', value: share(this.#takenOffUsd, this.#notionalUsd), unit: 'share', ...permits },
      { id: 'hints.cooldown_sec', label: 'cooldown that the hints would have added', value: this.#permits > 0 ? this.#cooldownSec : undefined, unit: 's', ...permits },
    ]; // prettier-ignore
  }
}

const order = (gate: string): number => (GATE_NAMES as readonly string[]).indexOf(gate);
