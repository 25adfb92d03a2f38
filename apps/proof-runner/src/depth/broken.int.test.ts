import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnApp } from '@quantum/testing';
import { APPS_FOLDER, PROOF_RUNNER } from '../testkit/paths.js';

let apps: string;
beforeAll(() => {
  apps = mkdtempSync(join(tmpdir(), 'proofs-depth-'));
});
afterAll(() => {
  rmSync(apps, { recursive: true });
});

/** The built services with one change in a code fragment that the proposer contains once. */
function plant(place: RegExp, planted: string): void {
  for (const name of ['allocation-target', 'governor-plugin']) {
    mkdirSync(join(apps, name), { recursive: true });
    const code = readFileSync(join(APPS_FOLDER, name, 'main.js'), 'utf8');
    if (name === 'allocation-target') expect(code.split(place)).toHaveLength(2);
    writeFileSync(join(apps, name, 'main.js'), code.replace(place, planted));
  }
}

const NO_FILE = '({ file: { defaults: {}, groups: [], symbols: new Map() } })';

it.each([
  ['a wrong weight of smoothing', /elapsedSec \/ halflifeSec/, 'elapsedSec / (2 * halflifeSec)', 'depth-smoothing'],
  ['a smoothing state that is ignored', /"smoothed_multiplier", "ts_epoch"/, '"none", "ts_epoch"', 'depth-smoothing'],
  ['a policy file that is ignored', /(?<!function )readPolicyFile\(\w+\)/, NO_FILE, 'depth-override'],
  ['patterns that match everything', /matches\(wanted, symbol\w*\)/, 'true', 'depth-override'],
  [
    'a budget that includes the symbols of proofs',
    /isProofSymbol = \(symbol\w*\) => /,
    'isProofSymbol = () => false && ',
    'depth-budget',
  ],
  ['a budget that is not applied', /clamp\(\w+ \* multiplier/, 'clamp(multiplier', 'depth-budget'],
])('%s: exactly the right proof of policy depth fails', async (_what, place, planted, failed) => {
  plant(place, planted);
  const app = spawnApp(PROOF_RUNNER, {}, ['--spawn', '--apps', apps, '--json', '--step', '1']);
  const { code } = await app.exit;
  const { proofs } = JSON.parse(app.stdout.join('\n')) as { proofs: { name: string; status: string }[] };
  const notPassed = proofs.filter(({ status }) => status !== 'pass');
  expect(notPassed).toEqual([expect.objectContaining({ name: failed, status: 'fail' })]);
  expect(code).toBe(1);
});
