import { SOME_POLICY } from '@quantum/test-fixtures';
import type { RecordedParameters } from './policy.js';

const { limits, modes } = SOME_POLICY.governor;

/** The services' defaults, under hashes that are made up. */
export const policy: RecordedParameters = {
  ...SOME_POLICY,
  // As if this were the only limit; other names are unknown.
  settingsOf: ({ GOV_MAX_EXEC_PER_5MIN: maxExecPer5Min, ...others }) =>
    typeof maxExecPer5Min === 'number' && Object.keys(others).length === 0
      ? { modes, limits: { ...limits, maxExecPer5Min } }
      : undefined,
};
