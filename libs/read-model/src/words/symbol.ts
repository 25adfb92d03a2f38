import { EFFICIENCY_REASON_TEXT, type PROPOSAL_PARAMETERS } from '@quantum/efficiency-policy';
import { effectiveMultiplier, effectiveTargetUsd, type EffectiveMultiplier } from '@quantum/effective-target';
import {
  EFFICIENCY_FIELDS,
  fieldsOf,
  inReadingOrder,
  parseEpoch,
  parseMultiplier,
  parsePosition,
  parseTarget,
  POSITION_FIELDS,
  PROPOSAL_HASH_FIELDS,
  readProposal,
  TARGET_FIELDS,
  type ReadProposal,
} from '@quantum/redis-schemas';
import { parametersOf, type Parameters } from '../parameters.js';
import type { Values } from '../readings.js';
import type { WordLine } from './decision.js';
import { counted, short, usd, utc } from './format.js';

/** Everything that a symbol's numbers come from, as read. */
export interface SymbolSources {
  readonly symbol: string;
  /** Redis time, unix seconds. */
  readonly nowSec: number;
  /**
   * `TARGET_FIELDS`, `EFFICIENCY_FIELDS`, `PROPOSAL_HASH_FIELDS`, `MULTIPLIER_FIELDS` and `POSITION_FIELDS` of its
   * keys.
   */
  readonly target: Values;
  readonly efficiency: Values;
  readonly proposal: Values;
  readonly multiplier: Values;
  readonly position: Values;
  /** Text of `quantum:rollout:epoch`; undefined: it cannot be read. */
  readonly epoch: string | null | undefined;
  /** Canonical text of the parameters that the proposal names; null: Redis has none. */
  readonly parameters: string | null;
  /** Permits in its windows: the last hour and five minutes; undefined: they were not read. */
  readonly executions?: { readonly hourCount: number; readonly burstCount: number };
}

/**
 * Where a symbol's numbers come from: raw fields, reason, the formula with its numbers, policy, effective multiplier,
 * windows. Total.
 */
export function explainSymbol(sources: SymbolSources): WordLine[] {
  const { executions, nowSec } = sources;
  const proposal = proposalIn(sources.proposal);
  const parameters = sources.parameters === null ? undefined : parametersOf(sources.parameters);
  const effective = effectiveIn(sources);
  const target = sources.target === 'unreadable' ? undefined : parseTarget(sources.target);
  return [
    line('target', rawText(TARGET_FIELDS, sources.target)),
    line('efficiency', rawText(EFFICIENCY_FIELDS, sources.efficiency)),
    line('proposal', proposal ? proposalText(proposal, nowSec) : 'none'),
    ...(proposal?.reason === undefined ? [] : [line('reason', reasonText(proposal.reason))]),
    ...(proposal ? [line('formula', formulaText(proposal, parameters)), line('policy', policyText(proposal, parameters))] : []),
    line('effective', effectiveText(effective)),
    ...(target?.state === 'read' ? [line('target now', `${usd(target.targetUsd)} * ${short(effective.multiplier)} = ${usd(effectiveTargetUsd(target.targetUsd, effective))}`)] : []),
    line('position', `${rawText(POSITION_FIELDS, sources.position)}${valueText(sources.position)}`),
    ...(executions ? [line('windows', `${counted(executions.hourCount, 'permit')} in 1 h, ${short(executions.burstCount)} in 5 min`)] : []),
  ];
} // prettier-ignore

const line = (label: string, text: string): WordLine => ({ label, text });

/** Fields as read: `target_usd "1000"`, absent ones left out. */
function rawText(fields: readonly string[], values: Values): string {
  if (values === 'unreadable') return 'the key cannot be read: wrong type, or no permission';
  const present = fields.flatMap((field, i) => (values[i] == null ? [] : [`${field} ${JSON.stringify(short(values[i]))}`])); // prettier-ignore
  return present.length === 0 ? 'none of its fields is there' : present.join(', ');
}

