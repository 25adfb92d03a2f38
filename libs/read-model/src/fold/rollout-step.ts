import { effectiveMultiplier } from '@quantum/effective-target';
import { parseEpoch, parseMultiplier } from '@quantum/redis-schemas';
import { parseAudit } from '@quantum/rollout-commands';
import type { CycleReadings, RolloutReading } from '../readings.js';
import type { RolloutView } from '../snapshot/rollout.js';
import { lastHour } from './advantage.js';
import { inOrder } from './entries.js';
import { findingsOf } from './findings.js';
import type { RolloutMemory } from './memory.js';
import { plansOf, rolloutView } from './rollout.js';

/** Folds the keys, the evidence and the audit of a rollout. */
export function foldRollout(before: RolloutMemory, readings: CycleReadings): RolloutMemory {
  const reading = readings.rollout ?? before.reading;
  const audits = inOrder(readings.rolloutAudit ?? []).entries.map(({ fields }) => parseAudit(fields));
  const findings = audits.map((entry) => findingsOf(entry?.guards ?? '')).findLast((found) => found !== undefined);
  return {
    reading,
    plans: readings.rollout ? plansOf(before.plans, readings.rollout) : before.plans,
    hour: lastHour(before.hour, inOrder(readings.evidence ?? []).entries),
    findings: findings ?? before.findings,
    ...(readings.symbols && reading ? publishedOf(readings.symbols, reading, readings.nowSec) : { published: before.published, expiresAtSec: before.expiresAtSec }),
  };
} // prettier-ignore

/** The multipliers that count, and when the last of them expires. */
function publishedOf(symbols: NonNullable<CycleReadings['symbols']>, { epoch: text }: RolloutReading, nowSec: number) {
  const epoch = text === undefined ? ({ readable: false } as const) : ({ readable: true, value: parseEpoch(text) } as const); // prettier-ignore
  const expiries = symbols.flatMap(({ multiplier }) => {
    const value = multiplier === 'unreadable' ? undefined : parseMultiplier(multiplier);
    if (!value) return [];
    return effectiveMultiplier({ published: { readable: true, value }, epoch }, nowSec).why === 'ok' ? [value.expiresAtSec ?? 0] : []; // prettier-ignore
  });
  const last = expiries.reduce((most, sec) => Math.max(most, sec), 0);
  return { published: expiries.length, expiresAtSec: expiries.length === 0 ? null : last };
}

/** The rollout as views show it; null before it was read. */
export const viewOf = ({ reading, plans, ...facts }: RolloutMemory, nowSec: number): RolloutView | null =>
  reading ? rolloutView(reading, plans, facts, nowSec) : null;
