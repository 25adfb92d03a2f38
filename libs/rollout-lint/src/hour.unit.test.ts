import { expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { START_SEC } from './example.test-support.js';
import { encodeShadowHours, parseShadowHours, type ShadowHour } from './index.js';

it('is read back to the bit', () => {
  const hour = fc.record(
    {
      hourSec: fc.integer({ min: 0, max: 1e6 }).map((i) => 3600 * i),
      stage: fc.constantFrom('pilot', 'full'),
      advantageBps: uniform(-20, 20),
      turnover: uniform(0, 3),
      notOkShare: uniform(0, 1),
    },
    { requiredKeys: ['hourSec'], noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(hour), (hours: ShadowHour[]) => {
      expect(parseShadowHours(encodeShadowHours(hours))).toStrictEqual({ hours });
    }),
  );
});

const good = `{"hourSec":${START_SEC}}`;

it.each([
  ['text', `${good}\nmany`, 'line 2 is no hour of shadow: no JSON object'],
  ['a list', '[]', 'line 1 is no hour of shadow: no JSON object'],
  ['a time within an hour', `{"hourSec":${START_SEC + 1}}`, 'line 1 is no hour of shadow: hourSec'],
  ['a share above 1', `{"hourSec":${START_SEC},"notOkShare":1.5}`, 'line 1 is no hour of shadow: notOkShare'],
  ['a number as text', `\n{"hourSec":${START_SEC},"advantageBps":"1"}`, 'line 2 is no hour of shadow: advantageBps'],
])('is refused as %s, by its line', (_what, text, problem) => {
  expect(parseShadowHours(text)).toEqual({ problem });
});

it('is total', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseShadowHours(text)).not.toThrow();
    }),
  );
});
