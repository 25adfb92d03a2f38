import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Slots } from './slots.js';

const ticks = (slots: Slots, count: number): boolean[] => Array.from({ length: count }, () => slots.next());

describe('Slots', () => {
  it('makes every tick a slot where cycles are at most 10 s apart', () => {
    const slots = new Slots(10_000);
    expect(slots.tickMs).toBe(10_000);
    expect(ticks(slots, 3)).toEqual([true, true, true]);
    expect(slots.pass(4)).toBe(4);
  });

  it('ticks at least every 10 s in between, evenly', () => {
    const slots = new Slots(25_000);
    expect(slots.tickMs).toBeCloseTo(25_000 / 3);
    expect(ticks(slots, 7)).toEqual([true, false, false, true, false, false, true]);
  });

  it('counts, of ticks that passed, the slots, and keeps to the grid', () => {
    const slots = new Slots(30_000); // slots are the ticks 0, 3, 6, ...
    expect(ticks(slots, 2)).toEqual([true, false]);
    expect(slots.pass(1)).toBe(0); // tick 2
    expect(slots.next()).toBe(true); // tick 3
    expect(slots.pass(4)).toBe(1); // ticks 4 to 7
    expect(ticks(slots, 2)).toEqual([false, true]);
  });

  it('loses no slot: each is a tick or was passed', () => {
    const steps = fc.array(fc.nat(20), { maxLength: 50 });
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 3_600_000 }), steps, (intervalMs, passes) => {
        const slots = new Slots(intervalMs);
        let seen = 0;
        let elapsed = 0;
        for (const passed of passes) {
          if (slots.next()) seen += 1;
          seen += slots.pass(passed);
          elapsed += 1 + passed;
        }
        const perSlot = Math.round(intervalMs / slots.tickMs);
        expect(seen).toBe(Math.ceil(elapsed / perSlot));
      }),
    );
  });
});
