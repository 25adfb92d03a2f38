import type { HintParameters, ParameterValues, ProposalParameters } from '@quantum/efficiency-policy';
import type { ApplyMode } from '@quantum/redis-schemas';
import type { GateSettings } from '@quantum/risk-gates';

/** What decides a plan besides its state and the time. */
export interface GovernorPolicy extends GateSettings {
  applyMode: ApplyMode;
  hint: HintParameters;
}

/** What outputs carry a hash of: parameters of a proposal or of a hint (`policy`), limits and modes of the gates (`limits`). */
export type Step = 'proposal' | 'hint' | 'limits';

/** What the variables of a recording's header say, of both services. */
export interface Policy {
  proposer: ProposalParameters;
  governor: GovernorPolicy;
  /** What outputs that were decided by these parameters carry. */
  hashes: Readonly<Record<Step, string>>;
  /** Limits and modes by the names of their variables; undefined for those of a version that is not known. */
  settingsOf: (values: ParameterValues) => GateSettings | undefined;
}
