import {
  HINT_PARAMETERS,
  PROPOSAL_PARAMETERS,
  type HintParameters,
  type ParameterSet,
  type PolicyBook,
  type ProposalParameters,
} from '@quantum/efficiency-policy';
import { hintStep, loadPolicy, proposalStep } from '@quantum/policy';
import { GATES, type GateLimit } from '@quantum/risk-gates';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { describeVariables, loadConfig, type Definition, type Variables } from '@quantum/service-kit';
import type { Env } from './file.js';

const defaultsOf = <D extends Variables>(definition: Definition<D>, names: readonly string[]): Env => {
  const rows = new Map(describeVariables(definition).map((row) => [row.name, row.default]));
  return Object.fromEntries(names.map((name) => [name, rows.get(name) ?? '']));
};

/** The proposer's variables that a proposal depends on, with their defaults. */
export const PROPOSER_DEFAULTS = defaultsOf(proposerDefinition, [...Object.keys(PROPOSAL_PARAMETERS), 'P31_BUDGET']);

/** The governor's variables that a hint depends on, with their defaults. */
export const GOVERNOR_DEFAULTS = defaultsOf(governorDefinition, Object.keys(HINT_PARAMETERS));

/** The gates that a plan's own fields and the position decide. */
export const PLAN_GATES = GATES.filter(({ name, fields }) => ['plan_age', 'price_band'].includes(name) || Object.keys(fields).length > 0); // prettier-ignore

/** The governor's variables that decide how a plan is classified, with their defaults. */
export const PLAN_DEFAULTS = defaultsOf(governorDefinition, [
  'P31_MAX_FUTURE_SEC', 'GOV_PLAN_MAX_AGE_SEC', 'GOV_KILL_SCORE_CRITICAL', 'GOV_KILL_SCORE_MISSING', 'GOV_PRICE_BAND',
  ...PLAN_GATES.flatMap(({ limits }) => Object.values<GateLimit>(limits).map(({ variable }) => variable)),
]); // prettier-ignore

/** Arguments of the proposer's functions, and its parameters' hash. @throws ConfigError as the service would. */
export const proposerPolicy = (env: Env): ParameterSet<ProposalParameters> =>
  loadPolicy(undefined, proposalStep(loadConfig(proposerDefinition, env).config)).of('');

/** Arguments of the governor's functions. @throws ConfigError if the service would not start. */
export const hintPolicies = (env: Env): PolicyBook<HintParameters> =>
  loadPolicy(undefined, hintStep(loadConfig(governorDefinition, env).config));
