import type { Command } from 'commander';
import type { StatusOptions } from './status.js';

/** Adds the command `status`. `withRedis`: adds the option that says where Redis is. */
export const addStatus = (
  command: Command,
  withRedis: (one: Command) => Command,
  action: (options: StatusOptions) => Promise<void>,
): Command =>
  withRedis(command.command('status').description('everything on one screen: exit 1 if anything is unhealthy'))
    .allowExcessArguments(false)
    .option('--watch', 'again every two seconds, until Ctrl-C', false)
    .option('--json', 'for machines', false)
    .action(action);
