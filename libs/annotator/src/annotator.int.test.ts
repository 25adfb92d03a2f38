import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@quantum/clock';
import { createAnnotatorMetrics } from '@quantum/metrics';
import { StreamConsumer } from '@quantum/redis-io';
import { ANNOTATE_GROUP, permitKey, STREAMS } from '@quantum/redis-schemas';
import { createLogger } from '@quantum/service-kit';
import { addPlanNow, issueOldPermit, oldPermit, useRedis } from '@quantum/testing';
import { AnnotateTelemetry } from './annotate-telemetry.js';
import { Annotator } from './annotator.js';

const { redis } = useRedis();
const nowSec = (): number => Date.now() / 1000;
const metrics = createAnnotatorMetrics({ maxSymbols: 10 });
const halve = {
  name: 'halve',
  reads: () => [],
  annotate: () => ({ fields: { eff_action: 'DOWNSIZE', eff_factor: '0.5000' } as const, inputs: {} }),
  neutral: {},
};

/** An annotator that does nothing by itself. */
function create() {
  const member = { stream: STREAMS.plans, group: ANNOTATE_GROUP, consumer: 'governor-plugin:test' };
  const consumer = new StreamConsumer(redis(), redis(), member);
  const telemetry = new AnnotateTelemetry(metrics, createLogger({ name: 'test', level: 'silent' }));
  return {
    consumer,
    annotator: new Annotator({
      redis: redis(),
      consumer,
      decorators: () => [halve],
      telemetry,
      clock: systemClock,
      planMaxAgeSec: 60,
    }),
  };
}

describe('an annotator', () => {
  it('makes one change of a permit that is announced and found at once', async () => {
    const { consumer, annotator } = create();
    await consumer.ensureGroup('0');
    await addPlanNow(redis(), 'p1');
    await annotator.serve(await consumer.readNew(10, 1), nowSec);
    expect(annotator.heldIds).toHaveLength(1);
    await issueOldPermit(redis(), 'p1');
    annotator.announced('p1');
    annotator.announced('p1');
    await Promise.all([annotator.lookForPermits(), annotator.lookForPermits(), annotator.settled()]);
    expect(await redis().get(permitKey('p1'))).toBe(
      `${oldPermit().slice(0, -1)},"eff_action":"DOWNSIZE","eff_factor":"0.5000"}`,
    );
    expect(await metrics.registry.getSingleMetricAsString('p32_annotate_total')).toContain('{result="annotated"} 1\n');
    expect(annotator.heldIds).toEqual([]);
  });

  it('takes no announcement of plans that it does not know', async () => {
    const { annotator } = create();
    await issueOldPermit(redis(), 'p1');
    annotator.announced('p1');
    await annotator.settled();
    expect(await redis().get(permitKey('p1'))).toBe(oldPermit());
  });

  it('gives up the oldest where more plans wait than it can hold', async () => {
    const { annotator } = create();
    const atMs = Date.now();
    const fields = (i: number) => ['plan_id', `p${i}`, 'symbol', 'BTCUSDT', 'decision', 'EXECUTE'];
    const entries = Array.from({ length: 50_003 }, (_, i) => ({
      id: `${atMs}-${i}`,
      fields: fields(i),
      deliveries: 1,
    }));
    await annotator.serve(entries, nowSec);
    expect(annotator.waitingCount).toBe(50_000);
    expect(annotator.heldIds.slice(0, 2)).toEqual([`${atMs}-3`, `${atMs}-4`]);
    expect(await metrics.registry.getSingleMetricAsString('p32_annotate_total')).toMatch(/{result="error"} 3$/m);
  });
});
