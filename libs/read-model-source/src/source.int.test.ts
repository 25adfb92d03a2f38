import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '@quantum/clock';
import { foldCycle, newModel, type Model } from '@quantum/read-model';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import {
  asComputed,
  decidedKey,
  HALT_KEY,
  KILL_KEY,
  LAST_CYCLE_KEY,
  operatorAuditEntry,
  operatorAuditStream,
  POLICY_PARAMETERS_KEY,
  positionKey,
  proposalStreamEntry,
  ROLLOUT_EPOCH_KEY,
  rolloutMultiplierKey,
  STREAMS,
} from '@quantum/redis-schemas';
import { aPermit, INPUTS, recordWith } from '@quantum/test-fixtures';
import { useRedis, waitFor } from '@quantum/testing';
import { caughtUp, knownServices, openSource, type ModelSource } from './index.js';

const file = useRedis();
const { redis } = file;
const opened: Redis[] = [];
afterEach(() => {
  opened.splice(0).forEach((one) => {
    one.disconnect();
  });
});

/** Rights of a user that writes nothing. EVAL_RO runs scripts that only read. */
const RIGHTS =
  '+ping +info +select +client|setname +time +scan +get +getrange +hmget +exists +pttl +zcount +xrange +xrevrange +xinfo|groups +xinfo|consumers +eval_ro +evalsha_ro %R~quantum:*';

/** A connection of that user. */
async function reader(): Promise<Redis> {
  await redis().acl('SETUSER', 'console', 'on', '>secret', 'resetchannels', '-@all', ...RIGHTS.split(' '));
  const login = { username: 'console', password: 'secret' };
  const client = connectRedis({ url: file.server.url, host: '', port: 6379, db: 0, ...login }, 'test');
  opened.push(client);
  await untilReady(client);
  return client;
}

const fresh = (): Model => newModel(knownServices());
const nowSec = (): number => Date.now() / 1000;

async function propose(symbol: string, score: number): Promise<void> {
  const entry = proposalStreamEntry({
    tsEpochSec: Math.floor(nowSec()), symbol, baseTargetUsd: 1000, proposedTargetUsd: 1400, multiplier: 1.4,
    effScore: score, effConfidence: 0.8, effTsText: '1', effStale: false, baseTsText: '1', reason: 'ok', ...asComputed(1.4, '0123456789ab'),
  }); // prettier-ignore
  await redis().xadd(STREAMS.proposed, '*', ...entry);
}
const plan = (planId: string, ...fields: string[]): Promise<string | null> =>
  redis().xadd(STREAMS.plans, '*', 'plan_id', planId, 'symbol', 'AAA', 'decision', 'EXECUTE', 'action', 'OPEN', ...fields); // prettier-ignore

/** A clock that the test moves, to bring on what is due later. */
let steadyMs = 0;
const fakeClock: Clock = { ...systemClock, steadyMs: () => steadyMs };

/** The model after one more read of everything. */
const again = async (source: ModelSource, model: Model): Promise<Model> =>
  foldCycle(model, await source.read(model, true));

