import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnApp, useRedis, waitFor, type SpawnedApp } from '@quantum/testing';
import { APPS_FOLDER, PROOF_RUNNER, QUICK_CYCLES } from '../testkit/paths.test-support.js';

// Every secret here has this word at both ends, so that any shown part of it is found.
const PLANTED = /plant/i;
const PASSWORDS = ['plant-wrong-plant', `plant 'a" b\\c%d@e:f#g/h?ß€𝕏 plant`];
const USER = 'plant-user';

const file = useRedis({ tcp: true });
let folder: string;
let bin: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  bin = join(folder, 'systemd-notify');
  writeFileSync(bin, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${folder}/status'\n`);
  chmodSync(bin, 0o755);
});
beforeEach(() => {
  rmSync(join(folder, 'status'), { force: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const place = (): string => file.server.url.replace('redis://', '');
const passwordFile = (password: string): string => {
  const path = join(folder, 'password');
  writeFileSync(path, `${password}\n`);
  return path;
};
const address = (): Record<string, string> => ({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(file.server.port) });
const status = (): string => (existsSync(join(folder, 'status')) ? readFileSync(join(folder, 'status'), 'utf8') : '');

/** A service at its most verbose log level, under a systemd whose status texts go to a file. */
const start = (app: string, env: Record<string, string>, args: string[] = []): SpawnedApp =>
  spawnApp(
    join(APPS_FOLDER, app, 'main.js'),
    {
      ...QUICK_CYCLES,
      METRICS_PORT: '0',
      LOG_LEVEL: 'trace',
      NOTIFY_SOCKET: '/nowhere',
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      ...env,
    },
    args,
  );

async function pagesOf(app: SpawnedApp): Promise<string> {
  const [base = ''] = /http:\/\/[\d.]+:\d+/.exec(await app.waitForLine(/"http:\/\/127/)) ?? [];
  const answers = ['/readyz', '/metrics', '/healthz'].map(async (path) => (await fetch(`${base}${path}`)).text());
  return (await Promise.all(answers)).join('\n');
}

/** Ends the service; everything that it wrote, to any destination. */
async function saidBy(app: SpawnedApp): Promise<string> {
  const pages = await pagesOf(app);
  await app.stop();
  return [...app.stdout, ...app.stderr, pages, status()].join('\n');
}

describe.each([
  ['governor-plugin', /"level":"error".*WRONGPASS/, /"level":"fatal".*no permissions/],
  ['allocation-target', /"level":"warn".*WRONGPASS/, /"level":"(error|warn)".*no permissions/],
])('%s', (app, refused, forbidden) => {
  it.each(PASSWORDS)('shows no wrong password: %j', async (password) => {
    await file.redis().acl('SETUSER', USER, 'on', '>another', '~*', '&*', '+@all');
    const login = `${USER}:${encodeURIComponent(password)}`;
    for (const env of [
      { REDIS_URL: `redis://${login}@${place()}` },
      { ...address(), REDIS_USERNAME: USER, REDIS_PASSWORD: password },
      { ...address(), REDIS_USERNAME: USER, REDIS_PASSWORD_FILE: passwordFile(password) },
    ]) {
      const service = start(app, env);
      await service.waitForLine(refused);
      await waitFor(() => status() !== '', { what: 'a status for systemd' });
      const said = await saidBy(service);
      expect(said).toContain('effective configuration');
      expect(said).not.toMatch(PLANTED);
    }
  });

  it.each(PASSWORDS)('shows no password that was rotated while it runs: %j', async (password) => {
    await file.redis().acl('SETUSER', USER, 'on', `>${password}`, '~*', '&*', '+@all');
    const env = { ...address(), REDIS_USERNAME: USER, REDIS_PASSWORD_FILE: passwordFile(password) };
    const service = start(app, env);
    await service.waitForLine(/serving plans|"msg":"cycle"/);
    await file.redis().acl('SETUSER', USER, 'resetpass', '>plant-new-plant');
    await file.redis().call('CLIENT', 'KILL', 'USER', USER);
    if (app === 'governor-plugin') await service.waitForLine(refused);
    else await service.waitForLine(/"msg":"the cycle failed"/);
    expect(await saidBy(service)).not.toMatch(PLANTED);
  });

  it('shows no name of a user whose command Redis denies', async () => {
    await file.redis().acl('SETUSER', USER, 'on', '>plant-it-plant', '~*', '&*', '+@all', '-@read', '-@write');
    const env = { ...address(), REDIS_USERNAME: USER, REDIS_PASSWORD: 'plant-it-plant' };
    const service = start(app, env);
    await service.waitForLine(forbidden);
    await service.stop();
    expect([...service.stdout, ...service.stderr, status()].join('\n')).not.toMatch(PLANTED);
  });

  it.each([...PASSWORDS, encodeURIComponent(PASSWORDS.at(-1) ?? '')])(
    'shows no secret of a configuration that it refuses: %j',
    async (password) => {
      const environments = [
        { REDIS_URL: `${USER}:${password}@${place()}` },
        { REDIS_URL: `http://:${password}@${place()}` },
        { REDIS_URL: `redis://:${password}@h,i`, METRICS_HOST: password },
        { REDIS_PASSWORD: password, LOG_LEVEL: password, REDIS_URL: `redis://${USER}:plantplant@h` },
      ];
      const all = environments.flatMap((env) => [[], ['--check-config']].map((args) => start(app, env, args)));
      for (const service of all) {
        const { code } = await service.exit;
        expect(code).toBe(78);
        const said = [...service.stdout, ...service.stderr].join('\n');
        expect(said).toContain('REDIS_URL');
        expect(said).not.toMatch(PLANTED);
      }
    },
  );
});

/** A login or a password in a variable that has no field for one. */
const MISPLACED: [variable: string, Record<string, string>][] = [
  ['REDIS_HOST', { REDIS_HOST: `${USER}:plant-it-plant@h` }],
  ['REDIS_HOST', { REDIS_HOST: `${USER}:plant-it-plant`, REDIS_DB: 'plant-it-plant' }],
  ['REDIS_PORT', { REDIS_PORT: '6379:plant-it-plant' }],
  ['REDIS_PASSWORD_FILE', { REDIS_PASSWORD_FILE: 'plant-it-plant' }],
];

it.each(MISPLACED)('no program shows a secret in %s: %j', async (name, env) => {
  const services = ['governor-plugin', 'allocation-target'];
  const runs = services.flatMap((app) => [[], ['--check-config']].map((args) => start(app, env, args)));
  const tools = [
    spawnApp(PROOF_RUNNER, env, ['--redis', file.server.url]),
    spawnApp(join(APPS_FOLDER, 'shadow-report', 'main.js'), env, ['record', join(folder, 'no-recording')]),
  ];
  for (const app of [...runs, ...tools]) {
    const { code } = await app.exit;
    const said = [...app.stdout, ...app.stderr].join('\n');
    expect({ code, said }).toMatchObject({ code: tools.includes(app) ? 2 : 78 });
    expect(said).toContain(`${name}: '***' is not allowed`);
    expect(said).not.toMatch(PLANTED);
  }
});

describe('proof-runner', () => {
  it.concurrent.each(PASSWORDS)('shows no password, right or wrong: %j', async (password) => {
    const urls = [
      `redis://${USER}:${encodeURIComponent(password)}@${place()}`,
      `${USER}:${password}@${place()}`,
      `redis+sentinel://${place()}?sentinel_password=${password}`,
    ];
    // At the same time: each waits five seconds for a Redis that it can use.
    const runs = urls.flatMap((url) => [
      { help: false, runner: spawnApp(PROOF_RUNNER, {}, ['--redis', url]) },
      { help: false, runner: spawnApp(PROOF_RUNNER, { REDIS_URL: url }, []) },
      { help: true, runner: spawnApp(PROOF_RUNNER, { REDIS_URL: url }, ['--help']) },
    ]);
    for (const { help, runner } of runs) {
      expect((await runner.exit).code).toBe(help ? 0 : 2);
      expect([...runner.stdout, ...runner.stderr].join('\n')).not.toMatch(PLANTED);
    }
  });
});
