import { namedValues, type ParameterValues, type PolicyStep } from '@quantum/efficiency-policy';
import { BRAIN_PARAMETERS, DEFAULT_PARAMETERS } from '@quantum/efficiency-score';
import { gateSettings, limitValues, loadPolicy, nameLimits } from '@quantum/policy';
import { openRedis } from '@quantum/service-kit';
import type { GateSettings } from '@quantum/risk-gates';
import type { Step } from '@quantum/shadow-evidence';
import { policyFilesOf, policyTexts, stepsOf, wrapped } from '../policy.js';
import { readPolicies } from '../record/policies.js';
import { explanationText } from './text.js';

export interface ExplainArguments {
  redis: string;
  policyFile?: string;
  proposerEnv?: string;
  governorEnv?: string;
  json?: true;
}

/** What a hash means. */
export interface Explanation {
  hash: string;
  step: Step;
  parameters: ParameterValues;
  /** The defaults of the services, of all parameters of the step. */
  defaults: ParameterValues;
  /** Those that are not the services' defaults. */
  changed: readonly string[];
  /**
   * What gives these parameters: entries of the policy file, `defaults` also being the environment's own; of limits the environment
   * alone. Of Redis undefined.
   */
  entries?: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** Exit code where nobody says what the hash means. */
const EXIT_NOT_FOUND = 1;

/**
 * Says what a hash that outputs carry means: by the files, where some are given, else by Redis. @returns the exit code.
 * @throws CannotRun, CannotConnect
 */
export async function explainCommand(
  hash: string,
  options: ExplainArguments,
  env: Env,
  print: (text: string) => void,
): Promise<number> {
  const explanation = byFiles(hash, options, env) ?? (await byRedis(hash, options.redis, env));
  if (options.json) print(`${JSON.stringify(explanation ?? { hash, step: null }, null, 2)}\n`);
  else
    print(explanation ? explanationText(explanation) : `${hash}: neither the files that were given nor Redis say.\n`);
  return explanation ? 0 : EXIT_NOT_FOUND;
}

function byFiles(hash: string, options: ExplainArguments, env: Env): Explanation | undefined {
  const { policyFile, proposerEnv, governorEnv } = options;
  if (policyFile === undefined && proposerEnv === undefined && governorEnv === undefined) return undefined;
  const files = {
    ...(proposerEnv !== undefined && { proposer: proposerEnv }),
    ...(governorEnv !== undefined && { governor: governorEnv }),
  };
  const { proposal, hint, governor } = stepsOf(policyTexts(files, env));
  const named = policyFilesOf(files, env);
  return (
    inBook(hash, 'proposal', policyFile ?? named.proposer, proposal) ??
    inBook(hash, 'hint', policyFile ?? named.governor, hint) ??
    inLimits(hash, gateSettings(governor))
  );
}

function inBook<P extends object>(hash: string, step: Step, file: string | undefined, policy: PolicyStep<P>) {
  const found = wrapped(() => loadPolicy(file, policy)).all().find((each) => each.policy === hash); // prettier-ignore
  return found && explained(hash, step, JSON.parse(found.text) as ParameterValues, found.entries);
}

function inLimits(hash: string, settings: GateSettings) {
  const named = nameLimits(settings);
  return named.hash === hash
    ? explained(hash, 'limits', JSON.parse(named.text) as ParameterValues, ['the environment'])
    : undefined;
}

async function byRedis(hash: string, url: string, env: Env): Promise<Explanation | undefined> {
  const redis = await openRedis(url, env, 'shadow-report');
  try {
    const [line] = await readPolicies(redis, [hash]);
    return line && explained(hash, line.step, line.parameters);
  } finally {
    redis.disconnect();
  }
}

function explained(hash: string, step: Step, parameters: ParameterValues, entries?: readonly string[]): Explanation {
  const { proposal, hint, governor } = stepsOf({ proposer: {}, governor: {} });
  const defaults: ParameterValues = {
    proposal: { ...namedValues(proposal.base, proposal.names), ...proposal.common },
    hint: namedValues(hint.base, hint.names),
    score: namedValues(DEFAULT_PARAMETERS, BRAIN_PARAMETERS),
    limits: limitValues(gateSettings(governor)),
  }[step];
  const changed = Object.keys(parameters).filter((name) => parameters[name] !== defaults[name]);
  return { hash, step, parameters, defaults, changed, ...(entries && { entries }) };
}
