import { describe, expect, it } from '@jest/globals';
import type { HashValues } from '@quantum/permit-decorators';
import fc from 'fast-check';
import { RecentReads } from './recent-reads.js';

const FIELDS = ['x'];
const read = (text: string): HashValues => ({ readable: true, value: [text] });

describe('what was read lately', () => {
  const step = fc.oneof(
    fc.constant('publish' as const),
    fc.constant('write' as const),
    fc.constant('read' as const),
    fc.record({ passMs: fc.integer({ min: 0, max: 700 }) }),
  );

  it('holds all that was written before the plan, and was read less than a second ago', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        let version = 0;
        const plans: { id: string; version: number }[] = [];
        const readMs = new Map<string, number>();
        const recent = new RecentReads(() => nowMs);
        const idOf = (index: number) => `1763899200000-${index}`;
        for (const what of steps) {
          if (what === 'publish') plans.push({ id: idOf(plans.length), version });
          else if (what === 'write') version += 1;
          else if (what !== 'read') nowMs += what.passMs;
          else {
            const answers = recent.current();
            for (const plan of plans) {
              let values = answers.hashes(FIELDS).of('key', plan.id);
              if (!values) {
                readMs.set(String(version), nowMs);
                const publishedId = idOf(plans.length - 1);
                values = answers.hashes(FIELDS).keep('key', read(String(version)), publishedId);
              }
              const [text] = values.readable ? values.value : [];
              expect(Number(text)).toBeGreaterThanOrEqual(plan.version);
              expect(nowMs - (readMs.get(String(text)) ?? -Infinity)).toBeLessThan(1000);
            }
          }
        }
      }),
    );
  });

  it('is asked for again where it could not be read, or other fields are', () => {
    const answers = new RecentReads(() => 0).current();
    const hashes = answers.hashes(FIELDS);
    hashes.keep('key', { readable: false }, '9-0');
    expect(hashes.of('key', '1-0')).toBeUndefined();
    hashes.keep('key', read('a'), '9-0');
    expect(hashes.of('key', '9-0')).toEqual(read('a'));
    expect(hashes.of('key', '9-1')).toBeUndefined();
    expect(answers.hashes(['y']).of('key', '1-0')).toBeUndefined();
    expect(hashes.of('other', '1-0')).toBeUndefined();
  });

  it('is not added to by a read that began before it was dropped', () => {
    let nowMs = 0;
    const recent = new RecentReads(() => nowMs);
    const before = recent.current();
    nowMs = 1000;
    const after = recent.current();
    before.hashes(FIELDS).keep('key', read('a'), '9-0');
    expect(after.hashes(FIELDS).of('key', '1-0')).toBeUndefined();
  });
});
