import { describe, expect, it } from '@jest/globals';
import { defineConfig } from './define-config.js';
import type { Config } from './define-config.js';
import { ConfigError, loadConfig, logConfig } from './load-config.js';
import type { Environment } from './load-config.js';
import { createLogger } from './logger.js';
import { sharedVariables } from './shared-variables.js';
import { boolean, number, oneOf } from './variable.js';

const definition = defineConfig(
  {
    ...sharedVariables,
    P31_MIN_MULT: number({ property: 'minMultiplier', describe: 'Lowest', default: '0.5', min: 0 }),
    P31_MAX_MULT: number({ property: 'maxMultiplier', describe: 'Highest', default: '1.5', min: 0 }),
    APPLY_MODE: oneOf(['testnet', 'production'], { property: 'applyMode', describe: 'Mode', default: 'testnet' }),
    GOV_TAKE_OVER: boolean({ property: 'takeOver', describe: 'Take over', default: 'false' }),
    GOV_MAX_NOTIONAL_PER_DAY_USD: number({
      property: 'maxNotionalPerDayUsd',
      describe: 'Cap',
      default: '5000',
      min: 0,
      aliases: ['GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD'],
    }),
  },
  {
    crossChecks: [
      {
        variables: ['P31_MIN_MULT', 'P31_MAX_MULT'],
        holds: (config) => config.minMultiplier <= config.maxMultiplier,
        requirement: 'P31_MIN_MULT must not exceed P31_MAX_MULT',
      },
    ],
  },
);

