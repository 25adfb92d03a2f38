import { createHash } from 'node:crypto';
import {
  HINT_PARAMETERS,
  PROPOSAL_PARAMETERS,
  type HintParameters,
  type ParameterCheck,
  type ParameterNames,
  type PolicyStep,
  type ProposalParameters,
} from '@quantum/efficiency-policy';
import {
  annotatorDefinition,
  proposerDefinition,
  type AnnotatorConfig,
  type ProposerConfig,
} from '@quantum/service-config';
import type { ConfigOf, Definition, Variables } from '@quantum/service-kit';

/** SHA-256 of a UTF-8 text, in hexadecimal digits. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The parameters of a step in an environment: each is the value of its variable. */
const parametersIn = <P extends object>(
  { variables }: { variables: Variables },
  config: object,
  names: ParameterNames<P>,
): P => {
  const values = config as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(names).map(([name, own]) => [own, values[variables[name]?.property ?? '']]),
  ) as P;
};

/** The parameters of proposals in the proposer's environment. */
export const proposalParameters = (config: ProposerConfig): ProposalParameters =>
  parametersIn(proposerDefinition, config, PROPOSAL_PARAMETERS);

/** The parameters of efficiency hints in the environment of a governor or an annotator. */
export const hintParameters = (config: AnnotatorConfig): HintParameters =>
  parametersIn(annotatorDefinition, config, HINT_PARAMETERS);

/** Step 1: the proposer's policy. The budget is part of it. */
export const proposalStep = (config: ProposerConfig): PolicyStep<ProposalParameters> => ({
  names: PROPOSAL_PARAMETERS,
  checks: checksOf(proposerDefinition, config, PROPOSAL_PARAMETERS),
  base: proposalParameters(config),
  common: { P31_BUDGET: config.budget },
  hash: sha256,
});

/** Step 2: the policy of the hint. No rule between variables names one of its parameters, which a test ensures. */
export const hintStep = (config: AnnotatorConfig): PolicyStep<HintParameters> => ({
  names: HINT_PARAMETERS,
  checks: [],
  base: hintParameters(config),
  common: {},
  hash: sha256,
});

/** The service's own rules between variables, for parameters that replace those of its environment. */
function checksOf<D extends Variables, P extends object>(
  { variables, crossChecks }: Definition<D>,
  config: ConfigOf<D>,
  names: ParameterNames<P>,
): ParameterCheck<P>[] {
  const properties = Object.entries(names).map(
    ([name, own]) => [(variables[name] as D[string]).property, own] as const,
  );
  const withParameters = (parameters: P): ConfigOf<D> => ({
    ...config,
    ...Object.fromEntries(properties.map(([property, own]) => [property, parameters[own]])),
  });
  return crossChecks
    .filter((check) => check.variables.some((name) => name in names))
    .map(({ holds, ...check }) => ({ ...check, holds: (parameters) => holds(withParameters(parameters)) }));
}
