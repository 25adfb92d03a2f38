import { afterEach, describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { LAST_CYCLE_KEY, leaseKey, shardCycleKey, shardOfSymbol, STREAMS, targetKey } from '@quantum/redis-schemas';
import { readStream, spawnApp, useRedis, waitFor, type SpawnedApp } from '@quantum/testing';

const BUNDLE = resolve(__dirname, '../../../dist/apps/allocation-target/main.js');
/** The least that a lease lasts, whatever the interval. */
const LEASE_MS = 2000;

const file = useRedis();
const apps: SpawnedApp[] = [];
afterEach(async () => {
  // One that a failed test left frozen must not keep the next from its lease.
  await Promise.all(apps.splice(0).map((app) => app.stop('SIGKILL')));
});

function spawnProposer(env: Record<string, string> = {}): SpawnedApp {
  const app = spawnApp(BUNDLE, {
    REDIS_URL: `unix://${file.server.socketPath}`,
    METRICS_PORT: '0',
    LOOP_INTERVAL_SEC: '0.1',
    PROPOSE_STREAM_MAXLEN: '1000000',
    ...env,
  });
  apps.push(app);
  return app;
}

const symbolsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `S${i}`).sort();

async function addTargets(symbols: readonly string[]): Promise<void> {
  const now = Date.now() / 1000;
  const fill = file.redis().pipeline();
  for (const symbol of symbols) fill.hset(targetKey(symbol), 'target_usd', '100', 'timestamp', now);
  await fill.exec();
}

interface CycleLine {
  tsEpochSec: number;
  symbols: number;
  shard?: number;
}
const cyclesOf = ({ stdout }: SpawnedApp): CycleLine[] =>
  stdout.filter((line) => line.includes('"msg":"cycle"')).map((line) => JSON.parse(line) as CycleLine);
const waitForCycles = (app: SpawnedApp, count: number) =>
  waitFor(() => cyclesOf(app).length >= count, { what: `${count} cycles` });
const timesOf = (app: SpawnedApp): Set<number> => new Set(cyclesOf(app).map(({ tsEpochSec }) => tsEpochSec));

async function ask(app: SpawnedApp, path: string): Promise<string> {
  const { metrics } = JSON.parse(await app.waitForLine(/"msg":"running"/)) as { metrics: string };
  const response = await fetch(`${metrics}${path}`);
  return `${response.status} ${await response.text()}`;
}
const waitForAnswer = (app: SpawnedApp, path: string, pattern: RegExp) =>
  waitFor(async () => pattern.test(await ask(app, path)), { what: `${path} to answer ${String(pattern)}` });

const published = async () =>
  (await readStream(file.redis(), STREAMS.proposed)).map(({ fields }) => ({
    symbol: fields['symbol'] ?? '',
    tsEpochSec: Number(fields['ts_epoch']),
  }));

/** A holder that has run a cycle, and a standby that knows of it. */
async function startPair(): Promise<[holder: SpawnedApp, standby: SpawnedApp]> {
  const holder = spawnProposer();
  await waitForCycles(holder, 1);
  const standby = spawnProposer();
  await waitForAnswer(standby, '/readyz', /^200 ready: standby/);
  return [holder, standby];
}

