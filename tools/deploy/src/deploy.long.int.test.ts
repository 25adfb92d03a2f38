import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROGRAMS, SERVICES } from '@quantum/service-config';
import { useInstaller } from './installer.test-support.js';
import { REPO_ROOT } from './repo-root.js';

const UNITS = 'etc/systemd/system';
const GOVERNOR = `${UNITS}/quantum-governor.service`;
const PROPOSER = `${UNITS}/quantum-allocation-target.service`;

const { files, host, install, refused, upgrade } = useInstaller();

describe('install', () => {
  it('adds a release with its apps and all that goes back from it, units, and configuration only root reads', () => {
    expect(install()).toContain('nothing was enabled or started');
    const release = (path: string): string => `opt/quantum/releases/1.0.0/${path}`;
    const lib = ['check-config', 'env-files', 'lock', 'releases', 'requirements', 'services', 'units'].map(
      (name) => `lib/${name}.sh`,
    );
    const byNameOnly = ['annotator', 'brain', 'rollout', 'console'].flatMap((name) => [
      `env/${name}.env`,
      `systemd/quantum-${name}.service`,
    ]);
    const deploy = [
      'install',
      ...lib,
      ...byNameOnly,
      'redis/operator.acl',
      'redis/users.acl',
      'prometheus/alerts.yml',
      ...['overview', ...SERVICES.map(({ name }) => name), 'runtime'].map(
        (name) => `grafana/dashboards/quantum-${name}.json`,
      ),
      ...['dashboards', 'datasources'].map((kind) => `grafana/provisioning/${kind}/quantum.yml`),
      'policy/policy.example.json',
      'policy/rollout-plan.example.json',
    ];
    const perService = ['allocation-target', 'governor'].flatMap((name) => [
      release(`deploy/env/${name}.env`),
      release(`deploy/systemd/quantum-${name}.service`),
      `etc/quantum/${name}.env`,
      `${UNITS}/quantum-${name}.service`,
    ]);
    const all = [
      ...PROGRAMS.map((app) => release(`${app}/main.js`)),
      ...deploy.map((part) => release(`deploy/${part}`)),
    ];
    expect(files().sort()).toEqual([...all, ...perService, 'opt/quantum/current'].sort());
    expect(host.read('opt/quantum/current/proof-runner/main.js')).toContain('proof-runner');
    expect(host.mode('etc/quantum/governor.env')).toBe(0o600);
    expect(host.mode('opt/quantum/releases/1.0.0')).toBe(0o755);
  });

  it('changes nothing when it is run again', () => {
    install();
    const before = host.snapshot();
    expect(install()).toContain('release 1.0.0: is there already');
    expect(host.snapshot()).toEqual(before);
  });

  it('installs one service alone, and the other later from the release itself', () => {
    install('--service', 'allocation-target');
    expect(files()).toContain(PROPOSER);
    expect(files().filter((path) => /^etc.*governor/.test(path))).toEqual([]);
    expect(host.installed('install', '--service', 'governor').code).toBe(0);
    expect(files()).toContain(GOVERNOR);
    expect(host.link('current')).toBe('1.0.0');
  });

  it('takes the services that are installed along in an upgrade: they share the release', () => {
    install();
    const shipped = host.read(GOVERNOR);
    host.source('deploy/systemd/quantum-governor.service', `${shipped}# changed\n`);
    expect(upgrade('2', '--service', 'allocation-target')).toContain('quantum-governor.service: installed');
    expect(host.read(GOVERNOR)).toBe(`${shipped}# changed\n`);
  });

  it.each(['allocation-target', 'annotator'])('upgrades %s alone where no other service is installed', (service) => {
    install('--service', service);
    const units = host.list(UNITS);
    upgrade('2');
    expect([host.link('current'), host.list(UNITS)]).toEqual(['2', units]);
    upgrade('2', '--service', 'all');
    expect(files()).toEqual(expect.arrayContaining([GOVERNOR, PROPOSER]));
  });

  it('never changes a release that is there', () => {
    install();
    host.source('dist/apps/governor-plugin/main.js', '// another build\n');
    refused('give this one a name of its own: --version V');
  });

  it('refuses apps that are not built, and command lines that it does not understand', () => {
    refused('main.js is missing: build (npx nx run-many -t build)', '--from', '/nonexistent');
    refused(
      "--service is 'redis', must be allocation-target, governor, annotator, brain, rollout, console or all",
      '--service',
      'redis',
    );
    refused("'--force' is not known", '--force');
    refused("--version is '../x'", '--version', '../x');
    refused('remove takes one service', 'remove');
  });

  it('takes the annotator when it is asked for by name', () => {
    install('--service', 'annotator');
    expect(host.read(`${UNITS}/quantum-annotator.service`)).toContain('EnvironmentFile=/etc/quantum/annotator.env');
    expect(host.read('etc/quantum/annotator.env')).toContain('GOVERNOR_ROLE=annotate');
    expect(files().filter((path) => /^etc.*(governor|allocation)/.test(path))).toEqual([]);
  });

  it('installs an archive as what it says it is, and refuses one that is not as it was made', () => {
    host.source('VERSION', '3.2.1\n');
    const sum = createHash('sha256').update('3.2.1\n').digest('hex');
    host.source('SHA256SUMS', `${sum}  VERSION\n`);
    install();
    expect(host.link('current')).toBe('3.2.1');
    host.source('VERSION', '3.2.2\n');
    refused('this is not the release as it was made');
  });

  it('explains itself', () => {
    const help = install('--help');
    for (const word of ['rollback', 'status', 'remove', '--replace', '--no-start', '--prefix'])
      expect(help).toContain(word);
    expect(files()).toEqual([]);
  });
});

