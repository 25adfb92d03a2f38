import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  disarmKey,
  KILL_KEY,
  operatorAuditStream,
  parseOperatorAudit,
  ROLLOUT_EPOCH_KEY,
  utcDate,
} from '@quantum/redis-schemas';
import { startCuttingProxy, type CuttingProxy, type Fate } from '@quantum/testbed';
import { spawnApp, useRedis } from '@quantum/testing';
import { MAIN } from './deployed.test-support.js';
import { rolloutActions } from './rollout/actions.js';
import { AnsweringRollout, HASH } from './rollout.test-support.js';
import { switchActions } from './switches/actions.js';

const file = useRedis({ tcp: true });
const { redis } = file;

let proxy: CuttingProxy;
beforeEach(async () => {
  proxy = await startCuttingProxy(file.server.socketPath);
});
afterEach(async () => {
  await proxy.close();
});

/** From the first command that matches, this becomes of it; and then nothing passes, or everything does. */
function cutAt(command: RegExp, fate: Fate, then: 'away' | 'back'): void {
  let isReached = false;
  proxy.fate = (text) => {
    if (isReached) return then === 'away' ? 'cut' : 'pass';
    isReached = command.test(text);
    return isReached ? fate : 'pass';
  };
}

const given = { reason: 'test', timeout: 2, json: true } as const;
/** What a command came to. */
async function run(command: 'killOn' | 'killOff' | 'disarmClear' | 'rolloutKill') {
  let [code, out] = [0, ''];
  const terminal = {
    print: (text: string): void => void (out += text),
    input: new PassThrough(),
    output: new PassThrough(),
  };
  const exitWith = (one: number): void => void (code = one);
  const options = { ...given, redis: proxy.url };
  const switches = switchActions({}, terminal, exitWith);
  if (command === 'killOn') await switches.killOn(options);
  if (command === 'killOff') await switches.killOff({ ...options, yes: 'off' });
  if (command === 'disarmClear') await switches.disarmClear({ ...options, yes: 'clear' });
  if (command === 'rolloutKill') await rolloutActions({}, terminal, exitWith).kill(options);
  return { code, ...(JSON.parse(out) as { state?: string; result?: string; why?: string }) };
}
const audited = async () =>
  (await redis().xrange(operatorAuditStream('default'), '-', '+')).map(([, fields]) => parseOperatorAudit(fields));

describe('kill on', () => {
  it.each([
    ['the answer to SET is lost', /\bset\b[^]*quantum:kill/, 'cut_answer'],
    ['Redis is away after SET', /\binfo\b[^]*replication/i, 'cut'],
  ] as const)('does not say that it was not applied where %s', async (_, command, fate) => {
    cutAt(command, fate, 'away');
    expect(await run('killOn')).toMatchObject({ code: 1, state: 'not_confirmed' });
    expect(await redis().get(KILL_KEY)).toBe('1');
  });

  it('is given again where the answer is lost, and audited once', async () => {
    cutAt(/\bset\b[^]*quantum:kill/, 'cut_answer', 'back');
    expect(await run('killOn')).toMatchObject({ code: 0, state: 'on' });
    expect(await audited()).toMatchObject([{ action: 'kill on' }]);
  });

  it('stays on where another operator removes it meanwhile', async () => {
    let isRemoved = false;
    proxy.fate = (text) => {
      if (!isRemoved && /\bwait\b/i.test(text)) {
        isRemoved = true;
        void redis().del(KILL_KEY);
      }
      return 'pass';
    };
    expect(await run('killOn')).toMatchObject({ code: 0, state: 'on' });
    expect([isRemoved, await redis().get(KILL_KEY)]).toEqual([true, '1']);
  });
});

describe('kill off', () => {
  beforeEach(async () => {
    await redis().set(KILL_KEY, '1');
  });

  it('says that the switch may be off where the answer is lost and Redis stays away', async () => {
    cutAt(/\bdel\b/, 'cut_answer', 'away');
    expect(await run('killOff')).toMatchObject({ code: 1, state: 'not_confirmed' });
    expect(await redis().exists(KILL_KEY)).toBe(0);
  });

  it('looks what became of it where the answer is lost', async () => {
    cutAt(/\bdel\b/, 'cut_answer', 'back');
    expect(await run('killOff')).toMatchObject({ code: 0, state: 'off' });
  });

  it('was not applied where the command is lost, and says so in the audit', async () => {
    cutAt(/\bdel\b/, 'cut', 'back');
    expect(await run('killOff')).toMatchObject({ code: 1, state: 'not_applied' });
    expect(await audited()).toMatchObject([{ reason: 'test' }, { reason: 'not applied', after: 'quantum:kill=1' }]);
  });
});

