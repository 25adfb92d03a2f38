import { hashValues, KeyReads, runBatch, type Redis, type Reply } from '@quantum/redis-io';
import type { HashValues } from '@quantum/permit-decorators';
import {
  ALLOCATION_FIELDS,
  BUDGET_FIELDS,
  budgetKey,
  decidedKey,
  lastExecKey,
  parseAllocation,
  parseBudget,
  parsePosition,
  permitKey,
  POSITION_FIELDS,
  positionKey,
  targetKey,
} from '@quantum/redis-schemas';
import type { PlanEntry } from '../intake/plan-entry.js';
import type { PlanState } from './candidate.js';
import { clocksOf, isExit, Unanswered } from './clocks.js';
import { decoratorReads, type Decorator } from './decorations.js';
import { exitRead, gateRead, lastExecOf } from './gate-reads.js';
import type { Answers } from './recent-reads.js';
import { comparisons, killSwitchOf, switchCommands } from './switches.js';
import type { ViolationTail } from './violations.js';

/** What the server knew of a plan when it was looked up. */
export type Lookup =
  /** Decided before: the record as it stands. */
  | { kind: 'decided'; record: string }
  /** A permit without a record: another governor decided. */
  | { kind: 'foreign_permit'; state: PlanState }
  | { kind: 'open'; state: PlanState }
  /** No verdict: the server could not answer now. The plan stays pending. */
  | { kind: 'unanswered'; error: Error };

/** What a lookup needs besides the plans. */
export interface LookupOptions {
  grantWithinMs: number;
  killKeys: readonly string[];
  decorators: readonly Decorator[];
  violations: ViolationTail;
  /** What decorators have just read. */
  answers: Answers;
  /** A plan with this id or an earlier one is published. */
  publishedId: string;
}

/** What a decorator reads of a plan, read just now or by the place of each reply; or why it reads nothing. */
function decoration(
  decorator: Decorator,
  { plan, entry }: PlanEntry,
  reads: KeyReads,
  { answers, publishedId }: LookupOptions,
): (() => HashValues)[] | Error {
  const declared = decoratorReads(decorator, plan);
  if (declared instanceof Error) return declared;
  return declared.map(({ key, fields }) => {
    const known = answers.of(key, fields, entry.id);
    if (known) return () => known;
    const group = reads.hashes(fields);
    const place = group.add(key);
    return () => answers.keep(key, fields, { values: hashValues(group.replies[place]), publishedId });
  });
}

/** What was looked up for some plans. */
export interface LookedUp {
  /** One per plan, in order. */
  lookups: Lookup[];
  /** The operators' switches as they were, for `RECORD` to compare. */
  switches: readonly string[];
}

/** Collects what is read of plans: the groups of reads, and each plan's place in them. */
function collectReads(plans: readonly PlanEntry[], options: LookupOptions) {
  const reads = new KeyReads();
  const records = reads.group('get', [], 'records'); // mostly absent
  const lastExecs = reads.group('get', [], 'last executions');
  const exists = reads.group('exists');
  const budgets = reads.hashes(BUDGET_FIELDS);
  const allocations = reads.hashes(ALLOCATION_FIELDS);
  const positions = reads.hashes(POSITION_FIELDS);
  const places = plans.map(({ entry, plan }) => ({
    plan,
    decided: records.add(decidedKey(plan.planId)),
    permit: exists.add(permitKey(plan.planId)),
    lastExec: lastExecs.add(lastExecKey(plan.symbol)),
    budget: budgets.add(budgetKey(plan.symbol)),
    allocation: allocations.add(targetKey(plan.symbol)),
    position: positions.add(positionKey(plan.symbol)),
    decorations: options.decorators.map((decorator) => decoration(decorator, { entry, plan }, reads, options)),
  }));
  return { reads, groups: { records, lastExecs, exists, budgets, allocations, positions }, places };
}

type Collected = ReturnType<typeof collectReads>;

/**
 * Looks plans up in one round trip: whether they are decided, what the gates need, what the decorators declare, and the
 * server's clock, from which the deadline of a grant follows.
 */
export async function lookUp(
  redis: Redis,
  plans: readonly PlanEntry[],
  nowSec: number,
  options: LookupOptions,
): Promise<LookedUp> {
  const { violations, killKeys } = options;
  const { reads, groups, places } = collectReads(plans, options);
  const switches = switchCommands(killKeys, nowSec);
  const [clockOf, [time, firstPage, ...switchReplies]] = await Promise.all([
    clocksOf(redis, plans, options.grantWithinMs),
    reads.run(redis, [['time'], violations.command(nowSec), ...switches]),
  ]);
  const violationTail = await followViolations(redis, violations, nowSec, firstPage);
  const common = { groups, switchReplies, violationTail, options };
  const lookups = places.map((at, i): Lookup => {
    try {
      return lookupOf(at, () => clockOf(i, time), common);
    } catch (error) {
      if (error instanceof Unanswered) return { kind: 'unanswered', error };
      throw error;
    }
  });
  return { lookups, switches: comparisons(switches, switchReplies) };
}

/** The answers that plans share. */
interface CommonAnswers {
  groups: Collected['groups'];
  switchReplies: readonly Reply[];
  violationTail: Reply | undefined;
  options: LookupOptions;
}

/** What the answers say of one plan. @throws Unanswered */
function lookupOf(
  at: Collected['places'][number],
  clockOf: () => Pick<PlanState, 'deadlineMs' | 'serverSec'>,
  { groups, switchReplies, violationTail, options: { violations, killKeys } }: CommonAnswers,
): Lookup {
  const record = groups.records.replies[at.decided];
  if (!record?.ok) throw new Unanswered(record?.error.message ?? 'no reply');
  if (record.value !== null) return { kind: 'decided', record: record.value as string };
  const permit = groups.exists.replies[at.permit];
  if (!permit?.ok) throw new Unanswered(permit?.error.message ?? 'no reply');
  const clock = clockOf();
  const read = isExit(at.plan) ? exitRead : gateRead;
  const kills = killKeys.map((_, j) => gateRead(switchReplies[j], (value) => value as string | null));
  const state: PlanState = {
    ...clock,
    killSwitchOn: killSwitchOf(kills),
    disarmed: read(switchReplies[killKeys.length], (value) => value === 1),
    lastExecSec: lastExecOf(read(groups.lastExecs.replies[at.lastExec], (value) => value as string | null)),
    budget: read(groups.budgets.replies[at.budget], (value) => parseBudget(value as Values)),
    allocation: read(groups.allocations.replies[at.allocation], (value) => parseAllocation(value as Values)),
    position: read(groups.positions.replies[at.position], (value) => parsePosition(value as Values)),
    violationSec: read(violationTail, () => violations.latestSec(at.plan.symbol)),
    // A decorator's key that cannot be read, for whatever cause, never delays a plan.
    decorations: at.decorations.map((row): HashValues[] | Error =>
      row instanceof Error ? row : row.map((values) => values()),
    ),
  };
  return { kind: permit.value === 1 ? 'foreign_permit' : 'open', state };
}

/** The values of an HMGET. */
type Values = (string | null)[];

/** Brings the tail up to date, with as many pages as that takes: a violation behind thousands counts too. Answers the last. */
async function followViolations(
  redis: Redis,
  violations: ViolationTail,
  nowSec: number,
  firstPage: Reply | undefined,
): Promise<Reply | undefined> {
  let page = firstPage;
  violations.take(page);
  while (violations.isFull(page)) {
    [page] = await runBatch(redis, [violations.command(nowSec)]);
    violations.take(page);
  }
  return page;
}
