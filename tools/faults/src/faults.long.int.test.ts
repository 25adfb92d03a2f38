import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { LAST_CYCLE_KEY } from '@quantum/redis-schemas';
import { seeded } from '@quantum/testbed';
import type { AppName } from '@quantum/service-config';
import { startProxy, type Proxy } from './harness/proxy.js';
import type { BrainFindingKind } from './brain/check.js';
import { clockSteps } from './brain/clock-steps.js';
import type { BrainFault } from './brain/injected-faults.js';
import { brainKills } from './brain/kills.js';
import type { GovernorFindingKind } from './governor/findings.js';
import { evictionScenario, type EvictionFindingKind } from './governor/eviction.js';
import { killScenario } from './governor/kills.js';
import { lateWriteScenarios } from './governor/late-writes.js';
import { outOfMemoryScenario } from './governor/out-of-memory.js';
import { pausedProcessScenarios } from './governor/paused-process.js';
import { pausedRedisScenarios } from './governor/paused-redis.js';
import { skewedClockScenarios } from './governor/skewed-clocks.js';
import type { InjectedFault } from './governor/injected-faults.js';
import type { ProposerFindingKind } from './proposer/check.js';
import { proposerKills } from './proposer/kills.js';
import type { RolloutFindingKind } from './rollout/findings.js';
import { frozenScenario } from './rollout/frozen.js';
import type { RolloutFault } from './rollout/injected-faults.js';
import { inputScenarios } from './rollout/inputs.js';
import { rolloutKills } from './rollout/kills.js';
import { operatorScenarios } from './rollout/operator.js';
import { redisScenarios as redisScenariosOfRollout } from './rollout/redis-trouble.js';
import { spoiltScenarios, stopScenarios } from './rollout/stops.js';
import type { Scenario } from './scenario.js';

const SEED = 7;
/**
 * `FAULT_CASES=all`: every injected fault of the rollout, for five minutes. Otherwise one for most kinds of finding.
 */
const isLong = process.env['FAULT_CASES'] === 'all';
/** Scenarios of the rollout at once: they mostly wait. */
const ROLLOUTS_AT_ONCE = 9;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const builtApps = resolve(__dirname, '../../../dist/apps');
const run = (scenario: Scenario, kills: number, appsFolder = builtApps, injectedFault?: InjectedFault) =>
  scenario.run({ random: seeded(SEED), appsFolder, folder, kills, minutes: 0, injectedFault });
const play = (kills: number, injectedFault?: InjectedFault) => run(killScenario(injectedFault), kills);

const named = (scenarios: readonly Scenario[], part: string) => scenarios.find(({ name }) => name.includes(part));

/** A faulty build of an app: this code runs in its process, before it. */
function brokenBuild(app: AppName, code: string): string {
  const apps = mkdtempSync(join(folder, 'broken-'));
  mkdirSync(join(apps, app));
  writeFileSync(join(apps, app, 'main.js'), `${code}\nrequire(${JSON.stringify(join(builtApps, app, 'main.js'))});\n`);
  return apps;
}

it('finds nothing wrong with governors that are killed', async () => {
  const { findings, numbers } = await play(3);
  expect(findings).toEqual([]);
  expect(numbers).toMatchObject({ kills: 3 });
});

it.each<[InjectedFault, GovernorFindingKind]>([
  ['ack', 'undecided'],
  ['grant', 'permit_without_record'],
  ['regrant', 'consumed_twice'],
  ['forget', 'limit_exceeded'],
  ['undecide', 'contradicting_event'],
  ['silence', 'block_missing'],
])('finds a governor with the injected fault %s', async (injectedFault, kind) => {
  const { findings } = await play(3, injectedFault);
  expect(findings.map((finding) => finding.kind)).toContain(kind);
});

it('finds a build of the governor that keeps no cooldown and hints by another formula', async () => {
  const code = `process.env.GOV_SYMBOL_COOLDOWN_SECONDS = '0'; process.env.P31_DOWNSIZE_THRESHOLD = '0.9';`;
  const { findings } = await run(killScenario(), 3, brokenBuild('governor-plugin', code));
  const wanted: GovernorFindingKind[] = ['limit_exceeded', 'wrong_permit'];
  expect(findings.map((finding) => finding.kind)).toEqual(expect.arrayContaining(wanted));
});

