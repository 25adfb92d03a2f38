import { short, utc } from '@quantum/read-model';
import { approvalOf, approvalsOf, excludedOf, isStageApproved } from '@quantum/rollout-commands';
import { PUBLISHING, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';
import { counted, duration } from '../texts.js';
import type { RolloutView } from './read.js';
import { stageLine, stateLine } from './texts.js';

/** A rollout that runs cycles every 20 s at most, and may miss two. */
const STALE_SEC = 60;

/** What needs a person, in sentences. */
export function problemsOf({ state, desk, memories, epoch, cycleSec, nowSec, plans }: RolloutView): string[] {
  if (!state) return ['The state cannot be read: nothing is renewed. Keep a copy of the key, then remove it.'];
  const isPublishing = PUBLISHING.has(state.name);
  const found: [boolean, string][] = [
    [desk === undefined, 'The desk (plans, approvals, commands read) cannot be read.'],
    [memories === undefined, 'What the guards remember cannot be read.'],
    [isPublishing && !plans.has(state.plan), 'The running plan is not there or cannot be read.'],
    [
      state.name !== 'killed' && (epoch ?? null) !== state.epoch,
      `The epoch is ${epoch ?? 'absent'}, and the rollout runs under ${state.epoch ?? 'none'}: no multiplier counts.`,
    ],
    [
      isPublishing && !(cycleSec !== undefined && nowSec - cycleSec <= STALE_SEC),
      `The last cycle was ${cycleSec === undefined ? 'never' : `${duration(nowSec - cycleSec)} ago`}: target-rollout does not run.`,
    ],
    [state.name === 'killed', 'It was killed. `rollout clear` leads to off.'],
    [state.name === 'rolled_back', 'It was rolled back. `rollout audit` says why, `rollout retry` begins again.'],
    [state.name === 'reduce_only', 'It only reduces. `rollout audit` says why, `rollout retry` goes on to a hold.'],
  ];
  return found.flatMap(([holds, text]) => (holds ? [text] : []));
} // prettier-ignore

/** The state of a rollout on one screen. */
export function statusText(view: RolloutView): string {
  const { state, desk, plans, published, cycleSec, epoch, nowSec, memories, lastAudit, evidence } = view;
  const plan = state && plans.get(state.plan);
  const breached = Object.entries(memories ?? {}).filter(([, memory]) => memory.isBreached).map(([guard]) => guard); // prettier-ignore
  const excluded = state && desk ? [...excludedOf(desk, state.plan)] : [];
  const last = lastAudit?.entry;
  const rows: [label: string, text: string | undefined][] = [
    ['time', utc(nowSec)],
    ['rollout', state && `${stateLine(state, plan)}${state.sinceSec > 0 ? `, since ${utc(state.sinceSec)}` : ''}`],
    ['plan', plan && `${plan.name} (${state.plan})`],
    ['baked', plan && bakedLine(state, plan)],
    ['next', plan && nextLine(view, state, plan)],
    ['published', `${counted(published.count, 'multiplier')}${published.count === 0 ? '' : `, gone in ${duration(published.leftSec)} unless renewed`}`],
    ['excluded', excluded.length === 0 ? undefined : excluded.join(', ')],
    ['breached', breached.length > 0 ? breached.join(', ') : state && PUBLISHING.has(state.name) ? 'no guard' : undefined],
    ['cycle', cycleSec === undefined ? 'none yet' : `${duration(nowSec - cycleSec)} ago`],
    ['epoch', String(epoch ?? 'absent')],
    ['evidence', evidence],
    ['last', last && `${last.event} by ${last.actor}, ${utc(last.tsEpochSec)}${last.refusal === '' ? '' : `, refused: ${last.refusal}`}`],
    ...planRows(view),
    ...problemsOf(view).map((text): [string, string] => ['PROBLEM', text]),
  ]; // prettier-ignore
  return rows.flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(11)}${text}\n`])).join('');
}

function bakedLine({ name, stage, bakedSec, bakedPeriods }: RolloutState, plan: RolloutPlan): string | undefined {
  const of = plan.stages[stage];
  if (!of || !PUBLISHING.has(name)) return undefined;
  return `${short(bakedSec / 3600)} of ${short(of.minHours)} h, ${bakedPeriods} of ${counted(of.minPeriods, 'period')}, requires ${of.require}`;
} // prettier-ignore

function nextLine(view: RolloutView, { name, stage, plan: hash }: RolloutState, plan: RolloutPlan): string | undefined {
  const next = plan.stages[stage + 1];
  if (!next || !['baking', 'ready', 'holding'].includes(name)) return undefined;
  const isApproved = view.desk && isStageApproved(view.desk, hash, plan, stage + 1, view);
  return `stage ${next.name} (${stageLine(plan, next)}): ${isApproved ? 'approved' : `needs ${counted(next.approvals, 'approval')}, given by ${usersOf(view, hash, next.name)}`}`;
} // prettier-ignore

const usersOf = ({ desk, users }: RolloutView, hash: string, stage: string): string =>
  (desk ? approvalsOf(desk, hash, stage, users) : []).map(({ user }) => user).join(', ') || 'nobody';

/** The plans that are there, with the approvals of their stages. */
function planRows(view: RolloutView): [string, string][] {
  const { desk, plans } = view;
  return (desk?.plans ?? []).map(({ hash, proposer }): [string, string] => {
    const plan = plans.get(hash);
    if (!plan || !desk) return ['submitted', `${hash} by ${proposer}: its text cannot be read`];
    const stages = plan.stages.map((stage) => {
      const { isApproved } = approvalOf(desk, hash, stage, view);
      return `${stage.name} ${isApproved ? 'approved' : `needs ${stage.approvals} (${usersOf(view, hash, stage.name)})`}`;
    });
    return ['submitted', `${hash} ${plan.name} by ${proposer}: ${stages.join(', ')}`];
  });
}
