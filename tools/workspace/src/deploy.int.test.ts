import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { APPS, createDeployScratch, type DeployScratch } from './deploy-scratch.js';
import { REPO_ROOT } from './scratch-repo.js';

const UNITS = 'etc/systemd/system';
const GOVERNOR = `${UNITS}/quantum-governor.service`;
const PROPOSER = `${UNITS}/quantum-allocation-target.service`;
const FOREIGN = '[Service]\nExecStart=/usr/bin/python3 governor.py\n';

let host: DeployScratch;
beforeEach(() => {
  host = createDeployScratch();
});
afterEach(() => {
  host.remove();
});

const files = (): string[] => Object.keys(host.snapshot());
/** Installs, which must succeed; what it said. */
const install = (...args: string[]): string => {
  const { code, stdout, stderr } = host.install(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};
const upgrade = (version: string, ...args: string[]): string => {
  host.source('dist/apps/governor-plugin/main.js', `// governor-plugin, release ${version}\n`);
  return install('--version', version, ...args);
};
const refused = (reason: string, ...args: string[]): void => {
  const before = host.snapshot();
  expect(host.install(...args)).toEqual({
    code: 1,
    stdout: expect.any(String),
    stderr: expect.stringContaining(reason),
  });
  expect(host.snapshot()).toEqual(before);
};

describe('install', () => {
  it('adds a release with the four apps and all that goes back from it, units, and configuration only root reads', () => {
    expect(install()).toContain('nothing was enabled or started');
    const release = (path: string): string => `opt/quantum/releases/1.0.0/${path}`;
    const lib = ['check-config', 'releases', 'requirements', 'units'].map((name) => `lib/${name}.sh`);
    const forAnnotator = ['env/annotator.env', 'systemd/quantum-annotator.service'];
    const deploy = [
      'install',
      ...lib,
      ...forAnnotator,
      'redis/users.acl',
      'prometheus/alerts.yml',
      'policy/policy.example.json',
    ];
    const perService = ['allocation-target', 'governor'].flatMap((name) => [
      release(`deploy/env/${name}.env`),
      release(`deploy/systemd/quantum-${name}.service`),
      `etc/quantum/${name}.env`,
      `${UNITS}/quantum-${name}.service`,
    ]);
    const all = [...APPS.map((app) => release(`${app}/main.js`)), ...deploy.map((part) => release(`deploy/${part}`))];
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

  it('never changes a release that is there', () => {
    install();
    host.source('dist/apps/governor-plugin/main.js', '// another build\n');
    refused('give this one a name of its own: --version V');
  });

  it('refuses apps that are not built, and command lines that it does not understand', () => {
    refused('main.js is missing: build (npx nx run-many -t build)', '--from', '/nonexistent');
    refused("--service is 'redis', must be allocation-target, governor, annotator or all", '--service', 'redis');
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

describe('requirements', () => {
  it('refuses a node that is too old, and takes the oldest that will do', () => {
    host.program('node', 'v20.9.0');
    refused('is node 20.9.0, but 20.19 or newer is needed');
    host.program('node', 'v20.19.0');
    install();
  });

  it('refuses a Redis that is too old, and goes on where none answers', () => {
    host.program('redis-cli', 'redis_version:6.2.14');
    refused('Redis at localhost:6379 is 6.2.14, but 7.0 or newer is needed');
    host.program('redis-cli', 'Could not connect to Redis');
    expect(install()).toContain('does not tell its version');
  });

  it('asks the Redis that the service is configured for, without its password on a screen', () => {
    host.put('etc/quantum/governor.env', 'REDIS_URL=rediss://gov:hunter2@db.example:6380/0\n');
    const said = install('--service', 'governor');
    expect(said).toContain('Redis 7.0.15 at db.example:6380/0: fine');
    expect(said).not.toContain('hunter2');
  });
});

describe('configuration', () => {
  it('keeps an edited env file, leaves the shipped one beside it and says what differs', () => {
    install();
    host.put('etc/quantum/governor.env', 'REDIS_URL=redis://gov:hunter2@db:6379\nAPPLY_MODE=production\n');
    const edited = host.read('etc/quantum/governor.env');
    const said = install();
    expect(host.read('etc/quantum/governor.env')).toBe(edited);
    expect(host.read('etc/quantum/governor.env.new')).toBe('REDIS_HOST=localhost\nAPPLY_MODE=testnet\n');
    expect(said).toContain('-APPLY_MODE=production');
    expect(said).toContain('+APPLY_MODE=testnet');
    expect(said).toContain('-REDIS_URL=redis://***@db:6379');
    expect(host.install('status').stdout).toContain('governor.env: differs');
  });

  it('cleans up once they agree', () => {
    install();
    host.put('etc/quantum/governor.env', 'APPLY_MODE=production\n');
    install();
    host.put('etc/quantum/governor.env', host.read('etc/quantum/governor.env.new'));
    install();
    expect(files()).not.toContain('etc/quantum/governor.env.new');
  });

  it('has a folder that root alone reads for the secrets of each service', () => {
    install();
    expect(host.mode('etc/quantum/credentials/governor')).toBe(0o700);
  });

  it('is edited as a copy, which takes its place', () => {
    install();
    const before = host.read('etc/quantum/governor.env');
    expect(host.install('configure', '--service', 'governor').stdout).toContain('/etc/quantum/governor.env: in place');
    expect(host.read('etc/quantum/governor.env')).toBe(before);
    expect(files()).not.toContain('etc/quantum/governor.env.edit');
    refused('configure takes one service', 'configure');
  });

  it('leaves it alone on rollback and remove', () => {
    install();
    host.put('etc/quantum/governor.env', 'APPLY_MODE=production\n');
    upgrade('2');
    expect(files()).toContain('etc/quantum/governor.env.new');
    host.install('rollback');
    expect(files()).not.toContain('etc/quantum/governor.env.new');
    host.install('remove', '--service', 'governor');
    expect(host.read('etc/quantum/governor.env')).toBe('APPLY_MODE=production\n');
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

describe('a unit of the same name that is not ours', () => {
  it.each([GOVERNOR, 'usr/lib/systemd/system/quantum-governor.service'])('is not touched in %s', (path) => {
    host.put(path, FOREIGN);
    refused('quantum-governor.service that is not ours');
    refused('is not ours', '--service', 'governor');
    refused('there is no quantum-governor.service of ours', 'remove', '--service', 'governor');
    install('--service', 'allocation-target');
    expect(host.read(path)).toBe(FOREIGN);
  });

  it('is kept with --replace and comes back on remove', () => {
    host.put(GOVERNOR, FOREIGN);
    install('--replace');
    expect(host.read(GOVERNOR)).toContain('# quantum-capital-efficiency unit');
    upgrade('2');
    expect(host.install('remove', '--service', 'governor').stdout).toContain('the foreign one is back');
    expect(host.read(GOVERNOR)).toBe(FOREIGN);
    expect(files()).toContain(PROPOSER);
    expect(host.list('opt/quantum')).not.toContain('replaced');
  });

  it('comes back on the rollback of a first release', () => {
    host.put(GOVERNOR, FOREIGN);
    install('--replace');
    expect(host.install('rollback')).toMatchObject({ code: 0, stderr: '' });
    expect(host.read(GOVERNOR)).toBe(FOREIGN);
  });

  it('comes back on the rollback of the upgrade that replaced it', () => {
    install('--service', 'allocation-target');
    host.put(GOVERNOR, FOREIGN);
    upgrade('2', '--replace');
    host.install('rollback');
    expect(host.link('current')).toBe('1.0.0');
    expect(host.read(GOVERNOR)).toBe(FOREIGN);
    expect(host.read(PROPOSER)).toContain('# quantum-capital-efficiency unit');
  });

  it('stays away when later releases are left, and on the way forward', () => {
    install('--service', 'allocation-target');
    host.put(GOVERNOR, FOREIGN);
    upgrade('2', '--replace');
    upgrade('3');
    for (const release of ['2', '3', '2']) {
      host.install('rollback');
      expect(host.link('current')).toBe(release);
      expect(host.read(GOVERNOR)).not.toBe(FOREIGN);
    }
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
