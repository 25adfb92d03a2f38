import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { spawnApp } from '@quantum/testing';

const demoFile = join(__dirname, '../../../../dist/tools/demo/main.js');
const folder = mkdtempSync(join(tmpdir(), 'incident-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('page, CLI and audit say the same of a breach, a disarm and a kill, and nothing is left behind', async () => {
  const demo = spawnApp(demoFile, { HOME: process.env['HOME'] ?? folder, TMPDIR: folder }, ['--incident']);
  const { code } = await demo.exit;
  const said = demo.stdout.join('\n');
  expect({ code, errors: demo.stderr, said }).toEqual({ code: 0, errors: [], said });
  const steps = demo.stdout.flatMap((line) => / page=CLI +(.*)$/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    'the rollout enforces',
    'the guard integrity is breached, the rollout rolled back',
    'burst_rate refused a plan, opens are disarmed',
    'opens are armed again, and who did it',
    'the kill switch is on, and who did it',
    'the kill switch is off, and who did it',
  ]);
  expect(said).toMatch(/ audit +disarm clear, kill on, kill off: /);
  expect(readdirSync(folder)).toEqual([]);
}, 300_000);
