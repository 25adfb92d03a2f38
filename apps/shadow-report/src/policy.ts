import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { GATE_NAMES, type GateMode, type GateName } from '@quantum/redis-schemas';
import { effectiveModes } from '@quantum/risk-gates';
import {
  governorDefinition,
  proposerDefinition,
  type GovernorConfig,
  type ProposerConfig,
} from '@quantum/service-config';
import { ConfigError, loadConfig } from '@quantum/service-kit';
import type { GovernorPolicy, Policy, ProposerPolicy, RecordingHeader } from '@quantum/shadow-evidence';
import { CannotRun, messageOf } from './failure.js';

export type PolicyTexts = RecordingHeader['policy'];
type Env = Readonly<Record<string, string | undefined>>;

const DEFINITIONS = { proposer: proposerDefinition, governor: governorDefinition } as const;

/** Whether a variable of a service changes what it decides, rather than where, when or how. */
const decides = (name: string): boolean =>
  /^(P31_|APPLY_MODE$|GOV_)/.test(name) &&
  !/^GOV_(CLAIM_IDLE_SEC|MAX_DELIVERIES|DECISION_TTL_SEC|TAKE_OVER|DISARM_ON_BURST_BREACH)$/.test(name);

const deciding = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([name]) => decides(name)));

/** The variables that decide, as each service has them: given in its env file, else in `env`, else by default. @throws CannotRun */
export function policyTexts(files: { proposer?: string; governor?: string }, env: Env): PolicyTexts {
  return wrapped(() => ({
    proposer: deciding(loadConfig(proposerDefinition, environment(files.proposer, env)).effective),
    governor: deciding(loadConfig(governorDefinition, environment(files.governor, env)).effective),
  }));
}

const environment = (file: string | undefined, env: Env): Env =>
  file === undefined ? env : parseEnv(readFileSync(file, 'utf8'));

/** What both services decide by, with these variables. @throws CannotRun */
export function policyOf(texts: PolicyTexts): Policy {
  return wrapped(() => ({
    proposer: proposerPolicy(loadConfig(proposerDefinition, texts.proposer).config),
    governor: governorPolicy(loadConfig(governorDefinition, texts.governor).config),
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
  const known = (service: keyof typeof DEFINITIONS, name: string) =>
    decides(name) && name in DEFINITIONS[service].variables;
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

// As the services themselves build theirs (apps/*/src): an integration test holds the replay to what they wrote.
const proposerPolicy = (config: ProposerConfig): ProposerPolicy => ({
  minConfidence: config.minConfidence,
  maxFutureSec: config.maxFutureSec,
  maxAgeSec: config.staleSec,
  base: config.base,
  scale: config.scale,
  minMultiplier: config.minMultiplier,
  maxMultiplier: config.maxMultiplier,
});

const governorPolicy = (config: GovernorConfig): GovernorPolicy => ({
  limits: {
    killSwitchAllowsCloses: config.killSwitchAllowsCloses,
    planMaxAgeSec: config.planMaxAgeSec,
    killScoreCritical: config.killScoreCritical,
    symbolCooldownSec: config.symbolCooldownSec,
    maxExecPerHour: config.maxExecPerHour,
    maxExecPer5Min: config.maxExecPer5Min,
    maxNotionalPerDayUsd: config.maxNotionalPerDayUsd,
    refuseUnknownNotional: config.applyMode === 'production',
  },
  modes: effectiveModes(
    Object.fromEntries(GATE_NAMES.map((name) => [name, config[`gate:${name}`]])) as Record<GateName, GateMode>,
    config.applyMode,
  ),
  applyMode: config.applyMode,
  hint: {
    minConfidence: config.minConfidence,
    maxFutureSec: config.maxFutureSec,
    maxAgeSec: config.effTtlSec,
    downsizeThreshold: config.downsizeThreshold,
    minFactor: config.minFactor,
    maxExtraCooldownSec: config.maxExtraCooldownSec,
    hintCloses: config.hintCloses,
  },
});
