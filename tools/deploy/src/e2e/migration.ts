import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow, permitOf } from './plans.js';
import type { Chapter, Host } from './host.js';

const UNIT = 'etc/systemd/system/quantum-governor.service';

/**
 * A governor of the old kind, as small as can be: the same group, a permit of the old shape, then the acknowledgement.
 */
const OLD_GOVERNOR = `#!/bin/bash
redis-cli XGROUP CREATE quantum:stream:apply.plan governor '$' MKSTREAM
while true; do
  mapfile -t entry < <(redis-cli XREADGROUP GROUP governor py-1 COUNT 1 BLOCK 1000 STREAMS quantum:stream:apply.plan '>')
  for i in "\${!entry[@]}"; do
    [[ \${entry[i]} == plan_id ]] && plan=\${entry[i + 1]}
    [[ \${entry[i]} == symbol ]] && symbol=\${entry[i + 1]}
  done
  [[ \${#entry[@]} -gt 2 ]] || continue
  permit='{"granted": true, "symbol": "'$symbol'", "decision": "EXECUTE", "computed_qty": 0.01, "computed_notional": 1.0, '
  redis-cli SET "quantum:permit:$plan" "$permit\\"created_at\\": $(date +%s.%N), \\"consumed\\": false}" EX 60
  redis-cli XACK quantum:stream:apply.plan governor "\${entry[1]}"
done`;
const OLD_UNIT = '[Service]\nExecStart=/srv/old-governor\nRestart=always\n[Install]\nWantedBy=multi-user.target\n';

const EDIT = { EDITOR: 'sed -i s/^GOV_TAKE_OVER=.*/GOV_TAKE_OVER=true/' };

/** What a governor in bash keeps up with on a busy machine, from two flows at once. */
const EVERY_MS = 400;

type Kind = 'old' | 'annotated' | 'new' | 'none';

/** Who issued the permit of a plan: only ours says which gates would have refused. */
async function kindOf(host: Host, id: string): Promise<Kind> {
  const permit = await permitOf(host.redis, id);
  if (permit === undefined) return 'none';
  if ('would_block' in permit) return 'new';
  return 'eff_action' in permit ? 'annotated' : 'old';
}

/** Types commands while plans flow, until one of the plans has a permit of the kind. How many plans got which. */
async function whilePlansFlow(host: Host, commands: readonly string[], last: Kind): Promise<Record<string, number>> {
  const plans = flow(host.redis, EVERY_MS);
  for (const command of commands) await host.typeWell(command, EDIT);
  const probe = flow(host.redis, EVERY_MS);
  await host.until(`permits are ${last}`, 20, async () => {
    const kinds = await Promise.all(probe.sent().map((id) => kindOf(host, id)));
    return kinds.includes(last);
  });
  const ids = [...(await plans.stop()), ...(await probe.stop())];
  const kinds = async (): Promise<Kind[]> => Promise.all(ids.map((id) => kindOf(host, id)));
  await host.until('every plan has its permit', 15, async () => !(await kinds()).includes('none'));
  const counts: Record<string, number> = {};
  for (const kind of await kinds()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export const migration: Chapter = {
  name: 'migration: annotate beside an old governor, hand over, go back, while plans flow',
  run: async (host) => {
    const { container } = host;
    await host.typeWell('cd /root/quantum-1.0.0');
    await host.typeWell('deploy/install remove --service governor');
    writeFileSync(join(container.tree, 'srv', 'old-governor'), container.named(OLD_GOVERNOR), { mode: 0o755 });
    writeFileSync(join(container.tree, UNIT), OLD_UNIT);
    await container.run('systemctl daemon-reload && systemctl enable --now quantum-governor');
    const steps = (name: string): string[] => host.commands('docs/migration.md', name);

    const alone = await whilePlansFlow(host, [], 'old');
    assert.deepEqual(Object.keys(alone), ['old']);
    const beside = await whilePlansFlow(host, steps('2. Annotate beside the old governor'), 'annotated');
    assert.equal(beside['new'], undefined);
    const compared: string[] = [];
    for (const command of steps('3. Compare')) compared.push(await host.typeWell(command));
    assert.match(compared.join(''), /"eff_action"[^]*p32_annotate_total\{result="annotated"\} [1-9]/);

    const handedOver = await whilePlansFlow(host, steps('4. Hand over'), 'new');
    assert.ok(!existsSync(join(container.tree, 'etc/systemd/system/quantum-annotator.service')));
    const back = await whilePlansFlow(host, steps('5. Go back'), 'old');
    assert.equal(readFileSync(join(container.tree, UNIT), 'utf8'), OLD_UNIT);
    assert.equal(await container.run('systemctl is-enabled quantum-governor'), 'enabled');

    await container.run(`systemctl disable --now quantum-governor; rm /${UNIT}; systemctl daemon-reload`);
    return [alone, beside, handedOver, back].map((counts) => JSON.stringify(counts)).join(' ');
  },
};
