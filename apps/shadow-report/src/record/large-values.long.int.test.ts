import { describe, expect, it } from '@jest/globals';
import { startPrivateCluster } from '@quantum/private-redis';
import { connectRedis, mastersOf, runBatch, untilReady } from '@quantum/redis-io';
import { decidedKey, STREAMS } from '@quantum/redis-schemas';
import { addPlan, spawnApp, useRedis, waitFor } from '@quantum/testing';
import { readLines } from '../file/reader.js';
import { builtApp, usePaths } from '../paths.test-support.js';
import { poll } from './poll.js';
import { RecordingState } from './state.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const newPath = usePaths();
const LARGE = 'x'.repeat(10_000_000);
const UNREAD = (bytes: number) => ['unread_bytes', String(bytes)];

type Line = Record<string, unknown>;
const ofKind = (path: string, kind: string): Line[] =>
  [...readLines(path)].flat().map((line) => JSON.parse(line) as Line).filter((line) => line['kind'] === kind); // prettier-ignore

describe('values of many MB', () => {
  it('end no recorder, though none of them fits in its heap; what is behind them is recorded', async () => {
    const path = newPath();
    for (let i = 0; i < 8; i += 1) {
      await redis().xadd(STREAMS.proposed, '*', 'symbol', LARGE);
      await redis().xadd(STREAMS.plans, '*', 'plan_id', `large${i}`, 'why', LARGE);
      await addPlan(redis(), { now: Date.now() / 1000, planId: `p${i}`, id: '*' });
      await redis().set(decidedKey(`p${i}`), LARGE);
    }
    await redis().xadd(STREAMS.proposed, '*', 'symbol', 'BEHIND');
    await addPlan(redis(), { now: Date.now() / 1000, planId: 'behind', id: '*' });
    await redis().set(decidedKey('behind'), '{"outcome":"permit"}');
    const env = { NODE_OPTIONS: '--max-old-space-size=64' };
    const recorder = spawnApp(builtApp('shadow-report'), env, ['record', path, '--redis', file.server.url]);
    await waitFor(() => ofKind(path, 'decision').length === 9, { what: 'the last decision', timeoutMs: 20_000 });
    await waitFor(() => ofKind(path, 'proposal').length === 9, { what: 'the last proposal', timeoutMs: 20_000 });
    expect((await recorder.stop()).code).toBe(0);
    expect(ofKind(path, 'proposal').map(({ fields }) => fields)).toEqual([
      ...Array<string[]>(8).fill(UNREAD(LARGE.length + 6)),
      ['symbol', 'BEHIND'],
    ]);
    expect(ofKind(path, 'plan')[0]?.['fields']).toEqual(UNREAD(LARGE.length + 16));
    expect(ofKind(path, 'decision').at(-1)).toMatchObject({ plan_id: 'behind', json: '{"outcome":"permit"}' });
    expect(recorder.stdout.join()).toMatch(/9 proposals, 17 plans, 9 decisions, .* 9 unreadable records/);
  }, 60_000);

  it('are bounded in a Cluster, too', async () => {
    const cluster = await startPrivateCluster();
    const connection = connectRedis({ url: cluster.url, host: '', port: 0, db: 0 }, 'test');
    try {
      await untilReady(connection);
      await runBatch(connection, [
        ['xadd', STREAMS.proposed, '*', 'symbol', LARGE],
        ['xadd', STREAMS.proposed, '*', 'symbol', 'BEHIND'],
        ['set', decidedKey('p1'), LARGE],
        ['set', decidedKey('p2'), '{"outcome":"permit"}'],
      ]);
      const state = new RecordingState();
      for (const planId of ['p1', 'p2']) state.awaited.set(planId, { what: 'decision', sinceMs: 0 });
      const sent = async () => {
        const infos = await Promise.all(mastersOf(connection).map((server) => server.info('stats')));
        return infos.reduce((sum, info) => sum + Number(/total_net_output_bytes:(\d+)/.exec(info)?.[1]), 0);
      };
      const before = await sent();
      const lines = [];
      for (let i = 0; i < 2; i += 1) {
        const seen = await poll(connection, { proposals: STREAMS.proposed, plans: STREAMS.plans }, state, 0, 86_400);
        for (const line of seen.lines) state.take(line, 0);
        lines.push(...seen.lines);
      }
      expect((await sent()) - before).toBeLessThan(1_000_000);
      expect(lines.flatMap((line) => (line.kind === 'proposal' ? [line.fields] : []))).toEqual([
        UNREAD(LARGE.length + 6),
        ['symbol', 'BEHIND'],
      ]);
      expect(lines.flatMap((line) => (line.kind === 'decision' ? [line.plan_id] : []))).toEqual(['p1', 'p2']);
    } finally {
      connection.disconnect();
      await cluster.stop();
    }
  }, 60_000);
});
