import { describe, expect, it } from '@jest/globals';
import { replayDecision, recordJson } from '@quantum/decisions';
import { timeAround, usd } from '@quantum/generators';
import { dailyKey, decidedKey, inFlightKey, lastExecKey, permitKey, windowKey } from '@quantum/redis-schemas';
import { putPosition, putTarget, useRedis } from '@quantum/testing';
import { SOME_POLICY } from '@quantum/test-fixtures';
import fc from 'fast-check';
import { countBatches, holdBatches } from '../tests/batches.test-support.js';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';

const file = useRedis();
const { redis } = file;
const SYMBOL = 'BTCUSDT';
const WINDOWS = [windowKey(SYMBOL), dailyKey(SYMBOL), inFlightKey(SYMBOL)];
const FREE = {
  GOV_SYMBOL_COOLDOWN_SECONDS: '0',
  GOV_MAX_EXEC_PER_HOUR: '1000',
  GOV_MAX_EXEC_PER_5MIN: '1000',
  GOV_MAX_NOTIONAL_PER_DAY_USD: '1000000000000',
};
const DAY = '2025-11-23';

describe('a permit that is recorded as it is reserved', () => {
  it('takes two round trips, and three where a limit is in shadow', async () => {
    const trips = async (env: Record<string, string>) => {
      await redis().flushall();
      const { decide, plan, consumer, serveEntries, outcome } = await harness(redis(), env);
      await decide({ planId: 'warm', symbol: 'WARM' }, { planId: 'warm2', symbol: 'WARM' });
      await plan({ planId: 'p1', symbol: SYMBOL });
      const entries = await consumer.readNew(1, 1);
      const batches = countBatches(redis());
      await serveEntries(entries);
      return [batches(), await outcome('p1')];
    };
    expect(await trips(FREE)).toEqual([2, 'permit']);
    expect(await trips({ ...FREE, GOV_GATE_BURST_RATE: 'shadow' })).toEqual([3, 'permit']);
    expect(await trips({ ...FREE, GOV_GATE_BURST_RATE: 'off' })).toEqual([2, 'permit']);
    // Its record, then its block and event.
    expect(await trips({ ...FREE, GOV_MAX_NOTIONAL_PER_DAY_USD: '1' })).toEqual([4, 'daily_notional']);
  });

  it('has the windows in its record to the byte as the governor would write them', async () => {
    const governor = await harness(redis(), FREE);
    const { limits, modes } = SOME_POLICY.governor;
    let plans = 0;
    const money = fc.oneof(usd(1e9), fc.constantFrom(0, 0.000001, 0.1 + 0.2, 123456.789, 4e9));
    await fc.assert(
      fc.asyncProperty(
        fc.array(timeAround(NOW_SEC, 4000, 400), { maxLength: 3 }),
        fc.option(timeAround(NOW_SEC, 4000, 400), { nil: undefined }),
        money,
        money,
        fc.boolean(),
        async (times, lastExec, dayUsd, flyingUsd, isCapped) => {
          await redis().del(...WINDOWS, lastExecKey(SYMBOL));
          for (const [i, sec] of times.entries()) await redis().zadd(windowKey(SYMBOL), sec, `earlier${i}`);
          if (lastExec !== undefined) await redis().set(lastExecKey(SYMBOL), lastExec);
          await redis().hset(dailyKey(SYMBOL), { day: DAY, total_micro_usd: String(Math.round(dayUsd * 1e6)) });
          if (isCapped) {
            await putTarget(redis(), SYMBOL, { now: NOW_SEC, mode: 'enforce', targetUsd: 1e12 });
            await putPosition(redis(), SYMBOL, { now: NOW_SEC - 60, positionAmt: 0.25, markPrice: 70_000 });
            await redis().hset(inFlightKey(SYMBOL), 'earlier', `${flyingUsd} ${NOW_SEC - 1}`);
          } else await redis().del(`quantum:allocation:target:${SYMBOL}`, `quantum:state:positions:${SYMBOL}`);
          const planId = `w${(plans += 1)}`;
          await governor.decide({ planId, symbol: SYMBOL });
          const record = (await governor.record(planId))!;
          expect(record.outcome).toBe('permit');
          const newest = [...times, lastExec ?? -Infinity].reduce((a, b) => Math.max(a, b), -Infinity);
          expect(record.inputs).toMatchObject({
            last_exec: newest === -Infinity ? null : newest,
            day_notional_usd: Math.round(dayUsd * 1e6) / 1e6,
            ...(isCapped && { in_flight_usd: flyingUsd }),
          });
          expect(recordJson(record)).toBe(await redis().get(decidedKey(planId)));
          const again = replayDecision(record, {
            ...SOME_POLICY.governor,
            limits: {
              ...limits,
              symbolCooldownSec: 0,
              maxExecPerHour: 1000,
              maxExecPer5Min: 1000,
              maxNotionalPerDayUsd: 1e12,
            },
            modes,
          });
          expect(again).toMatchObject({ kind: 'decided', record: { outcome: 'permit' } });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not reserved where another governor, or an earlier attempt, was first', async () => {
    const governor = await harness(redis(), FREE);
    await governor.decide({ planId: 'warm', symbol: 'WARM' });
    await governor.plan({ planId: 'theirs', symbol: SYMBOL, qty: 1, price: 5 });
    await governor.plan({ planId: 'ours', symbol: SYMBOL });
    const entries = await governor.consumer.readNew(2, 1);
    const other = await file.connect();
    let batches = 0;
    const stop = holdBatches(redis(), ({ send }) => {
      batches += 1;
      const before = async () => {
        if (batches !== 2) return;
        await other.set(permitKey('theirs'), '{"granted":true}');
        const record = { v: 1, plan_id: 'ours', symbol: SYMBOL, entry_id: entries[1]?.id, decided_at: NOW_SEC, outcome: 'dead_letter', reason: 'max_deliveries', gates: [], inputs: {}, error: 'x' }; // prettier-ignore
        await other.set(decidedKey('ours'), JSON.stringify(record));
      };
      void before().then(send);
    });
    await governor.serveEntries(entries);
    stop();
    expect(await governor.record('theirs')).toMatchObject({
      outcome: 'foreign',
      inputs: { closing: false, notional_usd: 5 },
    });
    expect(await governor.outcome('ours')).toBe('dead_letter');
    expect(await redis().zrange(windowKey(SYMBOL), '0', '-1')).toEqual(['theirs']); // money that is spent counts
    expect(await redis().exists(permitKey('ours'))).toBe(0);
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="foreign_permit"} 1']);
  });

  it('is counted once, with what it says, where an attempt before had reserved for more', async () => {
    const { decide, permit } = await harness(redis(), FREE);
    await redis().zadd(windowKey(SYMBOL), NOW_SEC - 5, 'p1');
    await redis().hset(dailyKey(SYMBOL), { day: DAY, 'p:p1': '9000000', total_micro_usd: '9000000' });
    await redis().hset(inFlightKey(SYMBOL), 'p1', `9 ${NOW_SEC - 5} ?`);
    await decide({ planId: 'p1', symbol: SYMBOL, qty: 1, price: 5 });
    expect(await permit('p1')).toMatchObject({ computed_notional: 5 });
    expect(await redis().hgetall(dailyKey(SYMBOL))).toEqual({
      day: DAY,
      'p:p1': '5000000',
      total_micro_usd: '5000000',
    });
    expect(await redis().zrange(windowKey(SYMBOL), '0', '-1', 'WITHSCORES')).toEqual(['p1', String(NOW_SEC)]);
    expect(await redis().hkeys(inFlightKey(SYMBOL))).toEqual([]);
  });
});
