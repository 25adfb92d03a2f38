import { is } from '../checks.js';
import { NotSeen } from '../not-seen.js';
import type { Proof } from '../proof.js';
import { highScore } from '../readings.js';

export const garbagePlan: Proof = {
  name: 'safety-garbage-plan',
  title: 'a garbage plan is dead-lettered, and the plan behind it served',
  steps: [2],
  arrange: { efficiency: highScore, garbageFirst: true },
  expect: (seen) => {
    const letter = seen.all.deadLetters.get(seen.own.planId);
    if (!letter) throw new NotSeen(`no dead letter for the garbage plan within ${seen.all.patienceSec[2]} s`);
    return [
      is('dead letter', 'invalid_plan_id', letter['reason']),
      is('next plan granted', 'true', seen.permit()['granted']),
      is('dead letter symbol', seen.own.symbol, letter['symbol']),
    ];
  },
};