describe('docs/deployment.md', () => {
  it('shows commands of the installer that work, in this order, after an earlier release', () => {
    const document = readFileSync(join(REPO_ROOT, 'docs', 'deployment.md'), 'utf8');
    const lines = document.split('\n').filter((line) => line.startsWith('    '));
    const commands = lines.flatMap((line) =>
      [...line.matchAll(/(?<=^|[ /])deploy\/install\b([^&]*)/g)].map(([, args = '']) => args.trim()),
    );
    install('--version', 'earlier');
    for (const command of commands) install(...command.split(' ').filter(Boolean));
    expect(commands).toEqual(
      expect.arrayContaining(['rollback', 'configure --service governor', 'remove --service governor']),
    );
  });
});

describe('rollback', () => {
  it('goes back to the release before, units included, and forward again', () => {
    install();
    const first = host.snapshot();
    host.source('deploy/systemd/quantum-governor.service', `${host.read(GOVERNOR)}# changed\n`);
    upgrade('2');
    expect([host.link('current'), host.link('previous')]).toEqual(['2', '1.0.0']);
    expect(host.read('opt/quantum/current/governor-plugin/main.js')).toContain('release 2');

    expect(host.installed('rollback')).toMatchObject({ code: 0, stderr: '' });
    expect([host.link('current'), host.link('previous')]).toEqual(['1.0.0', '2']);
    expect(host.read('opt/quantum/current/governor-plugin/main.js')).toContain('first release');
    expect(host.read(GOVERNOR)).toBe(host.read('opt/quantum/releases/1.0.0/deploy/systemd/quantum-governor.service'));
    expect(host.snapshot()).toMatchObject({ 'opt/quantum/current': first['opt/quantum/current'] });

    host.installed('rollback');
    expect(host.link('current')).toBe('2');
    expect(host.read(GOVERNOR)).toContain('# changed');
  });

  it('leaves no half-made release or link behind', () => {
    install();
    upgrade('2');
    host.install('rollback');
    expect(host.list('opt/quantum')).toEqual(['current', 'previous', 'releases']);
    expect(host.list('opt/quantum/releases')).toEqual(['1.0.0', '2']);
  });

  it('says when there is nothing to go back to', () => {
    refused('nothing is installed', 'rollback');
    install();
    refused('there is no release before 1.0.0', 'rollback');
  });
});

describe('remove', () => {
  it.each([
    ['governor', GOVERNOR, PROPOSER],
    ['allocation-target', PROPOSER, GOVERNOR],
  ])('takes %s off and nothing else', (service, own, other) => {
    install();
    const before = host.snapshot();
    expect(host.install('remove', '--service', service)).toMatchObject({ code: 0, stderr: '' });
    const { [own]: removed, ...rest } = before;
    expect(removed).toBeDefined();
    expect(host.snapshot()).toEqual(rest);
    expect(files()).toContain(other);
    refused('nothing was changed', 'remove', '--service', service);
  });
});
