import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnApp } from '@quantum/testing';
import { APPS_FOLDER, PROOF_RUNNER } from '../testkit/paths.test-support.js';

let apps: string;
beforeAll(() => {
  apps = mkdtempSync(join(tmpdir(), 'proofs-depth-'));
});
afterAll(() => {
  rmSync(apps, { recursive: true });
});

/**
 * A fault: a code fragment that the proposer contains once (esbuild may number a name), what replaces it, and the proof
 * that must fail of it.
 */
type Fault = readonly [place: RegExp, planted: string, failed: string];

const FAULTS = {
  'a wrong weight of smoothing': [/elapsedSec \/ halflifeSec/, 'elapsedSec / 2 / halflifeSec', 'depth-smoothing'],
  'a smoothing state that is ignored': [/"smoothed_multiplier", "ts_epoch"/, '"none", "ts_epoch"', 'depth-smoothing'],
  'a policy file that is ignored': [
    /(?<!function )readPolicyFile\(\w+\)/,
    '({ file: { defaults: {}, groups: [], symbols: new Map() } })',
    'depth-override',
  ],
  'patterns that match everything': [/matches\(wanted, symbol\w*\)/, 'true', 'depth-override'],
  'a budget that includes the symbols of proofs': [
    /isProofSymbol = \(symbol\w*\) => /,
    'isProofSymbol = () => false && ',
    'depth-budget',
  ],
  'a budget that is not applied': [/(?<=clamp\d*\()\w+ \* multiplier/, 'multiplier', 'depth-budget'],
} satisfies Record<string, Fault>;

/** The built services with these faults. */
function plant(faults: readonly Fault[]): void {
  for (const name of ['allocation-target', 'governor-plugin']) {
    mkdirSync(join(apps, name), { recursive: true });
    let code = readFileSync(join(APPS_FOLDER, name, 'main.js'), 'utf8');
    for (const [place, planted] of faults) {
      if (name === 'allocation-target') expect(code.split(place)).toHaveLength(2);
      code = code.replace(place, planted);
    }
    writeFileSync(join(apps, name, 'main.js'), code);
  }
}

// Two at once, of different proofs: a run starts three deployments.
it.each<[keyof typeof FAULTS, keyof typeof FAULTS]>([
  ['a wrong weight of smoothing', 'a policy file that is ignored'],
  ['patterns that match everything', 'a budget that includes the symbols of proofs'],
  ['a budget that is not applied', 'a smoothing state that is ignored'],
])('%s, %s: exactly the right proofs of policy depth fail', async (...names) => {
  const faults: Fault[] = names.map((name) => FAULTS[name]);
  plant(faults);
  const app = spawnApp(PROOF_RUNNER, {}, ['--spawn', '--apps', apps, '--json', '--step', '1']);
  const { code } = await app.exit;
  const { proofs } = JSON.parse(app.stdout.join('\n')) as { proofs: { name: string; status: string }[] };
  const notPassed = proofs.filter(({ status }) => status !== 'pass').map(({ name, status }) => `${name} ${status}`);
  expect(notPassed.sort()).toEqual(faults.map(([, , failed]) => `${failed} fail`).sort());
  expect(code).toBe(1);
});
