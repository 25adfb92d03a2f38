import { assess } from '@quantum/efficiency-policy';
import { flag, full } from '@quantum/redis-schemas';
import { PROPOSER_DEFAULTS, proposerPolicy } from './defaults.js';
import type { Vectors } from './file.js';
import { allReadings, NOW_SEC, readingOf, type EfficiencyGiven } from './readings.js';

interface Given {
  /** Unix seconds. */
  now: number;
  efficiency: EfficiencyGiven;
}

const { P31_MIN_CONF = '', P31_MAX_FUTURE_SEC = '', P31_STALE_SEC = '' } = PROPOSER_DEFAULTS;

/** The assessment of a reading. */
export const efficiency: Vectors<Given> = {
  about:
    'What an efficiency reading is worth, and which of its numbers are passed on, as the proposal stream has them. ' +
    'efficiency: the fields of the hash that are there; null: the key could not be read. See docs/integration.md, P3.1.',
  config: { P31_MIN_CONF, P31_MAX_FUTURE_SEC, P31_STALE_SEC },
  cases: [
    ...allReadings().map(({ efficiency: reading, ...rest }) => ({
      ...rest,
      given: { now: NOW_SEC, efficiency: reading },
    })),
    ...[NOW_SEC - 0.5, NOW_SEC + 595, NOW_SEC + 595.001, NOW_SEC + 600, NOW_SEC - 66, NOW_SEC - 65].map((now) => ({
      name: `now ${now}`,
      given: { now, efficiency: { efficiency_score: '0.9', confidence: '0.8', ts: String(NOW_SEC - 5) } },
    })),
  ],
  answer: ({ now, efficiency: reading }, config) => {
    const assessment = assess(readingOf(reading), now, proposerPolicy(config).parameters);
    return {
      reason: assessment.reason,
      eff_score: full(assessment.score),
      eff_confidence: full(assessment.confidence),
      eff_ts: assessment.tsText,
      eff_stale: flag(assessment.stale),
    };
  },
};