describe('two proposers', () => {
  it('publish each symbol once a cycle: one of them does, the other stands by', async () => {
    const symbols = symbolsOf(150); // two batches
    await addTargets(symbols);
    const [holder, standby] = await startPair();
    await waitForCycles(holder, 12);
    await waitForAnswer(holder, '/readyz', /^200 ready\n$/);
    const ofHolder = await ask(holder, '/metrics');
    expect(ofHolder).toContain('p29_shadow_shards_held 1\n');
    expect(ofHolder).toContain('p29_shadow_loop_interval_seconds 0.1\n');
    expect(ofHolder).toMatch(/^p29_shadow_last_loop_timestamp_seconds \d/m);
    const metrics = await ask(standby, '/metrics');
    expect(metrics).not.toMatch(/^p29_shadow_last_loop_timestamp_seconds /m);
    expect(metrics).toContain('p29_shadow_shards_held 0\n');
    // A tick that comes before the connection is a cycle that failed; it runs no other.
    const counted = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
    expect(counted('p29_shadow_loops_total')).toBeLessThanOrEqual(counted('p29_shadow_loop_errors_total'));
    expect(metrics).toContain('p29_shadow_lease_lost_total 0\n');
    await standby.stop();
    await holder.stop();

    expect(cyclesOf(standby)).toEqual([]);
    const inOrder = (await published()).map(({ symbol }) => symbol);
    const whole = cyclesOf(holder).flatMap(() => symbols);
    expect(inOrder.slice(0, whole.length)).toEqual(whole);
    // The cycle that the signal cut short, perhaps after its last write.
    expect(inOrder.length - whole.length).toBeLessThanOrEqual(symbols.length);
  });

  it('change over at once when the holder is stopped, and never publish one cycle both', async () => {
    await addTargets(symbolsOf(5));
    const [holder, standby] = await startPair();
    expect(await holder.stop()).toMatchObject({ code: 0 });
    // It was given up: its holder now is not the one that ended with its time left.
    expect((await file.redis().get(leaseKey(STREAMS.proposed, 0))) ?? '').not.toContain(`-${holder.pid}-`);
    await waitForCycles(standby, 2);
    await standby.stop();
    expect([...timesOf(standby)].filter((ts) => timesOf(holder).has(ts))).toEqual([]);
    expect(await file.redis().exists(leaseKey(STREAMS.proposed, 0))).toBe(0);
  });

  it('change over when the holder is killed: its lease ends in time', async () => {
    await addTargets(symbolsOf(5));
    const [holder, standby] = await startPair();
    await holder.stop('SIGKILL');
    expect(await file.redis().pttl(leaseKey(STREAMS.proposed, 0))).toBeLessThanOrEqual(LEASE_MS);
    await waitForCycles(standby, 2);
    await waitForAnswer(standby, '/readyz', /^200 ready\n$/);
    expect([...timesOf(standby)].filter((ts) => timesOf(holder).has(ts))).toEqual([]);
  });

  it('agree again on one of them when Redis restarts without its data', async () => {
    const symbols = symbolsOf(5);
    await addTargets(symbols);
    const pair = await startPair();
    await file.server.kill();
    for (const app of pair) await waitForAnswer(app, '/readyz', /^503 Redis is not connected/);
    await file.server.restart();
    await waitFor(() => file.redis().ping(), { what: 'the test to be connected again' });
    await addTargets(symbols);
    const before = pair.map((app) => cyclesOf(app).length);
    const since = () => pair.map((app, i) => cyclesOf(app).length - (before[i] ?? 0));
    await waitFor(() => Math.max(...since()) >= 5, { what: 'five cycles' });
    for (const app of pair) await waitForAnswer(app, '/readyz', /^200 ready/);
    for (const app of pair) await app.stop();
    // On a busy machine the lease may move: then both have published, but no cycle both. What was published before the
    // data was lost is forgotten, and its last second may come again.
    const [first, second] = pair.map(
      (app, i) =>
        new Set(
          cyclesOf(app)
            .slice(before[i])
            .map(({ tsEpochSec }) => tsEpochSec),
        ),
    );
    expect([...(first ?? [])].filter((ts) => second?.has(ts))).toEqual([]);
    const inOrder = (await published()).map(({ symbol }) => symbol);
    expect(inOrder).toEqual(Array.from({ length: inOrder.length / symbols.length }, () => symbols).flat());
  });

  it('do not publish with different numbers of shards', async () => {
    await addTargets(symbolsOf(5));
    const holder = spawnProposer();
    await waitForCycles(holder, 1);
    const other = spawnProposer({ PROPOSER_SHARDS: '2' });
    await waitForAnswer(other, '/readyz', /^503 .*PROPOSER_SHARDS is 2 here and 1 in /);
    await waitForCycles(holder, cyclesOf(holder).length + 3);
    expect(cyclesOf(other)).toEqual([]);
    await holder.stop();
    await waitForAnswer(other, '/readyz', /^200 ready\n/);
  });
});

