import { expect, it } from '@jest/globals';
import { decision, entry, NOW_SEC } from '../facts.test-support.js';
import { hashesInForce } from './decisions.js';

const [OLD, NEW] = ['a'.repeat(12), 'b'.repeat(12)];

it('leaves out parameters that a restart has replaced: both steps were changed alike', () => {
  const proposals = [entry({ policy: NEW }, `${NOW_SEC}000-0`), entry({ policy: OLD }, `${NOW_SEC - 61}000-0`)];
  const decisions = [
    decision({ limits: NEW, decided_at: NOW_SEC - 10 }),
    decision({ limits: OLD, decided_at: NOW_SEC - 3601 }),
  ];
  const named = hashesInForce(proposals, decisions, NOW_SEC);
  expect([named.includes(NEW), named.includes(OLD)]).toEqual([true, false]);
});

it('takes the last proposals of a proposer that has stopped', () => {
  expect(hashesInForce([entry({ policy: OLD }, `${NOW_SEC - 9000}000-0`)], [], NOW_SEC)).toEqual([OLD]);
});
