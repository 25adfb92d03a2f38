import type { ReplaySettings } from '@quantum/decisions';
import type { ParameterValues, ProposalParameters } from '@quantum/efficiency-policy';
import type { GateSettings } from '@quantum/risk-gates';

/**
 * What outputs carry a hash of: parameters of a proposal, of a hint or of a score (`policy`), limits and modes of the
 * gates (`limits`).
 */
export type Step = 'proposal' | 'hint' | 'score' | 'limits';

/** The parameters of both services, by what a recording says of their variables. */
export interface RecordedParameters {
  proposer: ProposalParameters;
  governor: ReplaySettings;
  /** What outputs that were decided by these parameters carry. */
  hashes: Readonly<Record<Exclude<Step, 'score'>, string>>;
  /** Limits and modes by the names of their variables; undefined for those of a version that is not known. */
  settingsOf: (values: ParameterValues) => GateSettings | undefined;
}
