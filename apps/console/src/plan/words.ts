import type { WordLine } from '@quantum/read-model';

/** A decision record in words. */
export interface PlanWords {
  readonly planId: string;
  readonly lines: readonly WordLine[];
}
