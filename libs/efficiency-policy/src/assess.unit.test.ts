import { describe, expect, it } from '@jest/globals';
import { confidence, score, timeAround } from '@quantum/generators';
import type { EfficiencyReading } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { assess, EFFICIENCY_REASONS, type EfficiencyReason } from './index.js';

const NOW = 1700000000;
const parameters = { minConfidence: 0.65, maxFutureSec: 60, maxAgeSec: 600 };
type Numbers = Partial<Record<'score' | 'confidence' | 'tsSec', number | undefined>>;
const reading = (given: Numbers): EfficiencyReading => {
  const numbers = { score: 0.9, confidence: 0.8, tsSec: NOW as number | undefined, ...given };
  return { state: 'read', ...numbers, tsText: String(numbers.tsSec) };
};

describe('the reasons', () => {
  it('are those of the contract, in its order', () => {
    expect(EFFICIENCY_REASONS).toEqual(['redis_error', 'missing_eff', 'invalid_eff', 'stale_eff', 'low_conf', 'ok']);
  });

  const none: Numbers = { score: undefined, confidence: undefined, tsSec: undefined };
  it.each<[EfficiencyReason, Numbers]>([
    ['ok', {}],
    ['ok', { score: 0, confidence: 1 }],
    ['ok', { score: 1, confidence: 0.65 }],
    ['ok', { tsSec: NOW - 600 }],
    ['ok', { tsSec: NOW + 60 }],
    ['low_conf', { confidence: 0.6499999 }],
    ['low_conf', { confidence: 0 }],
    ['stale_eff', { tsSec: NOW - 600.5 }],
    ['stale_eff', { tsSec: 0 }],
    ['stale_eff', { tsSec: -1, confidence: 0 }],
    ['invalid_eff', { tsSec: NOW + 60.5 }],
    ['invalid_eff', { tsSec: NOW * 1000 }],
    ['invalid_eff', { tsSec: NOW * 1000, confidence: 0 }],
    ['invalid_eff', { score: -1e-9 }],
    ['invalid_eff', { score: 1.0000001, tsSec: 0, confidence: 0 }],
    ['invalid_eff', { confidence: 1.01, tsSec: 0 }],
    ['invalid_eff', { confidence: -0.1 }],
    ['invalid_eff', { score: undefined }],
    ['invalid_eff', { confidence: undefined }],
    ['invalid_eff', { tsSec: undefined }],
    ['invalid_eff', none],
    ['invalid_eff', { score: NaN }],
    ['invalid_eff', { confidence: Infinity }],
    ['invalid_eff', { tsSec: -Infinity }],
  ])('%s for %j', (reason, numbers) => {
    expect(assess(reading(numbers), NOW, parameters)).toMatchObject({ reason, stale: reason === 'stale_eff' });
  });

  it.each([
    ['redis_error', 'unreadable'],
    ['missing_eff', 'missing'],
  ] as const)('%s for a key that is %s', (reason, state) => {
    const empty = { score: undefined, confidence: undefined, tsSec: undefined, tsText: '' };
    expect(assess({ state }, NOW, parameters)).toEqual({ reason, stale: false, ...empty });
  });
});

describe('fields that are readable', () => {
  it.each([
    ['ok', {}, { score: 0.9, confidence: 0.8, tsSec: NOW, tsText: '1700000000' }],
    ['stale', { tsSec: 5 }, { score: 0.9, confidence: 0.8, tsSec: 5, tsText: '5' }],
    ['low confidence', { confidence: 0.1 }, { score: 0.9, confidence: 0.1, tsSec: NOW }],
    ['no score', { score: undefined }, { score: undefined, confidence: 0.8, tsSec: NOW, tsText: '1700000000' }],
    ['score out of range', { score: 7 }, { score: undefined, confidence: 0.8, tsSec: NOW }],
    ['confidence out of range', { confidence: 2 }, { score: 0.9, confidence: undefined, tsSec: NOW }],
    ['milliseconds', { tsSec: NOW * 1000 }, { score: 0.9, confidence: 0.8, tsSec: undefined, tsText: '' }],
  ])('are passed on: %s', (_name, numbers, expected) => {
    expect(assess(reading(numbers), NOW, parameters)).toMatchObject(expected);
  });
});

it('follows the contract’s table row by row, and never answers with NaN', () => {
  const unit = (x: number | undefined) => x !== undefined && x >= 0 && x <= 1;
  const odd = fc.oneof(fc.double(), fc.constantFrom(NOW, undefined));
  const mostly = (usual: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
  const limits = fc.constantFrom(NOW - 600, NOW + 60);
  const seconds = fc.oneof(mostly(timeAround(NOW, 1000, 100)), limits);
  fc.assert(
    fc.property(mostly(score), mostly(confidence), seconds, (score, confidence, tsSec) => {
      const valid = unit(score) && unit(confidence) && Number.isFinite(tsSec) && tsSec! - NOW <= 60;
      const rows: [EfficiencyReason, boolean][] = [
        ['invalid_eff', !valid],
        ['stale_eff', NOW - tsSec! > 600],
        ['low_conf', confidence! < 0.65],
        ['ok', true],
      ];
      const given = Object.freeze(reading({ score, confidence, tsSec }));
      const answer = assess(given, NOW, parameters);
      expect(answer.reason).toBe(rows.find(([, holds]) => holds)?.[0]);
      expect(answer.stale).toBe(answer.reason === 'stale_eff');
      for (const x of [answer.score, answer.confidence]) expect(x === undefined || unit(x)).toBe(true);
      expect(answer.tsSec === undefined || Number.isFinite(answer.tsSec)).toBe(true);
      expect(assess(given, NOW, parameters)).toEqual(answer);
    }),
    { numRuns: 2000 },
  );
});
