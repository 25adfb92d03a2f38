import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConfigError, createLogger, defineConfig, loadConfig, number } from '@quantum/service-kit';
import { runService } from './run-service.js';
import type { ServiceContext, ServiceHost } from './run-service.js';

const definition = defineConfig(
  { A: number({ property: 'a', describe: 'A number', default: '1', max: 5 }) },
  {
    warnings: [{ variables: ['A'], holds: ({ a }) => a < 4, requirement: 'A is high' }],
    notes: [{ variables: ['A'], holds: ({ a }) => a < 3, requirement: 'A is not low' }],
  },
);

class FakeProcess extends EventEmitter implements ServiceHost {
  readonly env: Record<string, string> = { A: '1' };
  readonly argv: string[] = ['node', 'main.js'];
  readonly codes: number[] = [];
  errors = '';
  output = '';
  readonly stdout = { write: (text: string) => (this.output += text) };
  readonly stderr = { write: (text: string) => (this.errors += text) };
  readonly exited = once(this, 'exited');
  exit(code: number): void {
    this.codes.push(code);
    this.emit('exited');
  }
}

let host: FakeProcess;
let log: string[];
const run = (start: (context: ServiceContext) => Promise<{ stop(): Promise<void> }>): Promise<void> => {
  const logger = createLogger({ name: 'svc', destination: { write: (line: string) => log.push(line) } });
  return runService({
    name: 'svc',
    load: (env) => loadConfig(definition, env, ['LOOP_INTERVAL_SEC']),
    start,
    host,
    logger,
  });
};
const messages = () => log.map((line) => (JSON.parse(line) as { msg: string }).msg);

beforeEach(() => {
  host = new FakeProcess();
  log = [];
});
afterEach(() => {
  jest.useRealTimers();
});

describe('runService', () => {
  it('gives the environment, stops once on signals and exits with 0', async () => {
    const stop = jest.fn(() => Promise.resolve());
    let context: ServiceContext | undefined;
    await run((given) => {
      context = given;
      return Promise.resolve({ stop });
    });
    expect(context?.env).toBe(host.env);
    expect(host.codes).toEqual([]);
    host.emit('SIGTERM', 'SIGTERM');
    host.emit('SIGINT', 'SIGINT');
    host.emit('SIGTERM', 'SIGTERM');
    await host.exited;
    expect(context?.stopping.aborted).toBe(true);
    expect(stop).toHaveBeenCalledTimes(1);
    expect(host.codes).toEqual([0]);
    expect(messages()).toEqual(['stopping', 'stopped']);
  });

  it('exits with 1 when stopping takes too long', async () => {
    jest.useFakeTimers();
    await run(() => Promise.resolve({ stop: () => new Promise(() => undefined) }));
    host.emit('SIGTERM', 'SIGTERM');
    await jest.advanceTimersByTimeAsync(4499);
    expect(host.codes).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(host.codes).toEqual([1]);
    expect(messages()).toEqual(['stopping', 'did not stop in time: exiting at once']);
  });

  it('exits with 1 when stopping fails', async () => {
    await run(() => Promise.resolve({ stop: () => Promise.reject(new Error('stuck')) }));
    host.emit('SIGTERM', 'SIGTERM');
    await host.exited;
    expect(host.codes).toEqual([1]);
    expect(messages()).toEqual(['stopping', 'failed to stop']);
  });

  it('stops what has just started when the signal came before', async () => {
    const stop = jest.fn(() => Promise.resolve());
    const started = run(async ({ stopping }) => {
      await once(stopping, 'abort');
      return { stop };
    });
    await Promise.resolve();
    host.emit('SIGINT', 'SIGINT');
    await Promise.all([started, host.exited]);
    expect(stop).toHaveBeenCalledTimes(1);
    expect(host.codes).toEqual([0]);
  });

  it('exits with 0 when a signal cuts a start short', async () => {
    const started = run(async ({ stopping }) => {
      await once(stopping, 'abort');
      throw new Error('given up');
    });
    await Promise.resolve();
    host.emit('SIGTERM', 'SIGTERM');
    await Promise.all([started, host.exited]);
    expect(host.codes).toEqual([0]);
    expect(messages()).toContain('start was cut short');
  });

  it('lists what is wrong with the configuration on stderr and exits with 78', async () => {
    await run(() => {
      throw new ConfigError(["A: 'x' is not allowed", "B: 'y' is not allowed"]);
    });
    expect(host.errors).toBe(
      "svc: The configuration is not usable:\n  A: 'x' is not allowed\n  B: 'y' is not allowed\n",
    );
    expect(host.codes).toEqual([78]);
  });

  it('exits with 1 when it fails to start', async () => {
    await run(() => Promise.reject(new Error('no Redis')));
    expect(host.codes).toEqual([1]);
    expect(JSON.parse(log[0] ?? '')).toMatchObject({
      level: 'fatal',
      msg: 'failed to start',
      err: { message: 'no Redis' },
    });
  });

  it.each([
    ['uncaughtException', 'uncaught exception'],
    ['unhandledRejection', 'unhandled rejection'],
  ])('logs an %s and exits with 1', async (event, message) => {
    await run(() => Promise.resolve({ stop: () => Promise.resolve() }));
    host.emit(event, new Error('bug'));
    expect(host.codes).toEqual([1]);
    expect(JSON.parse(log[0] ?? '')).toMatchObject({ level: 'fatal', msg: message, err: { message: 'bug' } });
  });
});

