import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

/** A service as an app would write it, bundled to one file as apps are. MODE says what it does after its start. */
const SERVICE = `
import { createLogger, defineConfig, loadConfig, sharedVariables } from '@quantum/service-kit';
import { runService } from './index.js';
const definition = defineConfig(sharedVariables);
runService({
  name: 'example',
  load: (env) => loadConfig(definition, env),
  start: async ({ env }) => {
    loadConfig(definition, env);
    const alive = setInterval(() => undefined, 1000);
    createLogger({ name: 'example' }).info('started');
    if (env.MODE === 'throw') setImmediate(() => { throw new Error('bug'); });
    if (env.MODE === 'reject') void Promise.reject(new Error('bug'));
    return { stop: async () => clearInterval(alive) };
  },
});`;

let dir: string;
let main: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'service-'));
  main = join(dir, 'main.js');
  const stdin = { contents: SERVICE, resolveDir: __dirname, loader: 'ts' as const };
  await build({
    stdin,
    outfile: main,
    bundle: true,
    loader: { '.lua': 'text' },
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const start = (env: Record<string, string>, args: string[] = []) =>
  spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });

async function ended(child: ChildProcess): Promise<{ code: unknown; out: string; err: string }> {
  const [exit, out, err] = await Promise.all([
    once(child, 'exit') as Promise<unknown[]>,
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { code: exit[0], out, err };
}

describe('a bundled service', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s with 0, its last words logged', async (signal) => {
    const child = start({});
    child.stdout.once('data', () => child.kill(signal));
    const { code, out } = await ended(child);
    expect(code).toBe(0);
    expect(out).toContain(`"signal":"${signal}","msg":"stopping"`);
    expect(out.trimEnd().split('\n').at(-1)).toContain('"msg":"stopped"');
  });

  it('exits with 78 and every violation on stderr', async () => {
    const { code, out, err } = await ended(start({ P31_MIN_CONF: '2', REDIS_PORT: 'x' }));
    expect({ code, out }).toEqual({ code: 78, out: '' });
    expect(err.split('\n').slice(1, -1)).toEqual([
      "  REDIS_PORT: 'x' is not allowed, must be a port in 1..65535",
      "  P31_MIN_CONF: '2' is not allowed, must be a number in 0..1",
    ]);
  });

  it.each([[['--chek-config']], [['--version']], [['--check-config', 'extra']]])(
    'exits with 78 on the arguments %j and does not start',
    async (args) => {
      const { code, out, err } = await ended(start({}, args));
      expect({ code, out }).toEqual({ code: 78, out: '' });
      expect(err).toContain(`'${args.at(-1)}' is not known`);
    },
  );

  it.each([
    ['--help', 'Usage: example'],
    ['--check-config', 'example: the configuration is usable'],
  ])('answers %s with exit code 0 and does not start', async (argument, said) => {
    const { code, out } = await ended(start({}, [argument]));
    expect(code).toBe(0);
    expect(out).toContain(said);
    expect(out).not.toContain('started');
  });

  it.each(['throw', 'reject'])('exits with 1 after a logged error (%s)', async (MODE) => {
    const { code, out } = await ended(start({ MODE }));
    expect(code).toBe(1);
    expect(out).toMatch(/"level":"fatal".*"message":"bug"/);
  });
});
