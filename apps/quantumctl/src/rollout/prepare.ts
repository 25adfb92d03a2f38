import { utc } from '@quantum/read-model';
import { sha256 } from '@quantum/policy';
import { runBatch, valueOf, type Redis } from '@quantum/redis-io';
import { STREAMS, targetKey } from '@quantum/redis-schemas';
import { isStageApproved, seenState, type RolloutCommand } from '@quantum/rollout-commands';
import { parsePlan, planHash, planText, type RolloutPlan } from '@quantum/rollout-plan';
import { counted } from '../texts.js';
import type { Prepared } from './give.js';
import type { RolloutView } from './read.js';
import { stageLine, stateLine } from './texts.js';

/** The symbols of a plan that have no target. @throws BatchError, or the error of Redis */
export async function withoutTarget(redis: Redis, plan: RolloutPlan): Promise<Set<string>> {
  const symbols = [...new Set(Object.values(plan.cohorts).flat())];
  const replies = await runBatch(redis, symbols.map((symbol) => ['exists', targetKey(symbol)] as const)); // prettier-ignore
  return new Set(symbols.filter((_, i) => valueOf(replies[i]) === 0));
}

/** Violations of the text of a plan, with those of symbols without a target in `redis`, where it is given. */
export async function lint(text: string, redis?: Redis): Promise<ReturnType<typeof parsePlan>> {
  const alone = parsePlan(text, () => true);
  if (!alone.plan || !redis) return alone;
  const missing = await withoutTarget(redis, alone.plan);
  return parsePlan(text, (symbol) => !missing.has(symbol));
}

const listed = (lines: readonly string[]): string => lines.map((line) => `\n  ${line}`).join('');

export async function prepareSubmit(text: string, reason: string, redis: Redis): Promise<Prepared> {
  const { plan, violations } = await lint(text, redis);
  if (!plan) return { problem: `the plan has ${counted(violations.length, 'violation')}:${listed(violations)}` };
  return { wanted: { name: 'submit', plan: planHash(plan, sha256), planText: planText(plan), reason } };
}

const unknownPlan = (hash: string, { plans }: RolloutView): Prepared => {
  const known = [...plans].map(([one, { name }]) => `${one} (${name})`).join(', ');
  return { problem: `no plan ${hash} was submitted. Known: ${known === '' ? 'none' : known}.` };
};

const titleOf = (hash: string, { name }: RolloutPlan): string => `plan ${name} (${hash})`;

const QUESTIONS = { resume: 'Resume it?', retry: 'Retry it?', clear: 'Clear the kill?' } as const;

export async function prepareApprove(
  { plan: hash, stage: name, evidence, reason }: { plan: string; stage: string; evidence?: string; reason: string },
  view: RolloutView,
  redis: Redis,
): Promise<Prepared> {
  const plan = view.plans.get(hash);
  if (!plan) return unknownPlan(hash, view);
  const stage = plan.stages.find((one) => one.name === name);
  if (!stage) return { problem: `the plan has no stage ${name}. It has: ${plan.stages.map((one) => one.name).join(', ')}.` };
  if (evidence !== undefined && evidence !== '0-0') {
    const [found] = await runBatch(redis, [['xrange', STREAMS.rolloutEvidence, evidence, evidence]]);
    if ((valueOf(found) as unknown[]).length === 0) return { problem: `the evidence has no entry ${evidence}.` };
  }
  const seen = evidence ?? view.evidence ?? '0-0';
  const of = seen === '0-0' ? 'there is none' : `up to ${seen}, ${utc(Number(seen.split('-')[0]) / 1000)}`;
  return {
    wanted: { name: 'approve', plan: hash, stage: name, evidence: seen, reason },
    ask: { question: `Evidence: ${of}. Approve stage ${name} of ${titleOf(hash, plan)}: ${stageLine(plan, stage)}?`, word: hash },
  };
} // prettier-ignore

export function prepareStart(hash: string, reason: string, view: RolloutView): Prepared {
  const plan = view.plans.get(hash);
  const [stage] = plan?.stages ?? [];
  if (!plan || !stage) return unknownPlan(hash, view);
  const isApproved = view.desk !== undefined && isStageApproved(view.desk, hash, plan, 0, view);
  if (!isApproved) {
    return { problem: `stage ${stage.name} needs ${counted(stage.approvals, 'approval')} first: rollout approve ${hash} ${stage.name}` };
  }
  return {
    wanted: { name: 'start', plan: hash, ...seenEpoch(view), reason },
    ask: { question: `Start ${titleOf(hash, plan)} at stage ${stage.name}: ${stageLine(plan, stage)}?`, word: hash },
  };
} // prettier-ignore

/** A kill or a rollback that was not seen is not undone. */
const seenEpoch = ({ epoch }: RolloutView): Pick<RolloutCommand, 'epoch'> => ({ epoch: epoch ?? null });

/** Commands that go on from where the rollout is. What was seen goes along, so that nothing else goes on. */
export function prepareOnward(name: 'resume' | 'retry' | 'clear', reason: string, view: RolloutView): Prepared {
  const { state, plans } = view;
  if (!state) return { problem: 'the state of the rollout cannot be read; `rollout status` says more.' };
  const plan = plans.get(state.plan);
  return {
    wanted: {
      name, reason, ...seenEpoch(view),
      ...(name !== 'clear' && { seen: seenState(state), ...(state.plan !== '' && { plan: state.plan }) }),
    },
    ask: {
      question: `${plan ? `The rollout of ${titleOf(state.plan, plan)}` : 'The rollout'} is ${stateLine(state, plan)}, since ${utc(state.sinceSec)}. ${QUESTIONS[name]}`,
      // A kill that lost the state has no plan to name.
      word: state.plan === '' ? name : state.plan,
    },
  };
} // prettier-ignore
