import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { enough } from '../governor/run.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { endDesk, startBrain, untilWell, withDesk } from './run.js';

/** Leads of the brain's clock, ms, one after the other. Inputs still count as fresh. */
const STEPS_MS = [2500, -1700, 700, 0];
const STEP_LASTS_MS = 1200;

/** Runs in the brain's process before it: each signal is a step. */
const STEPPING = `
const now = Date.now;
const steps = ${JSON.stringify(STEPS_MS)};
let aheadMs = 0;
process.on('SIGUSR2', () => (aheadMs = steps.shift() ?? 0));
Date.now = () => now() + aheadMs;
`;

/** A brain whose clock is set ahead and back by more than a period. */
export const clockSteps: Scenario = { name: 'clock steps', run };

async function run(context: Context): Promise<Outcome> {
  const stepping = join(context.folder, 'step-clock.cjs');
  writeFileSync(stepping, STEPPING);
  return withDesk(context, {}, async (harness, desk) => {
    const services = [startBrain(harness, { NODE_OPTIONS: `--require ${JSON.stringify(stepping)}` })];
    const findings = await untilWell(harness.client, desk);
    for (let step = 0; step < STEPS_MS.length; step += 1) {
      for (const { pid } of services) process.kill(pid, 'SIGUSR2');
      await delay(STEP_LASTS_MS);
    }
    findings.push(...(await untilWell(harness.client, desk)));
    const outcome = await endDesk(harness.client, desk, { services, counted: true, fees: 'none' });
    findings.push(...enough(Number(outcome.numbers['skipped']), 1, 'skipped periods'));
    return { findings: [...findings, ...outcome.findings], numbers: outcome.numbers };
  });
}
