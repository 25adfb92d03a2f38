import { strict as assert } from 'node:assert';
import { DEFAULT_SERVICES } from '@quantum/service-config';
import { INSTALL, type Chapter, type Host } from './host.js';
import { flow } from './plans.js';
import { loadUsers, PASSWORD } from './users.js';

const usersOf = (host: Host): Promise<string> =>
  host.container.run(
    "redis-cli CLIENT LIST | sed -n 's/.* name=\\([^ ]*\\) .* user=\\([^ ]*\\) .*/\\1 \\2/p' | sort -u",
  );

export const secrets: Chapter = {
  name: 'least-privileged users of Redis, their passwords handed over by systemd',
  run: async (host) => {
    const { container } = host;
    const [command = ''] = host.commands('docs/deployment.md', 'Secrets');
    const passwords = await loadUsers(host);
    for (const { name, redisUser } of DEFAULT_SERVICES) {
      await host.typeWell(command.replace('/governor/', `/${name}/`), { GOVERNOR_PASSWORD: PASSWORD });
      await host.typeWell(`${INSTALL} configure --service ${name}`, {
        EDITOR: `sed -i s/^.*REDIS_USERNAME=.*/REDIS_USERNAME=${redisUser.name}/`,
      });
      await host.untilReady(`quantum-${name}`);
    }
    const connected = await usersOf(host);
    for (const { app, redisUser } of DEFAULT_SERVICES) {
      assert.ok(connected.split('\n').includes(`${app} ${redisUser.name}`), connected);
    }
    const proven = await host.typeWell('node /opt/quantum/current/proof-runner/main.js');
    assert.match(proven, /^SUMMARY: PASS/m);
    await recorded(host, passwords);
    assert.equal((await container.try(`journalctl -b | grep -c ${PASSWORD}`)).stdout.trim(), '0');
    assert.equal(await container.run('redis-cli ACL LOG | head -n 20'), '');
    return undefined;
  },
};

/** Records plans and their decisions as the document says, but for seconds; what was recorded replays. */
async function recorded(host: Host, passwords: Record<string, string>): Promise<void> {
  const commands = host.commands('docs/evidence.md', 'From a live system');
  const replayAt = commands.findIndex((command) => command.includes(' replay '));
  const record = commands.slice(0, replayAt).join('\n').replace('--for 7d', '--from-now --for 5s');
  const plans = flow(host.redis);
  await host.typeWell(record.replace('--unit=', '--wait --pipe --unit='), passwords);
  await plans.stop();
  assert.match(await host.typeWell(commands[replayAt] ?? ''), /^IDENTICAL: \d+ outputs/m);
}