describe('a source', () => {
  it('reads all that a model folds, as a user that may not write', async () => {
    await propose('AAA', 0.9);
    await plan('p1');
    await plan('p2');
    const record = recordWith(INPUTS, { plan_id: 'p1', symbol: 'AAA', permit: aPermit({ policy: 'aaaaaaaaaaaa' }) });
    await redis().set(decidedKey('p1'), JSON.stringify(record));
    await redis().set(decidedKey('p2'), '{}');
    await redis().xadd(STREAMS.events, '*', 'event', 'DEAD_LETTER', 'symbol', 'BBB', 'reason', 'invalid_qty');
    await redis().hset(LAST_CYCLE_KEY, 'ts_epoch', Math.floor(nowSec()), 'duration_sec', '0.012', 'symbols', '1', 'ok', '1'); // prettier-ignore
    await redis().hset(positionKey('AAA'), 'position_amt', '2', 'mark_price', '100', 'ts_epoch', nowSec());
    await redis().hset(POLICY_PARAMETERS_KEY, '0123456789ab', '{"P31_SCALE":1}');
    await redis().set(ROLLOUT_EPOCH_KEY, '7');
    await redis().hset(rolloutMultiplierKey('AAA'), 'multiplier', '0.9', 'direction', 'down_only', 'epoch', '7', 'expires_at', nowSec() + 60); // prettier-ignore
    await redis().set(KILL_KEY, '1', 'EX', 100);
    await redis().hset(HALT_KEY, 'not', 'a string');
    await redis().xadd(operatorAuditStream('ana'), '*', ...operatorAuditEntry({ tsEpochSec: nowSec(), action: 'kill on', reason: 'odd prices', before: '', after: '1' })); // prettier-ignore
    const source = openSource({ redis: await reader() });
    const { snapshot } = await again(source, await caughtUp(source, fresh()));

    expect(snapshot.symbols.get('AAA')).toMatchObject({ score: 0.9, positionUsd: 200, effectiveMultiplier: 0.9, effectiveWhy: 'ok' }); // prettier-ignore
    expect(snapshot.decisions).toMatchObject([{ planId: 'p1', outcome: 'permit', hint: { action: 'DOWNSIZE', factor: 0.4444 } }]); // prettier-ignore
    expect(snapshot.totals).toMatchObject({ plans: { EXECUTE: 2 }, permits: { DOWNSIZE: 1 }, deadLetters: 1, unreadable: 1 }); // prettier-ignore
    expect(snapshot.cycle).toMatchObject({ symbols: 1, durationSec: 0.012, reasons: { ok: 1 } });
    expect(snapshot.incidents).toMatchObject([
      { kind: 'operator', words: 'kill on by ana, from absent to 1: odd prices' },
      { kind: 'dead_letter', symbol: 'BBB' },
    ]);
    expect(snapshot.policies).toContainEqual({ hash: '0123456789ab', decides: 'proposal', symbols: 1, parameters: { P31_SCALE: 1 } }); // prettier-ignore
    expect(snapshot.switches.map(({ key, state }) => [key, state])).toEqual([[KILL_KEY, 'on'], [HALT_KEY, 'unreadable'], [expect.stringContaining('disarm'), 'off']]); // prettier-ignore
    expect(snapshot.rollout).toMatchObject({ state: 'off', epoch: 7, published: 1 });
    expect(snapshot.redis).toMatchObject({ isAnswering: true, product: 'Redis', role: 'master', replicas: 0 });
  });

  it('gives no news where nothing changed', async () => {
    await propose('AAA', 0.9);
    const source = openSource({ redis: await reader() });
    const model = await caughtUp(source, fresh());
    expect((await again(source, model)).snapshot).toBe(model.snapshot);
  });

  it('reads on from where it was, page by page, and reports what was trimmed unread', async () => {
    const source = openSource({ redis: redis(), backSec: 0 });
    let model = await caughtUp(source, fresh());
    await propose('AAA', 0.1);
    model = await again(source, model);
    expect(model.snapshot.totals.gaps).toBe(0);
    const batch = redis().pipeline();
    for (let i = 0; i < 20_500; i += 1) batch.xadd(STREAMS.plans, '*', 'plan_id', `p${i}`, 'decision', 'SKIP');
    await batch.exec();
    model = await again(source, model);
    expect([model.snapshot.totals.plans['SKIP'], source.isBehind]).toEqual([20_000, true]);
    model = await again(source, model);
    expect([model.snapshot.totals.plans['SKIP'], source.isBehind]).toEqual([20_500, false]);
    await propose('AAA', 0.2);
    await redis().xtrim(STREAMS.proposed, 'MAXLEN', 0);
    await propose('AAA', 0.3);
    model = await again(source, model);
    expect([model.snapshot.totals.gaps, model.snapshot.symbols.get('AAA')?.score]).toEqual([1, 0.3]);
  });

  it('leaves the fields of an entry unread that is larger than a page', async () => {
    await plan('p1', 'note', 'x'.repeat(2 ** 21));
    await plan('p2');
    const { snapshot, memory } = await caughtUp(openSource({ redis: redis() }), fresh());
    expect(snapshot.totals.plans).toEqual({ other: 1, EXECUTE: 1 });
    expect([...memory.decisions.awaited.keys()]).toEqual(['p2']);
  });

  it('reads the audit of an operator who appears, and goes on with it', async () => {
    const source = openSource({ redis: redis(), clock: fakeClock });
    let model = await caughtUp(source, fresh());
    const audited = async (user: string, reason: string) => {
      await redis().xadd(operatorAuditStream(user), '*', ...operatorAuditEntry({ tsEpochSec: nowSec(), action: 'disarm clear', reason, before: '1', after: '' })); // prettier-ignore
      model = await waitFor(async () => {
        steadyMs += 10_000;
        model = await again(source, model);
        return model.snapshot.incidents[0]?.words.endsWith(reason) ? model : undefined;
      }, { what: `the audit of ${user}` }); // prettier-ignore
    };
    await audited('ana', 'first');
    await audited('ben:2', 'second');
    await audited('ana', 'third');
    expect(model.snapshot.incidents.map(({ words }) => words.split(',')[0])).toEqual(['disarm clear by ana', 'disarm clear by ben:2', 'disarm clear by ana']); // prettier-ignore
  });

  it('says that Redis is away, and goes on when it is back', async () => {
    const source = openSource({ redis: redis() });
    let model = await caughtUp(source, fresh());
    await file.server.kill();
    model = await again(source, model);
    expect(model.snapshot.redis).toMatchObject({ isAnswering: false, product: 'Redis' });
    expect(model.snapshot.problems).toContainEqual({ where: 'redis', words: expect.stringMatching(/^Redis does not answer since /) }); // prettier-ignore
    await file.server.restart();
    await untilReady(redis());
    await propose('AAA', 0.4);
    model = await waitFor(async () => {
      model = await again(source, model);
      return model.snapshot.symbols.has('AAA') ? model : undefined;
    }, { what: 'the proposal after the outage' }); // prettier-ignore
    expect(model.snapshot.incidents).toMatchObject([{ kind: 'redis' }]);
  });
});

