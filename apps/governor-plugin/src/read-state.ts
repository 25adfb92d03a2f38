import { errorKind, hashValues, KeyReads, runBatch, type Redis, type Reply } from '@quantum/redis-io';
import type { HashValues } from '@quantum/permit-decorators';
import {
  ALLOCATION_FIELDS,
  BUDGET_FIELDS,
  budgetKey,
  decidedKey,
  disarmKey,
  isKillOn,
  KILL_KEY,
  lastExecKey,
  parseAllocation,
  parseBudget,
  parseNumber,
  parsePosition,
  permitKey,
  POSITION_FIELDS,
  positionKey,
  targetKey,
  utcDate,
  type Read,
} from '@quantum/redis-schemas';
import type { PlanEntry, PlanState } from './candidate.js';
import { decoratorReads, type Decorator } from './decorations.js';
import type { Answers } from './recent-reads.js';
import type { ViolationTail } from './violations.js';

/** What the server knew of a plan when it was looked up. */
export type Lookup =
  /** Decided before: the record as it stands. */
  | { kind: 'decided'; record: string }
  /** A permit stands without a record: someone else decided. */
  | { kind: 'foreign_permit' }
  | { kind: 'open'; state: PlanState }
  /** No verdict: the server could not answer now. The plan stays pending. */
  | { kind: 'unanswered'; error: Error };

/** A gate's read that the server could not answer now: no verdict can be given. */
class Unanswered extends Error {
  override name = 'Unanswered';
}

/** A value that a gate depends on: unreadable by its key, or not answered at all. */
function gateRead<T>(reply: Reply | undefined, parse: (value: unknown) => T): Read<T> {
  if (reply?.ok) return { readable: true, value: parse(reply.value) };
  if (reply && errorKind(reply.error) === 'key') return { readable: false };
  throw new Unanswered(reply?.error.message ?? 'no reply');
}

/** Time text of a last execution; text that is no number is state that cannot be read. */
function lastExecRead(reply: Reply | undefined): Read<number | undefined> {
  const read = gateRead(reply, (value) => value as string | null);
  if (!read.readable) return read;
  if (read.value === null) return { readable: true, value: undefined };
  const value = parseNumber(read.value);
  return value === undefined ? { readable: false } : { readable: true, value };
}

const hash = (reply: Reply | undefined): Read<(string | null)[]> =>
  gateRead(reply, (value) => value as (string | null)[]);

const mapRead = <T, U>(read: Read<T>, map: (value: T) => U): Read<U> =>
  read.readable ? { readable: true, value: map(read.value) } : read;

/** What a lookup needs besides the plans. */
export interface LookupOptions {
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

/**
 * Looks plans up in one round trip: whether they are decided, what the gates need, and what the decorators declare.
 * Answers a lookup per plan, in order.
 */
export async function lookUp(
  redis: Redis,
  plans: readonly PlanEntry[],
  nowSec: number,
  options: LookupOptions,
): Promise<Lookup[]> {
  const { decorators, violations } = options;
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
    decorations: decorators.map((decorator) => decoration(decorator, { entry, plan }, reads, options)),
  }));
  const [kill, disarm, firstPage] = await reads.run(redis, [
    ['get', KILL_KEY],
    ['exists', disarmKey(utcDate(nowSec))],
    violations.command(nowSec),
  ]);
  const violationTail = await followViolations(redis, violations, nowSec, firstPage);

  return places.map((at): Lookup => {
    try {
      const record = records.replies[at.decided];
      if (!record?.ok) throw new Unanswered(record?.error.message ?? 'no reply');
      if (record.value !== null) return { kind: 'decided', record: record.value as string };
      const permit = exists.replies[at.permit];
      if (!permit?.ok) throw new Unanswered(permit?.error.message ?? 'no reply');
      if (permit.value === 1) return { kind: 'foreign_permit' };
      const state: PlanState = {
        killSwitchOn: gateRead(kill, (value) => isKillOn(value as string | null)),
        disarmed: gateRead(disarm, (value) => value === 1),
        lastExecSec: lastExecRead(lastExecs.replies[at.lastExec]),
        budget: mapRead(hash(budgets.replies[at.budget]), parseBudget),
        allocation: mapRead(hash(allocations.replies[at.allocation]), parseAllocation),
        position: mapRead(hash(positions.replies[at.position]), parsePosition),
        violationSec: gateRead(violationTail, () => violations.latestSec(at.plan.symbol)),
        // A decorator's key that cannot be read, for whatever cause, never delays a plan.
        decorations: at.decorations.map((row): HashValues[] | Error =>
          row instanceof Error ? row : row.map((values) => values()),
        ),
      };
      return { kind: 'open', state };
    } catch (error) {
      if (error instanceof Unanswered) return { kind: 'unanswered', error };
      throw error;
    }
  });
}

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
