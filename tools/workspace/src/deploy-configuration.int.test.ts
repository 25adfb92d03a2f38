import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDeployScratch, type DeployScratch } from './deploy-scratch.js';

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
