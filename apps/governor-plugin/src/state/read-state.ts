import { decoratorReads, type Decorator, type PlanState } from '@quantum/decisions';
import { KeyReads, type Redis, type Reply } from '@quantum/redis-io';
import type { HashValues } from '@quantum/permit-decorators';
import {
  BUDGET_FIELDS,
  budgetKey,
  decidedKey,
  KILL_BYTES,
  MAX_RECORD_BYTES,
  lastExecKey,
  MAX_NUMBER_CHARS,
  parseBudget,
  parsePosition,
  permitKey,
  POSITION_FIELDS,
  positionKey,
  type Position,
  type Read,
} from '@quantum/redis-schemas';
import { exceedsPosition, freshPosition, type GateLimits } from '@quantum/risk-gates';
import type { PlanEntry } from '@quantum/plan-loop';
import { AllocationReads, type AllocationOptions } from './allocation-reads.js';
import { clocksOf, isExit, Unanswered } from './clocks.js';
import { exitRead, gateRead, lastExecOf, neededByAll, placedRead, unansweredBy } from './gate-reads.js';
import { readRecent } from './recent-reads.js';
import { comparisons, killCommands, killSwitchOf, latchCommand } from './switches.js';
import { followViolations, violationOf } from './follow-violations.js';
import { READ_VIOLATIONS, type ViolationTail } from './violations.js';

/** Bytes of a time that are read: no number is longer. */
const MAX_TIME_BYTES = MAX_NUMBER_CHARS + 1;

/** What the server knew of a plan when it was read. */
export type PlanReading =
  /** Decided before: the existing record. */
  | { kind: 'decided'; record: string }
  /** A permit without a record: another governor decided. */
  | { kind: 'foreign_permit'; state: PlanState }
  | { kind: 'open'; state: PlanState }
  /** Not known yet: the violation stream has more to read, and the exits beside this plan are not to wait for that. */
  | { kind: 'behind' }
  /** No verdict: the server could not answer now. The plan stays pending. */
  | { kind: 'unanswered'; error: Error };

export interface ReadOptions extends AllocationOptions {
  limits: AllocationOptions['limits'] & Pick<GateLimits, 'killSwitchAllowsCloses' | 'maxFutureSec'>;
  grantWithinMs: number;
  killKeys: readonly string[];
  decorators: readonly Decorator[];
  violations: ViolationTail;
  /** Last executions that are not stamped yet, by symbol, unix seconds. */
  executions: ReadonlyMap<string, number>;
  /** Reads only what a decision must have; for an exit its record, permit and switches. The rest is unreadable. */
  isLean: boolean;
}

/** What a decorator reads of a plan, read just now or by the index of each reply; or why it reads nothing. */
function decoration(
  decorator: Decorator,
  { plan, entry }: PlanEntry,
  reads: KeyReads,
  options: ReadOptions,
): (() => HashValues)[] | Error {
  const declared = decoratorReads(decorator, plan);
  if (declared instanceof Error) return declared;
  if (options.isLean) return declared.map(() => () => ({ readable: false }));
  return declared.map((read) => readRecent(reads, options, entry.id, read));
}

/** What was read for some plans. */
export interface StateReadings {
  /** One per plan, in order. */
  readings: PlanReading[];
  /** The operators' switches as they were, for `RECORD` to compare. */
  switches: readonly string[];
}

/** Whether nothing is read of a plan but its record, its permit and the switches. */
const isBare = (plan: PlanEntry['plan'], { isLean }: ReadOptions): boolean => isLean && isExit(plan);

/** Collects what is read of plans: the groups of reads, and each plan's indices in them. */
function collectReads(plans: readonly PlanEntry[], options: ReadOptions) {
  const reads = new KeyReads();
  const records = reads.group('get', [], 'records', MAX_RECORD_BYTES); // mostly absent
  const lastExecs = reads.group('get', [], 'last executions', MAX_TIME_BYTES);
  const exists = reads.group('exists');
  const kills = reads.group('get', [], 'kill keys', KILL_BYTES);
  const killPlaces = options.killKeys.map((key) => kills.add(key));
  const budgets = reads.hashes(BUDGET_FIELDS);
  const allocations = new AllocationReads(reads, plans, options);
  const positions = reads.hashes(POSITION_FIELDS);
  const indices = plans.map(({ entry, plan }) => ({
    plan,
    decided: records.add(decidedKey(plan.planId)),
    permit: exists.add(permitKey(plan.planId)),
    lastExec: isBare(plan, options) ? undefined : lastExecs.add(lastExecKey(plan.symbol)),
    budget: isBare(plan, options) ? undefined : budgets.add(budgetKey(plan.symbol)),
    allocation: isBare(plan, options) ? undefined : allocations.add(plan),
    position: isBare(plan, options) ? undefined : positions.add(positionKey(plan.symbol)),
    decorations: options.decorators.map((decorator) => decoration(decorator, { entry, plan }, reads, options)),
  }));
  const killReplies = (): (Reply | undefined)[] => killPlaces.map((place) => kills.replies[place]);
  return { reads, groups: { records, lastExecs, exists, budgets, allocations, positions }, indices, killReplies };
}

