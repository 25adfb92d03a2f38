import { strict as assert } from 'node:assert';
import { ROLLOUT_AUDIT_STREAM, ROLLOUT_EPOCH_KEY, ROLLOUT_STATE_KEY, rolloutMultiplierKey, rolloutPlanKey, STREAMS } from '@quantum/redis-schemas'; // prettier-ignore
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALL, UNITS, type Chapter, type Host } from './host.js';
import { BASE_USD, enforced, feedMarket, operate, OPERATORS, PLAN, putEvidence, quantumctl, refusalOf, ROLLOUT, SYMBOLS, watchEnforced } from './rollout-desk.js'; // prettier-ignore
import { editor } from './scores.js';
import { loadOperator, loadUsers, PASSWORD } from './users.js';

const PLAN_FILE = '/srv/rollout-plan.json';

/** Installs it as the document says, with a user of its own and two operators. */
async function install(host: Host): Promise<void> {
  await loadUsers(host);
  for (const operator of OPERATORS) await loadOperator(host, operator);
  const [command = ''] = host.commands('docs/rollout.md', 'Install, upgrade, remove');
  const [added = '', configured = ''] = command.split(' && ');
  await host.typeWell(added);
  const [secret = ''] = host.commands('docs/deployment.md', 'Secrets');
  await host.typeWell(secret.replace('/governor/', '/rollout/'), { GOVERNOR_PASSWORD: PASSWORD });
  const settings = { ROLLOUT_INTERVAL_SEC: '1', ROLLOUT_USERS: OPERATORS.join(','), REDIS_USERNAME: ROLLOUT };
  await host.typeWell(configured, editor(settings));
  await host.untilReady(ROLLOUT);
}

/** Waits until every symbol is enforced at the blend of a stage; seconds that it took. */
const untilStage = (host: Host, index: number): Promise<number> =>
  host.until(`stage ${index + 1} is in force`, 30, async () => {
    const status = JSON.parse(await operate(host, 'ben', 'status --json')) as {
      state: { stage: number; blend: number };
    };
    const { blend } = PLAN.plan.stages[index] ?? {};
    return (
      status.state.stage === index && status.state.blend === blend && (await enforced(host)).size === SYMBOLS.length
    );
  });

/** One proposes, the other approves; each is the user of Redis that gave the command. */
async function start(host: Host): Promise<void> {
  writeFileSync(join(host.container.tree, PLAN_FILE), PLAN.text);
  await operate(host, 'ana', `submit ${PLAN_FILE}`);
  const own = await quantumctl(host, 'ana', `approve ${PLAN.hash} pilot --yes ${PLAN.hash}`);
  assert.match(own.stdout, /^approve refused, own_plan/);
  const early = await quantumctl(host, 'ben', `start ${PLAN.hash} --yes ${PLAN.hash}`);
  assert.match(early.stdout, /^Not sent: stage pilot needs 1 approval first/);
  const forged = await host.type(
    `REDISCLI_AUTH=${PASSWORD} redis-cli --user ana XADD quantum:stream:rollout.command:ben '*' command approve plan ${PLAN.hash} stage pilot`,
  );
  assert.match(forged.stdout + forged.stderr, /NOPERM/);
  await operate(host, 'ben', `approve ${PLAN.hash} pilot --yes ${PLAN.hash}`);
  await operate(host, 'ben', `start ${PLAN.hash} --yes ${PLAN.hash}`);
  await untilStage(host, 0);
  await operate(host, 'ben', `approve ${PLAN.hash} half --yes ${PLAN.hash}`);
  await untilStage(host, 1);
}

/** Upgrades, goes back, and kills the process: readers take a multiplier of every symbol all the time. */
async function survives(host: Host): Promise<number> {
  const epoch = await host.redis.get(ROLLOUT_EPOCH_KEY);
  const end = watchEnforced(host);
  for (const [chapter, release] of [['Upgrade', '1.1.0'], ['Back, in one command', '1.0.0']] as const) {
    const pid = await host.property(ROLLOUT, 'MainPID');
    for (const command of host.commands('docs/deployment.md', chapter)) await host.typeWell(command);
    await host.expectRelease(release);
    for (const unit of [ROLLOUT, ...UNITS] as const) await host.untilReady(unit);
    assert.notEqual(await host.property(ROLLOUT, 'MainPID'), pid);
  }
  await host.container.run(`kill -9 ${await host.property(ROLLOUT, 'MainPID')}`);
  await host.untilReady(ROLLOUT);
  await untilStage(host, 1);
  const { reads, lapses } = end();
  assert.equal(lapses, 0, `${lapses} of ${reads} reads found a symbol without its multiplier`);
  assert.ok(reads > 50, `${reads} reads`);
  assert.equal(await host.redis.get(ROLLOUT_EPOCH_KEY), epoch, 'the epoch goes on');
  return reads;
} // prettier-ignore

const governorTakes = async (host: Host, target: 'live' | 'effective'): Promise<void> => {
  await host.typeWell(`${INSTALL} configure --service governor`, editor({ GOV_ALLOCATION_TARGET: target }));
  await host.untilReady('quantum-governor');
};

/** Rolls back, kills and clears; nothing is enforced any more at once. */
async function getOut(host: Host): Promise<void> {
  await operate(host, 'ana', 'rollback --reason "a test"');
  assert.equal((await enforced(host)).size, 0);
  await operate(host, 'ben', 'kill');
  await host.until('it is killed', 10, async () => /^rollout +killed/m.test((await quantumctl(host, 'ben', 'status')).stdout));
  await operate(host, 'ben', `clear --yes ${PLAN.hash}`);
  assert.match(await operate(host, 'ana', 'audit --verify'), /^The audit is whole/);
} // prettier-ignore

/** Removes it alone; what says who enforced what stays. */
async function remove(host: Host): Promise<void> {
  const { redis } = host;
  await host.removeAlone('rollout');
  const kept = [ROLLOUT_STATE_KEY, ROLLOUT_EPOCH_KEY, rolloutPlanKey(PLAN.hash), STREAMS.rolloutEvidence, ROLLOUT_AUDIT_STREAM];
  assert.equal(await redis.exists(...kept), kept.length);
  assert.equal(await redis.exists(...SYMBOLS.map(rolloutMultiplierKey)), 0);
  assert.match(await operate(host, 'ana', 'audit --verify'), /^The audit is whole/);
} // prettier-ignore

export const rolloutChapter: Chapter = {
  name: 'the rollout: two operators start a plan; upgraded, rolled back, killed, it enforces on; out again, and removed',
  run: async (host) => {
    const others = await host.pids();
    const end = feedMarket(host);
    await putEvidence(host);
    await install(host);
    await host.typeWell('cd /root/quantum-1.0.0');
    assert.deepEqual(await host.pids(), others, 'the others run on');
    await start(host);
    await governorTakes(host, 'effective');
    const reads = await survives(host);
    const usd = BASE_USD * 0.97; // below the base, above the effective target
    assert.equal(await refusalOf(host, 'e2e-rollout-enforced', usd), 'allocation_cap');
    await getOut(host);
    assert.equal(await refusalOf(host, 'e2e-rollout-out', usd), undefined);
    await governorTakes(host, 'live');
    const denied = await host.container.run(`redis-cli ACL LOG | grep -c ${ROLLOUT} || true`);
    assert.equal(denied, '0', 'commands that its user may not give');
    await remove(host);
    end();
    return `${reads} reads over upgrade, rollback and kill, each with every multiplier`;
  },
};