it('finds governors with injected faults among the other faults, all at once', async () => {
  const [lateRecord, lateReserve] = ['late record', 'late reserve'].map((name) =>
    named(lateWriteScenarios(false), name),
  );
  const cases: [Scenario | undefined, InjectedFault, GovernorFindingKind][] = [
    [lateRecord, 'grant', 'permit_after_stop'],
    [lateReserve, 'keep', 'inflight_left'],
    [lateReserve, 'keep', 'window_mismatch'],
    [named(pausedProcessScenarios(false), 'state read'), 'overrule', 'permit_over_age'],
    [named(pausedRedisScenarios(false), 'record'), 'overrule', 'permit_over_age'],
    [outOfMemoryScenario(false), 'bury', 'dead_lettered'],
    [named(skewedClockScenarios(false), 'seconds'), 'forget', 'limit_exceeded'],
  ];
  const found = await Promise.all(
    cases.map(async ([scenario, injectedFault, wanted]) => {
      const { findings } = await run(scenario as Scenario, 1, builtApps, injectedFault);
      return findings.some(({ kind }) => kind === wanted);
    }),
  );
  expect(cases.filter((_case, i) => !found[i]).map(([scenario, ...rest]) => [scenario?.name, ...rest])).toEqual([]);
});

it('finds a build of the governor that starts in production where keys are evicted', async () => {
  const { findings } = await run(
    evictionScenario,
    1,
    brokenBuild('governor-plugin', `process.env.APPLY_MODE = 'testnet';`),
  );
  expect(findings.map((finding) => finding.kind)).toContain('started_anyway' satisfies EvictionFindingKind);
});

const CLAIM_WHOLE_CYCLES = `
  const { hostname, port } = new URL(process.env.REDIS_URL);
  const socket = require('node:net').connect(port, hostname).on('error', () => undefined);
  const claim = () => socket.write('HSET ${LAST_CYCLE_KEY} ts_epoch ' + Math.floor(Date.now() / 1000) + ' symbols 450 proposed 450\\r\\n');
  setInterval(claim, 100).unref();`;

it('finds a build of the proposer that proposes by another formula and reports cycles as whole that are not', async () => {
  const code = `process.env.P31_SCALE = '2';${CLAIM_WHOLE_CYCLES}`;
  const { findings } = await run(proposerKills, 1, brokenBuild('allocation-target', code));
  const wanted: ProposerFindingKind[] = ['wrong_value', 'half_cycle'];
  expect(findings.map((finding) => finding.kind)).toEqual(expect.arrayContaining(wanted));
});

it('finds nothing wrong with brains that are killed', async () => {
  const { findings, numbers } = await run(brainKills, 2);
  expect(findings).toEqual([]);
  expect(numbers).toMatchObject({ kills: 2 });
});

it.each<[Scenario, BrainFault, BrainFindingKind]>([
  [brainKills, 'rewind', 'broken_chain'],
  [brainKills, 'bill', 'wrong_fees'],
  [clockSteps, 'repeat', 'period_twice'],
  [clockSteps, 'spoil', 'not_finite'],
  [clockSteps, 'invent', 'unknown_input'],
  [clockSteps, 'lose', 'miscounted'],
])('finds brains during %j with the injected fault %s', async (scenario, brainFault, wanted) => {
  const { findings } = await scenario.run({ random: seeded(SEED), appsFolder: builtApps, folder, kills: 2, minutes: 0, brainFault }); // prettier-ignore
  expect(findings.map((finding) => finding.kind)).toContain(wanted);
});

it('finds a build of the brain that scores with another prior and writes no hashes', async () => {
  const code = `process.env.BRAIN_PRIOR_SR_PER_DAY = '1'; process.env.P31_MODE = 'shadow';`;
  const { findings } = await run(brainKills, 1, brokenBuild('efficiency-brain', code));
  const wanted: BrainFindingKind[] = ['wrong_score', 'bad_shape'];
  expect(findings.map((finding) => finding.kind)).toEqual(expect.arrayContaining(wanted));
});

const rolloutScenarios = [
  rolloutKills,
  frozenScenario,
  ...inputScenarios(false),
  ...redisScenariosOfRollout(false),
  ...spoiltScenarios(false),
  ...stopScenarios(false),
  ...operatorScenarios,
];

