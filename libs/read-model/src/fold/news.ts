import { fieldsOf } from '@quantum/redis-schemas';
import type { CycleReadings } from '../readings.js';
import type { DecisionRow } from '../snapshot/decisions.js';
import type { IncidentRow, Snapshot } from '../snapshot/snapshot.js';
import type { SymbolRow } from '../snapshot/symbols.js';
import { addedSec, inOrder } from './entries.js';
import { eventIncident, foreignIncident, operatorIncident, outageIncident, policyIncident, rolloutIncident, switchIncidents } from './incidents.js'; // prettier-ignore
import type { PolicyUse } from './policies.js';

/** Number of dead letters that a cycle's events report. */
export const deadLettersIn = ({ events = [] }: CycleReadings): number =>
  events.filter(({ fields }) => fieldsOf(fields)['event'] === 'DEAD_LETTER').length;

/** What changed in a cycle, as far as incidents follow from it. */
interface Changes {
  readonly before: Snapshot;
  readonly after: Pick<Snapshot, 'redis' | 'switches' | 'symbols'>;
  readonly found: readonly DecisionRow[];
  /** Hashes that decided before. */
  readonly usesBefore: readonly PolicyUse[];
}

/** The incidents of a cycle, in no order. */
export function incidentsOf(readings: CycleReadings, { before, after, found, usesBefore }: Changes): IncidentRow[] {
  const { nowSec } = readings;
  const outage = outageIncident(before.redis, after.redis, nowSec);
  const changed = [
    ...newProposalPolicies(before.symbols, after.symbols, usesBefore).map((hash) => [hash, 'Proposals'] as const),
    ...newLimits(before.decisions, found, usesBefore).map((hash) => [hash, 'Gates'] as const),
  ];
  return [
    ...inOrder(readings.events ?? []).entries.flatMap((entry) => eventIncident(entry, addedSec(entry, nowSec)) ?? []),
    ...inOrder(readings.rolloutAudit ?? []).entries.flatMap((entry) => rolloutIncident(entry) ?? []),
    ...(readings.operatorAudits ?? []).flatMap(({ user, entries }) =>
      inOrder(entries).entries.flatMap((entry) => operatorIncident(user, entry) ?? []),
    ),
    ...found.filter(({ outcome }) => outcome === 'foreign').map(foreignIncident),
    ...switchIncidents(before.switches, after.switches, nowSec),
    ...(outage ? [outage] : []),
    ...changed.map(([hash, what]) => policyIncident(hash, what, nowSec)),
  ];
}

type Rows = ReadonlyMap<string, SymbolRow>;

const isNew = (hash: string, uses: readonly PolicyUse[]): boolean =>
  hash !== '' && uses.every((use) => use.hash !== hash);

/**
 * Hashes that have begun to decide a symbol that another one decided before. A symbol that is new is no change of
 * policy.
 */
function newProposalPolicies(before: Rows, after: Rows, uses: readonly PolicyUse[]): string[] {
  if (before === after) return [];
  const hashes = new Set<string>();
  for (const [symbol, { policy }] of after) {
    const earlier = before.get(symbol)?.policy ?? '';
    if (earlier !== '' && policy !== earlier) hashes.add(policy);
  }
  return [...hashes].filter((hash) => isNew(hash, uses)).slice(0, 10);
}

/** Limits of gates that have begun to decide. */
function newLimits(before: readonly DecisionRow[], found: readonly DecisionRow[], uses: readonly PolicyUse[]): string[] {
  if (before.every(({ limits }) => limits === '')) return [];
  return [...new Set(found.map(({ limits }) => limits))].filter((hash) => isNew(hash, uses)).slice(0, 10);
} // prettier-ignore
