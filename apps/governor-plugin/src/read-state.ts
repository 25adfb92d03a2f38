import { errorKind, hashValues, runBatch, type Command, type Redis, type Reply } from '@quantum/redis-io';
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
  type Plan,
  type Read,
} from '@quantum/redis-schemas';
import type { PlanState } from './candidate.js';
import { decoratorReads, type Decorator } from './decorations.js';
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

/** Collects commands and hands out their replies; a command asked for twice is sent once. */
class Reads {
  readonly commands: Command[] = [];
  readonly #places = new Map<string, number>();
  replies: Reply[] = [];

  add(...command: Command): number {
    const id = command.join('\0');
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    this.#places.set(id, this.commands.length);
    return this.commands.push(command) - 1;
  }
}

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

/** Where a decorator's reads stand, or why it has none. */
function placesOf(decorator: Decorator, plan: Plan, reads: Reads): number[] | Error {
  const commands = decoratorReads(decorator, plan);
  return commands instanceof Error ? commands : commands.map((command) => reads.add(...command));
}

/**
 * Looks plans up in one pipeline: whether they are decided, what the gates need, and what the decorators declare.
 * Answers a lookup per plan, in order.
 */
export async function lookUp(
  redis: Redis,
  plans: readonly Plan[],
  nowSec: number,
  decorators: readonly Decorator[],
  violations: ViolationTail,
): Promise<Lookup[]> {
  const reads = new Reads();
  const kill = reads.add('get', KILL_KEY);
  const disarm = reads.add('exists', disarmKey(utcDate(nowSec)));
  const violationTail = reads.add(...violations.command(nowSec));
  const places = plans.map((plan) => ({
    plan,
    decided: reads.add('get', decidedKey(plan.planId)),
    permit: reads.add('exists', permitKey(plan.planId)),
    lastExec: reads.add('get', lastExecKey(plan.symbol)),
    budget: reads.add('hmget', budgetKey(plan.symbol), ...BUDGET_FIELDS),
    allocation: reads.add('hmget', targetKey(plan.symbol), ...ALLOCATION_FIELDS),
    position: reads.add('hmget', positionKey(plan.symbol), ...POSITION_FIELDS),
    decorations: decorators.map((decorator) => placesOf(decorator, plan, reads)),
  }));
  const replies = await runBatch(redis, reads.commands);
  violations.take(replies[violationTail]);

  return places.map((at): Lookup => {
    try {
      const decided = replies[at.decided];
      if (!decided?.ok) throw new Unanswered(decided?.error.message ?? 'no reply');
      if (decided.value !== null) return { kind: 'decided', record: decided.value as string };
      const permit = replies[at.permit];
      if (!permit?.ok) throw new Unanswered(permit?.error.message ?? 'no reply');
      if (permit.value === 1) return { kind: 'foreign_permit' };
      const state: PlanState = {
        killSwitchOn: gateRead(replies[kill], (value) => isKillOn(value as string | null)),
        disarmed: gateRead(replies[disarm], (value) => value === 1),
        lastExecSec: lastExecRead(replies[at.lastExec]),
        budget: mapRead(hash(replies[at.budget]), parseBudget),
        allocation: mapRead(hash(replies[at.allocation]), parseAllocation),
        position: mapRead(hash(replies[at.position]), parsePosition),
        violationSec: gateRead(replies[violationTail], () => violations.latestSec(at.plan.symbol)),
        // A decorator's key that cannot be read, for whatever cause, never delays a plan.
        decorations: at.decorations.map((row): HashValues[] | Error =>
          row instanceof Error ? row : row.map((place) => hashValues(replies[place])),
        ),
      };
      return { kind: 'open', state };
    } catch (error) {
      if (error instanceof Unanswered) return { kind: 'unanswered', error };
      throw error;
    }
  });
}
