import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  POLICY_PARAMETERS_KEY,
  ROLLOUT_AUDIT_STREAM,
  positionKey,
  proposedKey,
  ROLLOUT_EPOCH_KEY,
  rolloutCommandStream,
  targetKey,
  tickerKey,
  efficiencyKey,
} from '@quantum/redis-schemas';
import { spawnApp, urlFor, waitFor } from '@quantum/testing';
import { recordCommand, replayCommand } from './rollout/record/commands.js';
import { run, usePlans, useRollout } from './deployed.test-support.js';
import { HASH } from './rollout.test-support.js';

const SERVICE = resolve(__dirname, '../../../dist/apps/target-rollout/main.js');
const test = useRollout();
const plan = usePlans();
let feed: NodeJS.Timeout | undefined;
afterEach(() => {
  clearInterval(feed);
});

/** Writes what others publish of a symbol, as of now. */
async function publish(symbol: string): Promise<void> {
  const nowSec = Date.now() / 1000;
  await test.redis
    .pipeline()
    .hset(targetKey(symbol), 'target_usd', 1000, 'timestamp', nowSec)
    .hset(proposedKey(symbol), 'ts_epoch', nowSec, 'multiplier', '0.9000', 'reason', 'ok', 'policy', '0123456789ab')
    .hset(efficiencyKey(symbol), 'efficiency_score', 0.4, 'confidence', 0.9, 'ts', nowSec)
    .hset(positionKey(symbol), 'position_amt', 1, 'mark_price', 100, 'ts_epoch', nowSec)
    .hset(tickerKey(symbol), 'markPrice', 100, 'timestamp', nowSec * 1000)
    .hset(POLICY_PARAMETERS_KEY, '0123456789ab', '{}')
    .exec();
}

