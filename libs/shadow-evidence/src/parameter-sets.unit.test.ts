import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalText, HINT_PARAMETERS, namedValues, PROPOSAL_PARAMETERS } from '@quantum/efficiency-policy';
import { limitsLineOf, ParameterSets, policyLineOf } from './parameter-sets.js';
import { policy } from './policy.test-support.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const lineOf = (text: string, hash = sha256(text).slice(0, 12)) => policyLineOf(hash, text, sha256);

const proposal = { ...policy.proposer, scale: 0.8 };
const hint = { ...policy.governor.hint, hintCloses: true };
const proposalText = canonicalText({ ...namedValues(proposal, PROPOSAL_PARAMETERS), P31_BUDGET: 'cap' });
const hintText = canonicalText(namedValues(hint, HINT_PARAMETERS));

describe('what a hash means', () => {
  it('is the parameters of the step that has these names', () => {
    const sets = new ParameterSets(policy);
    const lines = [proposalText, hintText].map((text) => lineOf(text));
    expect(lines.map((line) => line?.step)).toEqual(['proposal', 'hint']);
    for (const line of lines) if (line) sets.take(line);
    expect(sets.proposal(lines[0]?.hash)).toEqual(proposal);
    expect(sets.hint(lines[1]?.hash)).toEqual(hint);
  });

  it('is what the header says where it is the hash of that, or there is none', () => {
    const sets = new ParameterSets(policy);
    expect([sets.proposal(undefined), sets.proposal(policy.hashes.proposal)]).toEqual([
      policy.proposer,
      policy.proposer,
    ]);
    expect([sets.hint(undefined), sets.hint(policy.hashes.hint)]).toEqual([policy.governor.hint, policy.governor.hint]);
  });

  it('is limits and modes of the gates, of whatever version, where they are kept', () => {
    const text = '{"GOV_MAX_EXEC_PER_5MIN":7}';
    const hash = sha256(text).slice(0, 12);
    const line = limitsLineOf(hash, text, sha256);
    expect(line).toEqual({ kind: 'policy', hash, step: 'limits', parameters: { GOV_MAX_EXEC_PER_5MIN: 7 } });
    const sets = new ParameterSets(policy);
    if (line) sets.take(line);
    expect(sets.gates(hash)).toMatchObject({ limits: { maxExecPer5Min: 7 } });
    for (const known of [undefined, policy.hashes.limits])
      expect(sets.gates(known)?.limits).toBe(policy.governor.limits);
    expect(limitsLineOf('0'.repeat(12), text, sha256)).toBeUndefined();
    expect(limitsLineOf(hash, text.replace(':', ': '), sha256)).toBeUndefined();
  });

  it('is nothing where nobody says it', () => {
    const sets = new ParameterSets(policy);
    const unknown = [sets.proposal('0'.repeat(12)), sets.hint(policy.hashes.proposal), sets.gates(policy.hashes.hint)];
    expect(unknown).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['a text of another hash', proposalText.replace('0.8', '0.9'), sha256(proposalText).slice(0, 12)],
    ['a text that is not canonical', proposalText.replace(',', ', '), undefined],
    ['no JSON', '{', undefined],
    ['no object', 'null', undefined],
    ['a number', '5', undefined],
    ['a list', '[]', undefined],
    ['no parameters', '{}', undefined],
    [
      'parameters of a later version',
      canonicalText({ ...namedValues(hint, HINT_PARAMETERS), P31_LATER: 1 }),
      undefined,
    ],
    ['parameters of an earlier version', '{"P31_BASE":1}', undefined],
  ])('is not given by %s', (_name, text, hash) => {
    expect(lineOf(text, hash)).toBeUndefined();
  });

  it.each(['null', '5', '"x"', '{', '{"B":1,"A":2}'])('is not given of limits by %s', (text) => {
    expect(limitsLineOf(sha256(text).slice(0, 12), text, sha256)).toBeUndefined();
  });

  it('keeps what it has where limits of a later version come under a hash', () => {
    const sets = new ParameterSets(policy);
    sets.take({ kind: 'policy', hash: 'f'.repeat(12), step: 'limits', parameters: { GOV_LATER: 1 } });
    sets.take({ kind: 'policy', hash: policy.hashes.limits, step: 'limits', parameters: { GOV_LATER: 1 } });
    expect(sets.gates('f'.repeat(12))).toBeUndefined();
    expect(sets.gates(policy.hashes.limits)).toEqual({
      limits: policy.governor.limits,
      modes: policy.governor.modes,
    });
  });

  it('takes the line of one step for that step alone', () => {
    const sets = new ParameterSets(policy);
    const [proposalLine, hintLine] = [lineOf(proposalText), lineOf(hintText)];
    for (const line of [proposalLine, hintLine]) if (line) sets.take(line);
    expect(proposalLine).toMatchObject({ kind: 'policy', step: 'proposal', parameters: { P31_SCALE: 0.8 } });
    expect([sets.hint(proposalLine?.hash), sets.gates(proposalLine?.hash)]).toEqual([undefined, undefined]);
    expect([sets.proposal(hintLine?.hash), sets.gates(hintLine?.hash)]).toEqual([undefined, undefined]);
  });
});