describe('runService with --check-config', () => {
  const start = jest.fn(() => Promise.resolve({ stop: () => Promise.resolve() }));
  beforeEach(() => {
    start.mockClear();
    host.argv.push('--check-config');
  });
  afterEach(() => {
    expect(start).not.toHaveBeenCalled();
  });

  it('exits with 0 for a configuration that the service would take, with its warnings and notes', async () => {
    host.env['LOOP_X'] = '1';
    host.env['A'] = '4';
    await run(start);
    expect(host.codes).toEqual([0]);
    expect(host.output).toBe('svc: the configuration is usable\n');
    expect(host.errors).toContain('svc: warning: LOOP_X is not a known name');
    expect(host.errors).toContain("svc: warning: A='4': A is high\n");
    expect(host.errors).toContain("svc: note: A='4': A is not low\n");
  });

  it('exits with 78 for one that it would refuse, naming the variable', async () => {
    host.env['A'] = '6';
    await run(start);
    expect(host.codes).toEqual([78]);
    expect(host.errors).toContain("A: '6' is not allowed, must be a number <= 5");
  });
});

describe('runService with --help', () => {
  it('says what it is, which options it has and where its variables are documented, and starts nothing', async () => {
    const start = jest.fn(() => Promise.resolve({ stop: () => Promise.resolve() }));
    host.argv.push('--help');
    host.env['A'] = 'not a number';
    await run(start);
    expect(host.codes).toEqual([0]);
    expect(host.errors).toBe('');
    for (const what of [
      'Usage: svc',
      '--check-config',
      '--help',
      'environment variables',
      'docs/integration/operators.md',
    ]) {
      expect(host.output).toContain(what);
    }
    expect(start).not.toHaveBeenCalled();
  });
});

describe('runService refuses arguments that it does not know', () => {
  it.each<[string[], string]>([
    [['--chek-config'], "the argument '--chek-config' is not known; give --check-config, --help or no argument"],
    [['--hlep'], "the argument '--hlep' is not known; give --check-config, --help or no argument"],
    [['--version'], "the argument '--version' is not known; give --check-config, --help or no argument"],
    [['-h'], "the argument '-h' is not known; give --check-config, --help or no argument"],
    [['check-config'], "the argument 'check-config' is not known; give --check-config, --help or no argument"],
    [['--CHECK-CONFIG'], "the argument '--CHECK-CONFIG' is not known; give --check-config, --help or no argument"],
    [[''], "the argument '' is not known; give --check-config, --help or no argument"],
    [['--check-config=x'], "the argument '--check-config' takes no value; give --check-config, --help or no argument"],
    [['--check-config', 'extra'], "the argument 'extra' is not known; give --check-config, --help or no argument"],
    [['--check-config', '--help'], "the argument '--help' is one too many: give one option at most"],
    [['--help', '--check-config'], "the argument '--check-config' is one too many: give one option at most"],
    [['--check-config', '--check-config'], "the argument '--check-config' is one too many: give one option at most"],
  ])('%j', async (args, message) => {
    const start = jest.fn(() => Promise.resolve({ stop: () => Promise.resolve() }));
    host.argv.push(...args);
    await run(start);
    expect(host.codes).toEqual([78]);
    expect(host.errors).toContain(`svc: ${message}`);
    expect(host.output).toBe('');
    expect(start).not.toHaveBeenCalled();
  });

  it.each(['--redis-password=plantplant', 'redis://me:plantplant@h', 'me:plantplant@h', '--redis=me:plantplant@h'])(
    'without showing a secret: %s',
    async (argument) => {
      host.argv.push(argument);
      await run(() => Promise.resolve({ stop: () => Promise.resolve() }));
      expect(host.codes).toEqual([78]);
      expect(host.errors).not.toContain('plant');
    },
  );
});
