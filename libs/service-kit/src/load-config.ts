import { closest } from 'fastest-levenshtein';
import type { ConfigOf, CrossCheck, Definition, Variables } from './define-config.js';
import type { Logger } from './logger.js';
import { looksLikeLogin, secretsOfLogin } from './mask.js';
import { redact, registerSecrets } from './redact.js';
import type { Variable } from './variable.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a name begins with, up to its first underscore; undefined: it has none. */
const prefixOf = (name: string): string | undefined => /^[^_]+_/.exec(name)?.[0];

/** The environment is not usable. `violations` has one line each, without secrets; the message holds them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly violations: readonly string[];

  constructor(violations: readonly string[]) {
    const safe = violations.map(redact);
    super(['The configuration is not usable:', ...safe.map((line) => `  ${line}`)].join('\n'));
    this.violations = safe;
  }
}

export interface LoadedConfig<D extends Variables> {
  readonly config: ConfigOf<D>;
  /** One line each: unknown names that start like ours, former names in use, the definition's own warnings. */
  readonly warnings: readonly string[];
  /** One line each: what follows from these values and is worth knowing. */
  readonly notes: readonly string[];
  /** By variable name, the text in effect (given or default), secrets masked. Unset optional variables are left out. */
  readonly effective: Readonly<Record<string, string>>;
}

interface Findings {
  readonly violations: string[];
  readonly warnings: string[];
}

/** Blank counts as unset: an env file cannot leave a name out and keep it. */
const given = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

/** Whether a value is refused, and may be a secret in the wrong variable: a login where a host or a port belongs. */
function isMisplacedSecret({ schema, mask, mayBeMisplaced }: Variable, text: string): boolean {
  if (mask || schema.safeParse(text).success) return false;
  return looksLikeLogin(text) || (mayBeMisplaced?.(text) ?? false);
}

const shown = (variable: Variable, text: string): string =>
  variable.mask?.(text) ?? (isMisplacedSecret(variable, text) ? '***' : text);

/** The text given for a variable, under its own name or a former one. */
function givenText(name: string, variable: Variable, env: Environment, findings: Findings): string | undefined {
  let text = given(env, name);
  for (const alias of variable.aliases ?? []) {
    const aliased = given(env, alias);
    if (aliased === undefined) continue;
    findings.warnings.push(`${alias} is a former name of ${name}: rename it`);
    if (text !== undefined && text !== aliased) {
      const both = `'${shown(variable, text)}' here, '${shown(variable, aliased)}' under its former name ${alias}`;
      findings.violations.push(`${name}: ${both}; keep one`);
    }
    text ??= aliased;
  }
  return text;
}

/** The variable's value, or undefined after a violation was noted. */
function parse(name: string, variable: Variable, text: string, violations: string[]): { value: unknown } | undefined {
  // systemd hands over what follows a value on its line, `# comments` included.
  if (/(?:^|\s)#/.test(text)) {
    const line = `'${shown(variable, text)}' carries a comment: in an env file a comment has a line of its own`;
    violations.push(`${name}: ${line}`);
    return undefined;
  }
  const parsed = variable.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data };
  violations.push(`${name}: '${shown(variable, text)}' is not allowed, must be ${variable.allowed}`);
  return undefined;
}

function unknownNames(variables: Variables, env: Environment, alsoKnown: readonly string[]): string[] {
  const own = Object.entries(variables).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  const known = new Set([...own, ...alsoKnown]);
  // A name that begins as one of ours does, and that no service knows, is most likely a typing error.
  const prefixes = new Set([...known].map(prefixOf));
  const isLikeOurs = (name: string): boolean => {
    const prefix = prefixOf(name.toUpperCase());
    return prefix !== undefined && prefixes.has(prefix);
  };
  return Object.keys(env)
    .filter((name) => !known.has(name) && isLikeOurs(name))
    .map(
      (name) => `${name} is not a known name and has no effect; the nearest known name is ${closest(name, [...known])}`,
    );
}

/** Before anything is said about them: from here on no output of this process shows the secrets of this environment. */
function registerSecretsOf(variables: Variables, env: Environment): void {
  for (const [name, variable] of Object.entries<Variable>(variables)) {
    const { aliases = [], secrets } = variable;
    const texts = [name, ...aliases].map((one) => given(env, one)).filter((text) => text !== undefined);
    if (secrets) registerSecrets(texts.flatMap(secrets));
    registerSecrets(texts.filter((text) => isMisplacedSecret(variable, text)).flatMap(secretsOfLogin));
  }
}

/**
 * Reads a service's configuration; `redact` and every logger hide its secrets from then on. Blank values count as
 * unset. `alsoKnown`: names that others read, without a warning.
 * @throws ConfigError that lists every violation at once: values that do not parse, that contradict each other, that
 * carry a comment.
 */
export function loadConfig<D extends Variables>(
  definition: Definition<D>,
  env: Environment,
  alsoKnown: readonly string[] = [],
): LoadedConfig<D> {
  registerSecretsOf(definition.variables, env);
  const findings: Findings = { violations: [], warnings: unknownNames(definition.variables, env, alsoKnown) };
  const config: Record<string, unknown> = {};
  const effective: Record<string, string> = {};
  const unusable = new Set<string>();

  for (const [name, variable] of Object.entries<Variable>(definition.variables)) {
    const text = givenText(name, variable, env, findings) ?? variable.default;
    if (text === undefined) {
      config[variable.property] = undefined;
      continue;
    }
    effective[name] = shown(variable, text);
    const parsed = parse(name, variable, text, findings.violations);
    if (parsed) config[variable.property] = parsed.value;
    else unusable.add(name);
  }

  const broken = (rules: readonly CrossCheck<D>[]): string[] =>
    rules
      .filter(({ variables }) => !variables.some((name) => unusable.has(name)))
      .filter(({ holds }) => !holds(config as ConfigOf<D>))
      .map(({ variables, requirement }) => {
        const values = variables.map((name) => `${name}='${effective[name] ?? ''}'`).join(', ');
        return `${values}: ${requirement}`;
      });
  findings.violations.push(...broken(definition.crossChecks));
  if (findings.violations.length > 0) throw new ConfigError(findings.violations);
  const warnings = [...findings.warnings, ...broken(definition.warnings)];
  return { config: config as ConfigOf<D>, warnings, notes: broken(definition.notes), effective };
}

/**
 * Logs what a service runs with, once at its start: warnings, notes, then the effective configuration, secrets masked.
 */
export function logConfig(
  logger: Logger,
  loaded: Pick<LoadedConfig<Variables>, 'warnings' | 'notes' | 'effective'>,
): void {
  for (const warning of loaded.warnings) logger.warn(warning);
  for (const note of loaded.notes) logger.info(note);
  logger.info({ config: loaded.effective }, 'effective configuration');
}
