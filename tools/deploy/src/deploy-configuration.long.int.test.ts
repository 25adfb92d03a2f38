import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useInstaller } from './installer.test-support.js';
import { REPO_ROOT } from './repo-root.js';

const { files, host, install, refused, upgrade } = useInstaller();

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

  it('asks Valkey by its own client where there is no redis-cli, and gives its name and version', () => {
    rmSync(host.path('bin/redis-cli'));
    host.program('valkey-cli', 'server\nvalkey\nversion\n9.1.2\n# Server\nredis_version:7.2.4');
    expect(install()).toContain('Valkey 9.1.2 at localhost:6379: fine');
    rmSync(host.path('bin/valkey-cli'));
    expect(install()).toContain('there is no redis-cli and no valkey-cli');
    host.program('redis-cli', 'redis_version:7.0.15');
  });

  it('asks the Redis that the service is configured for, without its password on a screen', () => {
    host.put('etc/quantum/governor.env', 'REDIS_URL=rediss://gov:hunter2@db.example:6380/0\n');
    const said = install('--service', 'governor');
    expect(said).toContain('Redis 7.0.15 at db.example:6380: fine');
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
    const names = ['REDIS_URL (yours alone)', 'APPLY_MODE', 'REDIS_HOST (not in yours)'];
    expect(said).toContain(`differs in these settings:\n${names.map((name) => `    ${name}\n`).join('')}`);
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

  it('is edited further after an edit that was refused, unless it was changed since', async () => {
    install();
    const edit = async (script: string): Promise<number | null> => {
      host.script('editor', script);
      const [code] = (await once(host.start('configure', '--service', 'governor'), 'close')) as [number | null];
      return code;
    };
    expect(await edit(`printf 'GOV_MAX_EXEC_PER_HOUR=9\\nno setting\\n' >>"$1"`)).toBe(1);
    expect(await edit('exit 3')).toBe(1);
    expect(await edit(`sed -i '/^no setting/d' "$1"`)).toBe(0);
    expect(host.read('etc/quantum/governor.env')).toMatch(/^APPLY_MODE=testnet\nGOV_MAX_EXEC_PER_HOUR=9\n$/m);

    expect(await edit(`printf 'no setting\\n' >>"$1"`)).toBe(1);
    host.put('etc/quantum/governor.env', 'APPLY_MODE=production\n');
    expect(await edit('exit 0')).toBe(0);
    expect(host.read('etc/quantum/governor.env')).toBe('APPLY_MODE=production\n');
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

  it('is checked before a release is switched, forward or back, and before an edit takes effect', () => {
    install();
    upgrade('2');
    host.put('etc/quantum/governor.env', '# my limits: C:\\\nAPPLY_MODE=production\n');
    const reason = /governor\.env, line 1: the comment ends in a backslash.*\n.* does not take .*governor\.env/;
    for (const command of [['--version', '3'], ['rollback'], ['--version', '2']]) {
      host.source('dist/apps/governor-plugin/main.js', `// governor-plugin, release ${command[1] ?? '3'}\n`);
      const { code, stderr } = host.install(...command);
      expect({ command, code, stderr }).toEqual({ command, code: 1, stderr: expect.stringMatching(reason) as unknown });
      expect([host.link('current'), host.link('previous')]).toEqual(['2', '1.0.0']);
    }
    const { code, stderr } = host.install('configure', '--service', 'governor');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('that is not usable') as unknown });
    expect(host.read('etc/quantum/governor.env')).toContain('C:\\\n');
  });
});

