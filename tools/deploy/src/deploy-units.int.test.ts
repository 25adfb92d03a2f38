import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@quantum/service-config';
import { CREDENTIALS } from '@quantum/service-kit';
import { REPO_ROOT } from './repo-root.js';

/** Programs before services: a service's name may be a part of its program's. */
const ANY_NAME = new RegExp([...SERVICES.map(({ app }) => app), ...SERVICES.map(({ name }) => name)].join('|'));
const UNITS = join(REPO_ROOT, 'deploy', 'systemd');
/** What `systemd-analyze security` may find at most, of 10. */
const MAX_EXPOSURE = 1.5;

const analyze = (...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};
const read = (unit: string): string => readFileSync(join(UNITS, unit), 'utf8');

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;
const bySystemd = hasAnalyze ? it : it.skip;
const needsSystemd = hasAnalyze ? '' : ' (skipped: systemd-analyze is missing)';

describe.each(readdirSync(UNITS))('%s', (unit) => {
  bySystemd(`passes systemd-analyze verify without a warning${needsSystemd}`, () => {
    expect(analyze('verify', '--man=no', join(UNITS, unit))).toEqual({ status: 0, output: '' });
  });

  bySystemd(`has an exposure of at most ${MAX_EXPOSURE}${needsSystemd}`, () => {
    const threshold = `--threshold=${MAX_EXPOSURE * 10}`;
    const { status, output } = analyze('security', '--offline=true', '--no-pager', threshold, join(UNITS, unit));
    expect({ status, summary: output.trim().split('\n').at(-1) }).toMatchObject({ status: 0 });
  });

  it('is marked as ours in its first line', () => {
    expect(read(unit).split('\n')[0]).toBe('# quantum-capital-efficiency unit');
  });

  it('reloads by the signal on which the services read the policy file again', () => {
    expect(read(unit)).toContain("\nExecReload=/bin/sh -c 'kill -HUP $MAINPID'\n");
  });

  it('has no setting with a comment behind it: systemd would take it for the value', () => {
    expect(
      read(unit)
        .split('\n')
        .filter((line) => /^[A-Z].* #/.test(line)),
    ).toEqual([]);
  });
});

describe('the units', () => {
  it('hand over each credential that the service reads, and no other', () => {
    for (const { name, definition } of SERVICES) {
      const handed = [...read(`quantum-${name}.service`).matchAll(/^(Load|Set)Credential=([\w-]+):(.*)$/gm)];
      const wanted = Object.entries(CREDENTIALS).filter(([, variable]) => variable in definition.variables);
      expect(handed.map(([, verb, file, value]) => [verb, file, value])).toEqual(
        wanted.flatMap(([file]) => [
          ['Load', file, `/etc/quantum/credentials/${name}/${file}`],
          ['Set', file, '\\n'],
        ]),
      );
    }
  });

  it('have the same settings but for their names, their credentials and the arguments of node', () => {
    const settings = (unit: string): string[] =>
      read(unit)
        .split('\n')
        .filter((line) => /^[A-Z[]/.test(line) && !/^(Description|LoadCredential|SetCredential)=/.test(line))
        .map((line) => line.replace(/(?<=^ExecStart=.* node )--.* (?=\/)/, ''))
        .map((line) => line.replace(ANY_NAME, 'NAME'));
    for (const unit of readdirSync(UNITS)) expect(settings(unit)).toEqual(settings('quantum-governor.service'));
  });

  it('list everything that systemd counts against them and that is left out', () => {
    const leftOut = ['MemoryDenyWriteExecute', 'PrivateNetwork', 'IPAddressDeny', 'RootDirectory', 'NotifyAccess=main'];
    for (const unit of readdirSync(UNITS)) {
      expect(leftOut.filter((name) => !new RegExp(`^# - .*${name}`, 'm').test(read(unit)))).toEqual([]);
    }
  });
});
