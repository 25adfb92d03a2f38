import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ANNOTATE_GROUP,
  blockKey,
  decidedKey,
  efficiencyKey,
  GOVERNOR_GROUP,
  permitKey,
  PermitSchema,
  POLICY_PARAMETERS_KEY,
  STREAMS,
} from '@quantum/redis-schemas';
import {
  addPlanNow,
  issueOldPermit,
  oldPermit,
  putEfficiency,
  useRedis,
  waitFor,
  waitForAnnotatePending,
  waitForHint,
} from '@quantum/testing';
import type { RunningService } from '@quantum/service-host';
import { metric, waitForResult } from './annotate.test-support.js';
import { annotatorService } from './service.js';

// A server that ends in order has written everything: no command waits for the disk.
const file = useRedis({ tcp: true, config: { appendonly: 'yes', appendfsync: 'no' } });
const { redis } = file;
/** How servers say that a user may not run a command, in a script too. */
const REFUSED = /NOPERM|no permission|can't run this command/;
const nowSec = (): number => Date.now() / 1000;
const started: (() => Promise<void>)[] = [];

/** An annotator in this process, stopped after the test. */
async function start(env: Record<string, string> = {}): Promise<RunningService> {
  const abort = new AbortController();
  const annotator = await annotatorService.start({
    env: { REDIS_URL: file.server.url, METRICS_PORT: '0', LOG_LEVEL: 'fatal', ...env },
    stopping: abort.signal,
  });
  started.push(async () => {
    abort.abort();
    await redis().xadd(STREAMS.plans, '*', 'decision', 'SKIP'); // ends the read that waits, so that stopping takes no second
    await annotator.stop();
  });
  return annotator;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((stop) => stop()));
});

const notify = (flags: string) => redis().config('SET', 'notify-keyspace-events', flags);
const subscribers = async () => Number(await redis().pubsub('NUMPAT'));
const NEUTRAL = { eff_action: 'NONE', eff_factor: '1.0000', downsize_factor: '1.0000', extra_cooldown_sec: '0' };

