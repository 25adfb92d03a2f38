import { areWindowsAsked, isStopUpdate } from '@quantum/decisions';
import { scriptCommand, type Command, type Reply } from '@quantum/redis-io';
import {
  BLOCK_TTL_SEC,
  blockKey,
  breachesKey,
  disarmKey,
  lastExecKey,
  utcDate,
  type DecisionRecord,
} from '@quantum/redis-schemas';
import type { PlanEntry } from '@quantum/plan-loop';
import { DISARM } from './disarm-script.js';
import { STAMP_LAST_EXEC } from './record-script.js';
import { eventCommand } from './events.js';
import { releaseCommand, settleCommand } from './settle.js';

/** How long other readers see the last execution, seconds. */
export const LAST_EXEC_TTL_SEC = 3600;
/** The latch's key carries its day; the time to live only clears it away afterwards. */
const DISARM_TTL_SEC = 172_800;

/** What the effects of a decision depend on apart from its record. */
export interface FinishOptions {
  eventsStream: string;
  disarmOnBurstBreach: boolean;
  /** Least time that the disarm latch lasts, seconds, at most a day. */
  disarmMinSec: number;
}

/** A recorded decision, of this attempt or of an earlier one. */
export interface CommittedDecision extends PlanEntry {
  record: DecisionRecord;
  /** The replies to its effects, where they were carried out with the record. */
  effects?: readonly Reply[] | undefined;
}

/**
 * Every effect that follows from a decision once it is recorded: windows, block record, events, latch, stamps. Each
 * can be repeated, so that a redelivery finishes what a crash left undone; the acknowledgement comes after all of them.
 * Whatever got no permit releases its reservation in the windows, should this attempt or one before it have made one.
 * What a dead letter needs in addition is written with it.
 */
export function finishCommands(record: DecisionRecord, options: FinishOptions): Command[] {
  const { plan_id: planId, symbol, decided_at: decidedAt } = record;
  if (record.outcome === 'permit') {
    const stamp = scriptCommand(STAMP_LAST_EXEC, [lastExecKey(symbol)], [String(decidedAt), LAST_EXEC_TTL_SEC]);
    return [...(stamps(record) ? [stamp] : []), ...settling(record)];
  }
  if (record.outcome === 'foreign') return []; // its count is a row of its own
  const release = releaseCommand(planId, symbol);
  if (record.outcome === 'dead_letter') return [release];
  return [
    release,
    ['set', blockKey(planId), JSON.stringify(record.block), 'EX', BLOCK_TTL_SEC],
    eventCommand(options.eventsStream, 'PLAN_REFUSED', record),
    ...(isBreach(record, options) ? disarmCommands(record, options) : []),
  ];
}

/** Whether a permit stamps the symbol's last execution: a stop update executes nothing. */
export const stamps = ({ permit, inputs }: DecisionRecord): boolean => permit !== undefined && !isStopUpdate(inputs);

/** A permit that was reserved is settled; a close that did not ask for a reservation has none. */
const settling = (record: DecisionRecord): Command[] => (areWindowsAsked(record.inputs) ? [settleCommand(record)] : []);

/** Whether a refusal sets the disarm latch: an enforced burst refusal that the windows, not a broken key, decided. */
export const isBreach = (record: DecisionRecord, { disarmOnBurstBreach }: FinishOptions): boolean =>
  disarmOnBurstBreach && record.outcome === 'refused' && record.reason === 'burst_rate' && !record.block?.unreadable;

/**
 * The event first: a latch that is set without its event would never be reported, the reverse only twice. The latch
 * last: its reply says whether this breach is the one that set it. A breach sets it once, however often its entry is
 * delivered.
 */
function disarmCommands(record: DecisionRecord, { eventsStream, disarmMinSec }: FinishOptions): Command[] {
  const { plan_id: planId, decided_at: decidedAt } = record;
  const latch = JSON.stringify({ ...record.block, plan_id: planId });
  const setFor = (date: string, ttlSec: number): Command =>
    scriptCommand(DISARM, [disarmKey(date), breachesKey(date)], [planId, latch, ttlSec, decidedAt]);
  const [today, untilDate] = [utcDate(decidedAt), utcDate(decidedAt + disarmMinSec)];
  return [
    eventCommand(eventsStream, 'AUTO_DISARM', record),
    // Midnight alone must not end a latch that has just been set.
    ...(untilDate === today ? [] : [setFor(untilDate, disarmMinSec)]),
    setFor(today, DISARM_TTL_SEC),
  ];
}

/**
 * What follows from a decision for one entry. Its own entry reports, or will when it is delivered again; what a second
 * entry with the same id, or one that someone else decided, still has to do is to release a reservation that is not
 * counted, and not to count more or less than the permit says. Of a plan that someone else permitted, it only settles a
 * reservation of its own. An entry of another stream may have the same id: where its symbol differs, it is a second
 * entry.
 */
export function effectsOf({ entry, plan, record }: CommittedDecision, options: FinishOptions): Command[] {
  if (record.symbol !== plan.symbol) return [releaseCommand(plan.planId, plan.symbol)];
  if (record.entry_id === entry.id) return finishCommands(record, options);
  if (record.outcome === 'foreign') return [settleCommand(record)];
  return record.outcome === 'permit' ? settling(record) : [releaseCommand(plan.planId, plan.symbol)];
}

/** The last execution of each symbol that these decisions stamp, unix seconds. */
export function executionsOf(committed: readonly CommittedDecision[]): ReadonlyMap<string, number> {
  const executions = new Map<string, number>();
  for (const { record } of committed) {
    if (!stamps(record)) continue;
    executions.set(record.symbol, Math.max(executions.get(record.symbol) ?? 0, record.decided_at));
  }
  return executions;
}
