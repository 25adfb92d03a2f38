import { describe, expect, it } from '@jest/globals';
import { createAnnotatorMetrics } from '@quantum/metrics';
import type { StreamGap } from '@quantum/redis-io';
import { createLogger } from '@quantum/service-kit';
import { LoopTelemetry } from './index.js';

function observed() {
  const { registry, ...metrics } = createAnnotatorMetrics({ maxSymbols: 1 });
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
  const telemetry = new LoopTelemetry(metrics, createLogger({ name: 'test', destination }));
  const count = async (series: string) => Number((await registry.metrics()).split(`\n${series} `)[1]?.split('\n')[0]);
  return { telemetry, lines, count };
}
const GAP: StreamGap = { count: 3, when: 'undelivered', from: '1-0', to: '3-0' };

describe('LoopTelemetry', () => {
  it('counts entries that ask for nothing, lost plans and errors', async () => {
    const { telemetry, lines, count } = observed();
    telemetry.notExecute('SKIP');
    telemetry.lost(GAP);
    telemetry.error('decorator');
    expect(await count('p32_plans_skipped_total{decision="SKIP"}')).toBe(1);
    expect(await count('p32_plans_lost_total')).toBe(3);
    expect(await count('p32_errors_total{kind="decorator"}')).toBe(1);
    expect(lines).toEqual([expect.objectContaining({ level: 'error', count: 3 })]);
  });

  it('sums up what happened, with what the service counts, once; nothing happened: no line', () => {
    const { telemetry, lines } = observed();
    telemetry.summarise({ permits: 0 });
    telemetry.error('invalid_plan');
    telemetry.notExecute('SKIP');
    telemetry.summarise({ permits: 2 });
    telemetry.summarise({ permits: 0 });
    expect(lines).toEqual([expect.objectContaining({ msg: 'plans served', permits: 2, skipped: 1, errors: 1 })]);
  });

  it('says once why the server gave no verdict, unless that is one plan’s trouble alone', () => {
    const { telemetry } = observed();
    const ofOneKey = Object.assign(new Error('WRONGTYPE'), { name: 'ReplyError' });
    telemetry.error('unanswered', ofOneKey);
    expect(telemetry.takeUnanswered()).toBeUndefined();
    const ofAll = Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' });
    telemetry.error('unanswered', ofAll);
    expect([telemetry.takeUnanswered(), telemetry.takeUnanswered()]).toEqual([ofAll, undefined]);
    const ofCommand = new Error("NOPERM User app has no permissions to run the 'evalsha_ro' command");
    telemetry.error('unanswered', ofCommand);
    expect(telemetry.takeUnanswered()).toBe(ofCommand);
    const ofKeys = new Error('NOPERM No permissions to access a key');
    telemetry.error('unanswered', ofKeys);
    expect(telemetry.takeUnanswered()).toBe(ofKeys);
  });
});
