import { short } from '@quantum/read-model';
import { parseJson } from '@quantum/redis-schemas';
import { PUBLISHING, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';
import { counted } from '../texts.js';

/** Longest life of a multiplier, seconds: nothing outlives it without a cycle that renews it. */
export const MAX_LIFE_SEC = 60;

/** A state in a line. */
export function stateLine({ name, stage, blend, holdCause }: RolloutState, plan: RolloutPlan | undefined): string {
  if (!PUBLISHING.has(name)) return name;
  const of = plan?.stages[stage];
  const where = of ? `stage ${stage + 1} of ${plan.stages.length} (${of.name})` : `stage ${stage + 1}`;
  return `${name}${name === 'holding' ? ` by ${holdCause}` : ''}, ${where}, blend ${short(blend)}`;
}

/** What a stage of a plan enforces. */
export function stageLine(plan: RolloutPlan, stage: RolloutPlan['stages'][number]): string {
  const symbols = new Set(stage.cohorts.flatMap((cohort) => plan.cohorts[cohort] ?? []));
  return `${counted(symbols.size, 'symbol')}, blend ${short(stage.blend)}, ${stage.direction}`;
}

const SHOWN = 5;

/** What a command named, from its JSON in the audit; undefined: nothing that can be read. */
export function namedBy(subject: string): Readonly<Record<string, unknown>> | undefined {
  const named = parseJson(subject);
  return typeof named === 'object' && named !== null ? { ...named } : undefined;
}

/** The same for a person: `plan=… stage=… symbols=A,B`. */
export function subjectText(subject: string): string {
  const named = namedBy(subject);
  if (!named) return subject;
  const one = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? `${value.slice(0, SHOWN).map(one).join(',')}${value.length > SHOWN ? `… (${value.length})` : ''}`
      : one(value);
  return Object.entries(named).map(([name, value]) => `${name}=${text(value)}`).join(' '); // prettier-ignore
}
