import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REPO_ROOT } from './repo-root.js';

// Systemd's own program that prints what env files say: it reads them by the code that reads EnvironmentFile=.
const GENERATOR = '/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator';
const bySystemd = existsSync(GENERATOR) ? it : it.skip;

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-files-'));
  mkdirSync(join(folder, 'environment.d'));
  file = join(folder, 'environment.d', 'x.conf');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bash = (script: string, ...args: string[]) =>
  spawnSync(
    'bash',
    ['-c', `set -euo pipefail; prefix=''; source '${REPO_ROOT}/deploy/lib/env-files.sh'; ${script}`, 'x', ...args],
    {
      encoding: 'utf8',
    },
  );
const problems = (text: string): string[] => {
  writeFileSync(file, text);
  const { status, stdout, stderr } = bash('check_env_file "$1"', file);
  expect({ stdout, refused: status !== 0 }).toEqual({ stdout: '', refused: stderr !== '' });
  return stderr.split('\n').slice(0, -1).map((line) => line.replace(`${file}, `, '')); // prettier-ignore
};
const valueOf = (name: string): string => bash('env_value "$1" "$2"', file, name).stdout;

/** A and B as systemd reads them, which prints values that need it in the quotes of a shell. */
function asSystemd(): Record<string, string> {
  const env = { XDG_CONFIG_HOME: folder, HOME: '/nonexistent', PATH: '/usr/bin:/bin' };
  const { stdout } = spawnSync(GENERATOR, { env, encoding: 'utf8' });
  const show = 'eval "$1"; for name in A B; do printf "%s=%s\\0" $name "${!name-}"; done';
  const shown = spawnSync('bash', ['-c', show, 'x', stdout], { env: {}, encoding: 'utf8' }).stdout;
  return Object.fromEntries(shown.split('\0').slice(0, -1).map((pair) => [pair.slice(0, 1), pair.slice(2)])); // prettier-ignore
}

describe('an env file', () => {
  it.each([
    ['# comment\nA=1\n; other\n\nB="x y" \n'],
    ['# two \\\\\nA=1\n'],
    ['# blank behind \\ \nA=1\n'],
    ['A=1 \\\n  and on\nB="one\ntwo"\n'],
    ['# windows \\\r\nA=1\\\r\nB=2\r\n'],
    [''],
  ])('is taken: %j', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    [
      'A=1\n# comment \\\nB=2\n',
      'line 2: the comment ends in a backslash, and systemd before 254 takes the line below for a part of it',
    ],
    ['  ;comment \\\\\\\nB=2\n', 'line 1: the comment ends in a backslash'],
    [
      'A=1\\\nB=2\n',
      'line 2: systemd takes this setting for a part of the value of A, because line 1 ends in a backslash: remove it',
    ],
    [
      'A="1\nB=2\n',
      'line 2: systemd takes this setting for a part of the value of A, because line 1 opens a quote and does not close it',
    ],
    ["A='1\n", 'line 1: the value of A opens a quote that is never closed'],
    ['export A=1\n', 'line 1: this is not NAME=value (nor a comment), and systemd drops it'],
    ['B=1\nA\n', 'line 2: this is not NAME=value'],
  ])('is refused: %j', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
  });

  bySystemd(
    `loses no setting where it is taken, as the systemd here reads it${existsSync(GENERATOR) ? '' : ' (skipped: no systemd)'}`,
    () => {
      const part = fc.constantFrom('A=', 'B=', '#', ';', '"', "'", '\\', '\\', '\n', '\n', ' ', 'x', 'y', '%', 'é');
      fc.assert(
        fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
          const text = `A=1\n${parts.join('')}\nB=2\n`;
          if (problems(text).length > 0) return;
          const values = asSystemd();
          if (valueOf('A') === '') return; // which that program leaves as it was
          expect({ A: valueOf('A').replaceAll('\n', '\\n'), B: valueOf('B') }).toEqual(values); // as it prints ends of lines
          expect(values['B']).toBe('2');
        }),
        { numRuns: 150 },
      );
    },
  );

  bySystemd.each(['A=x \\\n\n', 'A=x\\ \n', 'A=x \\y  \n', 'A="x" \\\n  \n', 'A=x  \n'])(
    'has the blanks at the end of a value that systemd keeps: %j',
    (lines) => {
      expect(problems(`${lines}B=2\n`)).toEqual([]);
      expect({ A: valueOf('A'), B: valueOf('B') }).toEqual(asSystemd());
    },
  );

  bySystemd('is refused where the systemd here loses a setting to a comment', () => {
    expect(problems('# comment \\\nA=1\nB=2\n')).toHaveLength(1);
    const { status } = bash('[[ $(systemctl --version | sed -n "1s/systemd \\([0-9]*\\).*/\\1/p") -ge 254 ]]');
    expect(asSystemd()).toEqual({ A: status === 0 ? '1' : '', B: '2' });
  });
});
