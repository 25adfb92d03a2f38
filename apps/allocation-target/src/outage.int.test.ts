import { describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { putTarget, spawnApp, useRedis, waitFor } from '@quantum/testing';

const file = useRedis();
const BUNDLE = resolve(__dirname, '../../../dist/apps/allocation-target/main.js');

describe('while Redis is away', () => {
  it('the log says so once, not with every cycle', async () => {
    await putTarget(file.redis(), 'A', { now: Date.now() / 1000, targetUsd: 100 });
    const app = spawnApp(BUNDLE, { REDIS_URL: file.server.url, METRICS_PORT: '0', LOOP_INTERVAL_SEC: '0.2' });
    const url = /http:\/\/[\d.:]+/.exec(await app.waitForLine(/"metrics":/))?.[0] ?? '';
    // Of two cycles: a first one may have failed, its connection not being there yet on a busy machine.
    const cycles = () => app.stdout.filter((line) => line.includes('"msg":"cycle"'));
    await waitFor(() => cycles().length >= 2, { what: 'two cycles' });
    const count = async (name: string): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`^${name} ([\\d.]+)`, 'm').exec(text)?.[1] ?? 0);
    };
    const before = app.stdout.length;

    await file.server.kill();
    const LAST = 'p29_shadow_last_loop_timestamp_seconds';
    await waitFor(async () => (await count('p29_shadow_loop_errors_total')) >= 10, { what: 'failures' });
    const lastSec = await count(LAST);
    expect(lastSec).toBeGreaterThan(0);
    await waitFor(async () => (await count('p29_shadow_loop_errors_total')) >= 20, { what: 'more failures' });
    expect(await count(LAST)).toBe(lastSec); // a cycle that failed is none
    await file.server.restart();
    await waitFor(() => app.stdout.some((line) => line.includes('cycles end well again')), { what: 'the return' });
    await waitFor(async () => (await count(LAST)) > lastSec, { what: 'a cycle that decides' });
    const said = app.stdout.slice(before).map((line) => JSON.parse(line) as { level: string; msg: string });
    // Each cycle's own line is another matter; so are the leases, which the new server does not know, and cycles that a
    // busy machine misses.
    const about = said.map(({ msg }) => msg).filter((msg) => !/^(cycle|shards|cycles were missed.*)$/.test(msg));
    expect(about.sort()).toEqual([
      'Redis is away, trying again until it answers',
      'Redis is connected',
      'cycles end well again',
      'the cycle failed',
    ]);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });
});
