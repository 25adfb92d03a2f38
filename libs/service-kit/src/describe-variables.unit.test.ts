import { spawnSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineConfig } from './define-config.js';
import { describeVariables, renderEnvFile } from './describe-variables.js';
import { loadConfig } from './load-config.js';
import { sharedVariables } from './shared-variables.js';
import { number, text } from './variable.js';

const definition = defineConfig({
  ...sharedVariables,
  P31_MAX_EXTRA_COOLDOWN_SEC: number({
    property: 'cooldownSec',
    describe: 'Longest',
    default: '120',
    min: 0,
    unit: 'seconds',
  }),
});

/** As systemd reads an EnvironmentFile: comment lines, then NAME=value to the end of the line, quotes with escapes. */
function readAsSystemd(file: string): Record<string, string> {
  const lines = file.split('\n').filter((line) => !/^\s*(?:[#;]|$)/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', rest = ''] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
      const inQuotes = /^"(.*)"\s*$/.exec(rest)?.[1];
      return [name, inQuotes?.replace(/\\(["\\`$])/g, '$1') ?? rest.trimEnd()];
    }),
  );
}

function readAsShell(file: string): Record<string, string> {
  const { stdout } = spawnSync('/bin/sh', ['-c', 'set -a; eval "$FILE"; unset FILE; env -0'], {
    env: { FILE: file, PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  return Object.fromEntries(
    stdout
      .split('\0')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
      .filter(([name]) => !['PATH', 'PWD', 'OLDPWD', 'SHLVL', '_', ''].includes(name)),
  );
}

describe('describeVariables', () => {
  it('gives a row for each, in order', () => {
    const rows = describeVariables(definition);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(definition.variables));
    expect(rows.at(-1)).toEqual({
      name: 'P31_MAX_EXTRA_COOLDOWN_SEC',
      default: '120',
      unit: 'seconds',
      allowed: 'a number >= 0',
      describe: 'Longest',
      secret: false,
      aliases: [],
    });
    const secret = rows.filter((row) => row.secret).map(({ name }) => name);
    expect(secret).toEqual(['REDIS_URL', 'REDIS_USERNAME', 'REDIS_PASSWORD']);
  });
});

describe('renderEnvFile', () => {
  const file = renderEnvFile(definition, 'The proposer.\n\nEdit and restart.');

  it('puts every comment on a line of its own, before its variable', () => {
    expect(file.startsWith('# The proposer.\n#\n# Edit and restart.\n\n# Where Redis is')).toBe(true);
    expect(file).toContain('\n# REDIS_URL=redis://user:password@localhost:6379/0\n');
    expect(file.endsWith('\n# Longest\n# (a number >= 0, seconds)\nP31_MAX_EXTRA_COOLDOWN_SEC=120\n')).toBe(true);
    expect(file.split('\n').filter((line) => /[^\s].*#/.test(line) && !line.startsWith('#'))).toEqual([]);
  });

  it('gives all defaults again when it is loaded, as systemd, a shell and Node read it', () => {
    const defaults = loadConfig(definition, {});
    const read = readAsSystemd(file);
    expect(loadConfig(definition, read)).toEqual(defaults);
    expect(Object.keys(read)).toEqual(Object.keys(defaults.effective));
    expect(readAsShell(file)).toEqual(read);
    expect(parseEnv(file)).toEqual(read);
  });

  it('quotes whatever a default may hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab \'"\\$`#;&%~*'.split('')) }), (value) => {
        const odd = defineConfig({ GOV_TEXT: text({ property: 'text', describe: 'Any', default: `x${value}x` }) });
        const rendered = renderEnvFile(odd, 'odd');
        expect(readAsSystemd(rendered)['GOV_TEXT']).toBe(`x${value}x`);
      }),
    );
    const hard = defineConfig({
      GOV_TEXT: text({ property: 'text', describe: 'Any', default: `a "b" \\ $c \`d\` 'e'` }),
    });
    expect(readAsShell(renderEnvFile(hard, 'hard'))).toEqual({ GOV_TEXT: `a "b" \\ $c \`d\` 'e'` });
  });
});
