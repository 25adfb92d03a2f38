import { describe, expect, it } from '@jest/globals';
import { asComputed, proposalStreamEntry, type DecisionRecord } from '@quantum/redis-schemas';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import { decided, decision } from './records.test-support.js';
import { hintEffect, WhatIf, type OtherPolicy } from './what-if.js';

const SAME: OtherPolicy = {
  gates: (recorded) => recorded,
  proposal: (_symbol, recorded) => recorded,
  hint: (_symbol, recorded) => recorded,
};
const whatIf = (other: Partial<OtherPolicy>, ...lines: RecordingLine[]): WhatIf => {
  const made = new WhatIf(policy, { ...SAME, ...other });
  for (const line of lines) made.take(line);
  return made;
};
const NONE = { before: 0, after: 0 };

const proposal = (score: number, baseTargetUsd = 1000): RecordingLine => ({
  kind: 'proposal',
  id: '1-0',
  fields: proposalStreamEntry({
    tsEpochSec: 1000, symbol: 'S', baseTargetUsd, proposedTargetUsd: baseTargetUsd * (0.5 + score), multiplier: 0.5 + score,
    effScore: score, effConfidence: 1, effTsText: '990', effStale: false, baseTsText: '', reason: 'ok', ...asComputed(0.5 + score, policy.hashes.proposal),
  }),
}); // prettier-ignore

describe('another policy', () => {
  it('changes what it changes, of each symbol and of all', () => {
    const other: Partial<OtherPolicy> = {
      proposal: (_symbol, recorded) => recorded && { ...recorded, scale: 2 },
      hint: (_symbol, recorded) => recorded && { ...recorded, downsizeThreshold: 0.2 },
    };
    const refused = decided({ kill_score: 0.9 });
    const { all, bySymbol } = whatIf(other, proposal(0.5), proposal(0.75), decision(), decision(refused));
    expect(all).toEqual(bySymbol.get('S'));
    expect(all).toMatchObject({
      proposals: 2, proposalsChanged: 1, proposedUsd: { before: 2250, after: 2500 },
      plans: 2, plansChanged: 1, permits: { before: 1, after: 1 }, hinted: { before: 1, after: 0 },
      takenOffUsd: { before: 1000 * (1 - 0.4444), after: 0 }, cooldownSec: { before: 96, after: 0 },
    }); // prettier-ignore
  });
});

describe('proposals by another policy', () => {
  const by = (parameters: object): Partial<OtherPolicy> => ({
    proposal: (_symbol, recorded) => recorded && { ...recorded, ...parameters },
  });

  it('are unchanged by the same one', () => {
    expect(whatIf({}, proposal(0.9)).all).toMatchObject({
      proposals: 1, proposalsChanged: 0, proposedUsd: { before: 1400, after: 1400 }, multiplier: { before: 1.4, after: 1.4 }, plans: 0,
    }); // prettier-ignore
  });

  it('are unchanged where only the rounding of the published multiplier differs', () => {
    const { all } = whatIf({}, proposal(0.123456));
    expect(all).toMatchObject({ proposalsChanged: 0, multiplier: { before: 0.6235, after: 0.6235 } });
  });

  it('change by their reason alone, or by their amount alone', () => {
    const stale = whatIf(by({ maxAgeSec: 9 }), proposal(0.5)).all;
    expect(stale).toMatchObject({ proposalsChanged: 1, proposedUsd: { before: 1000, after: 1000 } });
    const wider = whatIf(by({ scale: 0.5 }), proposal(0.9)).all;
    expect(wider).toMatchObject({ proposalsChanged: 1, proposedUsd: { before: 1400, after: 1200 } });
  });

  it('leave the base where there would be none', () => {
    const { all } = whatIf(by({ base: 1.5 }), proposal(0.5, 1.5e308));
    expect(all).toMatchObject({
      proposalsChanged: 1,
      proposedUsd: { before: 1.5e308, after: 1.5e308 },
      multiplier: { before: 1, after: 1 },
    });
  });

  it('are undecided where it does not say by what, and no proposal where they are none', () => {
    const none = whatIf({ proposal: () => undefined }, proposal(0.9), { kind: 'proposal', id: '1-0', fields: ['a', 'b'] });
    expect(none).toMatchObject({ undecided: 1, all: { proposals: 0, proposedUsd: NONE } });
    expect(none.bySymbol.size).toBe(0);
  }); // prettier-ignore
});

