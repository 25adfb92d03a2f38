import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger, createSystemdNotifier } from '@quantum/service-kit';
import { Health } from './health.js';

describe('Health', () => {
  const lines: { level: string; msg: string }[] = [];
  const logger = createLogger({
    name: 'test',
    destination: { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
  });
  const notifier = { ...createSystemdNotifier({}), ready: jest.fn(), status: jest.fn(), progress: jest.fn(), stopping: jest.fn() }; // prettier-ignore
  let health: Health;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    jest.clearAllMocks();
    lines.length = 0;
    health = new Health(logger, notifier);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is not ready before the first round, is after it, and is not once rounds end badly', () => {
    expect(health.readiness()).toEqual({ ready: false, reason: 'Redis has not answered yet' });
    health.roundEnded();
    expect(health.readiness()).toEqual({ ready: true });
    health.failed(new Error('gone'));
    expect(health.readiness()).toEqual({ ready: false, reason: 'gone' });
    health.roundEnded();
    expect(health.readiness()).toEqual({ ready: true });
  });

  it('is not ready when the last round is long past', () => {
    health.roundEnded();
    jest.advanceTimersByTime(10_001);
    expect(health.readiness()).toEqual({ ready: false, reason: 'the last poll ended 10 s ago' });
  });

  it('logs a failure when its reason changes, and the return', () => {
    health.failed(new Error('one'));
    health.failed(new Error('one'));
    health.failed(new AggregateError([]));
    health.roundEnded();
    health.roundEnded();
    expect(lines.map(({ msg }) => msg)).toEqual(['cannot serve plans', 'cannot serve plans', 'serving plans']);
  });

  it('tells systemd once that it is there, then how it is; a failure that ended is progress too', () => {
    health.failed(new Error('one'));
    health.roundEnded();
    expect(notifier.ready).toHaveBeenCalledTimes(1);
    expect(notifier.status).toHaveBeenLastCalledWith('serving plans');
    expect(notifier.progress).toHaveBeenCalledTimes(2);
  });

  it('says that it is stopping', () => {
    health.roundEnded();
    health.stopping();
    expect(health.readiness()).toEqual({ ready: false, reason: 'stopping' });
    expect(notifier.stopping).toHaveBeenCalledTimes(1);
  });
});
