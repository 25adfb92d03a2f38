import { describe, expect, it } from '@jest/globals';
import { BatchError, runBatch } from '@quantum/redis-io';
import { blockKey, dailyKey, decidedKey, permitKey, STREAMS, windowKey } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { countBatches, holdBatches } from '../tests/batches.test-support.js';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();

const FREE = { GOV_SYMBOL_COOLDOWN_SECONDS: '0' };

describe('an entry that is no plan', () => {
  it.each([
    ['invalid_plan_id', { planId: '' }],
    ['invalid_plan_id', { planId: 'with blank' }],
    ['invalid_plan_id', { planId: 'brace{' }],
    ['invalid_plan_id', { planId: 'x'.repeat(129) }],
    ['invalid_symbol', { planId: 'bad', symbol: '' }],
    ['invalid_symbol', { planId: 'bad', symbol: 'A{B}' }],
    ['invalid_symbol', { planId: 'bad', symbol: 'A\nB' }],
    ['invalid_symbol', { planId: 'bad', symbol: 'x'.repeat(65) }],
    ['invalid_qty', { planId: 'bad', qty: '-1' }],
    ['invalid_qty', { planId: 'bad', qty: 'nan' }],
    ['invalid_qty', { planId: 'bad', qty: '1e999' }],
    ['invalid_price', { planId: 'bad', price: '0x10' }],
  ])('is dead-lettered (%s: %j), and its neighbours are served', async (reason, fields) => {
    const { plan, decide, outcome, deadLetters, events, metrics, pending } = await harness(redis(), FREE);
    await plan({ planId: 'before' });
    const id = await plan(fields);
    await decide({ planId: 'after' });
    expect([await outcome('before'), await outcome('after')]).toEqual(['permit', 'permit']);
    expect(await deadLetters()).toMatchObject([{ plan_id: fields.planId, entry_id: id, reason, timestamp: String(NOW_SEC) }]); // prettier-ignore
    expect(await events()).toMatchObject([{ event: 'DEAD_LETTER', plan_id: fields.planId, reason }]);
    expect(await metrics('p32_deadletter_total')).toEqual([`{reason="${reason}"} 1`]);
    expect(await pending()).toEqual([]);
  });

  it('keeps its bytes, also those that are not UTF-8', async () => {
    const { serve } = await harness(redis());
    const raw = ['plan_id', Buffer.from([0x70, 0xff, 0xfe]), Buffer.from([0xc3]), Buffer.from([0, 1, 0x80])];
    await redis().xadd(STREAMS.plans, '1-1', 'decision', 'EXECUTE', ...raw);
    await serve();
    const [letter] = await redis().xrangeBuffer(STREAMS.deadletter, '-', '+');
    expect(letter?.[1].slice(0, 6)).toEqual(['decision', 'EXECUTE', ...raw].map((part) => Buffer.from(part)));
    expect(letter?.[1].slice(6, 8).map(String)).toEqual(['entry_id', '1-1']);
  });

  it('may have any number of fields and any names', async () => {
    const { plan, decide, outcome, deadLetters } = await harness(redis(), FREE);
    const many = Array.from({ length: 80_000 }, (_, i) => [`field${i}`, '']).flat();
    await runBatch(redis(), [['xadd', STREAMS.plans, '1-1', ...many]]);
    await plan({ planId: 'p1', extra: { __proto__: '1', constructor: '2', toString: '3' } });
    await decide({ planId: 'p2', extra: { ['__proto__']: 'x', plan_id: 'p3' } });
    expect(await deadLetters()).toHaveLength(1);
    expect([await outcome('p1'), await outcome('p3')]).toEqual(['permit', 'permit']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('stays pending without a delivery counted while Redis has no memory for its dead letter', async () => {
    const { plan, serve, redeliver, deadLetters, pending } = await harness(redis(), FREE);
    const id = await plan({ planId: 'with blank' });
    const deliveries = async () =>
      (await redis().xpending(STREAMS.plans, 'governor', '-', '+', 1)).map((one) => (one as unknown[])[3]);
    await redis().config('SET', 'maxmemory', '1');
    try {
      expect(await serve()).toEqual([]);
      for (let i = 0; i < 3; i += 1) expect(await redeliver()).toEqual([]);
      expect(await deliveries()).toEqual([0]);
    } finally {
      await redis().config('SET', 'maxmemory', '0');
    }
    expect(await redeliver()).toEqual([id]);
    expect([await pending(), (await deadLetters()).length]).toEqual([[], 1]);
  });

  it('is no dead letter where Redis refuses to take it: an error, and the plans beside it are served', async () => {
    const { plan, decide, outcome, metrics, pending } = await harness(redis(), FREE);
    await redis().set(STREAMS.deadletter, 'not a stream');
    await plan({ planId: '' });
    await decide({ planId: 'beside' });
    expect(await outcome('beside')).toBe('permit');
    expect(await metrics('p32_deadletter_total')).toEqual([]);
    expect(await metrics('p32_errors_total')).toEqual(['{kind="effect_refused"} 1']);
    expect(await pending()).toEqual([]);
  });

  it('costs the same round trips for one as for many', async () => {
    const { plan, serve, deadLetters } = await harness(redis());
    const tripsFor = async (count: number) => {
      for (let i = 0; i < count; i++) await plan({ planId: '' });
      const batches = countBatches(redis());
      await serve();
      return batches();
    };
    const trips = await tripsFor(20);
    expect(trips).toBeGreaterThan(0);
    expect(await tripsFor(1)).toBe(trips);
    expect(await deadLetters()).toHaveLength(21);
  });
});

describe('an entry that is not to be executed', () => {
  it.each(['SKIP', 'BLOCKED', 'ERROR', 'execute', null])(
    'is acknowledged and counted, no more: %s',
    async (decision) => {
      const { decide, deadLetters, events, metrics, pending } = await harness(redis());
      await decide({ planId: 'p1', decision });
      const label = ['SKIP', 'BLOCKED', 'ERROR'].includes(decision ?? '') ? decision : 'other';
      expect(await metrics('p32_plans_skipped_total')).toEqual([`{decision="${label}"} 1`]);
      expect([await deadLetters(), await events(), await pending()]).toEqual([[], [], []]);
      expect(await redis().exists(permitKey('p1'), blockKey('p1'), decidedKey('p1'))).toBe(0);
    },
  );
});

describe('an entry that was delivered too often', () => {
  const deliver = (id: string, times: number) =>
    redis().xclaim(STREAMS.plans, 'governor', 'dead', 0, id, 'RETRYCOUNT', times);

  it('is dead-lettered by a decision of its own, and holds no reservation', async () => {
    const { plan, redeliver, record, deadLetters, events, permit, metrics, pending, consumer } = await harness(redis());
    const id = await plan({ planId: 'p1' });
    await consumer.readNew(1, 1);
    await redis().zadd(windowKey('BTCUSDT'), NOW_SEC, 'p1');
    await redis().hset(dailyKey('BTCUSDT'), { day: '2025-11-23', 'p:p1': '5', total_micro_usd: '5' });
    await deliver(id, 5);
    await redeliver();
    expect(await record('p1')).toMatchObject({
      outcome: 'dead_letter',
      reason: 'max_deliveries',
      inputs: { deliveries: 6 },
    });
    expect(await deadLetters()).toMatchObject([
      { plan_id: 'p1', reason: 'max_deliveries', error: 'delivered 6 times without success' },
    ]);
    expect(await events()).toMatchObject([{ event: 'DEAD_LETTER', plan_id: 'p1', reason: 'max_deliveries' }]);
    expect(await permit('p1')).toBeUndefined();
    expect(await redis().exists(windowKey('BTCUSDT'))).toBe(0);
    expect(await redis().hget(dailyKey('BTCUSDT'), 'total_micro_usd')).toBe('0');
    expect(await metrics('p32_deadletter_total')).toEqual(['{reason="max_deliveries"} 1']);
    expect(await pending()).toEqual([]);
  });

  it('is still tried the fifth time', async () => {
    const { plan, redeliver, outcome, consumer } = await harness(redis());
    const id = await plan({ planId: 'p1' });
    await consumer.readNew(1, 1);
    await deliver(id, 4);
    await redeliver();
    expect(await outcome('p1')).toBe('permit');
  });

  it.each(['claim', 'count'])('is not one whose deliveries end with the lost answer to a %s', async (lost) => {
    const { plan, redeliver, outcome, consumer } = await harness(redis(), FREE);
    await plan({ planId: 'p0' });
    await consumer.readNew(1, 1);
    await redeliver(); // the server has the scripts now
    await plan({ planId: 'p1' });
    await consumer.readNew(1, 1);
    for (let i = 0; i < 8; i++) {
      let batches = 0;
      const restore = holdBatches(redis(), ({ size, send, loseAfter }) => {
        batches += 1;
        if (batches === (lost === 'claim' ? 1 : i === 0 ? 2 : 3)) void loseAfter(size);
        else send();
      });
      await expect(redeliver()).rejects.toThrow(BatchError);
      restore();
    }
    await redeliver();
    expect(await outcome('p1')).toBe('permit');
  });

  it('keeps the decision that it has', async () => {
    const { plan, decide, redeliver, outcome, deadLetters, consumer } = await harness(redis());
    await decide({ planId: 'p1' });
    const id = await plan({ planId: 'p1' });
    await consumer.readNew(1, 1);
    await deliver(id, 9);
    await redeliver();
    expect(await outcome('p1')).toBe('permit');
    expect(await deadLetters()).toEqual([]);
  });

  it('needs no record where its record’s key is of another type; until then it stays pending', async () => {
    const { plan, serve, redeliver, deadLetters, pending, metrics, telemetry } = await harness(redis());
    await redis().rpush(decidedKey('p1'), 'x');
    const id = await plan({ planId: 'p1' });
    expect(await serve()).toEqual([]);
    expect(await metrics('p32_errors_total')).toEqual(['{kind="unanswered"} 1']);
    expect(telemetry.takeUnanswered()).toBeUndefined(); // of one key, not of the service: it stays ready
    expect(await pending()).toEqual([id]);
    await deliver(id, 5);
    expect(await redeliver()).toEqual([id]);
    expect(await deadLetters()).toMatchObject([{ plan_id: 'p1', reason: 'max_deliveries' }]);
    expect(await pending()).toEqual([]);
  });
});

describe('a server that cannot answer now', () => {
  it('is no verdict: nothing is decided, and all is served once it can (out of memory)', async () => {
    const { plan, serve, redeliver, outcome, deadLetters, metrics, pending, telemetry } = await harness(redis(), FREE);
    const ids = [await plan({ planId: 'p1' }), await plan({ planId: '' })];
    await redis().config('SET', 'maxmemory', '1');
    try {
      expect(await serve()).toEqual([]);
      expect(await pending()).toEqual(ids);
      expect(await metrics('p32_errors_total')).toEqual(['{kind="unanswered"} 3']);
      expect(telemetry.takeUnanswered()?.message).toMatch(/^OOM/);
    } finally {
      await redis().config('SET', 'maxmemory', '0');
    }
    expect(await redeliver()).toEqual(expect.arrayContaining(ids));
    expect(await outcome('p1')).toBe('permit');
    expect(await deadLetters()).toHaveLength(1);
  });

  it('is none either where it lets us read but not write', async () => {
    const { plan, serveEntries, redeliver, outcome, consumer } = await harness(redis());
    await plan({ planId: 'p1' });
    const entries = await consumer.readNew(10, 1);
    await redis().config('SET', 'min-replicas-to-write', '1'); // NOREPLICAS, as READONLY would be
    try {
      expect(await serveEntries(entries)).toEqual([]);
    } finally {
      await redis().config('SET', 'min-replicas-to-write', '0');
    }
    await redeliver();
    expect(await outcome('p1')).toBe('permit');
  });
});
