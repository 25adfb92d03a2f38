import { expect, it, jest } from '@jest/globals';
import { logOutages } from './index.js';

it('logs an outage once when it begins and once when it ends', () => {
  const logger = { info: jest.fn(), warn: jest.fn() };
  const { onError, onReady } = logOutages(logger);
  onReady();
  for (let i = 0; i < 3; i += 1) onError(new Error(`attempt ${i}`));
  onReady();
  onReady(); // made anew, as on a replica, without a failure
  onError(new Error('again'));
  expect(logger.warn.mock.calls).toEqual([
    [{ err: new Error('attempt 0') }, 'Redis is away, trying again until it answers'],
    [{ err: new Error('again') }, 'Redis is away, trying again until it answers'],
  ]);
  expect(logger.info.mock.calls).toEqual([['Redis is connected'], ['Redis is connected']]);
});
