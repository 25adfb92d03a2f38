import { strict as assert } from 'node:assert';
import { brainStateKey } from '@quantum/redis-schemas';
import { UNITS, type Chapter, type Host } from './host.js';
import { BRAIN, editor, feed, newScore, QUICK, SYMBOLS } from './scores.js';

/** The first period of a symbol's state: it is another one where a state was lost. */
const firstPeriod = (host: Host): Promise<string | null> => host.redis.hget(brainStateKey(SYMBOLS[0]), 'first_period');

/** Types commands; the brain then scores again, with the state from before. */
async function keepsItsState(host: Host, commands: readonly string[], release: string): Promise<void> {
  const before = await firstPeriod(host);
  for (const command of commands) await host.typeWell(command);
  await host.expectRelease(release);
  await host.untilReady(BRAIN);
  const score = await newScore(host);
  assert.ok(Number(score['n_eff']) > 0, 'periods that were measured count');
  assert.equal(await firstPeriod(host), before, 'the state goes on');
}

export const brainService: Chapter = {
  name: 'the brain: installed beside the others, upgraded, rolled back, killed, removed; its state goes on',
  run: async (host) => {
    const others = await host.pids();
    const end = feed(host.redis);
    await host.typeWell('cd /root/quantum-1.0.0');
    for (const command of host.commands('docs/deployment.md', 'The efficiency brain')) {
      await host.typeWell(command, editor(QUICK));
    }
    await host.untilReady(BRAIN);
    assert.equal((await newScore(host))['mode'], 'shadow');
    const measured = async () => Number((await newScore(host))['n_eff']) > 0;
    await host.until('a period was measured', 30, measured);
    assert.deepEqual(await host.pids(), others, 'the others run on');

    await keepsItsState(host, host.commands('docs/deployment.md', 'Upgrade'), '1.1.0');
    await keepsItsState(host, host.commands('docs/deployment.md', 'Back, in one command'), '1.0.0');
    for (const unit of UNITS) await host.untilReady(unit);
    const pid = await host.property(BRAIN, 'MainPID');
    await keepsItsState(host, [`kill -9 ${pid}`], '1.0.0');
    assert.notEqual(await host.property(BRAIN, 'MainPID'), pid);

    await host.removeAlone('brain');
    end();
    return undefined;
  },
};
