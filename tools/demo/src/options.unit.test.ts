import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { demoCommand, parseDuration, parseRedisUrl, parseWhole, type DemoOptions } from './options.js';

describe('a duration', () => {
  it.each([
    ['60s', 60],
    ['90', 90],
    ['2m', 120],
    ['1.5m', 90],
    [' 1h ', 3600],
  ])('%j is %d s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', '0', '0s', '-5', 's', '5 minutes', '1e3', 'abc'])('%j is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
  });
});

describe('a whole number', () => {
  it('is accepted only within its range', () => {
    const parse = parseWhole(1, 600);
    expect(parse('1')).toBe(1);
    expect(parse('600')).toBe(600);
    for (const text of ['0', '601', '1.5', '-1', 'x', '']) expect(() => parse(text)).toThrow(InvalidArgumentError);
  });
});

describe('a Redis URL', () => {
  it('must be one that the services accept', () => {
    for (const text of ['redis://127.0.0.1:6379/1', 'rediss://u:p@h:1', 'unix:///tmp/x.sock']) {
      expect(parseRedisUrl(text)).toBe(text);
    }
    for (const text of ['127.0.0.1:6379', 'http://h', '']) {
      expect(() => parseRedisUrl(text)).toThrow(InvalidArgumentError);
    }
  });
});

describe('the command line', () => {
  const parse = async (...args: string[]): Promise<DemoOptions> => {
    const seen: DemoOptions[] = [];
    await demoCommand((options) => {
      seen.push(options);
      return Promise.resolve();
    }).parseAsync(args, { from: 'user' });
    return seen[0]!;
  };

  it('has defaults for everything', async () => {
    expect(await parse()).toEqual({
      speed: 1,
      seed: 42,
      feed: false,
      rollout: false,
      incident: false,
      console: true,
      tty: true,
    });
  });

  it('is understood', async () => {
    const args = '--prices p.csv --for 2m --speed 10 --seed 7 --redis redis://h:1 --feed --no-console --no-tty'.split(
      ' ',
    );
    expect(await parse(...args)).toEqual({
      prices: 'p.csv',
      for: 120,
      speed: 10,
      seed: 7,
      redis: 'redis://h:1',
      feed: true,
      rollout: false,
      incident: false,
      console: false,
      tty: false,
    });
  });
});
