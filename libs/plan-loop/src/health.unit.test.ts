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
    health = new Health(logger, notifier, systemClock, ['s']);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is not ready before the first round, is after it, and is not once rounds end badly', () => {
    expect(health.readiness()).toEqual({ ready: false, reason: 'Redis has not answered yet' });
    health.roundEnded('s');
    expect(health.readiness()).toEqual({ ready: true });
    health.failed('s', new Error('gone'));
    expect(health.readiness()).toEqual({ ready: false, reason: 'gone' });
    health.roundEnded('s');
    expect(health.readiness()).toEqual({ ready: true });
  });

  it('is not ready when the last round is long past', () => {
    health.roundEnded('s');
    jest.advanceTimersByTime(10_001);
    expect(health.readiness()).toEqual({ ready: false, reason: 'the last poll ended 10 s ago' });
  });

  it('logs when serving begins and ends, not each failure, and reminds once a minute; probes know the latest reason', () => {
    health.failed('s', new Error('one'));
    for (let i = 0; i < 150; i += 1) health.failed('s', new Error(`two ${i}`));
    health.failed('s', new AggregateError([]));
    expect(health.readiness()).toEqual({ ready: false, reason: 'AggregateError' });
    jest.advanceTimersByTime(60_000);
    health.failed('s', new Error('three'));
    health.roundEnded('s');
    health.roundEnded('s');
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
    health.roundEnded('s');
    health.connectionFailed(new Error('refused'));
    expect(health.readiness()).toEqual({ ready: true });
    expect(lines.map(({ msg }) => msg)).toEqual(['cannot serve plans', 'serving plans']);
  });

  it('logs at once, and once, that the server refuses it in an outage, and keeps saying so', () => {
    const refusal = Object.assign(new Error('WRONGPASS invalid'), { name: 'ReplyError' });
    health.roundEnded('s');
    health.failed('s', new Error('the connection was lost'));
    for (let i = 0; i < 5; i += 1) {
      health.connectionFailed(refusal);
      health.failed('s', new Error('not connected'));
    }
    expect(health.readiness()).toEqual({ ready: false, reason: 'WRONGPASS invalid' });
    health.roundEnded('s');
    health.failed('s', new Error('gone'));
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
    health.failed('s', new Error('one'));
    health.roundEnded('s');
    expect(notifier.ready).toHaveBeenCalledTimes(1);
    expect(notifier.status).toHaveBeenLastCalledWith('serving plans');
    expect(notifier.progress).toHaveBeenCalledTimes(2);
  });

  describe('of several streams', () => {
    beforeEach(() => {
      health = new Health(logger, notifier, systemClock, ['a', 'b', 'c']);
    });
    const allEnd = () => {
      for (const stream of ['a', 'b', 'c']) health.roundEnded(stream);
    };

    it('is ready when all are served, and says which one is not, and how many more', () => {
      health.roundEnded('a');
      health.roundEnded('b');
      expect(health.readiness()).toEqual({ ready: false, reason: 'c: Redis has not answered yet' });
      health.roundEnded('c');
      expect(health.readiness()).toEqual({ ready: true });
      health.failed('b', new Error('gone'));
      health.roundEnded('a');
      expect(health.readiness()).toEqual({ ready: false, reason: 'b: gone' });
      health.failed('c', new Error('gone too'));
      expect(health.readiness()).toEqual({ ready: false, reason: 'b: gone (and 1 more streams)' });
      allEnd();
      expect(health.readiness()).toEqual({ ready: true });
    });

    it('is not ready while one of them is stuck, and reports no progress to systemd', () => {
      allEnd();
      jest.advanceTimersByTime(10_001);
      health.roundEnded('a');
      notifier.progress.mockClear();
      health.roundEnded('b');
      expect(health.readiness()).toEqual({ ready: false, reason: 'c: the last poll ended 10 s ago' });
      expect(notifier.progress).not.toHaveBeenCalled();
      health.failed('c', new Error('gone'));
      expect(notifier.progress).toHaveBeenCalledTimes(1);
    });

    it('logs one outage of all of them in two lines', () => {
      allEnd();
      for (let i = 0; i < 10; i += 1) for (const stream of ['a', 'b', 'c']) health.failed(stream, new Error('gone'));
      health.roundEnded('a');
      health.failed('b', new Error('gone'));
      allEnd();
      expect(lines.map(({ msg }) => msg)).toEqual(['serving plans', 'cannot serve plans of a', 'serving plans']);
    });

    it('tells systemd that it waits for Redis as soon as no stream has a first answer to come', () => {
      health.connectionFailed(new Error('refused'));
      expect(notifier.ready.mock.calls).toEqual([['waiting for Redis: refused']]);
    });
  });
});
