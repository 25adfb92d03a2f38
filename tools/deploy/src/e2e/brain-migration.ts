import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proposedKey } from '@quantum/redis-schemas';
import type { Chapter, Host } from './host.js';
import { BRAIN, BRAIN_VERSION, editor, feed, newScore, QUICK, SYMBOLS, writerOf } from './scores.js';

const CONFIGURE = 'deploy/install configure --service brain';
const P31 = 'quantum-capital-efficiency';
const P31_SCORE = '0.04';

/** A P3.1 of the old kind: the fields that it writes to its hash, and the same to its stream. */
const OLD_P31 = `#!/bin/bash
while true; do
  for symbol in ${SYMBOLS.join(' ')}; do
    fields=(efficiency_score ${P31_SCORE} confidence 0.5 ts "$(date +%s)" mode enforce version p31_v1 efficiency_ewma 0.3)
    fields+=(capital_pressure HOLD reallocation_weight -0.2 inputs_ok 0 stale_flags P30_STALE)
    redis-cli HSET quantum:capital:efficiency:$symbol "\${fields[@]}"
    redis-cli EXPIRE quantum:capital:efficiency:$symbol 600
    redis-cli XADD quantum:stream:capital.efficiency.decision MAXLEN '~' 10000 '*' symbol $symbol "\${fields[@]}"
  done
  sleep 0.5
done`;
const OLD_UNIT = '[Service]\nExecStart=/srv/old-p31\nRestart=always\n[Install]\nWantedBy=multi-user.target\n';

/** Waits until the hashes of all symbols are of this writer. */
const untilWrittenBy = (host: Host, version: string): Promise<number> =>
  host.until(`efficiency hashes of ${version}`, 30, async () => {
    const writers = await Promise.all(SYMBOLS.map((symbol) => writerOf(host.redis, symbol)));
    return writers.every((writer) => writer === version);
  });

/** What the proposer reads as the score of a symbol. */
const proposedScore = async (host: Host): Promise<number> =>
  Number(await host.redis.hget(proposedKey(SYMBOLS[0]), 'eff_score'));

async function compared(host: Host): Promise<void> {
  const commands = host.commands('docs/migration.md', '7. The brain beside P3.1').slice(2);
  const said: string[] = [];
  for (const command of commands) said.push(await host.typeWell(command.replace('--for 7d', '--from-now --for 5s')));
  const table = said.at(-1) ?? '';
  assert.match(table, new RegExp(`${SYMBOLS[0]} +│ +brain +│`));
  assert.match(table, new RegExp(`${SYMBOLS[0]} +│ +platform’s P3\\.1 +│ +\\d+ +│ +${P31_SCORE}`));
}

export const brainMigration: Chapter = {
  name: 'migration: the brain in shadow beside P3.1, compared; it takes over, and gives back',
  run: async (host) => {
    const { container, redis } = host;
    const end = feed(redis);
    writeFileSync(join(container.tree, 'srv', 'old-p31'), container.named(OLD_P31), { mode: 0o755 });
    writeFileSync(join(container.tree, 'etc/systemd/system', `${P31}.service`), OLD_UNIT);
    await container.run(`systemctl daemon-reload && systemctl enable --now ${P31}`);
    await untilWrittenBy(host, 'p31_v1');
    await host.typeWell('cd /root/quantum-1.0.0');
    const steps = (name: string): string[] => host.commands('docs/migration.md', name);

    for (const command of steps('7. The brain beside P3.1').slice(0, 2)) await host.typeWell(command, editor(QUICK));
    await host.untilReady(BRAIN);
    await newScore(host);
    await compared(host);
    assert.equal(await writerOf(redis, SYMBOLS[0]), 'p31_v1', 'in shadow the brain writes no hash');

    await host.type(CONFIGURE, editor({ P31_MODE: 'enforce' }));
    const isRefused = async () => /another program writes efficiency hashes/.test(await host.journal(BRAIN));
    await host.until('the brain refuses to write beside P3.1', 20, isRefused);
    assert.equal(await writerOf(redis, SYMBOLS[0]), 'p31_v1');

    const takeOver = editor({ P31_MODE: 'enforce', BRAIN_TAKE_OVER: 'true' });
    for (const command of steps('8. Take over from P3.1')) await host.typeWell(command, takeOver);
    await untilWrittenBy(host, BRAIN_VERSION);
    await host.until('the proposer reads scores of the brain', 30, async () => (await proposedScore(host)) > 0.4);
    assert.equal((await container.try(`systemctl is-active ${P31}`)).stdout.trim(), 'inactive');
    await host.typeWell(CONFIGURE, editor({ BRAIN_TAKE_OVER: 'false' }));
    await host.untilReady(BRAIN);
    await newScore(host);
    const proven = await host.typeWell('node /opt/quantum/current/proof-runner/main.js --step brain');
    assert.match(proven, /^brain-gains +PASS [^]*^SUMMARY: PASS/m);

    for (const command of steps('9. Back to P3.1')) await host.typeWell(command, editor({ P31_MODE: 'shadow' }));
    await host.untilReady(BRAIN);
    await untilWrittenBy(host, 'p31_v1');
    assert.equal((await newScore(host))['mode'], 'shadow');
    assert.equal(await writerOf(redis, SYMBOLS[0]), 'p31_v1', 'P3.1 is the only writer again');

    await host.typeWell('deploy/install remove --service brain');
    await container.run(
      `systemctl disable --now ${P31}; rm /etc/systemd/system/${P31}.service; systemctl daemon-reload`,
    );
    end();
    return undefined;
  },
};
