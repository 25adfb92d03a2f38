import { defineGate, PASS, refuse, type CommonInput } from '../gate.js';

/** Maximum lead of a stream id over Redis' clock, seconds. Beyond it the id no longer gives the time of publication. */
const MAX_ID_AHEAD_SEC = 60;

/** Whether a plan's stream id is too far ahead of Redis' clock to give its age: a clock set back, or a chosen id. */
export const isIdAhead = ({ submittedSec, serverSec }: Pick<CommonInput, 'submittedSec' | 'serverSec'>): boolean =>
  submittedSec - serverSec > MAX_ID_AHEAD_SEC;

/** Refuses plans that waited too long: the market has moved on. */
export const planAge = defineGate({
  name: 'plan_age',
  summary:
    "the plan is older than `GOV_PLAN_MAX_AGE_SEC` by its stream id; if that is more than 60 s ahead of Redis' clock, by its `timestamp`, and without a usable one an opening plan is refused",
  appliesTo: 'all',
  defaultMode: 'enforce',
  limits: {
    planMaxAgeSec: {
      variable: 'GOV_PLAN_MAX_AGE_SEC',
      kind: 'number',
      default: 60,
      describe: 'Older plans are refused (plan_age)',
      above: 0,
      max: 7 * 86_400,
      unit: 'seconds',
    },
  },
  evaluate(input, { planMaxAgeSec, maxFutureSec }) {
    const { nowSec, submittedSec, serverSec, timestampSec, closing } = input;
    const isAhead = isIdAhead(input);
    const isUsable = timestampSec !== undefined && timestampSec - nowSec <= maxFutureSec; // a time in ms is not
    if (isAhead && !isUsable) {
      return closing ? PASS : refuse({ id_ahead_sec: submittedSec - serverSec, max_age_sec: planMaxAgeSec });
    }
    const ageSec = nowSec - (isAhead && isUsable ? timestampSec : submittedSec);
    return ageSec > planMaxAgeSec ? refuse({ age_sec: ageSec, max_age_sec: planMaxAgeSec }) : PASS;
  },
});
