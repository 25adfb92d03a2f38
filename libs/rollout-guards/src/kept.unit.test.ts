import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import { parseJson } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { calm, NOW } from './calm.test-support.js';
import {
  addHour,
  DEFAULT_GUARD_LIMITS,
  encodeMemories,
  EProcessSchema,
  evaluateGuards,
  NEW_E_PROCESS,
  parseMemories,
  type EProcess,
} from './index.js';

const parsed = (text: string) => EProcessSchema.safeParse(parseJson(text)).data;

describe('the state of a test as text', () => {
  it('is read back to the bit', () => {
    fc.assert(
      fc.property(fc.array(uniform(-40, 40), { maxLength: 40 }), (hours) => {
        const rules = { clipBps: 16, deltaBpsPerDay: 2 };
        const state = hours.reduce<EProcess>((each, y) => addHour(each, 'harm', y, rules), NEW_E_PROCESS);
        expect(parsed(JSON.stringify(state))).toStrictEqual(state);
      }),
    );
  });

  it.each([
    '', 'null', '[]', '{}',
    JSON.stringify({ ...NEW_E_PROCESS, logs: [0, 0, 0, 0, 0, 0, 0] }),
    JSON.stringify({ ...NEW_E_PROCESS, logs: [0, 0, 0, 0, 0, 0, 0, NaN] }),
    JSON.stringify({ ...NEW_E_PROCESS, hours: -1 }),
    JSON.stringify({ ...NEW_E_PROCESS, hours: 1.5 }),
    JSON.stringify({ ...NEW_E_PROCESS, clipped: 1 }),
    JSON.stringify({ ...NEW_E_PROCESS, greatestLogE: -1 }),
    JSON.stringify({ ...NEW_E_PROCESS, more: 1 }),
  ])('is none if it is %s', (text) => {
    expect(parsed(text)).toBeUndefined();
  }); // prettier-ignore
});

describe('what guards keep as text', () => {
  it('is read back, and goes on as before', () => {
    const first = evaluateGuards({ ...calm, turnoverDay: 9, positions: undefined }, DEFAULT_GUARD_LIMITS, {}, 10);
    const kept = parseMemories(encodeMemories(first.memories))!;
    expect(kept).toEqual(first.memories);
    expect(encodeMemories(kept)).toBe(encodeMemories(first.memories));
    const later = { ...calm, nowSec: NOW + 10 };
    expect(evaluateGuards(later, DEFAULT_GUARD_LIMITS, kept, 10)).toEqual(evaluateGuards(later, DEFAULT_GUARD_LIMITS, first.memories, 10)); // prettier-ignore
    expect(parseMemories('{}')).toEqual({});
  });

  it.each([
    '', 'null', '[]',
    '{"slow":{"errors":0,"isBreached":false}}',
    '{"slew":{"errors":-1,"isBreached":false}}',
    '{"slew":{"errors":0}}',
    '{"slew":{"errors":0,"isBreached":false,"breachedSec":"1"}}',
  ])('is none if it is %s', (text) => {
    expect(parseMemories(text)).toBeUndefined();
  }); // prettier-ignore
});
