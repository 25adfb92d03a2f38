import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { gateLimits, gateModes, hintParameters, proposalParameters } from '@quantum/policy';
import { governorDefinition, proposerDefinition, type GovernorConfig } from '@quantum/service-config';
import { ConfigError, loadConfig, type Definition, type Variables } from '@quantum/service-kit';
import type { GovernorPolicy, Policy, RecordingHeader } from '@quantum/shadow-evidence';
import { CannotRun, messageOf } from './failure.js';

export type PolicyTexts = RecordingHeader['policy'];
type Env = Readonly<Record<string, string | undefined>>;

/** Whether a variable of a service changes what it decides, rather than where, when or how. */
const decides = (name: string): boolean =>
  /^(P31_|APPLY_MODE$|GOV_)/.test(name) &&
  !/^(GOV_(CLAIM_IDLE_SEC|MAX_DELIVERIES|DECISION_TTL_SEC|TAKE_OVER|DISARM_ON_BURST_BREACH)|P31_POLICY_FILE)$/.test(
    name,
  );

/** What of a service's definition decides: where its Redis is and who asks there, we need not know. */
const deciding = <D extends Variables>({ variables, crossChecks, alsoKnown }: Definition<D>): Definition<D> => ({
  variables: Object.fromEntries(Object.entries(variables).filter(([name]) => decides(name))) as D,
  crossChecks: crossChecks.filter((check) => check.variables.every(decides)),
  alsoKnown,
});

const DEFINITIONS = { proposer: deciding(proposerDefinition), governor: deciding(governorDefinition) } as const;

/** The variables that decide, as each service has them: given in its env file, else in `env`, else by default. @throws CannotRun */
export function policyTexts(files: { proposer?: string; governor?: string }, env: Env): PolicyTexts {
  return wrapped(() => ({
    proposer: loadConfig(DEFINITIONS.proposer, environment(files.proposer, env)).effective,
    governor: loadConfig(DEFINITIONS.governor, environment(files.governor, env)).effective,
  }));
}

const environment = (file: string | undefined, env: Env): Env =>
  file === undefined ? env : parseEnv(readFileSync(file, 'utf8'));

/** What both services decide by, with these variables. @throws CannotRun */
export function policyOf(texts: PolicyTexts): Policy {
  return wrapped(() => ({
    proposer: proposalParameters(loadConfig(DEFINITIONS.proposer, texts.proposer).config),
    governor: governorPolicy(loadConfig(DEFINITIONS.governor, texts.governor).config),
  }));
}

/**
 * A policy with some variables changed, as a JSON file of names and values says. A name that both services have is changed for
 * both. @throws CannotRun for a name that neither has, or one that decides nothing.
 */
export function changedPolicy(texts: PolicyTexts, file: string): PolicyTexts {
  const changes = wrapped(() => JSON.parse(readFileSync(file, 'utf8')) as unknown);
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    throw new CannotRun(`${file} must hold an object of variables, like {"P31_SCALE": 0.8}`);
  }
  const given = Object.entries(changes).map(([name, value]) => [name, String(value)] as const);
  const known = (service: keyof typeof DEFINITIONS, name: string) => name in DEFINITIONS[service].variables;
  const unknown = given.filter(([name]) => !known('proposer', name) && !known('governor', name));
  if (unknown.length > 0) {
    throw new CannotRun(`${file}: these are no variables of a policy: ${unknown.map(([name]) => name).join(', ')}`);
  }
  const of = (service: keyof typeof DEFINITIONS) => ({
    ...texts[service],
    ...Object.fromEntries(given.filter(([name]) => known(service, name))),
  });
  return { proposer: of('proposer'), governor: of('governor') };
}

function wrapped<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (
      error instanceof ConfigError ||
      error instanceof SyntaxError ||
      (error as { code?: unknown }).code !== undefined
    ) {
      throw new CannotRun(messageOf(error));
    }
    throw error;
  }
}

const governorPolicy = (config: GovernorConfig): GovernorPolicy => ({
  limits: gateLimits(config),
  modes: gateModes(config),
  applyMode: config.applyMode,
  hint: hintParameters(config),
});