function violationsOf(env: Environment): readonly string[] {
  try {
    loadConfig(definition, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.violations;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('takes defaults for what is unset or blank, and types each property', () => {
    const { config, warnings } = loadConfig(definition, { P31_MIN_CONF: '', APPLY_MODE: '  ', P31_MAX_MULT: ' 2 ' });
    const typed: Config<typeof definition> = config;
    const mode: 'testnet' | 'production' = config.applyMode;
    const url: string | undefined = config.redisUrl;
    expect({ mode, url, ...typed }).toMatchObject({
      mode: 'testnet',
      url: undefined,
      minConfidence: 0.65,
      maxFutureSec: 60,
      maxMultiplier: 2,
      takeOver: false,
      redisHost: 'localhost',
      redisPort: 6379,
      redisDb: 0,
      metricsHost: '127.0.0.1',
      metricsMaxSymbols: 500,
      logLevel: 'info',
    });
    expect(warnings).toEqual([]);
  });

  it('lists every violation at once, a line each, with the variable, its value and what is allowed', () => {
    const env = { P31_MIN_CONF: '1.5', APPLY_MODE: 'prod', GOV_TAKE_OVER: 'yes', P31_MIN_MULT: '3' };
    const lines = [
      "P31_MIN_CONF: '1.5' is not allowed, must be a number in 0..1",
      "APPLY_MODE: 'prod' is not allowed, must be one of testnet, production",
      "GOV_TAKE_OVER: 'yes' is not allowed, must be true or false",
      "P31_MIN_MULT='3', P31_MAX_MULT='1.5': P31_MIN_MULT must not exceed P31_MAX_MULT",
    ];
    expect(violationsOf(env)).toEqual(lines);
    expect(() => loadConfig(definition, env)).toThrow(['The configuration is not usable:', ...lines].join('\n  '));
  });

  it('does not ask a cross check about a value that is unusable by itself', () => {
    expect(violationsOf({ P31_MIN_MULT: '3', P31_MAX_MULT: 'x' })).toEqual([
      "P31_MAX_MULT: 'x' is not allowed, must be a number >= 0",
    ]);
  });

  it.each(['3 # per hour', '3\t#x', '# none'])('reports the comment in %j as a comment', (value) => {
    expect(violationsOf({ P31_MIN_MULT: value })).toEqual([
      `P31_MIN_MULT: '${value}' carries a comment: in an env file a comment has a line of its own`,
    ]);
  });

  it('warns of an unknown name like ours, with the nearest one', () => {
    const env = { P31_MINCONF: '1', LOG_LEVLE: 'info', LOOP_INTERVAL_SEC: '10', HOME: '/', GOVERNMENT: 'x' };
    expect(loadConfig(definition, env, ['LOOP_INTERVAL_SEC']).warnings).toEqual([
      'P31_MINCONF is not a known name and has no effect; the nearest known name is P31_MIN_CONF',
      'LOG_LEVLE is not a known name and has no effect; the nearest known name is LOG_LEVEL',
    ]);
  });

  it('accepts a former name with a warning, and refuses two that differ', () => {
    const old = { GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD: '7000' };
    const { config, warnings, effective } = loadConfig(definition, old);
    expect(config.maxNotionalPerDayUsd).toBe(7000);
    expect(effective['GOV_MAX_NOTIONAL_PER_DAY_USD']).toBe('7000');
    expect(warnings).toEqual([
      'GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD is a former name of GOV_MAX_NOTIONAL_PER_DAY_USD: rename it',
    ]);
    expect(violationsOf({ ...old, GOV_MAX_NOTIONAL_PER_DAY_USD: '7000' })).toEqual([]);
    expect(violationsOf({ ...old, GOV_MAX_NOTIONAL_PER_DAY_USD: '1' })).toEqual([
      "GOV_MAX_NOTIONAL_PER_DAY_USD: '1' here, '7000' under its former name GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD; keep one",
    ]);
  });

  it.each([
    ['redis://me:planted1@h:1/0', 'redis://***@h:1/0'],
    ['redis://:pl anted2@h', 'redis://***@h'],
    [`redis://:pl"ant'ed3@h`, 'redis://***@h'],
    ['redis://:pl%40nted4@h/1', 'redis://***@h/1'],
    ['redis://planted5:planted5x@h', 'redis://***@h'],
    ['unix:///run/redis.sock?db=1', 'unix:///run/redis.sock?db=1'],
    ['redis+sentinel://me:planted6@h,i/main/2?sentinel_password=pl@nted7', 'redis+sentinel://***@h,i/main/2?***'],
  ])('never shows the login of %s as what is in effect', (REDIS_URL, shown) => {
    expect(loadConfig(definition, { REDIS_URL }).effective['REDIS_URL']).toBe(shown);
  });

  it.each([
    ['http://me:planted1@h', 'http://***@h'],
    ['me:planted2@h:6379', '***@h:6379'],
    [':pl@anted3 "x@h', '***@h'],
    ['redis://:pl/anted4@h', 'redis://***@h'],
    ['redis://:pl@nted5?planted@h', 'redis://***@h'],
    ['redis://me:6379#planted6@h', 'redis://***@h'],
    ['redis://h,i/?sentinel_password=pl@nted7&x', 'redis://***'],
    ['redis://planted8@h:port', 'redis://***@h:port'],
  ])('never shows the login of %s in a violation', (REDIS_URL, shown) => {
    expect(violationsOf({ REDIS_URL })).toEqual([expect.stringContaining(`REDIS_URL: '${shown}' is not allowed`)]);
  });

  it('never shows a password that is where it does not belong', () => {
    const env = {
      REDIS_PASSWORD: 'pl"anted %',
      REDIS_USERNAME: 'planted-user',
      APPLY_MODE: 'pl"anted %',
      REDIS_HOST: 'pl%22anted%20%25',
    };
    const violations = violationsOf(env);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain("APPLY_MODE: '***' is not allowed");
    const { effective } = loadConfig(definition, { ...env, APPLY_MODE: 'testnet' });
    expect(effective).toMatchObject({ REDIS_PASSWORD: '***', REDIS_USERNAME: '***' });
  });

  it('starts with a warning or a note where a rule says so, and asks no rule about an unusable value', () => {
    const rule = (requirement: string) => ({
      variables: ['A'] as const,
      holds: ({ a }: { a: number }) => a < 2,
      requirement,
    });
    const advised = defineConfig(
      { A: number({ property: 'a', describe: 'A', default: '1' }) },
      { warnings: [rule('too much')], notes: [rule('much')] },
    );
    expect(loadConfig(advised, {})).toMatchObject({ warnings: [], notes: [] });
    const loaded = loadConfig(advised, { A: '2' });
    expect(loaded).toMatchObject({ config: { a: 2 }, warnings: ["A='2': too much"], notes: ["A='2': much"] });
    expect(() => loadConfig(advised, { A: 'x' })).toThrow("A: 'x' is not allowed");
    const lines: string[] = [];
    logConfig(createLogger({ name: 'x', destination: { write: (line: string) => lines.push(line) } }), loaded);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'warn', msg: "A='2': too much" },
      { level: 'info', msg: "A='2': much" },
      { msg: 'effective configuration' },
    ]);
  });

  it('logs warnings and the effective configuration', () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'x', destination: { write: (line: string) => lines.push(line) } });
    logConfig(logger, loadConfig(definition, { P31_MINCONF: '1', REDIS_URL: 'redis://:s3cret@h' }));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'warn', msg: expect.stringContaining('P31_MIN_CONF') as unknown }),
      expect.objectContaining({
        msg: 'effective configuration',
        config: expect.objectContaining({ P31_MIN_CONF: '0.65', REDIS_URL: 'redis://***@h' }) as unknown,
      }),
    ]);
  });
});

describe('defineConfig', () => {
  it('refuses a default that its own variable would refuse', () => {
    const wrong = { A: number({ property: 'a', describe: 'A', default: '2', max: 1 }) };
    expect(() => defineConfig(wrong)).toThrow("A: its default '2' is not one of its own values");
  });

  it('refuses two variables for one property', () => {
    const twice = { A: number({ property: 'a', describe: 'A' }), B: number({ property: 'a', describe: 'B' }) };
    expect(() => defineConfig(twice)).toThrow('B and A both name the property a');
  });
});