function proposalIn(values: Values): ReadProposal | undefined {
  if (values === 'unreadable' || values.every((value) => value === null)) return undefined;
  const flat = PROPOSAL_HASH_FIELDS.flatMap((name, i) => (values[i] == null ? [] : [name, values[i]]));
  return readProposal(inReadingOrder(fieldsOf(flat), PROPOSAL_HASH_FIELDS));
}

const proposalText = ({ baseTargetUsd, multiplier, proposedTargetUsd, tsEpochSec }: ReadProposal, nowSec: number): string =>
  `${usd(baseTargetUsd)} * ${short(multiplier)} = ${usd(proposedTargetUsd)}, of ${utc(tsEpochSec)}${tsEpochSec === undefined ? '' : `, ${short(Math.round(nowSec - tsEpochSec))} s ago`}`; // prettier-ignore

const reasonText = (reason: string): string =>
  Object.hasOwn(EFFICIENCY_REASON_TEXT, reason)
    ? `${reason}: ${EFFICIENCY_REASON_TEXT[reason as keyof typeof EFFICIENCY_REASON_TEXT]}`
    : `${short(reason)}: a reason of another version`;

/** The formula with its numbers filled in: as far as they are known. */
function formulaText({ reason, effScore, rawMultiplier, multiplier, budgetScale }: ReadProposal, parameters: Parameters | undefined): string {
  if (reason !== 'ok') return 'multiplier = 1: the score does not count';
  const value = (name: keyof typeof PROPOSAL_PARAMETERS): string => (parameters && Object.hasOwn(parameters, name) ? short(parameters[name]) : name); // prettier-ignore
  const formula = `clamp(${value('P31_BASE')} + ${value('P31_SCALE')} * (${short(effScore)} - 0.5), ${value('P31_MIN_MULT')}, ${value('P31_MAX_MULT')})`;
  const after = budgetScale === undefined || budgetScale === 1 ? '' : `, the budget scales its distance from 1 by ${short(budgetScale)}`;
  const smoothed = rawMultiplier === undefined || rawMultiplier === multiplier ? '' : `, after smoothing and budget ${short(multiplier)}`;
  return `multiplier = ${formula} = ${short(rawMultiplier ?? multiplier)}${after}${smoothed}`;
} // prettier-ignore

function policyText({ policy }: ReadProposal, parameters: Parameters | undefined): string {
  if (policy === undefined || policy === '') return 'the proposal names none: an earlier version wrote it';
  const values = parameters && Object.entries(parameters).map(([name, value]) => `${name}=${short(value)}`);
  return `${short(policy)}${values ? `: ${values.join(' ')}` : ': Redis has no text of it'}`;
}

function effectiveIn({ multiplier, epoch, nowSec }: SymbolSources): EffectiveMultiplier {
  const published =
    multiplier === 'unreadable'
      ? ({ readable: false } as const)
      : ({ readable: true, value: parseMultiplier(multiplier) } as const);
  const epochRead =
    epoch === undefined ? ({ readable: false } as const) : ({ readable: true, value: parseEpoch(epoch) } as const);
  return effectiveMultiplier({ published, epoch: epochRead }, nowSec);
}

const EFFECTIVE_TEXT: Readonly<Record<EffectiveMultiplier['why'], string>> = {
  ok: 'a rollout enforces it',
  unreadable: 'the multiplier or the epoch cannot be read',
  absent: 'no rollout publishes one',
  invalid: 'what is published is no multiplier',
  expired: 'what was published has expired',
  epoch: 'what is published is of another epoch',
  over_limit: 'what is published is above 1 and may only reduce',
};

const effectiveText = ({ multiplier, why }: EffectiveMultiplier): string =>
  `${short(multiplier)} (${why}): ${EFFECTIVE_TEXT[why]}`;

function valueText(values: Values): string {
  if (values === 'unreadable') return '';
  const { amount, markPriceUsd } = parsePosition(values);
  return amount === undefined || markPriceUsd === undefined ? '' : `: ${usd(amount * markPriceUsd)}`;
}
