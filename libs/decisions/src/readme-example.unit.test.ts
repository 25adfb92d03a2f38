import { expect, it } from '@jest/globals';
import { proposalStreamEntry } from '@quantum/redis-schemas';
import { decideProposal, parseRecordedProposal, replayProposal } from './index.js';
import { SOME_POLICY as defaults } from '@quantum/test-fixtures';

const parameters = defaults.proposer;

it('the example of the README holds', () => {
  const reading = {
    symbol: 'BTCUSDT',
    target: { state: 'read', targetUsd: 1000, timestampText: '1699999995' },
    efficiency: { state: 'read', score: 0.9, confidence: 0.8, tsSec: 1699999990, tsText: '1699999990' },
    smoothing: undefined,
  } as const;
  const { proposal } = decideProposal(reading, 1700000000, { parameters, policy: '4bd977d42c9c' });
  expect(proposal).toMatchObject({ multiplier: 1.4, proposedTargetUsd: 1400, reason: 'ok' });

  const recorded = parseRecordedProposal(proposalStreamEntry(proposal!))!;
  expect(replayProposal(recorded, parameters, recorded.smoothingFrom)).toEqual(proposal);
});
