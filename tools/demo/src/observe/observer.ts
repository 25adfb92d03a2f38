import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { decidedKey, LAST_CYCLE_KEY, STREAMS } from '@quantum/redis-schemas';
import { StreamCursor } from '@quantum/testbed';
import type { Redis } from '@quantum/redis-io';
import {
  EMPTY_BOARD,
  withCycle,
  withDecision,
  withEvent,
  withPlan,
  withProposal,
  withScore,
  type Board,
} from './board.js';

/** A plan is dropped if its decision was not found for this many polls. */
const MAX_POLLS = 200;

type Fields = Readonly<Record<string, string>>;

const WATCHED = [STREAMS.proposed, STREAMS.plans, STREAMS.events, STREAMS.efficiencyDecision] as const;

/** Reads what the services write. It only reads: permits are left to their consumers. */
export class Observer {
  board: Board = EMPTY_BOARD;
  readonly #redis: Redis;
  readonly #cursors: readonly StreamCursor[];
  /** Plans whose decision is still to be found. */
  readonly #undecided = new Map<string, { action: string; polls: number }>();
  /** Time of a cycle from before the start, as written. */
  readonly #oldCycle: string | null;

  private constructor(redis: Redis, cursors: readonly StreamCursor[], oldCycle: string | null) {
    this.#redis = redis;
    this.#cursors = cursors;
    this.#oldCycle = oldCycle;
  }

  /** An observer of everything from now on. */
  static async start(redis: Redis): Promise<Observer> {
    const cursors = await Promise.all(WATCHED.map((stream) => StreamCursor.atEnd(redis, stream)));
    return new Observer(redis, cursors, await redis.hget(LAST_CYCLE_KEY, 'ts_epoch'));
  }

  /** Reads a page of new entries of each stream, in one round trip; the next poll reads the rest. */
  async poll(): Promise<void> {
    const planIds = [...this.#undecided.keys()];
    const batch = this.#redis.pipeline();
    for (const cursor of this.#cursors) batch.xrange(...cursor.range());
    batch.hgetall(LAST_CYCLE_KEY);
    for (const planId of planIds) batch.get(decidedKey(planId));
    const replies = ((await batch.exec()) ?? []).map(([error, reply]) => (error === null ? reply : undefined));
    const [proposed = [], plans = [], events = [], scores = []] = this.#cursors.map((cursor, i) =>
      cursor.take(replies[i]),
    );
    const [cycle, ...decisions] = replies.slice(WATCHED.length);

    for (const { fields } of scores) this.board = withScore(this.board, fields);
    for (const { fields } of proposed) this.board = withProposal(this.board, fields);
    for (const { fields } of plans) this.#takePlan(fields);
    for (const { fields } of events) this.board = withEvent(this.board, fields);
    const summary = (cycle ?? {}) as Fields;
    if (summary['ts_epoch'] !== this.#oldCycle) this.board = withCycle(this.board, summary, EFFICIENCY_REASONS);
    planIds.forEach((planId, index) => {
      this.#takeDecision(planId, decisions[index]);
    });
  }

  #takePlan(fields: Fields): void {
    this.board = withPlan(this.board, fields);
    const planId = fields['plan_id'] ?? '';
    if (fields['decision'] === 'EXECUTE' && planId !== '') {
      this.#undecided.set(planId, { action: fields['action'] ?? '', polls: 0 });
    }
  }

  #takeDecision(planId: string, record: unknown): void {
    const plan = this.#undecided.get(planId);
    if (plan === undefined) return;
    plan.polls += 1;
    if (typeof record === 'string') this.board = withDecision(this.board, record, plan.action);
    if (typeof record === 'string' || plan.polls > MAX_POLLS) this.#undecided.delete(planId);
  }
}
