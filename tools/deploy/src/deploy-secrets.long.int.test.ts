import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findRedisTool, startPrivateRedis } from '@quantum/private-redis';
import { useInstaller } from './installer.test-support.js';

// Every secret here has this word at both ends: whatever part of one is shown, it is found.
const PLANTED = /plant/i;
const PASSWORD = `plant 'a" b\\c%d@e:f#g/h?ß€𝕏$(x)\`y\` plant`;
const USER = 'plant-user';
const FILE = 'etc/quantum/governor.env';

const { host } = useInstaller();

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const quoted = `"${PASSWORD.replace(/["\\`$]/g, '\\$&')}"`;
const encoded = encodeURIComponent(PASSWORD);
const CONFIGURATIONS = [
  `REDIS_URL=redis://${USER}:${encoded}@db:6379/0`,
  `REDIS_URL=${USER}:${encoded}@db:6379`,
  `REDIS_URL=redis://:plant@plant/x@db`,
  `REDIS_URL="redis+sentinel://db/m?sentinel_password=${encoded}"`,
  `REDIS_URL=redis://db?password=plantplant`,
  `REDIS_HOST=${USER}:plant-it-plant@h`,
  `REDIS_HOST=${USER}:plant-it-plant`,
  `REDIS_PORT=6379:plant-it-plant`,
  `REDIS_URL=unix:///plant:plant@h/redis.sock`,
  `REDIS_USERNAME=${USER}\nREDIS_PASSWORD=${quoted}`,
  `REDIS_PASSWORD="plant\nplant=plant\nplantplant"`,
  `# REDIS_PASSWORD=plantplant\nREDIS_PASSWORD_FILE=/plant-no-such-file`,
];

describe('the installer', () => {
  it.each(CONFIGURATIONS)('prints no secret and puts none on a command line: %j', (configuration) => {
    host.script('redis-cli', 'echo "$@" >>"$SCRATCH/arguments"; env >>"$SCRATCH/arguments"; echo redis_version:7.0.15');
    host.install();
    host.put(FILE, `${configuration}\nAPPLY_MODE=testnet\n`);
    const commands = [
      ['install'],
      ['configure', '--service', 'governor'],
      ['--version', '2'],
      ['rollback'],
      ['status'],
      ['remove', '--service', 'governor'],
    ];
    for (const command of commands) {
      const { code, stdout, stderr } = host.install(...command);
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
      expect(stdout).not.toMatch(PLANTED);
    }
    expect(readFileSync(host.path('arguments'), 'utf8')).not.toMatch(PLANTED);
  });

  it('prints no secret of a line by which a setting gets lost', () => {
    host.install();
    host.put(
      FILE,
      'plantplant\nREDIS_PASSWORD="plant\nAPPLY_MODE=plant\n# plant \\\nREDIS_HOST=plant\\\nREDIS_PORT=1\n',
    );
    const { code, stdout, stderr } = host.install('--version', '2');
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 1: .*\n.*line 3: .*\n.*line 4: .*\n.*line 6: /);
    expect(`${stdout}${stderr}`).not.toMatch(PLANTED);
  });

  it.each([
    ['in variables', `REDIS_USERNAME=${USER}\nREDIS_PASSWORD=${quoted}`],
    ['in a URL', `REDIS_URL=redis://${USER}:${encoded}@127.0.0.1:PORT/0`],
    ['of the default user, in a URL', `REDIS_URL=redis://:${encoded}@127.0.0.1:PORT`],
  ])('asks a real Redis its version with the login %s', async (_, configuration) => {
    const { path, env } = await findRedisTool('redis-cli');
    const variables = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
    host.script('redis-cli', `exec env ${variables.join(' ')} '${path}' "$@"`);
    const redis = await startPrivateRedis({
      tcp: true,
      config: { requirepass: JSON.stringify(PASSWORD), user: `${USER} on #${sha256(PASSWORD)} +@all` },
    });
    try {
      const address = `REDIS_HOST=127.0.0.1\nREDIS_PORT=${redis.port}\n${configuration.replace('PORT', String(redis.port))}`;
      host.put(FILE, `${address}\n`);
      expect(host.install('--service', 'governor').stdout).toMatch(
        new RegExp(`^(Redis|Valkey) [789][.\\d]+ at 127.0.0.1:${redis.port}: fine$`, 'm'),
      );
    } finally {
      await redis.stop();
    }
  });
});
