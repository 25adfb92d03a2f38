import { annotatorWork } from '@quantum/annotator';
import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { createAnnotatorMetrics } from '@quantum/metrics';
import { hintStep } from '@quantum/policy';
import { annotatorDefinition } from '@quantum/service-config';
import { hostService } from '@quantum/service-host';

/** Adds the efficiency hint to the permits of another governor. */
export const annotatorService = hostService({
  name: 'permit-annotator',
  definition: annotatorDefinition,
  metrics: (options) => createAnnotatorMetrics({ ...options, known: { reason: EFFICIENCY_REASONS } }),
  step: hintStep,
  build: annotatorWork,
});
