import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brainStateKey, efficiencyKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { readStream, useRedis, waitFor, waitForEntry, type SpawnedApp } from '@quantum/testing';
import { childrenOf, withDemo } from './with-demo.test-support.js';

const ofFile = useRedis({ tcp: true });
const filesFolder = mkdtempSync(join(tmpdir(), 'demo-files-'));
afterAll(() => {
  rmSync(filesFolder, { recursive: true });
});

describe('the demonstration', () => {
  it('runs for the given time, shows all services at work on scores of the brain, and leaves nothing behind', async () => {
    const played = join(filesFolder, 'played.csv');
    const check = async (demo: SpawnedApp) => {
      const children = await waitFor(
        () => {
          const pids = childrenOf(demo.pid);
          return pids.length === 5 && pids;
        },
        { what: 'Redis and all services' },
      );
      const { code } = await demo.exit;
      const said = demo.stdout.join('\n');
      expect(demo.stderr).toEqual([]);
      expect(code).toBe(0);
      expect(said).toMatch(/^prices: simulated, seed 42$/m);
      expect(said).toMatch(/^console: http:\/\/127\.0\.0\.1:\d+$/m);
      expect(said).toMatch(/cycle 1 \| 12 symbols in \d+ ms \| /);
      // The caller's variables win over the demo's own.
      expect(said).toMatch(/^brain: the demo's own values.* BRAIN_PERIOD_SEC=1 .*BRAIN_CONF_PERIODS=2 /m);
      const scores = /^scores +\d+; the last of 12 symbols (.*) to (.*): [1-9]\d* below 0.5, [1-9]\d* above$/m.exec(
        said,
      );
      expect(Number(scores?.[1])).toBeLessThan(0.45);
      expect(Number(scores?.[2])).toBeGreaterThan(0.55);
      expect(said).toMatch(/^confidence .*; scores of [1-9]\d* symbols count$/m);
      expect(said).toMatch(/^proposals .*ok [1-9]/m);
      const multipliers = /^symbols +12 with proposals, multipliers (.*) to (.*)$/m.exec(said);
      expect(Number(multipliers?.[1])).toBeLessThan(1);
      expect(Number(multipliers?.[2])).toBeGreaterThan(1);
      expect(said).toMatch(/^permits +[1-9]\d*: DOWNSIZE \d+, NONE \d+$/m);
      for (const gate of ['kill_score', 'symbol_cooldown', 'hourly_rate', 'burst_rate', 'daily_notional']) {
        expect(said).toMatch(new RegExp(`^refused .*${gate} [1-9]`, 'm'));
      }
      expect(said).toMatch(/^governor-plugin +healthy all along$/m);
      expect(said).toMatch(/^efficiency-brain +healthy all along$/m);
      for (const pid of children) expect(existsSync(`/proc/${pid}`)).toBe(false);
      const [header, ...rows] = readFileSync(played, 'utf8').trim().split('\n');
      expect(header).toMatch(/^ts_epoch,BTCUSDT,/);
      expect(rows.length).toBeGreaterThan(2);
      for (const row of rows) expect(row).toMatch(/^\d+\.\d{3}(,[\d.]+){12}$/);
    };
    await withDemo(['--for', '20s', '--played', played], check, { LOOP_INTERVAL_SEC: '2', BRAIN_CONF_PERIODS: '2' });
  });

  it('ends at once and cleanly on a signal', async () => {
    await withDemo(['--no-console'], async (demo) => {
      await demo.waitForLine(/cycle 1/);
      const children = childrenOf(demo.pid);
      expect(await demo.stop('SIGTERM')).toMatchObject({ code: 143 });
      for (const pid of children) expect(existsSync(`/proc/${pid}`)).toBe(false);
    });
  });

  it('fails with the last log lines when a service dies', async () => {
    await withDemo(['--no-console'], async (demo) => {
      await demo.waitForLine(/cycle 1/);
      const governor = childrenOf(demo.pid).find((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('governor-plugin'),
      );
      if (governor === undefined) throw new Error('the demonstration runs no governor'); // 0 would kill the test run itself
      process.kill(governor, 'SIGKILL');
      expect(await demo.exit).toMatchObject({ code: 1 });
      expect(demo.stderr[0]).toBe('governor-plugin ended by SIGKILL; its last log lines:');
      expect(demo.stderr.length).toBeGreaterThan(1);
    });
  });

  it('does not feed an existing Redis without --feed', async () => {
    await withDemo(['--no-console', '--redis', ofFile.server.url], async (demo) => {
      await ofFile.redis().hset(targetKey('REALUSDT'), { target_usd: '100', timestamp: '1' });
      await waitForEntry(ofFile.redis(), STREAMS.proposed, (fields) => fields['symbol'] === 'REALUSDT', {});
      await demo.waitForLine(/^feed: off$/);
      expect(demo.stdout.join('\n')).not.toContain('efficiency-brain'); // its values are for the feed
      expect(await demo.stop('SIGINT')).toMatchObject({ code: 130 });
      expect(await readStream(ofFile.redis(), STREAMS.plans)).toEqual([]);
      expect(await ofFile.redis().hgetall(targetKey('REALUSDT'))).toEqual({ target_usd: '100', timestamp: '1' });
    });
  });

  it('ends when a real P2.9 comes, and leaves no score or state of the brain', async () => {
    await withDemo(['--no-console', '--redis', ofFile.server.url, '--feed'], async (demo) => {
      await waitForEntry(ofFile.redis(), STREAMS.efficiencyDecision);
      await ofFile.redis().xadd(STREAMS.allocationDecision, '*', 'symbol', 'REALUSDT');
      expect(await demo.exit).toMatchObject({ code: 1 });
      expect(demo.stderr).toEqual(['the feed has ended: another writer now writes targets into this Redis']);
    });
    expect(await ofFile.redis().keys(efficiencyKey('*'))).toEqual([]);
    expect(await ofFile.redis().keys(brainStateKey('*'))).toEqual([]);
  });

  it('never feeds next to a real P2.9', async () => {
    await ofFile.redis().hset(targetKey('REALUSDT'), { target_usd: '100', timestamp: '1' });
    await withDemo(['--no-console', '--redis', ofFile.server.url, '--feed'], async (demo) => {
      expect(await demo.exit).toMatchObject({ code: 2 });
      expect(demo.stderr.join('\n')).toContain('P2.9 is active: live targets that the feed did not write');
    });
    expect(await ofFile.redis().keys('*')).toEqual([targetKey('REALUSDT')]);
  });

  it.each([
    [['--prices', 'nowhere.csv'], /The prices in nowhere\.csv cannot be used: ENOENT/],
    [['--redis', 'redis://127.0.0.1:1'], /Redis at redis:\/\/127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED/],
    [['--played', '/nowhere/played.csv'], /The prices cannot be kept in \/nowhere\/played\.csv: ENOENT/],
    [['--rollout', '--redis', 'redis://127.0.0.1:1'], /option '--rollout' cannot be used with option '--redis <url>'/],
    [['--for', 'ever'], /a duration is a number of seconds, or like 60s, 2m, 1h/],
  ])('gives the reason in a sentence if it cannot start (%j)', async (args, sentence) => {
    await withDemo(args, async (demo) => {
      expect(await demo.exit).toMatchObject({ code: 2 });
      expect(demo.stderr.join('\n')).toMatch(sentence);
      expect(demo.stderr).toHaveLength(1);
    });
  });
});
