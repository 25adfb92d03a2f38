import { defineGate, PASS, refuse } from '../gate.js';

/** Refuses opens whose kill score is critical or not a number. A missing one passes by default: most send none. */
export const killScore = defineGate({
  name: 'kill_score',
  summary:
    'the kill score is `GOV_KILL_SCORE_CRITICAL` or more, is not a number, or is missing while `GOV_KILL_SCORE_MISSING` is refuse',
  appliesTo: 'opens',
  defaultMode: 'enforce',
  fields: {
    killScore: {
      field: 'kill_score',
      holds: '0..1',
      absent: 'passes, unless `GOV_KILL_SCORE_MISSING` is `refuse`',
    },
  },
  limits: {
    killScoreCritical: {
      variable: 'GOV_KILL_SCORE_CRITICAL',
      kind: 'number',
      default: 0.8,
      describe: 'Opening plans with this kill score or more are refused (kill_score); scores are 0..1',
      min: 0,
      max: 1,
    },
  },
  evaluate({ killScore: score }, { killScoreCritical, refuseMissingKillScore }) {
    if (score === undefined) {
      return refuseMissingKillScore ? refuse({ kill_score: 'missing', critical: killScoreCritical }) : PASS;
    }
    if (score === 'unreadable') return refuse({ kill_score: 'not a number', critical: killScoreCritical });
    return score >= killScoreCritical ? refuse({ kill_score: score, critical: killScoreCritical }) : PASS;
  },
});
