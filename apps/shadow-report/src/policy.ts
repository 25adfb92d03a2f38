import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { gateSettings, hintStep, limitValues, loadPolicy, nameLimits, proposalStep, settingsOf } from '@quantum/policy';
import type { GateSettings } from '@quantum/risk-gates';
import { governorDefinition, proposerDefinition, type GovernorConfig } from '@quantum/service-config';
import {
  CannotRun,
  ConfigError,
  defineConfig,
  loadConfig,
  messageOf,
  type Definition,
  type Variables,
} from '@quantum/service-kit';
import type { RecordedParameters, RecordingHeader } from '@quantum/shadow-evidence';

export type PolicyTexts = RecordingHeader['policy'];
type Env = Readonly<Record<string, string | undefined>>;

/** The env files of the services, where they were given. */
interface EnvFiles {
  proposer?: string | undefined;
  governor?: string | undefined;
}

/** Whether a variable of a service changes what it decides, rather than where, when or how. */
const decides = (name: string): boolean =>
  /^(P31_|APPLY_MODE$|GOV_)/.test(name) &&
  !/^(GOV_(CLAIM_IDLE_SEC|MAX_DELIVERIES|DECISION_TTL_SEC|TAKE_OVER|DRY_RUN_BESIDE_OTHERS|DISARM_ON_BURST_BREACH)|P31_POLICY_FILE)$/.test(
    name,
  );

/** What of a service's definition decides: where its Redis is and who asks there, we need not know. */
const deciding = <D extends Variables>({ variables, crossChecks }: Definition<D>): Definition<D> => ({
  variables: Object.fromEntries(Object.entries(variables).filter(([name]) => decides(name))) as D,
  crossChecks: crossChecks.filter((check) => check.variables.every(decides)),
  warnings: [],
  notes: [],
});

const DEFINITIONS = { proposer: deciding(proposerDefinition), governor: deciding(governorDefinition) } as const;

/**
 * The variables that decide, as each service has them: given in its env file, else in `env`, else by default. @throws
 * CannotRun
 */
export function policyTexts(files: EnvFiles, env: Env): PolicyTexts {
  return wrapped(() => ({
    proposer: loadConfig(DEFINITIONS.proposer, environment(files.proposer, env)).effective,
    governor: loadConfig(DEFINITIONS.governor, environment(files.governor, env)).effective,
  }));
}

/**
 * How long a decision record of the governor lives, by its env file, else `env`, else by default, seconds. @throws
 * CannotRun
 */
export function decisionTtlSecOf(file: string | undefined, env: Env): number {
  const { GOV_DECISION_TTL_SEC } = governorDefinition.variables;
  const definition = defineConfig({ GOV_DECISION_TTL_SEC });
  return wrapped(() => loadConfig(definition, environment(file, env)).config.decisionTtlSec);
}

/** The policy file that each service's environment names, if it does. @throws CannotRun */
export function policyFilesOf(files: EnvFiles, env: Env) {
  const named = (file: string | undefined) => environment(file, env)['P31_POLICY_FILE']?.trim() || undefined;
  return wrapped(() => ({ proposer: named(files.proposer), governor: named(files.governor) }));
}

const environment = (file: string | undefined, env: Env): Env =>
  file === undefined ? env : parseEnv(readFileSync(file, 'utf8'));

/** What both services decide by, with these variables. @throws CannotRun */
export function policyOf(texts: PolicyTexts): RecordedParameters {
  const { proposal, hint, governor } = stepsOf(texts);
  const settings = settingsIn(texts, governor);
  return {
    proposer: proposal.base,
    governor: { ...settings, applyMode: governor.applyMode, hint: hint.base },
    settingsOf,
    hashes: {
      limits: nameLimits(settings).hash,
      proposal: loadPolicy(undefined, proposal).of('').policy,
      hint: loadPolicy(undefined, hint).of('').policy,
    },
  };
}

/**
 * Limits and modes of the gates; a gate whose variable these texts do not have, as an earlier version's did not, is
 * off.
 */
function settingsIn({ governor: texts }: PolicyTexts, config: GovernorConfig): GateSettings {
  const settings = gateSettings(config);
  const given = Object.entries(limitValues(settings)).filter(([name]) => !isLimitVariable(name) || name in texts);
  return settingsOf(Object.fromEntries(given)) ?? settings;
}

/** Whether a name of a limit or a mode is that of a variable. */
export const isLimitVariable = (name: string): boolean => name in DEFINITIONS.governor.variables;

/** What these variables mean to both steps, and to the governor's gates. @throws CannotRun */
export function stepsOf(texts: PolicyTexts) {
  return wrapped(() => {
    const governor = loadConfig(DEFINITIONS.governor, texts.governor).config;
    const proposal = proposalStep(loadConfig(DEFINITIONS.proposer, texts.proposer).config);
    return { proposal, hint: hintStep(governor), governor };
  });
}

/**
 * The variables of a policy that a JSON file of names and values changes, as texts. @throws CannotRun for a name that
 * neither service has, or one that decides nothing.
 */
export function readChanges(file: string): Record<string, string> {
  const changes = wrapped(() => JSON.parse(readFileSync(file, 'utf8')) as unknown);
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    throw new CannotRun(`${file} must hold an object of variables, like {"P31_SCALE": 0.8}`);
  }
  const known = { ...DEFINITIONS.proposer.variables, ...DEFINITIONS.governor.variables };
  const unknown = Object.keys(changes).filter((name) => !(name in known));
  if (unknown.length > 0) throw new CannotRun(`${file}: these are no variables of a policy: ${unknown.join(', ')}`);
  return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, String(value)]));
}

/** Variables with some of them changed, of each service those that it has. */
export function withChanges(texts: PolicyTexts, changes: Readonly<Record<string, string>>): PolicyTexts {
  const of = (service: keyof typeof DEFINITIONS) => {
    const own = Object.entries(changes).filter(([name]) => name in DEFINITIONS[service].variables);
    return { ...texts[service], ...Object.fromEntries(own) };
  };
  return { proposer: of('proposer'), governor: of('governor') };
}

/** Does something whose failure is a mistake of who asked for it. @throws CannotRun instead */
export function wrapped<T>(read: () => T): T {
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
