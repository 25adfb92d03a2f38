import { createHash } from 'node:crypto';
import {
  initialState,
  parsePlan,
  planHash,
  planText,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import { GUARD_NAMES } from '@quantum/rollout-guards';
import { applyCommand, EMPTY_DESK, parseCommand, type Applied, type Desk, type DeskContext } from './index.js';

export const NOW = 1_763_386_800;
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const stage = { cohorts: ['pilot'], direction: 'down_only', minHours: 1, minPeriods: 1, require: 'none' };
/** A plan whose stages need no, one and two approvals. */
export function examplePlan(name = 'majors'): RolloutPlan {
  const { plan } = parsePlan(
    JSON.stringify({
      version: 1, name, owner: 'desk', cohorts: { pilot: ['BTCUSDT', 'ETHUSDT'] },
      stages: [
        { ...stage, name: 'pilot', blend: 0.2, approvals: 0 },
        { ...stage, name: 'half', blend: 0.5, approvals: 1 },
        { ...stage, name: 'full', blend: 1, approvals: 2 },
      ],
      limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } }, slewPerCycle: 0.05, maxHoldSec: 3600, approvalDays: 30,
      guards: Object.fromEntries(GUARD_NAMES.filter((guard) => guard !== 'book_drawdown').map((guard) => [guard, { owner: 'risk' }])),
      evidence: { clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 },
    }),
    () => true,
  ); // prettier-ignore
  if (!plan) throw new Error('the example is no plan');
  return plan;
}
export const PLAN = examplePlan();
export const TEXT = planText(PLAN);
export const HASH = planHash(PLAN, sha256);

/** A desk that takes commands one after the other, each a millisecond after the last. */
export class Office {
  desk: Desk = EMPTY_DESK;
  state: RolloutState = initialState(7);
  nowSec = NOW;
  users = ['ana', 'ben', 'cat', 'dan'];
  /** The plans that were stored. */
  readonly plans = new Map<string, RolloutPlan>();
  #count = 0;

  get context(): DeskContext {
    const { nowSec, state } = this;
    return {
      nowSec, epoch: 7, state, runningPlan: this.plans.get(state.plan), planOf: (hash) => this.plans.get(hash), users: this.users, policy: 'policy-1',
      evidenceSec: NOW - 86_400, isKnownSymbol: () => true, sha256,
    }; // prettier-ignore
  }

  /** Gives an entry to the desk, by default written just now, and keeps what it makes of it. */
  take(user: string, fields: Readonly<Record<string, string>>, given: Partial<DeskContext> & { id?: string } = {}): Applied {
    this.#count += 1;
    const { id = `${Math.round(this.nowSec * 1000)}-${this.#count}`, ...changes } = given;
    const command = parseCommand(user, id, Object.entries(fields).flat());
    if ('refusal' in command) return { desk: this.desk, refusal: command.refusal };
    const applied = applyCommand(this.desk, command, { ...this.context, ...changes });
    const { storePlan } = applied;
    const stored = storePlan && parsePlan(storePlan.text, () => true).plan;
    if (storePlan && stored) this.plans.set(storePlan.hash, stored);
    this.desk = applied.desk;
    return applied;
  } // prettier-ignore

  /** A desk where `ana` has submitted the plan. */
  static submitted(): Office {
    const office = new Office();
    office.take('ana', { command: 'submit', plan_json: TEXT });
    return office;
  }
}

export const approve = (stage: string, plan = HASH) => ({ command: 'approve', plan, stage, evidence: '0-0' });