describe('what raises risk', () => {
  it.each([
    ['killOff', KILL_KEY],
    ['disarmClear', disarmKey(utcDate(Date.now() / 1000))],
  ] as const)('is not done where the answer of the audit is lost, which says so: %s', async (command, key) => {
    await redis().set(key, '1');
    cutAt(/\bxadd\b/, 'cut_answer', 'back');
    expect(await run(command)).toMatchObject({ code: 1, state: 'not_applied' });
    expect(await redis().get(key)).toBe('1');
    expect(await audited()).toMatchObject([{ reason: 'test' }, { reason: 'not applied', after: `${key}=1` }]);
  });
});

describe('disarm clear', () => {
  const latch = disarmKey(utcDate(Date.now() / 1000));
  beforeEach(async () => {
    await redis().set(latch, '{"reason":"burst_rate"}', 'EX', 3600);
  });

  it('says that the latch may be cleared where the answer is lost and Redis stays away', async () => {
    cutAt(/\bdel\b/, 'cut_answer', 'away');
    expect(await run('disarmClear')).toMatchObject({ code: 1, state: 'not_confirmed' });
    expect(await redis().exists(latch)).toBe(0);
  });

  it('looks what became of it where the answer is lost', async () => {
    cutAt(/\bdel\b/, 'cut_answer', 'back');
    expect(await run('disarmClear')).toMatchObject({ code: 0, state: 'clear' });
  });
});

describe('doctor', () => {
  it.each([['INFO', /\$4\r\nINFO/], ['HELLO', /HELLO/], ['SCAN', /scan/]])('ends with 3 where the connection is lost at %s', async (_, command) => {
    cutAt(command, 'cut', 'away');
    const app = spawnApp(MAIN, {}, ['doctor', '--redis', proxy.url]);
    expect((await app.exit).code).toBe(3);
    expect(app.stderr).toEqual([expect.stringMatching(/^Could not run: .*the connection to Redis was lost/)]);
  });
}); // prettier-ignore

describe('rollout drill', () => {
  it('reports the steps that it has taken where Redis is away after them', async () => {
    const rollout = new AnsweringRollout(await file.connect(), ['default']);
    await rollout.enforce();
    rollout.start();
    let [isRolledBack, isAway] = [false, false];
    proxy.fate = (text) => {
      isRolledBack ||= text.includes('rollback');
      isAway ||= isRolledBack && text.includes('pttl');
      return isAway ? 'cut' : 'pass';
    };
    let [code, out] = [0, ''];
    const terminal = {
      print: (text: string): void => void (out += text),
      input: new PassThrough(),
      output: new PassThrough(),
    };
    await rolloutActions({}, terminal, (one) => void (code = one)).drill({ redis: proxy.url, json: false, yes: HASH });
    await rollout.stop();
    expect(out.split('\n').map((line) => line.replace(/ +[\d.]+ s +\d+ s +/, ': '))).toEqual([
      expect.stringMatching(/^STEP/), 'hold: ok', 'resume: ok', 'rollback: ok', expect.stringMatching(/^no multiplier is left: .*(lost|not connected)/), 'THE DRILL FAILED.', '',
    ]); // prettier-ignore
    expect(code).toBe(1);
  });
});

describe('rollout kill', () => {
  it.each([
    ['the answer to INCR is lost', /\bincr\b/, 'cut_answer'],
    ['Redis is away after INCR', /\binfo\b[^]*replication/i, 'cut'],
  ] as const)('does not say that it was not applied where %s', async (_, command, fate) => {
    cutAt(command, fate, 'away');
    expect(await run('rolloutKill')).toMatchObject({ code: 1, result: 'not_confirmed' });
    expect(await redis().get(ROLLOUT_EPOCH_KEY)).toBe('1');
  });
});

describe('a command to the rollout', () => {
  it.each([
    ['resume', 'back'],
    ['rollback', 'away'],
  ] as const)('is not said to be not applied where its answer is lost: %s', async (command, then) => {
    const rollout = new AnsweringRollout(await file.connect(), ['default']);
    await rollout.enforce();
    rollout.start();
    let [code, out] = [0, ''];
    const terminal = {
      print: (text: string): void => void (out = text),
      input: new PassThrough(),
      output: new PassThrough(),
    };
    const actions = rolloutActions({}, terminal, (one) => void (code = one));
    const options = { ...given, redis: proxy.url, yes: HASH };
    await actions.hold(options);
    cutAt(/\bxadd\b/, 'cut_answer', then);
    await actions[command](options);
    await rollout.stop();
    expect([code, JSON.parse(out)]).toMatchObject([1, { command, result: 'not_confirmed' }]);
    expect(rollout.state.name).toBe(command === 'resume' ? 'baking' : 'rolled_back');
  });
});
