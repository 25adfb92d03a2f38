import { is } from '../checks.js';
import { NotSeen } from '../not-seen.js';
import type { Proof } from '../proof.js';

export const garbagePlan: Proof = {
  name: 'safety-garbage-plan',
  title: 'a garbage plan is dead-lettered, and the plan behind it served',
  steps: [2],
  arrange: { efficiency: { score: 0.8, confidence: 0.9 }, garbageFirst: true },
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