describe('plans by another policy', () => {
  const hintBy = (parameters: object): Partial<OtherPolicy> => ({
    hint: (_symbol, recorded) => recorded && { ...recorded, ...parameters },
  });
  const modesBy = (modes: object): Partial<OtherPolicy> => ({
    gates: (recorded) => recorded && { ...recorded, modes: { ...recorded.modes, ...modes } },
  });
  const free = { ...policy.governor, hint: { ...policy.governor.hint, maxExtraCooldownSec: 0 } };

  it.each<[string, Partial<OtherPolicy>, DecisionRecord, object]>([
    ['nothing by the same one', {}, decided(), { plansChanged: 0, permits: { before: 1, after: 1 }, hinted: { before: 1, after: 1 } }],
    ['no refusal by the same one', {}, decided({ kill_score: 0.9 }), { plansChanged: 0, permits: NONE }],
    ['the cooldown alone', hintBy({ maxExtraCooldownSec: 60 }), decided(), { plansChanged: 1, cooldownSec: { before: 96, after: 48 } }],
    ['the size alone', hintBy({ minFactor: 0.5 }), decided(), { plansChanged: 1, cooldownSec: { before: 96, after: 96 }, takenOffUsd: { before: 1000 * (1 - 0.4444), after: 500 } }],
    ['the action alone', hintBy({ maxExtraCooldownSec: 0, downsizeThreshold: 0.2 }), decided({ eff_score: 0.4499999 }, free),
      { plansChanged: 1, hinted: { before: 1, after: 0 }, takenOffUsd: NONE, cooldownSec: NONE }],
    ['the gate that refuses alone', modesBy({ kill_score: 'off' }), decided({ kill_score: 0.9, exec_count_hour: 3 }), { plansChanged: 1, permits: NONE }],
    ['a refusal into a permit without a hint', modesBy({ kill_score: 'off' }), decided({ kill_score: 0.9 }),
      { plansChanged: 1, permits: { before: 0, after: 1 }, hinted: NONE, takenOffUsd: NONE, cooldownSec: NONE }],
  ])('change %s', (_name, other, record, expected) => {
    const { all, bySymbol } = whatIf(other, decision(record));
    expect(all).toMatchObject({ plans: 1, plansUnknown: 0, proposals: 0, ...expected });
    expect(bySymbol.get('S')).toEqual(all);
  }); // prettier-ignore

  it('count refusals by their gate, before and after', () => {
    const { refusals } = whatIf(modesBy({ kill_score: 'off' }), decision(decided({ kill_score: 0.9, exec_count_hour: 3 })), decision());
    expect(Object.fromEntries(refusals)).toEqual({ kill_score: { before: 1, after: 0 }, hourly_rate: { before: 0, after: 1 } });
  }); // prettier-ignore

  it.each<[string, Partial<OtherPolicy>]>([
    ['a hint', { hint: () => undefined }],
    ['gates', { gates: () => undefined }],
  ])('are undecided where it does not say by what %s', (_name, other) => {
    expect(whatIf(other, decision())).toMatchObject({ undecided: 1, all: { plans: 0 } });
  });

  it('are none where they are dead letters', () => {
    const letter: DecisionRecord = { ...decided(), outcome: 'dead_letter', reason: 'max_deliveries' };
    expect(whatIf({ gates: () => undefined }, decision(letter))).toMatchObject({ undecided: 0, all: { plans: 0 } });
  });
});

it('a hint takes off a share of the planned notional, and nothing without a permit', () => {
  expect(hintEffect(decided())).toEqual({ hinted: true, takenOffUsd: 1000 * (1 - 0.4444), cooldownSec: 96 });
  expect(hintEffect(decided({ eff_score: 0.9 }))).toEqual({ hinted: false, takenOffUsd: 0, cooldownSec: 0 });
  expect(hintEffect(decided({ kill_score: 0.9 }))).toEqual({ hinted: false, takenOffUsd: 0, cooldownSec: 0 });
});
