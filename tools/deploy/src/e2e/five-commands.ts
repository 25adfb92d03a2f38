import { strict as assert } from 'node:assert';
import { UNITS, type Chapter } from './host.js';

/** What an operator who knows what he wants types into the editor. */
const EDIT = {
  EDITOR: 'sed -i -e s/^APPLY_MODE=.*/APPLY_MODE=testnet/ -e s/^GOV_MAX_EXEC_PER_HOUR=.*/GOV_MAX_EXEC_PER_HOUR=5/',
};

export const fiveCommands: Chapter = {
  name: 'five commands, from nothing to proven',
  run: async (host) => {
    const said = await host.typeChapter('docs/deployment.md', 'Five commands', EDIT);
    assert.equal(said.length, 5);
    for (const proof of said.slice(3)) assert.match(proof, /^SUMMARY: PASS \(all tests passed\)$/m);
    await host.bothActive();
    assert.equal(await host.property('quantum-governor', 'NRestarts'), '0');
    return `${said.join('').match(/ PASS /g)?.length ?? 0} proofs`;
  },
};

/** What the services log as errors has level 50 and more; systemd's own trouble with them has a priority. */
export const noErrors: Chapter = {
  name: 'no error in the journal',
  run: async (host) => {
    assert.equal(
      await host.container.run(`journalctl -b -q -p err -o short ${UNITS.map((unit) => `-u ${unit}`).join(' ')}`),
      '',
    );
    const lines = (
      await host.container.run(`journalctl -b -q -o cat ${UNITS.map((unit) => `-u ${unit}`).join(' ')}`)
    ).split('\n');
    const levels = lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { level: number; msg: string });
    assert.ok(levels.length > 0);
    assert.deepEqual(
      levels.filter(({ level }) => level >= 50),
      [],
    );
    return `${lines.length} lines`;
  },
};
