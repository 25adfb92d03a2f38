import { expect, it } from '@jest/globals';
import { auditFields, NO_ENTRY } from '@quantum/rollout-commands';
import { rolloutIncident } from './incidents.js';

const guards = JSON.stringify([
  { guard: 'slew', verdict: 'PASS', demand: 'none', value: 0.01, limit: 0.05, n: 1 },
  { guard: 'integrity', verdict: 'BREACH', demand: 'rollback', value: 1, limit: 0, n: 1 },
]);
const wordsOf = (changes: { actor: string; event: string; reason: string; guards: string }): string | undefined => {
  const rest = { commandId: '', refusal: '', from: '{}', to: '{}', plan: '0123456789ab', stage: '', build: '1.0.0' };
  return rolloutIncident({
    id: '1-0',
    fields: auditFields({ tsEpochSec: 1000, ...rest, ...changes }, NO_ENTRY, () => NO_ENTRY),
  })?.words;
};

it('names each guard of a move once, and keeps what an operator said', () => {
  const moved = { actor: 'rollout', event: 'rollback', guards };
  expect(wordsOf({ ...moved, reason: 'integrity: rollback' })).toBe(
    'rollback by rollout: integrity (1, limit 0 faults or seconds of clock skew).',
  );
  expect(wordsOf({ ...moved, actor: 'ana', reason: 'odd prices' })).toBe('rollback by ana: integrity (1, limit 0 faults or seconds of clock skew), odd prices.'); // prettier-ignore
  expect(wordsOf({ ...moved, reason: 'approval', guards: '' })).toBe('rollback by rollout: approval.');
});
