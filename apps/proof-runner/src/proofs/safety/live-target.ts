import { holds } from '../checks.js';
import { NotSeen } from '../not-seen.js';
import type { Proof } from '../proof.js';

export const liveTargetUntouched: Proof = {
  name: 'safety-live-target',
  title: 'live targets are byte-identical before and after a whole cycle that proposed for them',
  steps: [1],
  arrange: {
    efficiency: { score: 1, confidence: 1 },
    target: { weight: '0.1', cluster_id: 'proof', regime: 'none', drawdown_zone: 'none' },
  },
  expect: (seen) => {
    seen.proposal();
    const { targets } = seen.all;
    if (!targets) throw new NotSeen('the cycle that proposed did not end in time');
    const changed = targets.filter(({ before, after }) => before.dump !== after.dump || before.dump === '');
    const prolonged = targets.filter(({ before, after }) => after.ttlMs < 0 || after.ttlMs > before.ttlMs);
    const identical = `${targets.length} of ${targets.length} identical`;
    return [
      holds(
        'live targets',
        identical,
        changed.length === 0,
        changed.map((t) => `${t.symbol}: ${t.before.fields} became ${t.after.fields}`).join('; ') || identical,
      ),
      holds(
        'their time to live',
        'runs on',
        prolonged.length === 0,
        prolonged.map((t) => `${t.symbol}: ${t.before.ttlMs} ms became ${t.after.ttlMs} ms`).join('; ') || 'runs on',
      ),
    ];
  },
};
