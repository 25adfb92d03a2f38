import { strict as assert } from 'node:assert';
import { INSTALL, type Chapter, type Unit } from './host.js';

export const removal: Chapter = {
  name: 'each service is removed alone; the other, and Redis, are untouched',
  run: async (host) => {
    const pids = (other: Unit): Promise<string> =>
      host.container.run(`systemctl show --value -p MainPID,NRestarts ${other} redis-server`);
    const cases = [
      ['governor', 'quantum-allocation-target'],
      ['allocation-target', 'quantum-governor'],
    ] as const;
    for (const [service, other] of cases) {
      const before = await pids(other);
      await host.typeWell(`${INSTALL} remove --service ${service}`);
      assert.equal((await host.container.try(`systemctl cat quantum-${service}`)).code, 1);
      assert.equal(await pids(other), before);
      assert.ok(await host.isReady(other));
      assert.equal(await host.redis.get('quantum:others'), 'untouched');
      await host.typeWell(`${INSTALL} --service ${service}`);
    }
    return undefined;
  },
};