describe.each([
  ['by announcements of keys', 'K$', 1],
  ['by announcements of events', 'E$', 1],
  ['by asking', '', 0],
])('permits noticed %s', (_how, flags, patterns) => {
  let url = '';
  beforeEach(async () => {
    await notify(flags);
    ({ metricsUrl: url } = await start());
    await waitFor(async () => (await subscribers()) === patterns, { what: 'the subscription' });
  });

  it('get the hint, and keep their bytes and the moment they expire', async () => {
    await putEfficiency(redis(), 'BTCUSDT', { now: nowSec(), score: 0.2, confidence: 0.9 });
    await addPlanNow(redis(), 'p1');
    await waitForAnnotatePending(redis(), 1);
    await issueOldPermit(redis(), 'p1');
    const expiresMs = await redis().pexpiretime(permitKey('p1'));
    const text = await waitForHint(redis(), 'p1');

    expect(await redis().pexpiretime(permitKey('p1'))).toBe(expiresMs);
    expect(text).toBe(
      `${oldPermit().slice(0, -1)},"eff_score":"0.2000","eff_confidence":"0.900","eff_stale":"0",` +
        '"eff_factor":"0.4444","downsize_factor":"0.4444","eff_action":"DOWNSIZE","eff_reason":"ok",' +
        '"extra_cooldown_sec":"96","policy":"4bd977d42c9c"}',
    );
    const rest = { would_block: [], mode: 'testnet' };
    expect(PermitSchema.safeParse({ ...(JSON.parse(text) as object), ...rest }).success).toBe(true);
    await waitForResult(url, 'annotated');
    await waitForAnnotatePending(redis(), 0);
    expect(await metric(url, 'p32_annotate_latency_seconds_count')).toBe(1);
    expect(await metric(url, 'p32_eff_apply_total{action="DOWNSIZE",reason="ok"}')).toBe(1);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('p32_eff_apply_total{action="NONE",reason="stale_eff"} 0\n');
    expect(await metric(url, 'p32_eff_factor{symbol="BTCUSDT"}')).toBe(0.4444);
  });

  it('get it also where they came before their plans', async () => {
    await issueOldPermit(redis(), 'p1');
    await addPlanNow(redis(), 'p1');
    await waitForHint(redis(), 'p1');
    await waitForAnnotatePending(redis(), 0);
  });

  it('are left alone where they are annotated, consumed or not of the old shape', async () => {
    const texts = {
      already: oldPermit('BTCUSDT', ', "eff_action": "NONE"'),
      gone: oldPermit('BTCUSDT', ', "consumed": true'),
      foreign: oldPermit('ETHUSDT'),
    };
    for (const result of Object.keys(texts)) await addPlanNow(redis(), result);
    await waitForAnnotatePending(redis(), 3);
    for (const [result, text] of Object.entries(texts)) await issueOldPermit(redis(), result, text);
    for (const [result, text] of Object.entries(texts)) {
      await waitForResult(url, result);
      expect(await redis().get(permitKey(result))).toBe(text);
    }
    await waitForAnnotatePending(redis(), 0);
  });

  it('all get it, 2,000 at once', async () => {
    const ids = Array.from({ length: 2000 }, (_, i) => `p${i}`);
    await Promise.all(ids.map((id) => addPlanNow(redis(), id)));
    await waitForAnnotatePending(redis(), 2000);
    await Promise.all(ids.map((id) => issueOldPermit(redis(), id)));
    await waitForResult(url, 'annotated', 2000);
    const texts = await redis().mget(ids.map(permitKey));
    for (const text of texts)
      expect(JSON.parse(text ?? '')).toMatchObject({ consumed: false, eff_reason: 'missing_eff' });
    await waitForAnnotatePending(redis(), 0);
    expect(await metric(url, 'p32_annotate_latency_seconds_count')).toBe(2000);
  });

  it('get it after a restart of Redis, from what was known before it', async () => {
    await addPlanNow(redis(), 'p1');
    await waitForAnnotatePending(redis(), 1);
    await file.server.restart();
    await waitFor(() => redis().ping(), { what: 'Redis' });
    await issueOldPermit(redis(), 'p1');
    await waitForHint(redis(), 'p1');
    await addPlanNow(redis(), 'p2');
    await issueOldPermit(redis(), 'p2');
    await waitForHint(redis(), 'p2');
    await waitFor(async () => (await fetch(`${url}/readyz`)).status === 200, { what: 'readiness' });
    await waitForAnnotatePending(redis(), 0);
  });

  it('never come into being by it, nor does anything else', async () => {
    const settings = await redis().config('GET', 'notify-keyspace-events');
    await addPlanNow(redis(), 'refused');
    await addPlanNow(redis(), 'granted');
    await waitForAnnotatePending(redis(), 2);
    await issueOldPermit(redis(), 'granted');
    await waitForAnnotatePending(redis(), 1);
    expect((await redis().keys('*')).sort()).toEqual(
      [permitKey('granted'), POLICY_PARAMETERS_KEY, STREAMS.plans].sort(),
    );
    expect(await redis().xinfo('GROUPS', STREAMS.plans)).toHaveLength(1);
    expect(await redis().config('GET', 'notify-keyspace-events')).toEqual(settings);
  });
});

