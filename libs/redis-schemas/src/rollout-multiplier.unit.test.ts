import { describe, expect, it } from '@jest/globals';
import { multiplier, score } from '@quantum/generators';
import fc from 'fast-check';
import {
  MULTIPLIER_FIELDS,
  multiplierHash,
  parseEpoch,
  parseMultiplier,
  ROLLOUT_DIRECTIONS,
  type PublishedMultiplier,
} from './rollout-multiplier.js';
import { fieldsOf } from './text.js';

const published: PublishedMultiplier = {
  multiplier: 0.925,
  proposedMultiplier: 0.85,
  blend: 0.5,
  direction: 'down_only',
  plan: '0123456789ab',
  stage: 'quarter',
  policy: '4bd977d42c9c',
  epoch: 1763386800000,
  fence: '7:host-1',
  tsEpochSec: 1763386800,
  expiresAtSec: 1763386830,
  reason: 'stage',
};

describe('the hash of a multiplier', () => {
  it('has the fields of the contract', () => {
    expect(fieldsOf(multiplierHash(published))).toEqual({
      multiplier: '0.925',
      proposed_multiplier: '0.85',
      blend: '0.5',
      direction: 'down_only',
      plan: '0123456789ab',
      stage: 'quarter',
      policy: '4bd977d42c9c',
      epoch: '1763386800000',
      fence: '7:host-1',
      ts_epoch: '1763386800',
      expires_at: '1763386830',
      reason: 'stage',
    });
  });

  it('is read back to the bit', () => {
    const epoch = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(multiplier, score, fc.constantFrom(...ROLLOUT_DIRECTIONS), epoch, (value, blend, direction, at) => {
        const fields = fieldsOf(multiplierHash({ ...published, multiplier: value, blend, direction, epoch: at }));
        const reading = { multiplier: value, direction, epoch: at, expiresAtSec: published.expiresAtSec };
        expect(parseMultiplier(MULTIPLIER_FIELDS.map((name) => fields[name] ?? null))).toEqual(reading);
      }),
    );
  });
});

describe('a multiplier of others', () => {
  it('is absent without any of the fields', () => {
    expect(parseMultiplier([null, null, null, null])).toBeUndefined();
    expect(parseMultiplier([])).toBeUndefined();
  });

  it.each<[string, (string | null)[]]>([
    ['its multiplier', ['-0.1', null, null, null]],
    ['its direction', [null, 'Both', null, null]],
    ['its epoch', [null, null, '1.0', null]],
    ['its expiry', [null, null, null, 'soon']],
  ])('has no value where it cannot be read: %s', (_field, values) => {
    const none = { multiplier: undefined, direction: undefined, epoch: undefined, expiresAtSec: undefined };
    expect(parseMultiplier(values)).toEqual(none);
  });
});

describe('an epoch', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['1763386800000', 1763386800000],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', undefined],
    ['10000000000000000', undefined],
    [null, undefined],
    ['', undefined],
    [' 7', undefined],
    ['07', undefined],
    ['+7', undefined],
    ['-7', undefined],
    ['7.0', undefined],
    ['7e0', undefined],
    ['7\n', undefined],
    ['٧', undefined],
  ])('%p is %p', (text, epoch) => {
    expect(parseEpoch(text)).toBe(epoch);
  });
});