it('finds rollouts with injected faults among the other faults', async () => {
  type Case = [name: string, RolloutFault, RolloutFindingKind];
  /** One for most kinds of finding. */
  const short: Case[] = [
    ['kill -9', 'forge', 'broken_audit'],
    ['rollout frozen', 'wake', 'older_fence'],
    ['one input missing', 'drop', 'lapsed'],
    ['Redis out of memory', 'persist', 'outlives'],
    ['Redis read-only', 'retarget', 'target_written'],
    ['state unreadable', 'renew', 'renewed'],
    ['epoch lost', 'resurrect', 'counts_anyway'],
  ];
  const rest: Case[] = [
    ['kill -9', 'rewind', 'broken_state'],
    ['kill -9', 'drop', 'lapsed'],
    ['one input missing', 'raise', 'exposure_rose'],
    ['all inputs away', 'raise', 'exposure_rose'],
    ['evidence of another type', 'raise', 'exposure_rose'],
    ['hold that lasts', 'raise', 'exposure_rose'],
    ['symbol delisted', 'revive', 'counts_anyway'],
    ['Redis killed, its file kept', 'persist', 'outlives'],
    ['Redis killed, all data lost', 'resurrect', 'counts_anyway'],
    ['kill switch on', 'revive', 'counts_anyway'],
    ['state lost', 'revive', 'counts_anyway'],
    ['rollback', 'revive', 'counts_anyway'],
  ];
  const waiting = isLong ? [...short, ...rest] : [...short];
  const missed: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, rolloutFault, wanted] = next;
      const scenario = named(rolloutScenarios, name) as Scenario;
      const { findings } = await scenario.run({ random: seeded(SEED), appsFolder: builtApps, folder, kills: 2, minutes: 0, rolloutFault }); // prettier-ignore
      if (!findings.some(({ kind }) => kind === wanted)) missed.push([...next, findings]);
    }
  };
  await Promise.all(Array.from({ length: ROLLOUTS_AT_ONCE }, worker));
  expect(missed).toEqual([]);
}, 600_000);

if (isLong) {
  it('finds a rollout that leaves a multiplier of an old epoch longer than it may live', async () => {
    const rollback = named(stopScenarios(true), 'rollback') as Scenario;
    const { findings } = await rollback.run({ random: seeded(SEED), appsFolder: builtApps, folder, kills: 1, minutes: 0, rolloutFault: 'leave' }); // prettier-ignore
    expect(findings.map(({ kind }) => kind)).toContain('key_left' satisfies RolloutFindingKind);
  });

  it('finds a build of quantumctl that believes what Redis has not confirmed', async () => {
    const apps = brokenBuild('target-rollout', '');
    mkdirSync(join(apps, 'quantumctl'));
    writeFileSync(join(apps, 'quantumctl', 'main.js'), '');
    const found = await Promise.all(operatorScenarios.map((scenario) => run(scenario, 1, apps)));
    const kinds = found.flatMap(({ findings }) => findings.map(({ kind }) => kind));
    const wanted: RolloutFindingKind[] = ['wrong_answer', 'unconfirmed'];
    expect(kinds).toEqual(expect.arrayContaining(wanted));
  });
}

it('keeps the order of delayed chunks, and closes where it should', async () => {
  const redis: PrivateRedis = await startPrivateRedis();
  const proxy: Proxy = await startProxy(redis.socketPath);
  const random = seeded(SEED);
  proxy.trouble = { delayMs: () => random.between(0, 5) };
  const socket = createConnection(proxy.port, '127.0.0.1');
  let answers = '';
  socket.on('data', (chunk: Buffer) => (answers += chunk.toString()));
  const wanted = Array.from({ length: 200 }, (_, i) => `+${i}\r\n`);
  // One write per command, so that each is a separate chunk.
  for (const [i] of wanted.entries()) {
    socket.write(`EVAL "return {ok='${i}'}" 0\r\n`);
    await new Promise(setImmediate);
  }
  while (!answers.endsWith(wanted.at(-1) ?? '')) await once(socket, 'data');
  expect(answers).toBe(wanted.join(''));

  proxy.trouble = { cutAfterBytes: () => 3 };
  socket.write('PING\r\n');
  await once(socket, 'close');
  expect(proxy.cuts).toBe(1);
  await proxy.close();
  await redis.stop();
});

it('holds a chosen chunk, and delivers it after its sender is gone', async () => {
  const redis: PrivateRedis = await startPrivateRedis();
  const proxy: Proxy = await startProxy(redis.socketPath);
  proxy.trouble = { holdMs: (chunk) => (chunk.includes('held') ? 1000 : 0) };
  const [sender, other] = [createConnection(proxy.port, '127.0.0.1'), createConnection(proxy.port, '127.0.0.1')];
  sender.write('RPUSH list held\r\n');
  await new Promise(setImmediate);
  sender.write('RPUSH list behind\r\n');
  other.write('RPUSH list other\r\n');
  await once(other, 'data');
  sender.destroy();
  let answer = '';
  while (!answer.includes('behind')) {
    other.write('LRANGE list 0 -1\r\n');
    answer = String((await once(other, 'data'))[0]);
  }
  expect(answer.match(/[a-z]+/g)).toEqual(['other', 'held', 'behind']);
  other.destroy();
  await proxy.close();
  await redis.stop();
});
