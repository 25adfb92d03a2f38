import { parseJson } from '@quantum/redis-schemas';
import type { RolloutPlan, RolloutState } from '@quantum/rollout-plan';

/** Longest life of a multiplier, seconds: nothing outlives it without a cycle that renews it. */
export const MAX_LIFE_SEC = 60;

/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** A reason without the full stop that it may bring. */
export const withoutStop = (why: string): string => why.trim().replace(/\.$/, '');

/** A duration as a person reads it: 8 s, 12 min, 3.5 h, 2.0 days. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}

/** A time of unix seconds: `2026-01-31 13:02:41 UTC`. */
export const utc = (sec: number): string =>
  Number.isFinite(sec) && Math.abs(sec) < 1e11 ? `${new Date(sec * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC` : 'an unknown time'; // prettier-ignore

/** A number without digits that a computer added. */
export const short = (value: number): string => String(Number(value.toPrecision(6)));

const STAGED: ReadonlySet<RolloutState['name']> = new Set(['baking', 'ready', 'holding', 'reduce_only', 'done']);

/** A state in a line. */
export function stateLine({ name, stage, blend, holdCause }: RolloutState, plan: RolloutPlan | undefined): string {
  if (!STAGED.has(name)) return name;
  const of = plan?.stages[stage];
  const where = of ? `stage ${stage + 1} of ${plan.stages.length} (${of.name})` : `stage ${stage + 1}`;
  return `${name}${name === 'holding' ? ` by ${holdCause}` : ''}, ${where}, blend ${short(blend)}`;
}

/** What a stage of a plan enforces. */
export function stageLine(plan: RolloutPlan, stage: RolloutPlan['stages'][number]): string {
  const symbols = new Set(stage.cohorts.flatMap((cohort) => plan.cohorts[cohort] ?? []));
  return `${counted(symbols.size, 'symbol')}, blend ${short(stage.blend)}, ${stage.direction}`;
}

/** Rows under a head, each column as wide as its widest text. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()}\n`; // prettier-ignore
  return [head, ...rows].map(line).join('');
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
