import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../settings.js';
import { firstMultiplier, hintFor, holds, is, multiplierFor } from './checks.js';
import { PROOFS } from './index.js';

const defaults = loadSettings({});

describe('expected values', () => {
  it("are the contract's with the defaults", () => {
    const multipliers = [0, 0.3, 0.5, 0.9, 1].map((score) => multiplierFor(score, defaults).toFixed(4));

    expect(multipliers).toEqual(['0.5000', '0.8000', '1.0000', '1.4000', '1.5000']);
    expect(hintFor(0.2, defaults)).toEqual({ action: 'DOWNSIZE', factor: '0.4444', cooldownSec: '96' });
    expect(hintFor(0, defaults)).toEqual({ action: 'DOWNSIZE', factor: '0.2500', cooldownSec: '120' });
    expect(hintFor(0.45, defaults)).toEqual({ action: 'NONE', factor: '1.0000', cooldownSec: '0' });
  });

  it('follow the parameters of a deployment with others', () => {
    const settings = loadSettings({ P31_SCALE: '2', P31_MAX_MULT: '1.6', P31_DOWNSIZE_THRESHOLD: '0.8' });

    expect(multiplierFor(0.9, settings)).toBe(1.6);
    expect(multiplierFor(0.6, settings)).toBeCloseTo(1.2);
    expect(hintFor(0.2, settings).factor).toBe('0.2500');
  });

  it('begin at 1 if the deployment smooths, within its bounds', () => {
    expect(firstMultiplier(1.4, defaults)).toBe(1.4);
    expect(firstMultiplier(1.4, loadSettings({ P31_SMOOTHING_HALFLIFE_SEC: '60' }))).toBe(1);
    expect(firstMultiplier(1.4, loadSettings({ P31_SMOOTHING_HALFLIFE_SEC: '60', P31_MIN_MULT: '1.1' }))).toBe(1.1);
  });

  it('are refused if the parameters are not numbers', () => {
    expect(() => loadSettings({ P31_SCALE: 'two', P31_MIN_FACTOR: '0' })).toThrow(/P31_SCALE.*\n.*P31_MIN_FACTOR/);
  });
});

describe('a check', () => {
  it('holds for the same text and no other', () => {
    expect(is('a', '1.4000', '1.4000').ok).toBe(true);
    expect(is('a', '1.4000', '1.4').ok).toBe(false);
    expect(is('a', '', undefined)).toEqual({ what: 'a', expected: '', got: '(absent)', ok: false });
    expect(is('a', 'true', true).ok).toBe(true);
    expect(holds('a', 'more', false, 'less')).toEqual({ what: 'a', expected: 'more', got: 'less', ok: false });
  });
});

describe('the list of proofs', () => {
  it('is twelve and five, each with a unique name', () => {
    const names = PROOFS.map(({ name }) => name);
    const count = (prefix: string) => names.filter((name) => name.startsWith(prefix)).length;

    expect(new Set(names).size).toBe(17);
    expect([count('step1-'), count('step2-'), count('safety-')]).toEqual([6, 6, 5]);
  });
});