type Collected = ReturnType<typeof collectReads>;

/** Reads the state of plans in one round trip: records, reads of gates and decorators, and the server's clock. */
export async function readState(
  redis: Redis,
  plans: readonly PlanEntry[],
  nowSec: number,
  options: ReadOptions,
): Promise<StateReadings> {
  const { violations, killKeys } = options;
  const { reads, groups, indices, killReplies } = collectReads(plans, options);
  const latch = latchCommand(nowSec);
  // A flagged exit is not held to the budget: its record says the same whether others beside it needed the stream or
  // not.
  const isTailRead = !plans.every(({ plan }) => isExit(plan));
  const [clockOf, [time, latchReply, lastPage]] = await Promise.all([
    clocksOf(redis, plans, options.grantWithinMs),
    reads.run(redis, [['time'], latch, ...(isTailRead ? [violations.command(nowSec)] : [])], [READ_VIOLATIONS]),
  ]);
  const switchReplies = [...killReplies(), latchReply].map(neededByAll);
  let tail = lastPage;
  violations.take(tail);
  const isBehind = violations.isFull(tail) && plans.some(({ plan }) => isExit(plan));
  if (!isBehind) tail = await followViolations(redis, violations, tail, options.grantWithinMs / 2, nowSec);
  const common = { groups, switchReplies, tail: neededByAll(tail), isBehind, nowSec, options };
  const readings = indices.map((at, i): PlanReading => {
    try {
      return planReadingOf(at, () => clockOf(i, time), common);
    } catch (error) {
      if (error instanceof Unanswered) return { kind: 'unanswered', error: (error.cause ?? error) as Error };
      throw error;
    }
  });
  return { readings, switches: comparisons([...killCommands(killKeys), latch], switchReplies) };
}

/** The answers that plans share. */
interface CommonAnswers {
  groups: Collected['groups'];
  switchReplies: readonly (Reply | undefined)[];
  /** The last page of the violation stream; undefined where all plans are exits. */
  tail: Reply | undefined;
  /** There is more of it to read, and exits beside to decide first. */
  isBehind: boolean;
  nowSec: number;
  options: ReadOptions;
}

/** Whether a plan reduces risk, as far as the position is known: then no limit applies to it, and no advice. */
function reducesRisk(plan: PlanEntry['plan'], position: Read<Position>, { nowSec, options }: CommonAnswers): boolean {
  return plan.closing && !exceedsPosition(plan, freshPosition(position, nowSec, options.limits.maxFutureSec));
}

/** What the answers say of one plan. @throws Unanswered */
function planReadingOf(
  at: Collected['indices'][number],
  clockOf: () => Pick<PlanState, 'deadlineMs' | 'serverSec'>,
  common: CommonAnswers,
): PlanReading {
  const { groups, switchReplies, tail, isBehind } = common;
  const { limits, violations, killKeys } = common.options;
  const record = groups.records.replies[at.decided];
  if (!record?.ok) throw unansweredBy(record);
  if (record.value !== null) return { kind: 'decided', record: record.value as string };
  const permit = groups.exists.replies[at.permit];
  if (!permit?.ok) throw unansweredBy(permit);
  const { deadlineMs, serverSec } = clockOf();
  if (isBehind && !isExit(at.plan)) return { kind: 'behind' };
  const readPosition = isExit(at.plan) ? exitRead : gateRead;
  const position = placedRead(readPosition, groups.positions, at.position, (value) => parsePosition(value as Values));
  const read = reducesRisk(at.plan, position, common) ? exitRead : gateRead;
  const readKill = limits.killSwitchAllowsCloses ? read : gateRead;
  const state: PlanState = {
    deadlineMs,
    serverSec,
    killSwitchOn: killSwitchOf(killKeys.map((_, j) => readKill(switchReplies[j], (value) => value as string | null))),
    disarmed: read(switchReplies[killKeys.length], (value) => value === 1),
    lastExecSec: lastExecOf(
      placedRead(read, groups.lastExecs, at.lastExec, (value) => value as string | null),
      common.options.executions.get(at.plan.symbol),
    ),
    budget: placedRead(read, groups.budgets, at.budget, (value) => parseBudget(value as Values)),
    allocation: groups.allocations.of(at.allocation, read, serverSec),
    position,
    violationSec: isExit(at.plan) ? { readable: false } : violationOf(at.plan.symbol, violations, tail, read),
    // A decorator's key that cannot be read, for whatever cause, never delays a plan.
    decorations: at.decorations.map((row): HashValues[] | Error =>
      row instanceof Error ? row : row.map((values) => values()),
    ),
  };
  return { kind: permit.value === 1 ? 'foreign_permit' : 'open', state };
}

/** The values of an HMGET. */
type Values = (string | null)[];
