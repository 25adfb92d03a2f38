import type { Variables } from './define-config.js';

interface Declared {
  readonly variables: Variables;
}

/** One line of a documented list of variables. */
export interface VariableRow {
  readonly name: string;
  /** As text; empty for an optional variable. */
  readonly default: string;
  /** Empty if absent. */
  readonly unit: string;
  /** What a value must be: `a number in 0..1`. */
  readonly allowed: string;
  readonly describe: string;
  /** Whether its value may hold a secret. */
  readonly secret: boolean;
  /** Former names that are still accepted. */
  readonly aliases: readonly string[];
}

/** A definition as rows, in the order of declaration. */
export function describeVariables({ variables }: Declared): VariableRow[] {
  return Object.entries(variables).map(([name, variable]) => ({
    name,
    default: variable.default ?? '',
    unit: variable.unit ?? '',
    allowed: variable.allowed,
    describe: variable.describe,
    secret: variable.mask !== undefined,
    aliases: variable.aliases ?? [],
  }));
}

/** Plain where every reader of env files takes it as it is, else in double quotes with escapes. */
const quoted = (value: string): string =>
  /^[\w.,:;@%+/{}=-]*$/.test(value) ? value : `"${value.replace(/["\\`$]/g, '\\$&')}"`;

const comment = (line: string): string => `# ${line}`.trimEnd();

/**
 * An env file with every variable at its default, fit for systemd's `EnvironmentFile=` and for a shell's `.`: comments
 * have lines of their own. Optional variables and those that may hold a secret are commented out. `header` may have
 * several lines.
 */
export function renderEnvFile({ variables }: Declared, header: string): string {
  const paragraphs = Object.entries(variables).map(([name, variable]) => {
    const allowed = `${variable.allowed}${variable.unit === undefined ? '' : `, ${variable.unit}`}`;
    const assignment = `${name}=${quoted(variable.default ?? variable.example ?? '')}`;
    const active = variable.default !== undefined && variable.mask === undefined;
    return [comment(variable.describe), comment(`(${allowed})`), active ? assignment : comment(assignment)];
  });
  return [header.trimEnd().split('\n').map(comment), ...paragraphs].map((lines) => `${lines.join('\n')}\n`).join('\n');
}
