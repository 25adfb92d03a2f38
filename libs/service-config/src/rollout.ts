import {
  defineConfig,
  integer,
  metricsPort,
  redisCrossChecks,
  sharedVariables,
  variable,
  type Config,
} from '@quantum/service-kit';
import * as z from 'zod';

const USER = /^[a-z0-9_-]{1,32}$/;
const users = z
  .string()
  .transform((line): readonly string[] => line.split(',').map((user) => user.trim()))
  .refine((found) => found.every((user) => USER.test(user)) && new Set(found).size === found.length);

/** Everything that target-rollout reads from its environment. */
export const rolloutDefinition = defineConfig(
  {
    ...sharedVariables,
    ROLLOUT_INTERVAL_SEC: integer({
      property: 'intervalSec',
      describe: 'From the start of a cycle to the start of the next; multipliers live three times as long, 30 to 60 s',
      default: '10',
      min: 1,
      max: 20,
      unit: 'seconds',
    }),
    ROLLOUT_USERS: variable(users, 'names of 1 to 32 characters of a-z, 0-9, _ and -, separated by commas, each once', {
      property: 'users',
      describe: 'Redis users whose commands are read and whose approvals count; without one, no rollout can be started',
      example: 'ana,ben',
    }),
    ...metricsPort('8066'),
  },
  { crossChecks: redisCrossChecks },
);

/** The rollout's configuration. */
export type RolloutConfig = Config<typeof rolloutDefinition>;
