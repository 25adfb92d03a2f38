import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withHarness } from '../harness/harness.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { endDesk, openDesk, startBrain, untilWell } from './run.js';

/** Leads of the brain's clock, ms, one after the other. Inputs still count as fresh. */
const STEPS_MS = [0, 2500, -1700, 700, 0];
const STEP_LASTS_MS = 1300;

/** Runs in the brain's process before it. */
const STEPPING = `
const now = Date.now;
const steps = ${JSON.stringify(STEPS_MS)};
const startMs = now();
Date.now = () => now() + steps[Math.min(Math.floor((now() - startMs) / ${STEP_LASTS_MS}), steps.length - 1)];
`;

/** A brain whose clock is set ahead and back by more than a period. */
export const clockSteps: Scenario = { name: 'clock steps', run };

async function run(context: Context): Promise<Outcome> {
  const stepping = join(context.folder, 'step-clock.cjs');
  writeFileSync(stepping, STEPPING);
  return withHarness(context, {}, async (harness) => {
    const desk = await openDesk(harness, context);
    const services = [startBrain(harness, { NODE_OPTIONS: `--require ${JSON.stringify(stepping)}` })];
    await delay(STEPS_MS.length * STEP_LASTS_MS);
    const notWell = await untilWell(harness.client, desk);
    const outcome = await endDesk(harness.client, desk, { services, counted: true, withFees: false });
    return { findings: [...notWell, ...outcome.findings], numbers: outcome.numbers };
  });
}
