import { describe, expect, it } from '@jest/globals';
import { HeldUp } from './held-up.js';

function fresh() {
  let nowMs = 1_000_000;
  const heldUp = new HeldUp(() => nowMs);
  return { heldUp, after: (sec: number) => (nowMs += 1000 * sec) };
}

describe('plans that were held up', () => {
  it('are kept until they are decided, or not tried again for 30 s', () => {
    const { heldUp, after } = fresh();
    for (const id of ['1-0', '2-0']) heldUp.late(id);
    heldUp.unanswered('3-0');
    expect(['1-0', '2-0', '3-0', '4-0'].map((id) => heldUp.has(id))).toEqual([true, true, true, false]);
    heldUp.ended('1-0');
    after(20);
    heldUp.unanswered('2-0');
    after(10);
    expect(['1-0', '2-0', '3-0'].map((id) => heldUp.has(id))).toEqual([false, true, false]);
  });

  it('do not make the process grow', () => {
    const { heldUp } = fresh();
    for (let i = 0; i <= 10_000; i++) heldUp.unanswered(`${i}-0`);
    expect([heldUp.has('0-0'), heldUp.has('1-0'), heldUp.has('10000-0')]).toEqual([false, true, true]);
  });
});

describe('plans that are late', () => {
  it('are a problem after ten seconds, until they are in time again', () => {
    const { heldUp, after } = fresh();
    heldUp.late('1-0');
    after(10);
    heldUp.late('1-0');
    expect(heldUp.problem).toBeUndefined();
    after(2);
    expect(heldUp.problem).toMatch(/^plans have been late for 12 s/);
    heldUp.inTime(); // plans of others: this one waits still
    expect(heldUp.problem).toBeDefined();
    heldUp.ended('1-0');
    expect(heldUp.problem).toBeDefined(); // it took the reduced read to decide it
    heldUp.inTime();
    expect(heldUp.problem).toBeUndefined();
    heldUp.late('2-0'); // counts anew
    expect(heldUp.problem).toBeUndefined();
  });

  it('are no problem any more when none was late for 30 s', () => {
    const { heldUp, after } = fresh();
    heldUp.late('1-0');
    after(29);
    expect(heldUp.problem).toMatch(/29 s/);
    after(1);
    expect(heldUp.problem).toBeUndefined();
  });

  it('are not what was not answered', () => {
    const { heldUp, after } = fresh();
    heldUp.unanswered('1-0');
    after(20);
    expect(heldUp.problem).toBeUndefined();
  });
});
