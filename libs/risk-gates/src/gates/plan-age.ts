import { PASS, refuse, type Gate } from '../gate.js';

/** Refuses plans that waited too long: the market that they were made for is gone. */
export const planAge: Gate = {
  name: 'plan_age',
  summary: 'the plan is older than `GOV_PLAN_MAX_AGE_SEC`',
  appliesTo: 'all',
  evaluate({ nowSec, submittedSec }, { planMaxAgeSec }) {
    const ageSec = nowSec - submittedSec;
    return ageSec > planMaxAgeSec ? refuse({ age_sec: ageSec, max_age_sec: planMaxAgeSec }) : PASS;
  },
};
