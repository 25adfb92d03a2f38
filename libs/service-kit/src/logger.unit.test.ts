import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { registerSecrets } from './redact.js';

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
    expect(read()[0]).toMatchObject({ password: '***', options: { password: '***' }, url: 'redis://***@h:1' });
  });

  it('tells nothing of an error but type, message, code, stack and cause, under whatever name it is logged', () => {
    const { logger, read } = record();
    const command = { name: 'HELLO', args: ['3', 'AUTH', 'me', 'planted1'] };
    const cause = Object.assign(new Error('WRONGPASS'), { command });
    const error = Object.assign(new TypeError('no', { cause }), { code: 'ECONN', command });
    logger.error({ err: error }, 'a');
    logger.error({ failure: error }, 'b');
    logger.error(error);
    const logged = { type: 'TypeError', message: 'no', code: 'ECONN', stack: expect.any(String) as unknown };
    const whole = { ...logged, cause: { type: 'Error', message: 'WRONGPASS', stack: expect.any(String) as unknown } };
    expect(read().map(({ err, failure }) => err ?? failure)).toEqual([whole, whole, whole]);
    expect(JSON.stringify(read())).not.toContain('planted1');
  });

  it.each([['a string'], [undefined], [{ reason: 'planted2' }], [Object.create(null) as object]])(
    'survives it when what was thrown is %p',
    (thrown) => {
      const { logger, read } = record();
      logger.error({ err: thrown }, 'x');
      expect(read()).toHaveLength(1);
      expect(JSON.stringify(read())).not.toContain('planted2');
    },
  );

  it('hides known secrets in every text, and its lines stay JSON', () => {
    const { logger, read } = record();
    registerSecrets(['pl"anted\\3', 'info', '4321']);
    logger.info(
      { port: 4321, deep: [{ text: 'x pl"anted\\3' }], json: JSON.stringify('pl"anted\\3') },
      'a pl"anted\\3 b',
    );
    expect(read()).toEqual([
      expect.objectContaining({ level: 'info', port: 4321, deep: [{ text: 'x ***' }], json: '"***"', msg: 'a *** b' }),
    ]);
  });
});
