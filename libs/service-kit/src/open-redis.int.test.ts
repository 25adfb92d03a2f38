import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { useRedis } from '@quantum/testing';
import { CannotConnect, openRedis } from './open-redis.js';

const file = useRedis({ tcp: true });

it('connects with the user of the environment, or with the password that systemd hands over, under its name', async () => {
  await file.redis().acl('SETUSER', 'reader', 'on', '>secret', '+@all', '~*');
  const redis = await openRedis(file.server.url, { REDIS_USERNAME: 'reader', REDIS_PASSWORD: 'secret' }, 'a-command');
  expect(await redis.client('LIST')).toMatch(/ name=a-command .* user=reader /);
  redis.disconnect();
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  writeFileSync(join(folder, 'redis-password'), 'secret\n');
  const env = { REDIS_USERNAME: 'reader', CREDENTIALS_DIRECTORY: folder };
  (await openRedis(file.server.url, env, 'a-command')).disconnect();
  rmSync(folder, { recursive: true });
});

it('gives up where nobody answers, without the login', async () => {
  const refused = openRedis('redis://someone:hunter2@127.0.0.1:1', {}, 'a-command');
  await expect(refused).rejects.toThrow(CannotConnect);
  await expect(refused).rejects.toThrow(/^Redis at redis:\/\/\*{3}@127\.0\.0\.1:1 cannot be used: /);
});

it('says what of the environment cannot be used', async () => {
  const refused = openRedis(file.server.url, { REDIS_PASSWORD_FILE: '/nonexistent' }, 'a-command');
  await expect(refused).rejects.toThrow(CannotConnect);
  await expect(refused).rejects.toThrow('REDIS_PASSWORD_FILE');
});