describe('with target-rollout', () => {
  /** A rollout whose plan `ben` has approved and started. */
  const started = async () => {
    const symbols = ['BTCUSDT', 'ETHUSDT'];
    await Promise.all(symbols.map(publish));
    feed = setInterval(() => void Promise.all(symbols.map(publish)).catch(() => undefined), 500);
    const service = spawnApp(SERVICE, { REDIS_URL: test.server.url, ROLLOUT_USERS: 'ana,ben', ROLLOUT_INTERVAL_SEC: '1', METRICS_PORT: '0' }); // prettier-ignore
    expect(await test.as('ana', 'submit', plan())).toMatchObject({ code: 0 });
    expect(await test.as('ben', 'approve', HASH, 'pilot', '--yes', HASH)).toMatchObject({ code: 0 });
    expect(await test.as('ben', 'start', HASH, '--yes', HASH)).toMatchObject({ code: 0, out: expect.stringMatching(/ off -> baking, /) }); // prettier-ignore
    return service;
  };

  it('two operators start a plan, kill it, and clear the kill', async () => {
    const service = await started();
    expect(await test.as('ana', 'approve', HASH, 'full', '--yes', HASH)).toMatchObject({ code: 1, out: expect.stringMatching(/^approve refused, own_plan/) }); // prettier-ignore
    expect(await test.as('ben', 'exclude', 'ETHUSDT')).toMatchObject({ code: 0 });
    expect((await test.as('ben', 'status')).out).toMatch(/^excluded {3}ETHUSDT$/m);
    expect(await test.as('ben', 'kill')).toMatchObject({ code: 0 });
    expect(await test.as('ben', 'kill')).toMatchObject({ code: 0 });
    const killed = async () => (await test.as('ben', 'status')).out.includes('rollout    killed');
    await waitFor(killed, { what: 'the rollout to see the kill' });
    expect(await test.as('ben', 'start', HASH, '--yes', HASH)).toMatchObject({ code: 1, out: expect.stringMatching(/not_possible/) }); // prettier-ignore
    const epoch = await test.redis.get(ROLLOUT_EPOCH_KEY);
    expect(await test.as('ben', 'clear', '--yes', HASH)).toMatchObject({
      code: 0,
      out: `clear accepted (epoch=${epoch}). killed -> off.`,
    });
    await test.redis.xadd(rolloutCommandStream('ben'), '*', 'command', 'dance');
    const refused = async () => (await test.as('ben', 'audit')).out.includes('refused: unknown_command');
    await waitFor(refused, { what: 'a later cycle' });
    expect((await test.as('ben', 'status')).out).toMatch(/^rollout {4}off/m);
    expect(await test.redis.get(ROLLOUT_EPOCH_KEY)).toBe(epoch);
    expect(await test.as('ana', 'audit', '--verify')).toMatchObject({ code: 0 });
    expect(await service.stop()).toMatchObject({ code: 0 });
    await replaysAlike();
  });

  it('the audit is not whole where an entry was removed before the next one was written', async () => {
    const service = await started();
    const [[last] = []] = await test.redis.xrevrange(ROLLOUT_AUDIT_STREAM, '+', '-', 'COUNT', 1);
    expect(await test.redis.xdel(ROLLOUT_AUDIT_STREAM, last!)).toBe(1);
    expect(await test.as('ben', 'hold')).toMatchObject({ code: 0 });
    expect(await test.as('ben', 'audit', '--verify')).toMatchObject({ code: 1, out: expect.stringContaining('entries before it were removed: 1') }); // prettier-ignore
    expect(await replayCommand(undefined, { redis: urlFor(test.server, 'ana') }, {})).toMatchObject({ exitCode: 1, text: expect.stringContaining('entries before it were removed: 1') }); // prettier-ignore
    expect(await service.stop()).toMatchObject({ code: 0 });
  });

  /** What it left is decided again, to the byte: in Redis, and from a file that no one has changed. */
  const replaysAlike = async () => {
    const redis = urlFor(test.server, 'ana');
    expect(await replayCommand(undefined, { redis }, {})).toMatchObject({ exitCode: 0, json: { chain: { ok: true }, steps: { differences: [] } }, text: expect.stringMatching(/^IDENTICAL: \d+ outputs, byte for byte$/m) }); // prettier-ignore
    const path = plan().replace('.json', '.jsonl');
    expect(await recordCommand(path, { redis }, {})).toMatchObject({ exitCode: 0, json: { file: path, lines: expect.any(Number) }, text: expect.stringMatching(/: \d+ lines$/m) }); // prettier-ignore
    expect(await run(undefined, 'replay', path)).toMatchObject({ code: 0, out: expect.stringContaining('IDENTICAL') });
    const whole = readFileSync(path, 'utf8');
    for (const kind of ['audit', 'evidence', 'command', 'plan', 'end']) expect(whole).toContain(`{"kind":"${kind}"`);
    const [verdict, other] = ['\\"verdict\\":\\"PASS\\"', '\\"verdict\\":\\"BREACH\\"'];
    expect(whole).toContain(verdict);
    writeFileSync(path, whole.replaceAll(verdict, other));
    expect(await replayCommand(path, { redis }, {})).toMatchObject({ exitCode: 1, text: expect.stringMatching(/NOT WHOLE[^]*^DIFFERENT: [^]*, guards$/m) }); // prettier-ignore
    writeFileSync(path, whole.slice(0, -20));
    await expect(replayCommand(path, { redis }, {})).rejects.toThrow(/line \d+ is no line of the record/);
    writeFileSync(path, `${whole.trimEnd().split('\n').slice(0, -1).join('\n')}\n`);
    await expect(replayCommand(path, { redis }, {})).rejects.toThrow('is not whole: it was cut off');
  };

  it('an operator tries every way out, in a drill', async () => {
    const early = await test.as('ben', 'drill', '--yes', HASH, '--json');
    expect([early.code, JSON.parse(early.out)]).toEqual([1, { command: 'drill', result: 'not_begun', why: 'A drill needs a rollout that publishes, and that may be held.', user: 'ben' }]); // prettier-ignore
    const service = await started();
    expect(await test.as('ben', 'drill')).toMatchObject({
      code: 2,
      err: expect.stringContaining(`needs --yes ${HASH}`),
    });
    const { code, out } = await test.as('ben', 'drill', '--yes', HASH);
    const results = out.split('\n').map((line) => line.replace(/ +[\d.]+ s +\d+ s +/, ': '));
    expect([results.slice(1), code]).toEqual([
      [
        'hold: ok', 'resume: ok', 'rollback: ok', 'no multiplier is left: ok', 'kill, confirmed by every connected replica: ok',
        'the rollout has seen the kill: ok', 'clear: ok', 'the audit is whole: ok', 'The drill is passed. `rollout start` begins again.',
      ],
      0,
    ]); // prettier-ignore
    expect(await service.stop()).toMatchObject({ code: 0 });
  });

  it('a drill fails at the step that fails', async () => {
    await test.rollout.enforce();
    const { code, out } = await test.as('ben', 'drill', '--yes', HASH); // no rollout answers
    expect([code, out]).toEqual([1, expect.stringMatching(/\nhold .*NOT APPLIED: .*\nTHE DRILL FAILED\.$/)]);
    await test.redis.incr(ROLLOUT_EPOCH_KEY);
    expect(await test.as('ben', 'drill', '--yes', HASH)).toMatchObject({ code: 1, out: expect.stringMatching(/^Not begun\. The epoch is 1001/) }); // prettier-ignore
  });
});
