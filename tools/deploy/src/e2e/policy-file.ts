import { strict as assert } from 'node:assert';
import { POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';
import { INSTALL, probesOf, UNITS, type Chapter, type Host, type Unit } from './host.js';
import { permitOf, submit } from './plans.js';

const FILE = '/etc/quantum/policy.json';

const configure = async (host: Host, value: string): Promise<void> => {
  for (const service of ['allocation-target', 'governor'] as const) {
    await host.typeWell(`${INSTALL} configure --service ${service}`, {
      EDITOR: `sed -i s#^.*P31_POLICY_FILE=.*#P31_POLICY_FILE=${value}#`,
    });
    await host.untilReady(`quantum-${service}`);
  }
};

const untilMetric = (host: Host, unit: Unit, line: string): Promise<number> =>
  host.until(`${unit} says ${line}`, 10, async () =>
    (await host.container.run(`curl -fs localhost:${probesOf(unit)}/metrics`)).split('\n').includes(line),
  );

/** What the permit of a new plan says that decided its hint. */
async function policyOf(host: Host, id: string): Promise<string> {
  await submit(host.redis, id);
  await host.until(`a permit for ${id}`, 10, async () => (await permitOf(host.redis, id)) !== undefined);
  return String((await permitOf(host.redis, id))?.['policy']);
}

export const policyFile: Chapter = {
  name: 'a policy file: read as user qt, reloaded by systemctl, replaced; a bad one changes nothing',
  run: async (host) => {
    const [example = '', reload = ''] = host.commands('docs/deployment.md', 'Policy by symbol');
    await host.typeWell(example);
    await configure(host, FILE);
    const [group, others] = [await policyOf(host, 'btc-policy'), await policyOf(host, 'eth-policy')];
    assert.notEqual(group, others);
    for (const policy of [group, others]) assert.ok(await host.redis.hexists(POLICY_PARAMETERS_KEY, policy));

    const pids = await host.pids();
    await host.typeWell(reload); // of the same file, so that it is the signal that has it read
    for (const unit of UNITS) await untilMetric(host, unit, 'p31_policy_reload_total{result="accepted"} 1');

    await host.container.run(`sed s/0.4/many/ ${FILE} >${FILE}.new && mv ${FILE}.new ${FILE}`);
    for (const unit of UNITS) await untilMetric(host, unit, 'p31_policy_file_ok 0');
    assert.match(await host.journal('quantum-governor'), /is not JSON/);
    assert.equal(await policyOf(host, 'btc-still'), group);

    await host.container.run(`sed s/many/0.35/ ${FILE} >${FILE}.new && mv ${FILE}.new ${FILE}`);
    for (const unit of UNITS) await untilMetric(host, unit, 'p31_policy_file_ok 1');
    assert.notEqual(await policyOf(host, 'btc-repaired'), group);
    assert.equal(await policyOf(host, 'eth-repaired'), others);
    assert.deepEqual(await host.pids(), pids);
    assert.equal(await host.container.run('redis-cli ACL LOG | head -n 20'), '');

    await configure(host, '');
    await host.container.run(`rm ${FILE}`);
    return undefined;
  },
};