describe('a holder that is frozen during a cycle', () => {
  it('has every further write refused once its lease has moved', async () => {
    const symbols = symbolsOf(10_000);
    await addTargets(symbols);
    const env = { LOOP_INTERVAL_SEC: '0.5', DISCOVERY_INTERVAL_SEC: '60' };
    const holder = spawnProposer(env);
    await freezeAmidCycle(holder, symbols.length);
    const left = await published();
    const halfTs = left.at(-1)?.tsEpochSec ?? NaN;
    const summary = await file.redis().hgetall(LAST_CYCLE_KEY);

    const standby = spawnProposer(env);
    await waitForCycles(standby, 1);
    process.kill(holder.pid, 'SIGCONT');
    await holder.waitForLine(/"msg":"lost the lease/);
    await waitForAnswer(holder, '/readyz', /^200 ready: standby/);
    expect(await ask(holder, '/metrics')).toContain('p29_shadow_lease_lost_total 1\n');
    // Before the lease is given up: the process that takes it over publishes at once.
    const last = await file.redis().hgetall(LAST_CYCLE_KEY);
    await standby.stop();

    const all = await published();
    expect(all.slice(0, left.length)).toEqual(left);
    expect(all.slice(left.length).filter(({ tsEpochSec }) => tsEpochSec <= halfTs)).toEqual([]);
    const bySymbol = (cycle: typeof all) => cycle.map(({ symbol }) => symbol);
    expect(bySymbol(all.slice(left.length, left.length + symbols.length))).toEqual(symbols);
    // What is there is a whole cycle of the one that took over, never the half of the other.
    expect(last).not.toEqual(summary);
    expect(timesOf(standby)).toContain(Number(last['ts_epoch']));
    expect([...timesOf(holder)].filter((ts) => timesOf(standby).has(ts))).toEqual([]);
  });

  async function freezeAmidCycle(app: SpawnedApp, symbols: number): Promise<void> {
    const length = () => file.redis().xlen(STREAMS.proposed);
    await waitFor(
      async () => {
        await waitFor(async () => (await length()) % symbols > 0, { what: 'a cycle to begin', everyMs: 1 });
        process.kill(app.pid, 'SIGSTOP');
        // What it had sent before is served before a reply to a client that asks again and again.
        const seen = [await length(), await length(), await length()];
        if ((seen[2] ?? 0) % symbols > 0 && seen[0] === seen[2]) return true;
        process.kill(app.pid, 'SIGCONT');
        return false;
      },
      { what: 'the process to be frozen during a cycle' },
    );
  }
});

describe('four shards', () => {
  const env = { PROPOSER_SHARDS: '4' };
  const symbols = symbolsOf(60);
  const ofShard = (shard: number) => symbols.filter((symbol) => shardOfSymbol(symbol, 4) === shard);

  it('are shared by two proposers, each symbol once a cycle, and all go to the one that is left', async () => {
    await addTargets(symbols);
    const first = spawnProposer(env);
    await waitForAnswer(first, '/metrics', /p29_shadow_shards_held 4\n/);
    const second = spawnProposer(env);
    await waitForAnswer(second, '/metrics', /p29_shadow_shards_held 2\n/);
    await waitForAnswer(first, '/metrics', /p29_shadow_shards_held 2\n/);
    const before = cyclesOf(second).length;
    await waitForCycles(second, before + 2 * 10);
    await first.stop();
    await waitForAnswer(second, '/metrics', /p29_shadow_shards_held 4\n/);
    const whole = async () => (await file.redis().hgetall(LAST_CYCLE_KEY))['ts_epoch'];
    const then = Math.floor(Date.now() / 1000);
    await waitFor(async () => Number(await whole()) > then, { what: 'a whole cycle of all shards' });
    await second.stop();

    const stream = (await published()).map(({ symbol }) => symbol);
    for (const shard of [0, 1, 2, 3]) {
      const inOrder = stream.filter((symbol) => shardOfSymbol(symbol, 4) === shard);
      const cycles = Math.ceil(inOrder.length / ofShard(shard).length);
      const expected = Array.from({ length: cycles }, () => ofShard(shard)).flat();
      expect(inOrder).toEqual(expected); // one batch each: never half of one
      const times = (app: SpawnedApp) => cyclesOf(app).filter((cycle) => cycle.shard === shard);
      const shared = times(first).filter(({ tsEpochSec: ts }) => times(second).some((each) => each.tsEpochSec === ts));
      expect(shared).toEqual([]);
      expect(await file.redis().hget(shardCycleKey(shard), 'symbols')).toBe(String(ofShard(shard).length));
    }
    expect(await file.redis().hgetall(LAST_CYCLE_KEY)).toMatchObject({
      shards: '4',
      symbols: '60',
      proposed: '60',
      missing_eff: '60',
      skipped: '0',
    });
  });
});
