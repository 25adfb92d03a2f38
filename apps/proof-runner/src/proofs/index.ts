import type { Proof } from './proof.js';
import { garbagePlan } from './safety/garbage-plan.js';
import { killSwitch } from './safety/kill-switch.js';
import { liveTargetUntouched } from './safety/live-target.js';
import { permitFields } from './safety/permit-fields.js';
import { unreadableEfficiency } from './safety/unreadable-efficiency.js';
import { lowConfidence, missingEfficiency, staleEfficiency } from './step1/fail-open.js';
import { highEfficiency, lowEfficiency } from './step1/scores.js';
import { proposerHealth } from './step1/service-health.js';
import { lowEfficiencyHint } from './step2/low-efficiency.js';
import { governorMetrics } from './step2/metrics.js';
import { highEfficiencyHint, lowConfidenceHint, missingEfficiencyHint } from './step2/no-hint.js';
import { governorHealth } from './step2/service-health.js';

/** The twelve proofs of the services' functions, and five of what they must never do. */
export const PROOFS: readonly Proof[] = [
  highEfficiency,
  lowEfficiency,
  missingEfficiency,
  lowConfidence,
  staleEfficiency,
  proposerHealth,
  lowEfficiencyHint,
  highEfficiencyHint,
  missingEfficiencyHint,
  lowConfidenceHint,
  governorMetrics,
  governorHealth,
  liveTargetUntouched,
  permitFields,
  unreadableEfficiency,
  killSwitch,
  garbagePlan,
];
