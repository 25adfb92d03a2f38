import { HALT_KEY, KILL_KEY, STREAMS } from '@quantum/redis-schemas';
import { defineConfig, redisCrossChecks, type Config } from '@quantum/service-kit';
import { governorNotes, governorWarnings } from './governor-advice.js';
import { governorVariables } from './governor-variables.js';
import { planChecks } from './plan-checks.js';
import { hasEveryKillSwitch, isFreeKillKey, isFreeStreamName } from './stream-names.js';

/** Everything that governor-plugin reads from its environment. */
export const governorDefinition = defineConfig(governorVariables, {
  crossChecks: [
    ...redisCrossChecks,
    ...planChecks,
    {
      variables: ['GOV_DECISION_TTL_SEC', 'GOV_PLAN_MAX_AGE_SEC'],
      holds: ({ decisionTtlSec, planMaxAgeSec }) => decisionTtlSec >= 2 * planMaxAgeSec,
      requirement:
        'GOV_DECISION_TTL_SEC must be at least twice GOV_PLAN_MAX_AGE_SEC, or a plan can be decided a second time',
    },
    {
      variables: ['STREAM_EVENTS', 'STREAM_PLANS'],
      holds: ({ eventsStream, plansStreams }) =>
        isFreeStreamName(eventsStream, STREAMS.events) && !plansStreams.includes(eventsStream),
      requirement: 'STREAM_EVENTS must not be the name of another key or stream, nor be in STREAM_PLANS',
    },
    {
      variables: ['GOV_KILL_KEYS', 'STREAM_PLANS', 'STREAM_EVENTS'],
      holds: ({ killKeys, plansStreams, eventsStream }) =>
        killKeys.every((key) => isFreeKillKey(key) && !plansStreams.includes(key) && key !== eventsStream),
      requirement: 'GOV_KILL_KEYS must not name a key or stream that holds something else than a kill switch',
    },
    {
      variables: ['GOV_KILL_KEYS', 'GOVERNOR_ROLE', 'APPLY_MODE'],
      holds: ({ killKeys, role, applyMode }) =>
        role !== 'issue' || applyMode !== 'production' || hasEveryKillSwitch(killKeys),
      requirement: `in production GOV_KILL_KEYS must name ${KILL_KEY} and ${HALT_KEY}, or a halt of the platform stops nothing`,
    },
  ],
  warnings: governorWarnings,
  notes: governorNotes,
});

export type GovernorConfig = Config<typeof governorDefinition>;
