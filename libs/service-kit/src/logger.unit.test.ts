import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { maskPasswords } from './mask.js';

function record(level?: string) {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const logger = createLogger({ name: 'governor', destination, ...(level !== undefined && { level }) });
  return { logger, read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('createLogger', () => {
  it('writes JSON lines with ISO time, level as a word and serialised errors', () => {
    const { logger, read } = record();
    logger.info({ symbol: 'BTCUSDT' }, 'hello');
    logger.error({ err: new TypeError('no') }, 'failed');
    const [hello, failed] = read();
    expect(hello).toMatchObject({ name: 'governor', level: 'info', symbol: 'BTCUSDT', msg: 'hello' });
    expect(new Date(hello?.['time'] as string).toISOString()).toBe(hello?.['time']);
    expect(failed).toMatchObject({ level: 'error', err: { type: 'TypeError', message: 'no' } });
  });

  it('keeps to its level', () => {
    const { logger, read } = record('warn');
    logger.info('no');
    logger.warn('yes');
    expect(read().map(({ msg }) => msg)).toEqual(['yes']);
  });

  it('masks passwords in fields, URLs and error messages', () => {
    const { logger, read } = record();
    logger.info({ password: 's3cret', options: { password: 's3cret' }, url: 'redis://me:s3cret@h:1' }, 'x');
    logger.info({ err: new Error('cannot reach rediss://:s3cret@h?x=1&password=s3cret') }, 'y');
    expect(JSON.stringify(read())).not.toContain('s3cret');
    expect(read()[0]).toMatchObject({ password: '***', options: { password: '***' }, url: 'redis://me:***@h:1' });
  });
});

describe('maskPasswords', () => {
  it.each([
    ['redis://me:p@h:1/0', 'redis://me:***@h:1/0'],
    ['redis://:p/w@x@h', 'redis://:***@h'],
    ['redis://h:6379/0', 'redis://h:6379/0'],
    ['redis://h?password=p&db=1', 'redis://h?password=***&db=1'],
    ['/run/redis.sock', '/run/redis.sock'],
    ['{"a":"redis://u:p@h","mail":"x@y"}', '{"a":"redis://u:***@h","mail":"x@y"}'],
  ])('%s', (text, masked) => {
    expect(maskPasswords(text)).toBe(masked);
  });
});
