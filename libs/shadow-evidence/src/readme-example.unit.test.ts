import { describe, expect, it } from '@jest/globals';
import { Replayer } from './index.js';
import { policy } from './policy.test-support.js';

describe('the example of the README', () => {
  it('holds', () => {
    const replayer = new Replayer(policy);
    const fields =
      'ts_epoch 1000 symbol BTCUSDT base_target 1000 proposed_target 1400 multiplier 1.4000 eff_score 0.9 ' +
      'eff_confidence 0.8 eff_ts 990 base_ts 995 eff_stale 0 reason ok mode shadow';
    replayer.take({ kind: 'proposal', id: '1000000-0', fields: fields.split(' ') });
    replayer.take({ kind: 'proposal', id: '1000000-1', fields: fields.replace('1400 ', '1401 ').split(' ') });
    expect(replayer.proposals).toEqual({ checked: 2, same: 1, different: 1 });
  });
});
