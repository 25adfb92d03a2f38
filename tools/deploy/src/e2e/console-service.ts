import { strict as assert } from 'node:assert';
import { UNITS, type Chapter, type Host, type Unit } from './host.js';

const CONSOLE: Unit = 'quantum-console';

interface Shown {
  readonly redis: { readonly isAnswering: boolean };
}

/** The console has read Redis, and serves the page, which shows the others, and its events. */
async function showsTheOthers(host: Host): Promise<void> {
  await host.untilReady(CONSOLE);
  await host.until('the console has read Redis', 20, async () => {
    const { stdout } = await host.container.try('curl -fs localhost:8070/snapshot');
    return stdout !== '' && (JSON.parse(stdout) as Shown).redis.isAnswering;
  });
  const page = await host.container.run('curl -fs localhost:8070/');
  for (const unit of UNITS) assert.ok(page.includes(unit.replace('quantum-', '')), unit);
  const { stdout } = await host.container.try('curl -fsN -m 2 localhost:8070/events');
  assert.match(stdout, /^event: snapshot$/m);
}

export const consoleService: Chapter = {
  name: 'the console: installed beside the others, which its page shows; upgraded, rolled back, killed, removed',
  run: async (host) => {
    const others = await host.pids();
    const [install = '', ...looks] = host.commands('docs/console.md', 'Install, upgrade, remove');
    await host.typeWell(install, { EDITOR: 'true' });
    await host.untilReady(CONSOLE);
    for (const look of looks) assert.notEqual((await host.typeWell(look)).trim(), '');
    await showsTheOthers(host);
    assert.deepEqual(await host.pids(), others, 'the others run on');

    for (const chapter of ['Upgrade', 'Back, in one command']) {
      for (const command of host.commands('docs/deployment.md', chapter)) await host.typeWell(command);
      await showsTheOthers(host);
    }
    const pid = await host.property(CONSOLE, 'MainPID');
    await host.typeWell(`kill -9 ${pid}`);
    await host.until('it runs again', 10, async () => !['0', pid].includes(await host.property(CONSOLE, 'MainPID')));
    await showsTheOthers(host);

    await host.removeAlone('console');
    return undefined;
  },
};
