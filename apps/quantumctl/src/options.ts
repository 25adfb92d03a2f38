import { Command } from 'commander';
import { EXIT_USAGE } from './exit-codes.js';
import { withRedisOption } from './arguments.js';
import { addLooks, type LookActions } from './read-options.js';
import type { RolloutActions } from './rollout/actions.js';
import { addRollout } from './rollout/options.js';
import { addStatus } from './status/options.js';
import type { StatusOptions } from './status/status.js';
import { addSwitches, type SwitchActions } from './switches/options.js';

/** What every command does; `overview` is `status`. */
export type Actions = RolloutActions &
  SwitchActions &
  LookActions & { overview: (options: StatusOptions) => Promise<void> };

/** The program. Any usage error ends the process with 2. */
export function program(actions: Actions, env: Readonly<Record<string, string | undefined>>): Command {
  const command = new Command('quantumctl').description('What operators do to the services.');
  const redis = withRedisOption(env);
  addRollout(command, actions, redis);
  addStatus(command, redis, actions.overview);
  addSwitches(command, actions, redis);
  addLooks(command, actions, redis);
  for (const one of allOf(command)) {
    one.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_USAGE));
    // After an unknown command: those that there are.
    if (one.commands.length > 0) one.showHelpAfterError();
  }
  return command;
}

const allOf = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(allOf)];
