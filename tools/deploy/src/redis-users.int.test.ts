import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { startPrivateRedis } from '@quantum/private-redis';
import { connectedClient } from '@quantum/testing';
import { commandsOf } from './e2e/document.js';
import { REPO_ROOT } from './repo-root.js';

const README = readFileSync(join(REPO_ROOT, 'deploy', 'redis', 'README.md'), 'utf8');

it('the users of a later release are loaded by the same commands, beside those of others', async () => {
  const server = await startPrivateRedis({ tcp: true });
  const file = join(server.dir, 'users.acl');
  const commands = [...commandsOf(README, 'To use it'), ...commandsOf(README, 'Operators')].join('\n');
  const names = [...commands.matchAll(/\$(\w+_PASSWORD)\b/g)].map(([, name = '']) => name);
  const env = { PATH: process.env['PATH'], ...Object.fromEntries(names.map((name) => [name, 'secret'])) };
  const load = () =>
    spawnSync('bash', ['-e'], {
      cwd: REPO_ROOT,
      env,
      input: commands.replaceAll('/etc/redis/users.acl', file),
      encoding: 'utf8',
    });
  try {
    writeFileSync(file, 'user quantum-strategy on nopass ~x +get\nuser anatole on nopass ~x +get\n');
    expect(load()).toMatchObject({ status: 0, stderr: '' });
    const first = readFileSync(file, 'utf8');
    expect(load()).toMatchObject({ status: 0, stderr: '' });

    const users = [...readFileSync(file, 'utf8').matchAll(/^user (\S+) /gm)].map(([, name]) => name);
    expect(users.sort()).toEqual([...first.matchAll(/^user (\S+) /gm)].map(([, name]) => name).sort());
    expect(users).toEqual(expect.arrayContaining(['quantum-strategy', 'anatole', 'ana', 'quantum-governor']));
    expect(new Set(users).size).toBe(users.length);
    const loaded = await startPrivateRedis({ tcp: true, config: { aclfile: file } });
    try {
      const client = await connectedClient(loaded.url);
      expect(await client.acl('LOAD')).toBe('OK');
      client.disconnect();
    } finally {
      await loaded.stop();
    }
  } finally {
    await server.stop();
  }
});