describe('a permit that the consumer took first', () => {
  it('counts as gone as soon as that is known', async () => {
    await notify('K$g');
    const { metricsUrl } = await start();
    await waitFor(async () => (await subscribers()) === 1, { what: 'the subscription' });
    await issueOldPermit(redis(), 'before'); // whose hint loads the script that reads
    await addPlanNow(redis(), 'before');
    await waitForHint(redis(), 'before');
    await waitForAnnotatePending(redis(), 0);
    await addPlanNow(redis(), 'p1');
    await waitForAnnotatePending(redis(), 1);
    await redis().multi().set(permitKey('p1'), oldPermit()).del(permitKey('p1')).exec();
    await waitForResult(metricsUrl, 'gone');
    await waitForAnnotatePending(redis(), 0);
  });

  it('counts as gone when its plan is too old to get one, if no one saw it', async () => {
    await notify('');
    const atMs = Date.now();
    await redis().xgroup('CREATE', STREAMS.plans, ANNOTATE_GROUP, '0', 'MKSTREAM');
    await addPlanNow(redis(), 'past', { id: `${atMs - 180_000}-0` });
    await addPlanNow(redis(), 'almost-past', { id: `${atMs - 119_000}-0` });
    await addPlanNow(redis(), 'young', { id: `${atMs}-0` });
    const { metricsUrl } = await start();
    await waitForResult(metricsUrl, 'gone', 2);
    await waitForAnnotatePending(redis(), 1);
  });
});

