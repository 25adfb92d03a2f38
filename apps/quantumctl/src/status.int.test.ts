import { describe, expect, it } from '@jest/globals';
import { asComputed, KILL_KEY, LAST_CYCLE_KEY, membersKey, proposalStreamEntry, STREAMS } from '@quantum/redis-schemas';
import { endTogether, startSocketProxy } from '@quantum/testbed';
import { spawnApp, useRedis } from '@quantum/testing';
import { MAIN } from './deployed.test-support.js';

const file = useRedis({ tcp: true });
const { redis } = file;

const status = (...args: string[]) => spawnApp(MAIN, {}, ['status', '--redis', file.server.url, ...args]);
async function told(...args: string[]) {
  const app = status(...args);
  const { code } = await app.exit;
  return { code, out: app.stdout.join('\n') };
}

/** A proposer and a governor that live. */
async function services(): Promise<void> {
  const nowSec = Math.floor(Date.now() / 1000);
  await redis().xgroup('CREATE', STREAMS.plans, 'governor', '$', 'MKSTREAM');
  await redis().zadd(membersKey(STREAMS.proposed), Date.now() + 60_000, '1:proposer');
  await redis().hset(LAST_CYCLE_KEY, 'ts_epoch', nowSec, 'duration_sec', '0.012', 'symbols', '1', 'ok', '1');
  const entry = proposalStreamEntry({
    tsEpochSec: nowSec, symbol: 'BTCUSDT', baseTargetUsd: 1000, proposedTargetUsd: 1400, multiplier: 1.4,
    effScore: 0.9, effConfidence: 0.8, effTsText: '1', effStale: false, baseTsText: '1', reason: 'ok', ...asComputed(1.4, '0123456789ab'),
  }); // prettier-ignore
  await redis().xadd(STREAMS.proposed, '*', ...entry);
}

describe('status', () => {
  it('shows everything on a screen, and ends with 1 where something is unhealthy', async () => {
    await services();
    const well = await told();
    expect(well).toMatchObject({ code: 0, out: expect.stringContaining('✓ all is well  Redis ') });
    expect(well.out).toMatch(/^BTCUSDT +1,000 +1,400 +1\.4000 +0\.9000 +0\.800 +ok /m);
    await redis().set(KILL_KEY, '1');
    const killed = await told();
    expect(killed).toMatchObject({ code: 1, out: expect.stringContaining('✗ switches: quantum:kill is on ("1")') });
    const { code, out } = await told('--json');
    expect([code, JSON.parse(out)]).toMatchObject([1, { symbols: [{ symbol: 'BTCUSDT', multiplier: 1.4 }], problems: [{ where: 'switches' }] }]); // prettier-ignore
  });

  it('counts ages by the clock of Redis, whatever that of this host says', async () => {
    const nowSec = Math.floor(Date.now() / 1000);
    await redis().hset(LAST_CYCLE_KEY, 'ts_epoch', nowSec - 600, 'duration_sec', '0.012', 'symbols', '1', 'ok', '1');
    const proxy = await startSocketProxy(file.server.socketPath, (client, upstream) => {
      endTogether(client, upstream);
      client.pipe(upstream);
      upstream.on('data', (chunk) => {
        // The answer to TIME, of a server that is ten minutes behind this host.
        const text = chunk.toString('latin1').replace(/^(\*2\r\n\$10\r\n)(\d{10})/, (_, head: string, sec: string) => `${head}${Number(sec) - 600}`);
        client.write(Buffer.from(text, 'latin1'));
      });
    });
    const app = spawnApp(MAIN, {}, ['status', '--redis', `redis://127.0.0.1:${proxy.port}`]);
    await app.exit;
    await proxy.close();
    expect(app.stdout.join('\n')).toMatch(/^ {2}proposals: 1 symbol in 12 ms, \d+ s ago: /m);
  }); // prettier-ignore

  it('is shown again and again until it is stopped', async () => {
    await services();
    const app = status('--watch');
    await app.waitForLine(/all is well/);
    await redis().set(KILL_KEY, '1');
    await app.waitForLine(/✗ 1 problem /);
    expect(await app.stop('SIGINT')).toMatchObject({ code: 1 });
  });
});