describe('services', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('are asked where they say whether they are ready', async () => {
    server = createServer((_, response) => response.writeHead(503).end('the last cycle failed\n'));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const probes = () => [{ app: 'governor-plugin', url }, { app: 'efficiency-brain', url: 'http://127.0.0.1:1' }]; // prettier-ignore
    const { snapshot } = await caughtUp(openSource({ redis: redis(), probes }), fresh());
    const states = Object.fromEntries(snapshot.services.map(({ name, state, why }) => [name, `${state} ${why}`]));
    expect(states).toMatchObject({ governor: 'not_ready the last cycle failed', brain: expect.stringMatching(/^unreachable ./) }); // prettier-ignore
  });

  it('are known by the signs of life that they leave in Redis', async () => {
    await redis().xgroup('CREATE', STREAMS.plans, 'governor', '$', 'MKSTREAM');
    const source = openSource({ redis: redis() });
    const governor = async () => (await caughtUp(source, fresh())).snapshot.services[1];
    expect(await governor()).toMatchObject({ name: 'governor', state: 'unknown', instances: null, lagEntries: 0 });
    await plan('p1');
    expect(await governor()).toMatchObject({ state: 'silent', instances: 0, lagEntries: 1 });
    await redis().xreadgroup('GROUP', 'governor', 'governor-plugin:1', 'COUNT', 1, 'STREAMS', STREAMS.plans, '>');
    expect(await governor()).toMatchObject({ state: 'alive', instances: 1, lagEntries: 0, pendingEntries: 1 });
    await redis().hset(LAST_CYCLE_KEY, 'ts_epoch', Math.floor(nowSec()) - 300, 'duration_sec', '0.1');
    const { snapshot } = await caughtUp(source, fresh());
    const [proposer, , annotator] = snapshot.services;
    expect(proposer).toMatchObject({ name: 'allocation-target', state: 'silent', instances: 0 });
    expect(annotator).toMatchObject({ name: 'annotator', state: 'absent' });
    expect(snapshot.problems.map(({ where }) => where)).toEqual(['allocation-target']);
  });
});
