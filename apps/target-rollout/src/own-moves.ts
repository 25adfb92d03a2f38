import { deskAfter } from '@quantum/rollout-commands';
import { next, PUBLISHING, type Move, type RolloutPlan, type Step } from '@quantum/rollout-plan';
import { epochAfter, rulesFor, type Commanded } from './command-steps.js';
import type { CycleFacts } from './decide.js';

/** What happened without a command: Redis has lost the state, another epoch, another process before. */
export function arrived({ loaded, epoch, nowSec, token, planOf, intervalSec }: CycleFacts): Commanded {
  const { state, desk } = loaded;
  const so: Commanded = { state, epoch, desk, happenings: [], moves: [], plans: new Map(), refusals: [] };
  const plan = planOf(state.plan);
  if (loaded.lost !== undefined) {
    const happening = { event: 'kill', reason: loaded.lost, from: state, to: state, plan };
    return { ...so, epoch: state.epoch, happenings: [happening], moves: [['killed', 'kill']] };
  }
  const rules = rulesFor(plan, state.plan, intervalSec);
  if (state.name !== 'killed' && epoch !== state.epoch) {
    const reason = `the epoch is ${epoch ?? 'absent'}, not ${state.epoch ?? 'absent'}`;
    return moved(so, next(state, { kind: 'kill', nowSec, epoch }, rules), 'kill', reason, plan);
  }
  const processOf = (text: string): string => text.slice(text.indexOf(':') + 1);
  if (loaded.token === '' || processOf(loaded.token) === processOf(token)) return so;
  const step = next(state, { kind: 'takeover', nowSec, epoch }, rules);
  if (step.move === undefined) return so;
  return moved(so, step, step.move, `from ${loaded.token} to ${token}`, plan);
}

/** Without the plan that runs nothing is judged, and nothing renewed. The kill switch needs no plan. */
export function withoutPlan(so: Commanded, { market, nowSec, planOf }: CycleFacts): Commanded & { renews: boolean } {
  const { state } = so;
  const isKilled = ['on', 'unreadable'].includes(market.outside.killSwitch);
  if (!PUBLISHING.has(state.name) || !isKilled) return { ...so, renews: !PUBLISHING.has(state.name) };
  const step = next(state, { kind: 'kill', nowSec, epoch: so.epoch }, undefined);
  return { ...moved(so, step, 'kill', 'the kill switch', planOf(state.plan)), renews: true };
}

/** A step of the rollout itself, after what happened before it in the cycle. */
const moved = (so: Commanded, step: Step, move: Move, reason: string, plan: RolloutPlan | undefined): Commanded => ({
  ...so,
  state: step.state,
  epoch: epochAfter(so.epoch, step),
  desk: deskAfter(so.desk, step.move, so.state.plan, plan),
  happenings: [...so.happenings, { event: move, reason, from: so.state, to: step.state, plan }],
  moves: [...so.moves, [step.state.name, move]],
});
