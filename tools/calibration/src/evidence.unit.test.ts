import { describe, expect, it } from '@jest/globals';
import { mulberry32 } from '@quantum/testbed';
import { ALPHA, falseBootstrapShare, falseShare, medianDays, PATHS } from './evidence-figures.js';
import { firstMet, hoursOf, proposedClip } from './evidence.js';
import { normal } from './noise.js';

describe('the tests of a rollout', () => {
  it.each(Object.entries(PATHS))('rarely show harm beyond delta where there is none: %s', (_name, noise) => {
    expect(falseShare('harm', noise, 40, 256, 1)).toBeLessThanOrEqual(ALPHA);
  });

  it('rarely show an advance where there is none', () => {
    expect(falseShare('non_inferior', normal, 40, 256, 2)).toBeLessThanOrEqual(ALPHA);
    expect(falseShare('superior', normal, 40, 256, 3)).toBeLessThanOrEqual(ALPHA);
  });

  it('err less often than a bootstrap that is looked at in a loop', () => {
    expect(falseBootstrapShare(normal, 100, 500, 4, 100)).toBeGreaterThan(ALPHA);
  });

  it('detect harm in days, and more of it sooner', () => {
    const [more, less] = [medianDays(60, 20, 21, 60, 5)!, medianDays(30, 20, 21, 60, 5)!];
    expect(more).toBeLessThan(less);
    expect(more).toBeGreaterThan(0.2);
    expect(less).toBeLessThan(10);
    expect(medianDays(0, 20, 5, 4, 6)).toBeUndefined();
  });

  it('show a gain that is there', () => {
    const hour = hoursOf({ meanBpsPerDay: 40, sdBpsPerSqrtDay: 20 }, normal(mulberry32(7)));
    const rules = { clipBps: proposedClip(hour), deltaBpsPerDay: 2 };
    expect(rules.clipBps).toBeCloseTo((4 * 20) / Math.sqrt(24), 0);
    expect(firstMet('superior', hour, 240, rules, ALPHA)).toBeDefined();
  });
});
