import { readFileSync } from 'node:fs';
import { encodeShadowHours, ShadowHours } from '@quantum/rollout-lint';
import { parsePlan, type RolloutPlan } from '@quantum/rollout-plan';
import { CannotRun } from '@quantum/service-kit';
import { shown, sideOf } from '@quantum/shadow-evidence';
import { readRecording } from '../file/open.js';
import { wrapped } from '../policy.js';
import { readPrices } from '../report/prices.js';
import { fileNotes } from '../table.js';

export interface HoursArguments {
  plan: string;
  prices: string;
  priceDelay: number;
}

/**
 * Prints the hours of a recording for each stage of a plan, a JSON object per line, as `quantumctl rollout lint` reads
 * them. @throws CannotRun
 */
export function hoursCommand(
  path: string,
  { plan, prices, priceDelay }: HoursArguments,
  print: (text: string) => void,
  warn: (text: string) => void,
): void {
  const hours = new ShadowHours(readPlan(plan), readPrices(prices, priceDelay));
  let [proposals, withoutSide] = [0, 0];
  const file = readRecording(path, () => (line) => {
    hours.take(line);
    if (line.kind !== 'proposal') return;
    proposals += 1;
    if (sideOf(line) === undefined) withoutSide += 1;
  });
  fileNotes(file).forEach(warn);
  if (withoutSide > 0) {
    warn(`${shown(withoutSide)} of ${shown(proposals)} proposals have no recorded side: their positions count as long`);
  }
  print(encodeShadowHours(hours.hours()));
}

function readPlan(path: string): RolloutPlan {
  const text = wrapped(() => readFileSync(path, 'utf8'));
  const { plan, violations } = parsePlan(text, () => true);
  if (!plan) throw new CannotRun(`${path} is no plan of a rollout:\n  ${violations.join('\n  ')}`);
  return plan;
}
