import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FailureLog } from './failure-log.js';
import { createLogger } from './logger.js';

function logAt(nowMs: () => number) {
  const lines: { level: string; msg: string; err?: { message: string } }[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]);
  return { log: new FailureLog(createLogger({ name: 'test', destination: { write } }), nowMs), lines };
}

describe('FailureLog', () => {
  it('logs the begin, a reminder a minute with the latest error, and the end', () => {
    let nowMs = 0;
    const { log, lines } = logAt(() => nowMs);
    log.succeeded('works');
    log.succeeded('works');
    for (nowMs = 1000; nowMs < 121_000; nowMs += 200) log.failed(new Error(`at ${nowMs}`), 'fails');
    log.succeeded('works');
    expect(lines.map(({ msg, err }) => [msg, err?.message])).toEqual([
      ['works', undefined],
      ['fails', 'at 1000'],
      ['fails', 'at 61000'],
      ['works', undefined],
    ]);
  });

  it('says whether it logged, and nothing of a start that succeeds where that is not asked for', () => {
    const { log, lines } = logAt(() => 0);
    log.succeeded('works', { quietStart: true });
    expect([log.failed(new Error('a'), 'fails'), log.failed(new Error('b'), 'fails')]).toEqual([true, false]);
    expect(lines.map(({ msg }) => msg)).toEqual(['fails']);
  });

  it('never logs more lines than states changed and minutes passed', () => {
    const attempts = fc.array(fc.record({ fails: fc.boolean(), afterMs: fc.nat(40_000) }));
    fc.assert(
      fc.property(attempts, (steps) => {
        let nowMs = 0;
        const { log, lines } = logAt(() => nowMs);
        let changes = 0;
        let before: boolean | undefined;
        for (const { fails, afterMs } of steps) {
          nowMs += afterMs;
          if (fails !== before) changes += 1;
          before = fails;
          if (fails) log.failed(new Error('x'), 'fails');
          else log.succeeded('works');
        }
        expect(lines.length).toBeGreaterThanOrEqual(changes);
        expect(lines.length).toBeLessThanOrEqual(changes + nowMs / 60_000);
      }),
    );
  });
});
