import { expires, holds, is } from '../checks.js';
import { objectOf } from '../evidence.js';
import type { Proof } from '../proof.js';
import { highScore } from '../readings.js';

export const killSwitch: Proof = {
  name: 'safety-kill-switch',
  title: 'while the kill switch is on, a plan is refused and gets no permit',
  steps: [2],
  arrange: { efficiency: highScore, underKillSwitch: true },
  expect: (seen) => {
    const { permit, block, ttlMs } = seen.decision();
    const refusal = block === undefined ? {} : objectOf(block, 'the refusal');
    return [
      is('refused by', 'kill_switch', refusal['reason']),
      holds('permit', 'none', permit === undefined, permit ?? 'none'),
      is('symbol', seen.own.symbol, refusal['symbol']),
      expires('refusal', ttlMs, 3600),
    ];
  },
};
