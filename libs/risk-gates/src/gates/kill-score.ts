import { PASS, refuse, type Gate } from '../gate.js';

/** Refuses opens whose kill score is critical, or is no number: unknown danger counts as danger. */
export const killScore: Gate = {
  name: 'kill_score',
  summary: 'the kill score is `GOV_KILL_SCORE_CRITICAL` or more, or is no number',
  appliesTo: 'opens',
  evaluate({ killScore: score }, { killScoreCritical }) {
    if (score === undefined) return refuse({ kill_score: 'not a number', critical: killScoreCritical });
    return score >= killScoreCritical ? refuse({ kill_score: score, critical: killScoreCritical }) : PASS;
  },
};
