import { createHash } from 'node:crypto';
import { GUARD_NAMES } from '@quantum/rollout-guards';
import {
  multiplierHash,
  parseEpoch,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  rolloutMultiplierKey,
  rolloutPlanKey,
} from '@quantum/redis-schemas';
import {
  applyCommand,
  auditFields,
  auditHash,
  deskAfter,
  EMPTY_DESK,
  encodeDesk,
  encodeUsers,
  lastIdOf,
  NO_ENTRY,
  parseCommand,
  subjectOf,
  type Desk,
} from '@quantum/rollout-commands';
import {
  encodeRolloutState,
  initialState,
  next,
  parsePlan,
  planHash,
  rulesOf,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import type { Redis } from 'ioredis';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const stage = { cohorts: ['pilot'], direction: 'down_only', minHours: 1, minPeriods: 10, require: 'none' };
/** The file of a plan of two stages: the first needs one approval, the second two. */
export const planFile = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  version: 1, name: 'majors', owner: 'desk', cohorts: { pilot: ['BTCUSDT', 'ETHUSDT'] },
  stages: [
    { ...stage, name: 'pilot', blend: 0.2, approvals: 1 },
    { ...stage, name: 'full', blend: 1, approvals: 2, minHours: 24, minPeriods: 200, require: 'non_inferior' },
  ],
  limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } }, slewPerCycle: 0.05, maxHoldSec: 3600, approvalDays: 30,
  guards: Object.fromEntries(GUARD_NAMES.filter((guard) => guard !== 'book_drawdown').map((guard) => [guard, { owner: 'risk' }])),
  evidence: { clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 },
  ...changes,
}); // prettier-ignore
const planOfText = (text: string): RolloutPlan => parsePlan(text, () => true).plan!;
export const PLAN = planOfText(JSON.stringify(planFile()));
export const HASH = planHash(PLAN, sha256);

/**
 * Answers commands as target-rollout does, for tests of what gives them: the same decisions, and the same keys. It has
 * no cycles, no guards and no lease.
 */
export class AnsweringRollout {
  private readonly redis: Redis;
  users: readonly string[];
  desk: Desk = EMPTY_DESK;
  state: RolloutState = initialState(null);
  readonly plans = new Map<string, RolloutPlan>();
  #previous = NO_ENTRY;
  #isStopped = false;
  #running: Promise<void> | undefined;

  constructor(redis: Redis, users: readonly string[]) {
    this.redis = redis;
    this.users = users;
  }

  start(): this {
    this.#running = this.#run();
    return this;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const streams = this.users.map(rolloutCommandStream);
      const ids = this.users.map((user) => lastIdOf(this.desk, user));
      const found = await this.redis.xread('BLOCK', 50, 'STREAMS', ...streams, ...ids);
      for (const [stream, entries] of found ?? []) {
        for (const [id, fields] of entries) await this.#answer(stream.split(':').at(-1)!, id, fields);
      }
    }
  }

  async #answer(user: string, id: string, fields: string[]): Promise<void> {
    const command = parseCommand(user, id, fields);
    if ('refusal' in command) throw new Error(`${command.name}: ${command.refusal}`);
    const nowSec = Date.now() / 1000;
    const epoch = parseEpoch(await this.redis.get(ROLLOUT_EPOCH_KEY)) ?? null;
    const { state: from, plans } = this;
    const planOf = (hash: string) => plans.get(hash);
    const { desk, refusal, event, storePlan } = applyCommand(this.desk, command, {
      nowSec, epoch, state: from, runningPlan: planOf(from.plan), planOf, users: this.users, policy: 'policy-1', evidenceSec: nowSec, isKnownSymbol: () => true, sha256,
    }); // prettier-ignore
    if (storePlan) {
      plans.set(storePlan.hash, planOfText(storePlan.text));
      await this.redis.set(rolloutPlanKey(storePlan.hash), storePlan.text, 'NX');
    }
    const hash = event?.kind === 'start' ? event.plan : from.plan;
    const plan = planOf(hash);
    const step = event && next(from, event, plan && rulesOf(plan, hash, 10));
    const to = step?.state ?? from;
    [this.desk, this.state] = [deskAfter(desk, step?.move, from.plan, planOf(from.plan)), to];
    await this.store();
    const entry = auditFields(
      {
        tsEpochSec: nowSec, actor: user, event: command.name, commandId: id, subject: subjectOf(command), reason: command.reason,
        refusal: refusal ?? '', from: encodeRolloutState(from), to: encodeRolloutState(to), plan: to.plan, stage: '', guards: '', build: 'test',
      },
      this.#previous,
      sha256,
    ); // prettier-ignore
    this.#previous = auditHash(entry, sha256);
    await this.redis.xadd(ROLLOUT_AUDIT_STREAM, '*', ...entry);
  }

  /** Writes what it has into Redis, as after a cycle. */
  async store(): Promise<void> {
    const fields = { version: '1', state: encodeRolloutState(this.state), desk: encodeDesk(this.desk), users: encodeUsers(this.users), memories: '{}', cycle: String(Date.now() / 1000) }; // prettier-ignore
    await this.redis.hset(ROLLOUT_STATE_KEY, fields);
    if (this.state.epoch !== null) await this.redis.set(ROLLOUT_EPOCH_KEY, this.state.epoch);
  }

  /** Puts the plan into force, and publishes its multipliers for 110 s. */
  async enforce(changes: Partial<RolloutState> = {}): Promise<void> {
    const nowSec = Date.now() / 1000;
    const place = { proposer: 'ana', atSec: nowSec, excluded: [] };
    this.plans.set(HASH, PLAN);
    this.state = { ...initialState(1000), name: 'baking', plan: HASH, policy: 'policy-1', blend: 0.2, sinceSec: nowSec - 3600, ...changes };
    // Its stage would not be in force without approvals.
    const of = { plan: HASH, stage: PLAN.stages[this.state.stage]?.name ?? '', atSec: nowSec, evidence: '0-0' };
    const approvals = this.users.filter((user) => user !== place.proposer).map((user) => ({ ...of, user }));
    this.desk = { ...EMPTY_DESK, plans: [{ hash: HASH, ...place }], approvals };
    await this.redis.set(rolloutPlanKey(HASH), JSON.stringify(PLAN));
    for (const symbol of PLAN.cohorts['pilot']!) {
      const published = { multiplier: 0.9, proposedMultiplier: 0.5, blend: 0.2, direction: 'down_only', plan: HASH, stage: 'pilot', policy: 'policy-1', epoch: 1000, fence: '1', tsEpochSec: nowSec, expiresAtSec: nowSec + 110, reason: 'stage' } as const;
      await this.redis.hset(rolloutMultiplierKey(symbol), ...multiplierHash(published));
      await this.redis.expire(rolloutMultiplierKey(symbol), 110);
    }
    await this.store();
  } // prettier-ignore
}
