import type { Command } from 'commander';
import { reason, wholeFrom } from '../arguments.js';

/** Options of what operators do to switches. */
export interface SwitchOptions {
  redis: string;
  reason: string;
  json: boolean;
  /** The word that is otherwise typed. */
  yes?: string;
  /** How long to try, seconds. */
  timeout: number;
}

export interface SwitchActions {
  killOn: (options: SwitchOptions) => Promise<void>;
  killOff: (options: SwitchOptions) => Promise<void>;
  disarmShow: (options: Pick<SwitchOptions, 'redis' | 'json'>) => Promise<void>;
  disarmClear: (options: SwitchOptions) => Promise<void>;
}

/** Adds `kill` and `disarm`. */
export function addSwitches(program: Command, actions: SwitchActions, redis: (command: Command) => Command): void {
  const named = (parent: Command, name: string, description: string): Command =>
    redis(parent.command(name).description(description).allowExcessArguments(false)).option('--json', 'for machines', false); // prettier-ignore
  const timed = (command: Command): Command =>
    command.option('--timeout <seconds>', 'how long to try', wholeFrom(1, 600), 30);
  const raising = (command: Command, word: string): Command =>
    timed(command)
      .requiredOption('--reason <text>', 'kept in the audit', reason)
      .option(`--yes <word>`, `the word that it asks for, ${word}; needed without a terminal`);

  const kill = program.command('kill').description('the kill switch: the governor refuses every plan while it is on');
  timed(named(kill, 'on', 'stop every plan now; never asks'))
    .option('--reason <text>', 'kept in the audit', reason, '')
    .action(actions.killOn);
  raising(named(kill, 'off', 'let plans be permitted again; asks for the word off'), 'off').action(actions.killOff);

  const disarm = program.command('disarm').description('the latch of the UTC day that refuses opening plans');
  named(disarm, 'show', 'whether it is set, by what, and until when: exit 1 if it is').action(actions.disarmShow);
  raising(named(disarm, 'clear', 'let opening plans be permitted again; asks for the word clear'), 'clear').action(
    actions.disarmClear,
  );
}