describe('an annotator', () => {
  beforeEach(() => notify(''));

  it('starts with the plans that are young enough, and beside an active governor', async () => {
    await redis().xgroup('CREATE', STREAMS.plans, GOVERNOR_GROUP, '0', 'MKSTREAM');
    await redis().xgroup('CREATECONSUMER', STREAMS.plans, GOVERNOR_GROUP, 'governor-p32');
    await addPlanNow(redis(), 'old', { id: `${Date.now() - 70_000}-0` });
    await addPlanNow(redis(), 'young', { id: `${Date.now() - 30_000}-0` });
    for (const id of ['old', 'young']) await issueOldPermit(redis(), id);
    await start();
    await waitForHint(redis(), 'young');
    expect(await redis().get(permitKey('old'))).toBe(oldPermit());
    expect(await redis().xpending(STREAMS.plans, GOVERNOR_GROUP)).toEqual([0, null, null, null]);
  });

  it.each([
    ['redis_error', (key: string) => redis().set(key, 'text')],
    ['missing_eff', (key: string) => redis().del(key)],
    ['invalid_eff', (key: string) => redis().hset(key, { efficiency_score: 'nan', confidence: '1', ts: nowSec() })],
    ['stale_eff', (key: string) => redis().hset(key, { efficiency_score: '0.1', confidence: '1', ts: nowSec() - 900 })],
    ['low_conf', (key: string) => redis().hset(key, { efficiency_score: '0.1', confidence: '0.1', ts: nowSec() })],
  ])('says NONE and why for %s', async (reason, prepare) => {
    await prepare(efficiencyKey('BTCUSDT'));
    await start();
    await addPlanNow(redis(), 'p1');
    await issueOldPermit(redis(), 'p1');
    expect(JSON.parse(await waitForHint(redis(), 'p1'))).toMatchObject({ ...NEUTRAL, eff_reason: reason });
  });

  it('passes over entries that ask for no permit', async () => {
    const { metricsUrl } = await start();
    await addPlanNow(redis(), 'skipped', { decision: 'SKIP' });
    await addPlanNow(redis(), 'a plan with blanks');
    await addPlanNow(redis(), 'p1');
    await issueOldPermit(redis(), 'p1');
    await waitForHint(redis(), 'p1');
    await waitForAnnotatePending(redis(), 0);
    expect(await metric(metricsUrl, 'p32_plans_skipped_total{decision="SKIP"}')).toBe(1);
    expect(await metric(metricsUrl, 'p32_errors_total{kind="invalid_plan"}')).toBe(1);
    expect(await redis().exists(STREAMS.deadletter, STREAMS.events)).toBe(0);
    expect(await redis().exists(decidedKey('p1'), blockKey('p1'))).toBe(0);
  });

  it('waits once for an id that came twice', async () => {
    const { metricsUrl } = await start();
    for (const id of ['p1', 'p1']) await addPlanNow(redis(), id);
    await waitForAnnotatePending(redis(), 2);
    await issueOldPermit(redis(), 'p1');
    await waitForResult(metricsUrl, 'annotated');
    await waitForAnnotatePending(redis(), 0);
  });

  it('shares the plans with its replicas, each permit annotated once', async () => {
    const urls = [(await start()).metricsUrl, (await start()).metricsUrl];
    const ids = Array.from({ length: 100 }, (_, i) => `p${i}`);
    await Promise.all(ids.map((id) => addPlanNow(redis(), id)));
    await waitForAnnotatePending(redis(), 100);
    await Promise.all(ids.map((id) => issueOldPermit(redis(), id)));
    await waitForAnnotatePending(redis(), 0);
    const of = async (result: string) =>
      Promise.all(urls.map((url) => metric(url, `p32_annotate_total{result="${result}"}`)));
    const [first = 0, second = 0] = await of('annotated');
    expect(first + second).toBe(100);
    expect(await of('already')).toEqual([0, 0]);
  });

  it('claims what a dead replica left, and keeps from replicas what it still holds', async () => {
    await addPlanNow(redis(), 'left');
    await redis().xgroup('CREATE', STREAMS.plans, ANNOTATE_GROUP, '0');
    await redis().xreadgroup('GROUP', ANNOTATE_GROUP, 'governor-plugin:dead', 'STREAMS', STREAMS.plans, '>');
    const short = { GOV_CLAIM_IDLE_SEC: '0.3' };
    await start(short);
    const held = async () =>
      ((await redis().xpending(STREAMS.plans, ANNOTATE_GROUP, '-', '+', 1)) as [string, string, number, number][])[0];
    await waitFor(async () => (await held())?.[1] !== 'governor-plugin:dead', { what: 'the claim' });
    const [, holder] = (await held())!;
    await start(short);
    const claims = async () =>
      Number(/cmdstat_xpending:calls=(\d+)/.exec(await redis().info('commandstats'))?.[1] ?? 0);
    const before = await claims();
    await waitFor(async () => (await claims()) >= before + 4, { what: 'attempts of both to claim what is idle' });
    const [, holderNow, , deliveries] = (await held())!;
    expect({ holder: holderNow, deliveries }).toEqual({ holder, deliveries: 2 });
    await issueOldPermit(redis(), 'left');
    await waitForHint(redis(), 'left');
    await waitForAnnotatePending(redis(), 0);
  });

  it('makes its group anew when it is lost', async () => {
    await start();
    await addPlanNow(redis(), 'p1');
    await issueOldPermit(redis(), 'p1');
    await waitForHint(redis(), 'p1');
    await redis().xgroup('DESTROY', STREAMS.plans, ANNOTATE_GROUP);
    await addPlanNow(redis(), 'p2');
    await issueOldPermit(redis(), 'p2');
    await waitForHint(redis(), 'p2');
  });

  it('follows the settings where they may not be seen, by asking', async () => {
    await notify('KA');
    await redis().acl('SETUSER', 'plain', 'on', '>secret', '~*', '+@all', '-config');
    await start({ REDIS_URL: `redis://plain:secret@127.0.0.1:${file.server.port}` });
    await addPlanNow(redis(), 'p1');
    await waitForAnnotatePending(redis(), 1);
    expect(await subscribers()).toBe(0);
    await issueOldPermit(redis(), 'p1');
    await waitForHint(redis(), 'p1');
  });

  it('asks where it may not subscribe', async () => {
    await notify('KA');
    await redis().acl('SETUSER', 'plain', 'on', '>secret', '~*', '+@all', 'resetchannels');
    await start({ REDIS_URL: `redis://plain:secret@127.0.0.1:${file.server.port}` });
    await addPlanNow(redis(), 'p1');
    await waitForAnnotatePending(redis(), 1);
    await issueOldPermit(redis(), 'p1');
    await waitForHint(redis(), 'p1');
  });

  it('needs no more than the governor’s user that is deployed may do', async () => {
    await notify('KA');
    const users = readFileSync(join(__dirname, '../../../deploy/redis/users.acl'), 'utf8');
    const [, rules = ''] = /^user quantum-governor (.*)$/m.exec(users) ?? [];
    const words = rules.replace('#GOVERNOR_PASSWORD_SHA256', '>secret').match(/\([^)]*\)|\S+/g) ?? [];
    await redis().acl('SETUSER', 'quantum-governor', ...words);
    await putEfficiency(redis(), 'BTCUSDT', { now: nowSec(), score: 0.2 });
    const { metricsUrl } = await start({
      REDIS_URL: `redis://quantum-governor:secret@127.0.0.1:${file.server.port}`,
      GOV_CLAIM_IDLE_SEC: '0.3',
    });
    await addPlanNow(redis(), 'p1');
    await waitForAnnotatePending(redis(), 1);
    const kept = async () => (await redis().info('commandstats')).includes('cmdstat_xclaim');
    await waitFor(kept, { what: 'the entry to be kept' });
    await issueOldPermit(redis(), 'p1');
    expect(JSON.parse(await waitForHint(redis(), 'p1'))).toMatchObject({ eff_action: 'DOWNSIZE' });
    await waitForAnnotatePending(redis(), 0);
    expect(await metric(metricsUrl, 'p32_errors_total{kind="unanswered"}')).toBe(0);
  });

  it('counts what the server refuses it as an error, and is done with it', async () => {
    await redis().acl('SETUSER', 'plain', 'on', '>secret', '~quantum:stream:*', '%R~*', '+@all', '&*');
    const { metricsUrl } = await start({ REDIS_URL: `redis://plain:secret@127.0.0.1:${file.server.port}` });
    await addPlanNow(redis(), 'p1');
    await waitForResult(metricsUrl, 'error');
    await waitForAnnotatePending(redis(), 0);
  });

  it.each(['xpending', 'xack', 'xinfo', 'evalsha'])(
    'that may not use %s is not ready, and says why, until it may; meanwhile it is done with new plans',
    async (command) => {
      await redis().acl('SETUSER', 'plain', 'on', '>secret', '~*', '&*', '+@all');
      const { metricsUrl } = await start({
        REDIS_URL: `redis://plain:secret@127.0.0.1:${file.server.port}`,
        GOV_CLAIM_IDLE_SEC: '0.3',
      });
      const probe = async () => {
        const answer = await fetch(`${metricsUrl}/readyz`);
        return { status: answer.status, text: await answer.text() };
      };
      await waitFor(async () => (await probe()).status === 200, { what: 'readiness' });
      await redis().acl('SETUSER', 'plain', `-${command}`);
      const result = command === 'evalsha' ? 'error' : 'annotated';
      for (let i = 0; i < 8; i += 1) {
        await issueOldPermit(redis(), `p${i}`);
        await addPlanNow(redis(), `p${i}`);
        await waitForResult(metricsUrl, result, i + 1);
        if (i === 0) await waitFor(async () => (await probe()).status === 503, { what: 'not ready' });
        expect(await probe()).toEqual({ status: 503, text: expect.stringMatching(REFUSED) });
      }
      await redis().acl('SETUSER', 'plain', '+@all');
      await waitForAnnotatePending(redis(), 0);
      await waitFor(async () => (await probe()).status === 200, { what: 'readiness again' });
    },
  );

  it('serves the database that it is given', async () => {
    await notify('K$');
    const other = await file.connect({ db: 3 });
    await start({ REDIS_URL: `${file.server.url}/3` });
    await waitFor(async () => (await subscribers()) === 1, { what: 'the subscription' });
    await addPlanNow(other, 'p1');
    await waitForAnnotatePending(other, 1);
    await issueOldPermit(other, 'p1');
    await waitForHint(other, 'p1');
  });
});
