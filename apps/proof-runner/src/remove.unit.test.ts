import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PROOFS } from './proofs/index.js';
import { fixtureOfRun } from './remove.js';
import { createFixture } from './fixture.js';
import { loadSettings } from './settings.js';

it('a removal covers every symbol and plan id of a run, for any set of proofs', () => {
  const settings = loadSettings({});
  fc.assert(
    fc.property(fc.subarray([...PROOFS]), fc.subarray([1, 2] as const), (proofs, steps) => {
      const { run, cases } = createFixture(proofs, new Set(steps), settings);
      const removed = fixtureOfRun(run, settings).cases.map(({ symbol, planId }) => `${symbol} ${planId}`);
      expect(removed).toEqual(expect.arrayContaining(cases.map(({ symbol, planId }) => `${symbol} ${planId}`)));
    }),
  );
});