describe('the release itself, where no systemd runs it', () => {
  // In place of the real one: refuses what it would refuse, and notes the environment that it was given.
  const PROGRAM = `
    if (process.argv[2] !== '--check-config' || process.argv.length > 3) process.exit(9);
    require('node:fs').writeFileSync('ENVIRONMENT', JSON.stringify(process.env));
    if (process.env.APPLY_MODE === 'testnet') process.exit(0);
    console.error('governor-plugin: APPLY_MODE is not allowed');
    process.exit(78);`;
  const given = (): unknown => JSON.parse(readFileSync(host.path('environment'), 'utf8'));
  beforeEach(() => {
    host.script('node', `[ "$1" = --version ] && echo v20.19.0 || exec '${process.execPath}' "$@"`);
    host.source('dist/apps/governor-plugin/main.js', PROGRAM.replace('ENVIRONMENT', host.path('environment')));
  });

  it('is asked about the shipped configuration', () => {
    expect(install('--service', 'governor')).toContain('/deploy/env/governor.env: usable');
    expect(given()).toMatchObject({ REDIS_HOST: 'localhost', APPLY_MODE: 'testnet' });
    expect(given()).not.toMatchObject({ SCRATCH: expect.anything() as unknown });
  });

  it.each(['APPLY_MODE=testnet # c', 'APPLY_MODE=prod'])('refuses %s before anything takes effect', (line) => {
    install('--service', 'governor');
    host.put('etc/quantum/governor.env', `${line}\n`);
    for (const command of [
      ['--version', '2'],
      ['configure', '--service', 'governor'],
    ]) {
      const { code, stderr } = host.install(...command);
      expect({ command, code }).toEqual({ command, code: 1 });
      expect(stderr).toContain('governor-plugin: APPLY_MODE is not allowed');
    }
    expect(host.link('current')).toBe('1.0.0');
  });

  it('gets the settings as systemd would hand them over, and files below the prefix', () => {
    install('--service', 'governor');
    host.put('etc/quantum/policy.json', '{}');
    host.put('etc/quantum/credentials/governor/redis-password', 'secret');
    host.put(
      'etc/quantum/governor.env',
      'APPLY_MODE = "test\\\nnet"\nREDIS_PASSWORD=\'a "b\' \nP31_POLICY_FILE=/etc/quantum/policy.json\nLOG_LEVEL=a\nLOG_LEVEL=b\n',
    );
    install('--service', 'governor');
    expect(given()).toMatchObject({
      CREDENTIALS_DIRECTORY: expect.stringMatching(/host\/etc\/quantum\/credentials\/governor$/) as unknown,
      APPLY_MODE: 'testnet',
      REDIS_PASSWORD: 'a "b',
      P31_POLICY_FILE: expect.stringMatching(/host\/etc\/quantum\/policy\.json$/) as unknown,
      LOG_LEVEL: 'b',
    });
  });

  it('is not asked where there is no node, which is said', () => {
    const script = `source '${join(REPO_ROOT, 'deploy/lib/check-config.sh')}'; check_without_unit governor 1 /host/etc/quantum/governor.env`;
    const { status, stdout } = spawnSync('bash', [
      '-c',
      `say() { printf '%s\\n' "$*"; }; prefix=/host PATH=/nowhere; ${script}`,
    ]);
    expect({ status, said: String(stdout) }).toEqual({
      status: 0,
      said: '/etc/quantum/governor.env: not checked by the release, there is no node in /nowhere\n',
    });
  });
});

describe('--prefix', () => {
  it.each([
    ['--no-start', "--prefix is '--no-start', must be a folder"],
    ['/', "--prefix is '/', must be a folder below it"],
    ['dist/../..//..//../../../..', 'must be a folder below it'],
  ])('%s is refused', (prefix, reason) => {
    expect(host.installAt(prefix)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(reason) as unknown,
    });
  });

  it('that is a file is refused', () => {
    host.source('file', '');
    expect(host.installAt('file').stderr).toBe(
      "install: --prefix is 'file', which is not a folder and cannot be made one\n",
    );
  });

  it('that is relative is below the current folder', () => {
    expect(host.installAt('some/host').code).toBe(0);
    expect(existsSync(host.path('checkout/some/host/opt/quantum/current/deploy/install'))).toBe(true);
  });

  it('that is not there is made by an install alone', () => {
    for (const command of ['status', 'rollback']) {
      expect(host.installAt('nowhere', command).stderr).toBe("install: --prefix is 'nowhere', which is not there\n");
    }
    expect(existsSync(host.path('checkout/nowhere'))).toBe(false);
  });
});

it('does not go back to a release that would issue permits as the annotator', () => {
  const unit = 'deploy/systemd/quantum-annotator.service';
  const ours = readFileSync(join(REPO_ROOT, unit), 'utf8');
  host.source(unit, ours.replace('permit-annotator/main.js', 'governor-plugin/main.js'));
  install('--service', 'annotator');
  host.source(unit, ours);
  host.put('etc/quantum/annotator.env', 'REDIS_HOST=localhost\n');
  upgrade('2');
  refused('release 1.0.0 would issue permits by it, not annotate', 'rollback');
  host.put('etc/quantum/annotator.env', 'REDIS_HOST=localhost\nGOVERNOR_ROLE=annotate\n');
  host.install('rollback');
  expect(host.read('etc/systemd/system/quantum-annotator.service')).toContain('/governor-plugin/main.js');
});
