import { strict as assert } from 'node:assert';
import { INSTALL, type Chapter, type Host } from './host.js';

const GOVERNOR = 'quantum-governor';
const FILE = '/etc/quantum/governor.env';
const VARIABLE = 'GOV_MAX_EXEC_PER_HOUR';
const SPOIL = `sed -i s/^${VARIABLE}=.*/${VARIABLE}=many/`;
const MEND = `sed -i s/^${VARIABLE}=.*/${VARIABLE}=5/`;

async function refused(host: Host, command: string, environment: Record<string, string> = {}): Promise<void> {
  const pid = await host.property(GOVERNOR, 'MainPID');
  const { code, stderr } = await host.type(command, environment);
  assert.notEqual(code, 0, `${command} must be refused`);
  assert.match(stderr, new RegExp(`${VARIABLE}: 'many' is not allowed`));
  assert.equal(await host.property(GOVERNOR, 'MainPID'), pid, 'the governor that ran must run on');
  assert.ok(await host.isReady(GOVERNOR));
}

export const badConfiguration: Chapter = {
  name: 'a bad configuration is refused, by name, and the old release keeps running',
  run: async (host) => {
    await host.container.run(`${SPOIL} ${FILE}`);
    await refused(host, 'cd /root/quantum-1.0.0/quantum-1.1.0 && deploy/install');
    await refused(host, `${INSTALL} rollback`);
    await host.expectRelease('1.0.0');
    await host.container.run(`${MEND} ${FILE}`);

    const before = await host.container.run(`sha256sum ${FILE}`);
    await refused(host, `${INSTALL} configure --service governor`, { EDITOR: SPOIL });
    assert.equal(await host.container.run(`sha256sum ${FILE}`), before);

    await host.container.run(`${SPOIL} ${FILE}`);
    assert.notEqual((await host.type(`systemctl restart ${GOVERNOR}`)).code, 0);
    assert.equal(await host.property(GOVERNOR, 'ExecMainStatus'), '78');
    assert.equal(await host.property(GOVERNOR, 'NRestarts'), '0');
    assert.match(await host.journal(GOVERNOR), new RegExp(`${VARIABLE}: 'many' is not allowed`));
    await host.typeWell(`${INSTALL} configure --service governor`, { EDITOR: MEND });
    await host.untilReady(GOVERNOR);
    return undefined;
  },
};
