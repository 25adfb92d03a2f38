import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '@quantum/clock';
import { createSystemdNotifier } from '@quantum/service-host';
import { createLogger } from '@quantum/service-kit';
import { Health } from './health.js';

describe('Health', () => {
  const lines: { level: string; msg: string; err?: { message: string } }[] = [];
  const logger = createLogger({
    name: 'test',
    destination: { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
  });
  const notifier = { ...createSystemdNotifier({}), ready: jest.fn(), status: jest.fn(), progress: jest.fn() }; // prettier-ignore
  let health: Health;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    jest.clearAllMocks();
    lines.length = 0;
    health = new Health(logger, notifier, systemClock);
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

  it('logs when serving begins and ends, not each failure, and reminds once a minute; probes know the latest reason', () => {
    health.failed(new Error('one'));
    for (let i = 0; i < 150; i += 1) health.failed(new Error(`two ${i}`));
    health.failed(new AggregateError([]));
    expect(health.readiness()).toEqual({ ready: false, reason: 'AggregateError' });
    jest.advanceTimersByTime(60_000);
    health.failed(new Error('three'));
    health.roundEnded();
    health.roundEnded();
    expect(lines.map(({ msg, err }) => [msg, err?.message])).toEqual([
      ['cannot serve plans', 'one'],
      ['cannot serve plans', 'three'],
      ['serving plans', undefined],
    ]);
    expect(notifier.ready.mock.calls).toEqual([['waiting for Redis: one']]);
    expect(notifier.status.mock.calls).toEqual([['waiting for Redis: three'], ['serving plans'], ['serving plans']]);
  });

  it('takes a connection that fails for a reason only while no round ends well', () => {
    health.connectionFailed(new Error('refused'));
    expect(health.readiness()).toEqual({ ready: false, reason: 'refused' });
    health.roundEnded();
    health.connectionFailed(new Error('refused'));
    expect(health.readiness()).toEqual({ ready: true });
    expect(lines.map(({ msg }) => msg)).toEqual(['cannot serve plans', 'serving plans']);
  });

  it('logs at once, and once, that the server refuses it in an outage, and keeps saying so', () => {
    const refusal = Object.assign(new Error('WRONGPASS invalid'), { name: 'ReplyError' });
    health.roundEnded();
    health.failed(new Error('the connection was lost'));
    for (let i = 0; i < 5; i += 1) {
      health.connectionFailed(refusal);
      health.failed(new Error('not connected'));
    }
    expect(health.readiness()).toEqual({ ready: false, reason: 'WRONGPASS invalid' });
    health.roundEnded();
    health.failed(new Error('gone'));
    expect(health.readiness()).toEqual({ ready: false, reason: 'gone' });
    expect(lines.map(({ msg, err }) => [msg, err?.message])).toEqual([
      ['serving plans', undefined],
      ['cannot serve plans', 'the connection was lost'],
      ['Redis refuses this service', 'WRONGPASS invalid'],
      ['serving plans', undefined],
      ['cannot serve plans', 'gone'],
    ]);
  });

  it('tells systemd once that it is there, then how it is; a failure that ended is progress too', () => {
    health.failed(new Error('one'));
    health.roundEnded();
    expect(notifier.ready).toHaveBeenCalledTimes(1);
    expect(notifier.status).toHaveBeenLastCalledWith('serving plans');
    expect(notifier.progress).toHaveBeenCalledTimes(2);
  });
});
