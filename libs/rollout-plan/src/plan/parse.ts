import { misnamed, parseJson } from '@quantum/redis-schemas';
import type * as z from 'zod';
import { PlanSchema, type RolloutPlan } from './schema.js';

/** A plan, or why it is refused as a whole: one line per violation, which names its place. */
export type PlanResult =
  | { readonly plan: RolloutPlan; readonly violations?: never }
  | { readonly plan?: never; readonly violations: readonly string[] };

/** Parses the text of a plan. `isKnownSymbol`: whether a symbol has targets. Total. */
export function parsePlan(text: string, isKnownSymbol: (symbol: string) => boolean): PlanResult {
  const given = parseJson(text);
  if (given === undefined) return { violations: ['the plan is not JSON'] };
  const bad = misnamed(text);
  const { data, error } = PlanSchema.safeParse(given);
  if (!data) return { violations: [...bad, ...error.issues.flatMap(lines(given))] };
  const plan: RolloutPlan & { $schema?: unknown } = { ...data };
  delete plan.$schema;
  const violations = [...bad, ...inconsistencies(plan), ...unknownSymbols(plan, isKnownSymbol)];
  return violations.length > 0 ? { violations } : { plan };
}

const lines =
  (given: unknown) =>
  (issue: z.core.$ZodIssue): string[] => {
    const place = placeOf(issue.path);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${place}: ${key} is not known here`);
    const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    const value: unknown = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
      given,
    );
    const isShown = value === null || ['number', 'string', 'boolean'].includes(typeof value);
    return [`${place}${isShown ? `=${JSON.stringify(value)}` : ''}: ${message}`];
  };

/** A path as an operator finds it: `stages[1].blend`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'the plan';

function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.size === seen.add(value).size))];
}

/** Rules that relate several parts of a plan. */
function inconsistencies({ cohorts, stages, evidence }: RolloutPlan): string[] {
  const names = stages.map(({ name }) => name);
  return [
    ...Object.entries(cohorts).flatMap(([cohort, own]) =>
      repeated(own).map((symbol) => `cohorts.${cohort}: ${symbol} occurs twice`),
    ),
    ...repeated(names).map((name) => `stages: ${name} occurs twice`),
    ...stages.flatMap((stage, i) =>
      stage.cohorts
        .filter((cohort) => !Object.hasOwn(cohorts, cohort))
        .map((cohort) => `stages[${i}].cohorts: ${cohort} is not a cohort of the plan`),
    ),
    ...(3600 % evidence.periodSec === 0 ? [] : [`evidence.periodSec=${evidence.periodSec}: must be a divisor of 3600`]),
  ];
}

/** Symbols without targets, and symbols elsewhere in the plan that are in no cohort. */
function unknownSymbols({ cohorts, exclude, limits }: RolloutPlan, isKnown: (symbol: string) => boolean): string[] {
  const enforced = new Set(Object.values(cohorts).flat());
  const named: [place: string, symbols: readonly string[]][] = [
    ['exclude', exclude],
    ['limits.maxDeviationUsd.symbols', Object.keys(limits.maxDeviationUsd.symbols)],
    ...Object.entries(limits.clusters).map(([cluster, own]): [string, string[]] => [
      `limits.clusters.${cluster}`,
      own.symbols,
    ]),
  ];
  return [
    ...[...enforced].filter((symbol) => !isKnown(symbol)).map((symbol) => `cohorts: ${symbol} has no target`),
    ...named.flatMap(([place, own]) =>
      own.filter((symbol) => !enforced.has(symbol)).map((symbol) => `${place}: ${symbol} is in no cohort`),
    ),
  ];
}
