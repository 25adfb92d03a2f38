import type { Check } from '../finding.js';
import { clocks } from './clocks.js';
import { differingServices } from './differing-services.js';
import { eviction } from './eviction.js';
import { lowConfidence } from './low-confidence.js';
import { negativeTargets } from './negative-targets.js';
import { noTtl } from './no-ttl.js';
import { notANumber } from './not-a-number.js';
import { notifications } from './notifications.js';
import { otherNames } from './other-names.js';
import { ownRights } from './own-rights.js';
import { p31Inputs } from './p31-inputs.js';
import { executedRefusals, ignoredHints, unreadPermits } from './permits.js';
import { persistence } from './persistence.js';
import { planFields, planLetters } from './plan-fields.js';
import { foreignConsumers, noGovernor, trimmedPlans } from './plan-stream.js';
import { replicas } from './replicas.js';
import { scoresInShadow } from './scores-in-shadow.js';
import { serverVersion } from './server-version.js';
import { spelling } from './spelling.js';
import { staleSymbols, stoppedWriters } from './stopped-writers.js';
import { switches } from './switches.js';
import { unmatched } from './unmatched.js';
import { wrongTypes } from './wrong-types.js';

/** Every check, the most harmful finding first. */
export const CHECKS: readonly Check[] = [
  executedRefusals,
  unreadPermits,
  eviction,
  persistence,
  foreignConsumers,
  trimmedPlans,
  planFields,
  switches,
  serverVersion,
  noGovernor,
  stoppedWriters,
  clocks,
  scoresInShadow,
  otherNames,
  notANumber,
  lowConfidence,
  p31Inputs,
  wrongTypes,
  differingServices,
  spelling,
  staleSymbols,
  unmatched,
  negativeTargets,
  planLetters,
  ignoredHints,
  noTtl,
  replicas,
  notifications,
  ownRights,
];
