import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow, undecided } from './plans.js';
import { INSTALL, UNITS, type Chapter, type Host } from './host.js';

const UPGRADE = 'cd /root/quantum-1.0.0/quantum-1.1.0 && deploy/install';
const STATUS_KILLED = 137;

/** In place of systemctl: kills the installer when it comes to restart a service, which is during its switch. */
const KILLER = '#!/bin/bash\nif [[ $1 == restart ]]; then kill -9 $PPID; else exec /usr/bin/systemctl "$@"; fi\n';
/** In place of an editor: what a second operator types meanwhile. */
const SECOND = `#!/bin/bash\n${INSTALL} rollback >/srv/second.txt 2>&1\necho "code $?" >>/srv/second.txt\n`;

async function killAmidUpgrade(host: Host): Promise<void> {
  const before = await host.pids();
  const { code } = await host.type(UPGRADE, { PATH: '/srv/killer:/usr/sbin:/usr/bin:/sbin:/bin' });
  assert.equal(code, STATUS_KILLED);
  assert.deepEqual(await host.pids(), before, 'the services that ran must run on');
}

async function completes(host: Host, command: string, release: string): Promise<void> {
  assert.match(await host.typeWell(command), /was cut short/);
  await host.expectRelease(release);
  for (const unit of UNITS) await host.untilReady(unit);
}

export const interrupted: Chapter = {
  name: 'an installer killed during a switch: services run on, the same command completes it, rollback goes back; one at a time',
  run: async (host) => {
    const { tree } = host.container;
    mkdirSync(join(tree, 'srv/killer'), { recursive: true });
    writeFileSync(join(tree, 'srv/killer/systemctl'), KILLER, { mode: 0o755 });
    writeFileSync(join(tree, 'srv/second'), SECOND, { mode: 0o755 });

    await host.typeWell(`${INSTALL} configure --service governor`, { EDITOR: '/srv/second' });
    const second = await host.container.run('cat /srv/second.txt');
    assert.match(second, /another one is at work: deploy\/install configure, process \d+, [^]*\ncode 1$/);

    const plans = flow(host.redis);
    await killAmidUpgrade(host);
    await completes(host, `${INSTALL} rollback`, '1.0.0');
    await killAmidUpgrade(host);
    await completes(host, UPGRADE, '1.1.0');
    await host.typeWell(`${INSTALL} rollback`);
    for (const unit of UNITS) await host.untilReady(unit);
    const ids = await plans.stop();
    await host.until('every plan has its decision', 15, async () => (await undecided(host.redis, ids)).length === 0);
    await host.bothActive();
    return `${ids.length} plans meanwhile, none lost`;
  },
};
