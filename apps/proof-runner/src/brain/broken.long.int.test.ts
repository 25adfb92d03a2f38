import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnApp } from '@quantum/testing';
import { APPS_FOLDER, PROOF_RUNNER } from '../testkit/paths.test-support.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofs-brain-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A fault: a code fragment that the brain contains once (esbuild may number a name), and what replaces it. */
type Fault = readonly [place: RegExp, planted: string];

const HELD = /start\.positionQty \* \(price\d* - \(start\.priceUsd \?\? 0\)\)/;
const FAULTS: Record<string, [failed: string, fault: Fault]> = {
  'a score without information that is not neutral': [
    'brain-neutral',
    [/(?<=moments\w* === void 0\) return \{ score: )0\.5/, '0.51'],
  ],
  'an old position that counts': ['brain-neutral', [/ageSec\d* <= maxAgeSec/, 'true']],
  'gains that do not count': ['brain-gains', [HELD, 'Math.min(0, $&)']],
  'losses that do not count': ['brain-losses', [HELD, 'Math.max(0, $&)']],
  'a confidence that one period gives': [
    'brain-confidence',
    [/effectivePeriods\w* \/ \(effectivePeriods\w* \+ \w+\.confidencePeriods\)/, '(effectivePeriods2 > 0 ? 1 : 0)'],
  ],
  'a confidence that does not grow': [
    'brain-confidence',
    [/effectivePeriods\w* \/ \(effectivePeriods\w* \+ \w+\.confidencePeriods\)/, '(effectivePeriods2 > 0 ? 0.1 : 0)'],
  ],
  'inputs that do not age': ['brain-stale-input', [/clamp\w*\(\(staleSec\w* - ageSec\) \/ \(\w+ - \w+\), 0, 1\)/, '1']],
  'a state that is not read': ['brain-restart', [/values\w*\[i\w*\] \?\? null/, 'null']],
};

/** A folder of apps whose brain has this fault. */
function plant(name: string, [place, planted]: Fault): string {
  const apps = join(folder, name.replaceAll(' ', '-'));
  mkdirSync(join(apps, 'efficiency-brain'), { recursive: true });
  const code = readFileSync(join(APPS_FOLDER, 'efficiency-brain', 'main.js'), 'utf8');
  expect(code.split(place)).toHaveLength(2);
  writeFileSync(join(apps, 'efficiency-brain', 'main.js'), code.replace(place, planted));
  return apps;
}

async function failedOn(apps: string): Promise<{ code: number | null; failed: string[] }> {
  const app = spawnApp(PROOF_RUNNER, {}, ['--spawn', '--apps', apps, '--json', '--step', 'brain']);
  const { code } = await app.exit;
  const { proofs } = JSON.parse(app.stdout.join('\n')) as { proofs: { name: string; status: string }[] };
  expect(proofs).toHaveLength(6);
  return {
    code,
    failed: proofs.filter(({ status }) => status !== 'pass').map(({ name, status }) => `${name} ${status}`),
  };
}

it.concurrent('a brain without a fault passes all proofs', async () => {
  expect(await failedOn(APPS_FOLDER)).toEqual({ code: 0, failed: [] });
});

// Each waits for periods of a second most of its time.
it.concurrent.each(Object.entries(FAULTS))('%s: exactly the right proof fails', async (name, [proof, fault]) => {
  expect(await failedOn(plant(name, fault))).toEqual({ code: 1, failed: [`${proof} fail`] });
});
