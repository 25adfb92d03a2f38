import type { CycleReadings, KnownService } from '../readings.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { foldCycleSummary } from './cycle.js';
import { awaitedPlans, foldDecisions } from './decisions.js';
import { withIncidents } from './incidents.js';
import { newMemory, type Memory } from './memory.js';
import { deadLettersIn, incidentsOf } from './news.js';
import { policiesInUse, policyRows, withTexts } from './policies.js';
import { problemsOf } from './problems.js';
import { plansNamed } from './rollout.js';
import { foldRollout, viewOf } from './rollout-step.js';
import { keepSame } from './same.js';
import { foldRedis, foldServices, serviceRows, UNKNOWN_REDIS } from './services.js';
import { switchRows } from './switches.js';
import { foldSymbols } from './symbols.js';
import { foldTotals, NO_TOTALS } from './totals.js';

/** A snapshot, and what else the next cycle needs. `memory` is this library's own. */
export interface Model {
  readonly snapshot: Snapshot;
  readonly memory: Memory;
}

/** A model that has read nothing. */
export function newModel(services: readonly KnownService[]): Model {
  const memory = newMemory(services);
  const rows = serviceRows(services, memory.serviceReadings, 0, true);
  const parts = { redis: UNKNOWN_REDIS, services: rows, switches: [], rollout: null };
  const snapshot: Snapshot = {
    number: 0,
    ...parts,
    cycle: null,
    symbols: new Map(),
    decisions: [],
    totals: NO_TOTALS,
    incidents: [],
    policies: [],
    problems: problemsOf(parts, services),
  };
  return { snapshot, memory };
}

/**
 * The model after a cycle. Total: garbage is counted, never thrown. A cycle without news keeps the snapshot itself,
 * with its number.
 */
export function foldCycle({ snapshot: before, memory }: Model, readings: CycleReadings): Model {
  const { nowSec } = readings;
  const rollout = foldRollout(memory.rollout, readings);
  const symbols = foldSymbols(memory.symbols, readings, rollout.reading ? rollout.reading.epoch : null);
  const decisions = foldDecisions(memory.decisions, readings);
  const serviceReadings = foldServices(memory.serviceReadings, readings);
  const { rows, scorePolicy } = symbols.state;
  const isDecidedAlike = rows === memory.symbols.rows && decisions.found.length === 0;
  const uses = isDecidedAlike ? memory.uses : keepSame(memory.uses, policiesInUse(rows.values(), decisions.state.rows, scorePolicy)); // prettier-ignore
  const texts = withTexts(memory.texts, readings.policies ?? [], uses);
  const redis = foldRedis(before.redis, readings);
  const parts = {
    redis,
    services: serviceRows(memory.services, serviceReadings, nowSec, !redis.isAnswering),
    switches: readings.switches ? switchRows(before.switches, readings.switches, nowSec) : before.switches,
    rollout: viewOf(rollout, nowSec),
  };
  const changes = { before, after: { ...parts, symbols: rows }, found: decisions.found, usesBefore: memory.uses };
  const snapshot = settled(before, {
    ...parts,
    cycle: foldCycleSummary(before.cycle, readings.lastCycle),
    symbols: rows,
    decisions: decisions.state.rows,
    totals: foldTotals(before.totals, symbols, decisions, deadLettersIn(readings), readings),
    incidents: withIncidents(before.incidents, incidentsOf(readings, changes)),
    policies: uses === memory.uses && texts === memory.texts ? before.policies : policyRows(uses, texts),
    problems: problemsOf(parts, memory.services),
  });
  const { services } = memory;
  const next = { services, serviceReadings, symbols: symbols.state, decisions: decisions.state, rollout, uses, texts };
  return { snapshot, memory: next };
}

/**
 * The snapshot with these parts: the one before, where they say the same. Parts that are equal stay the same objects.
 */
function settled(before: Snapshot, parts: Omit<Snapshot, 'number'>): Snapshot {
  const { symbols, decisions, incidents, ...small } = parts;
  const kept = Object.entries(small).map(([name, part]) => [name, keepSame<unknown>(before[name as keyof Snapshot], part)]); // prettier-ignore
  const after = { ...before, ...(Object.fromEntries(kept) as typeof small), symbols, decisions, incidents };
  const isChanged = (Object.keys(parts) as (keyof Snapshot)[]).some((name) => after[name] !== before[name]);
  return isChanged ? { ...after, number: before.number + 1 } : before;
}

/** Ids of the plans whose decision records the next cycle is to read, oldest first. */
export const plansToRead = ({ memory }: Model): readonly string[] => awaitedPlans(memory.decisions);

/** A hash whose text the next cycle is to read. */
export interface PolicyToRead {
  readonly hash: string;
  readonly isLimits: boolean;
}

/** Hashes whose texts are not known yet. */
export const policiesToRead = ({ memory: { uses, texts } }: Model): readonly PolicyToRead[] =>
  uses.filter(({ hash }) => !texts.has(hash)).map(({ hash, decides }) => ({ hash, isLimits: decides === 'limits' }));

/** Hashes of the rollout's plans whose texts are not known yet. */
export function rolloutPlansToRead({ memory: { rollout } }: Model): readonly string[] {
  return rollout.reading ? plansNamed(rollout.reading).filter((hash) => !rollout.plans.has(hash)) : [];
}
