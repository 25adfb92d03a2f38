import { GUARDS, isOptionalGuard, type Guard, type GuardName } from '@quantum/rollout-guards';
import { ROLLOUT_DIRECTIONS } from '@quantum/redis-schemas';
import * as z from 'zod';

/** What a stage asks of the evidence before the next may begin. */
export const REQUIREMENTS = ['none', 'non_inferior', 'superior'] as const;

const number = (min: number, max: number) => {
  const error = `must be a number in ${min}..${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};
const integer = (min: number, max: number) => {
  const error = `must be a whole number in ${min}..${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const text = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error });
const name = text(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 characters of a-z, 0-9, _ and -, the first no mark');
const symbol = text(/^[^{}\p{Cc}]{1,64}$/u, 'must be 1 to 64 characters without braces and control characters');
const symbols = z
  .array(symbol, { error: 'must be a list of symbols' })
  .max(10_000, { error: 'must be 10,000 at most' });
const usd = number(0, 1e12);

const stage = z
  .strictObject(
    {
      name: name.describe('Unique within the plan.'),
      cohorts: z.array(name, { error: 'must be a list of cohorts' }).min(1, { error: 'must name a cohort' }).describe('The cohorts that it enforces.'),
      blend: number(0, 1).describe("Share of a proposal's distance from 1 that is enforced."),
      direction: z.enum(ROLLOUT_DIRECTIONS, { error: 'must be down_only or both' }).describe('`down_only`: no multiplier exceeds 1.'),
      minHours: number(0, 8760).describe('Hours that it bakes at least: at full blend, with every guard passing.'),
      minPeriods: integer(0, 1_000_000).describe('Closed periods of these hours.'),
      approvals: integer(0, 2).describe('Approvals that it needs to begin, by as many users, none of them the proposer.'),
      require: z.enum(REQUIREMENTS, { error: 'must be none, non_inferior or superior' }).describe('What the evidence must show before the next stage.'),
    },
    { error: 'must be an object: a stage' },
  )
  .meta({ id: 'stage' }); // prettier-ignore

const limits = z.strictObject(
  {
    maxDeviationUsd: z
      .strictObject(
        {
          total: usd.describe('Sum over all symbols.'),
          perSymbol: usd.describe('For a symbol without an own cap.'),
          symbols: z.record(symbol, usd, { error: 'must be an object of symbols' }).default({}).describe('Own caps of symbols.'),
        },
        { error: 'must be an object with total and perSymbol' },
      )
      .describe('Greatest distances of effective targets from base targets, USD.'),
    clusters: z
      .record(name, z.strictObject({ symbols, capUsd: usd }, { error: 'must be an object with symbols and capUsd' }), { error: 'must be an object of clusters' })
      .default({})
      .describe('Groups of symbols whose distances from base together have a cap.'),
  },
  { error: 'must be an object with maxDeviationUsd' },
); // prettier-ignore

const guardOf = (guard: Guard) => {
  const shape = Object.entries(guard.limits).map(([limit, { default: value, min, max, describe }]) => {
    const own = number(min, max).describe(`${describe}; ${min}..${max}`);
    return [limit, value === undefined ? own : own.default(value)];
  });
  const owner = name.describe('Who answers for its limits.');
  const object = z.strictObject(
    { owner, ...(Object.fromEntries(shape) as Record<string, z.ZodType<number>>) },
    { error: 'must be an object with owner and limits' },
  );
  const described = object.describe(`${guard.onBreach} when ${guard.summary}`);
  return isOptionalGuard(guard) ? described.optional() : described;
};

const guards = z.strictObject(
  Object.fromEntries(GUARDS.map((guard) => [guard.name, guardOf(guard)])) as Record<GuardName, ReturnType<typeof guardOf>>,
  { error: 'must be an object of guards' },
); // prettier-ignore

const evidence = z.strictObject(
  {
    periodSec: integer(10, 3600).default(300).describe('Length of a period, seconds; a divisor of 3600.'),
    clipBps: number(0.01, 10_000).describe('Hourly advantages are clipped at this size, basis points. About four standard deviations of an hour.'),
    deltaBpsPerDay: number(0, 1000).describe('Harm that is tolerated, basis points a day.'),
    alphaHarm: number(0.001, 0.5).default(0.1).describe('Probability of a rollback without harm beyond delta.'),
    alphaAdvance: number(0.001, 0.5).describe('Probability that a requirement is met although it does not hold.'),
    costBps: number(0, 1000).describe('Cost of a traded USD, basis points.'),
  },
  { error: 'must be an object with clipBps, deltaBpsPerDay, alphaAdvance and costBps' },
); // prettier-ignore

/** A plan as JSON holds it. */
export const PlanSchema = z
  .strictObject(
    {
      $schema: z.string({ error: 'must be a text' }).optional().describe('Where this schema is, for editors.'),
      version: z.literal(1, { error: 'must be 1' }).describe('Version of this format.'),
      name,
      owner: name.describe('Who answers for the plan.'),
      cohorts: z
        .record(name, symbols.min(1, { error: 'must name a symbol' }), { error: 'must be an object of cohorts' })
        .describe('Symbols by the name of their cohort: explicit, never a pattern.'),
      exclude: symbols.default([]).describe('Symbols of cohorts that are not enforced.'),
      stages: z.array(stage, { error: 'must be a list of stages' }).min(1, { error: 'must have a stage' }).max(32, { error: 'must be 32 at most' }).describe('In their order.'),
      limits,
      slewPerCycle: number(0.0001, 1).describe('Greatest change of the blend in a cycle.'),
      maxHoldSec: integer(60, 2_592_000).describe('Longer holds go one stage down.'),
      approvalDays: number(0.01, 365).describe('After these days the last stage holds until it is approved again.'),
      guards: guards.describe('Every guard with an owner. Limits that are left out have their defaults.'),
      evidence,
    },
    { error: 'must be an object' },
  )
  .meta({ title: 'Plan of a rollout', description: 'Stages that enforce proposals, under guards. Generated from the code.' }); // prettier-ignore

/** A plan that is valid, with its defaults. */
export type RolloutPlan = Readonly<Omit<z.infer<typeof PlanSchema>, '$schema'>>;
export type StagePlan = RolloutPlan['stages'][number];

/** The published JSON Schema of a plan. */
export const planJsonSchema = (): object => z.toJSONSchema(PlanSchema, { io: 'input' });
