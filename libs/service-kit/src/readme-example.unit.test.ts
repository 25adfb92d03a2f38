import { describe, expect, it } from '@jest/globals';
import { defineConfig, loadConfig, number, sharedVariables } from './index.js';

const definition = defineConfig(
  {
    ...sharedVariables,
    P31_MIN_MULT: number({ property: 'minMultiplier', describe: 'Lowest multiplier', default: '0.5', min: 0 }),
    P31_MAX_MULT: number({ property: 'maxMultiplier', describe: 'Highest multiplier', default: '1.5', min: 0 }),
  },
  {
    crossChecks: [
      {
        variables: ['P31_MIN_MULT', 'P31_MAX_MULT'],
        holds: (config) => config.minMultiplier <= config.maxMultiplier,
        requirement: 'P31_MIN_MULT must not exceed P31_MAX_MULT',
      },
    ],
  },
);

describe('the example of the README', () => {
  it('gives typed values', () => {
    const { config } = loadConfig(definition, { P31_MAX_MULT: '2' });
    expect(config.maxMultiplier * config.minConfidence).toBe(1.3);
  });

  it('lists what is wrong', () => {
    expect(() => loadConfig(definition, { P31_MIN_MULT: '-1', P31_MIN_CONF: '65%' })).toThrow(
      "The configuration is not usable:\n  P31_MIN_CONF: '65%' is not allowed, must be a number in 0..1\n" +
        "  P31_MIN_MULT: '-1' is not allowed, must be a number >= 0",
    );
  });
});
