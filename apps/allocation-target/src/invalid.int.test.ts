import { afterEach, expect, it } from '@jest/globals';
import { efficiencyKey, targetKey } from '@quantum/redis-schemas';
import { putEfficiency, putTarget, useRedis } from '@quantum/testing';
import { createTestProposer, TS_EPOCH, type TestProposer } from './test-proposer.test-support.js';

const file = useRedis();
const { redis } = file;
const now = TS_EPOCH;
let proposer: TestProposer;
afterEach(() => {
  proposer.close();
});

it('logs invalid readings as they were read, once, and nothing of those that are stale, missing or gone', async () => {
  const pythonScore = { efficiency_score: 'np.float64(0.9)', confidence: '0.8', ts: String(now) };
  const aheadOfTime = { efficiency_score: '0.9', confidence: '0.8', ts: `${now}000` };
  await Promise.all(['PY', 'MS', 'OLD', 'NONE'].map((symbol) => putTarget(redis(), symbol, { now, targetUsd: 1000 })));
  await redis().hset(efficiencyKey('PY'), pythonScore);
  await redis().hset(efficiencyKey('MS'), aheadOfTime);
  await putEfficiency(redis(), 'OLD', { now: now - 3600, score: 0.9 });
  await redis().hset(targetKey('BAD'), { target_usd: '<Side.BUY: 1>\n', timestamp: '1' });
  await redis().hset(targetKey('HUGE'), { target_usd: '1.5e308', timestamp: '1' });
  await putEfficiency(redis(), 'HUGE', { now, score: 1 });
  await redis().hset(targetKey('BARE'), { mode: 'shadow' });

  proposer = await createTestProposer(`unix://${file.server.socketPath}`);
  await proposer.cycle();
  await proposer.cycle();
  const logged = proposer.logged().filter(({ msg }) => msg === 'invalid reading, the values as read');
  const inOrder = logged.sort((a, b) => String(a['symbol']).localeCompare(String(b['symbol'])));
  expect(inOrder).toMatchObject([
    {
      level: 'warn',
      reason: 'invalid_target',
      symbol: 'BAD',
      read: { target_usd: '<Side.BUY: 1>\\u{a}', timestamp: '1' },
    },
    { reason: 'invalid_target', symbol: 'BARE', read: { target_usd: null, timestamp: null } },
    { reason: 'invalid_target', symbol: 'HUGE', read: { target_usd: '1.5e308', timestamp: '1' } },
    { reason: 'invalid_eff', symbol: 'MS', read: aheadOfTime },
    { reason: 'invalid_eff', symbol: 'PY', read: pythonScore },
  ]);
});
