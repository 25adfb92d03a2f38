import { namedValues, type ParameterValues, type PolicyBook } from '@quantum/efficiency-policy';
import { BRAIN_PARAMETERS, DEFAULT_PARAMETERS } from '@quantum/efficiency-score';
import { explained, gateSettings, loadPolicy, nameLimits, type Explanation } from '@quantum/policy';
import { CannotRun, withRedis } from '@quantum/service-kit';
import type { GateSettings } from '@quantum/risk-gates';
import type { Step } from '@quantum/shadow-evidence';
import { policyFilesOf, policyTexts, stepsOf, wrapped } from '../policy.js';
import { readPolicies } from '../record/policies.js';
import { symbolText, textOf } from './text.js';

export interface ExplainArguments {
  redis: string;
  /** Explains what decides for this symbol, instead of a hash. */
  symbol?: string;
  policyFile?: string;
  proposerEnv?: string;
  governorEnv?: string;
  json?: true;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Exit code where the hash is not known. */
const EXIT_NOT_FOUND = 1;
const scoreDefaults = namedValues(DEFAULT_PARAMETERS, BRAIN_PARAMETERS);

/**
 * Says what a hash that outputs carry means: by the files, where some are given, else by Redis. Of a symbol it says
 * what decides for it in both steps, by the files, else by the environment.
 * @returns the exit code. @throws CannotRun, CannotConnect
 */
export async function explainCommand(
  hash: string | undefined,
  options: ExplainArguments,
  env: Env,
  print: (text: string) => void,
): Promise<number> {
  const printAs = (json: unknown, text: () => string): void => {
    print(options.json ? `${JSON.stringify(json, null, 2)}\n` : text());
  };
  const { symbol } = options;
  if ((hash === undefined) === (symbol === undefined)) throw new CannotRun('explain needs a hash, or else --symbol');
  if (symbol !== undefined) {
    const { proposal, hint } = booksOf(options, env);
    const both = [inBook(proposal.of(symbol).policy, 'proposal', proposal), inBook(hint.of(symbol).policy, 'hint', hint)]; // prettier-ignore
    const explanations = both.filter((one) => one !== undefined);
    printAs(explanations, () => symbolText(symbol, explanations));
    return 0;
  }
  const asked = hash ?? '';
  const explanation = byFiles(asked, options, env) ?? (await byRedis(asked, options.redis, env));
  printAs(explanation ?? { hash, step: null }, () =>
    explanation ? textOf(explanation) : `${asked}: neither the files that were given nor Redis say.\n`,
  );
  return explanation ? 0 : EXIT_NOT_FOUND;
}

function byFiles(hash: string, options: ExplainArguments, env: Env): Explanation | undefined {
  const { policyFile, proposerEnv, governorEnv } = options;
  if (policyFile === undefined && proposerEnv === undefined && governorEnv === undefined) return undefined;
  const { proposal, hint, governor } = booksOf(options, env);
  return inBook(hash, 'proposal', proposal) ?? inBook(hash, 'hint', hint) ?? inLimits(hash, gateSettings(governor));
}

/**
 * What each step decides by: the policy file over the env files, each of which is the environment if it is not given.
 */
function booksOf({ policyFile, proposerEnv, governorEnv }: ExplainArguments, env: Env) {
  const files = { proposer: proposerEnv, governor: governorEnv };
  const { proposal, hint, governor } = stepsOf(policyTexts(files, env));
  const named = policyFilesOf(files, env);
  return {
    governor,
    proposal: wrapped(() => loadPolicy(policyFile ?? named.proposer, proposal)),
    hint: wrapped(() => loadPolicy(policyFile ?? named.governor, hint)),
  };
}

function inBook<P>(hash: string, step: Step, book: PolicyBook<P>): Explanation | undefined {
  const found = book.all().find(({ policy }) => policy === hash);
  return (
    found && explained(hash, step, JSON.parse(found.text) as ParameterValues, { scoreDefaults, entries: found.entries })
  );
}

function inLimits(hash: string, settings: GateSettings) {
  const named = nameLimits(settings);
  return named.hash === hash
    ? explained(hash, 'limits', JSON.parse(named.text) as ParameterValues, {
        scoreDefaults,
        entries: ['the environment'],
      })
    : undefined;
}

async function byRedis(hash: string, url: string, env: Env): Promise<Explanation | undefined> {
  const [line] = await withRedis(url, env, 'shadow-report', (redis) => readPolicies(redis, [hash]));
  return line && explained(hash, line.step, line.parameters, { scoreDefaults });
}
