import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { UNITS, type Chapter, type Host, type Unit } from './host.js';

/** More than the 30 s of WatchdogSec, and what systemd takes to end a process that does not listen. */
const HANG_LIMIT_SEC = 60;
const OUTAGE_SEC = 40;

const pidOf = (host: Host, unit: Unit): Promise<string> => host.property(unit, 'MainPID');

async function isBack(host: Host, unit: Unit, oldPid: string): Promise<boolean> {
  const [pid, state] = await Promise.all([pidOf(host, unit), host.property(unit, 'ActiveState')]);
  return pid !== oldPid && pid !== '0' && state === 'active';
}

export const killed: Chapter = {
  name: 'killed with -9, back within 2 s',
  run: async (host) => {
    const times: string[] = [];
    for (const unit of UNITS) {
      const pid = await pidOf(host, unit);
      await host.container.run(`kill -9 ${pid}`);
      const tookSec = await host.until(`${unit} is active again`, 2, () => isBack(host, unit, pid));
      times.push(`${unit} ${tookSec.toFixed(1)} s`);
      await host.untilReady(unit);
    }
    return times.join(', ');
  },
};

export const hung: Chapter = {
  name: 'hung, restarted by the watchdog',
  run: async (host) => {
    const restart = async (unit: Unit): Promise<string> => {
      const pid = await pidOf(host, unit);
      await host.container.run(`kill -STOP ${pid}`);
      const tookSec = await host.until(`${unit} is restarted`, HANG_LIMIT_SEC, () => isBack(host, unit, pid));
      await host.untilReady(unit);
      assert.match(await host.container.run(`journalctl -b -u ${unit}`), /Watchdog timeout/);
      return `${unit} ${tookSec.toFixed(0)} s`;
    };
    return (await Promise.all(UNITS.map(restart))).join(', ');
  },
};

export const outage: Chapter = {
  name: 'Redis away for longer than the watchdog waits: neither is restarted, both resume',
  run: async (host) => {
    const pids = await host.pids();
    await host.container.run('systemctl stop redis-server');
    await delay(OUTAGE_SEC * 1000); // the outage itself
    const ready = await Promise.all(UNITS.map((unit) => host.isReady(unit)));
    await host.container.run('systemctl start redis-server');
    assert.deepEqual(ready, [false, false], 'without Redis both must say that they are not ready');
    const times = await Promise.all(UNITS.map((unit) => host.untilReady(unit, 20)));
    assert.deepEqual(await host.pids(), pids);
    return `ready again after ${Math.max(...times).toFixed(1)} s`;
  },
};

export const rebooted: Chapter = {
  name: 'a reboot: both come back by themselves',
  run: async (host) => {
    await host.container.reboot();
    for (const unit of UNITS) await host.untilReady(unit);
    await host.bothActive();
    return undefined;
  },
};
