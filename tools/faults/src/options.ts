import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { INJECTED_FAULTS, type InjectedFault } from './governor/injected-faults.js';

/** By hand: each has scenarios written for it, and a service need not have any. */
const SERVICE_NAMES = ['governor', 'proposer', 'brain', 'rollout'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface Options {
  service: ServiceName;
  seed: number;
  /** Undefined: as many as the short form has. */
  kills?: number;
  /** Of the soak; 0: no soak. */
  minutes: number;
  /** Only scenarios whose name contains this. */
  only?: string;
  counts?: string;
  inject?: InjectedFault;
  /** Folder of the built apps; undefined: next to this program. */
  apps?: string;
}

/** A whole number in a range. @throws InvalidArgumentError */
const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return value;
  };

export function faultCommand(run: (options: Options) => Promise<void>): Command {
  return new Command('fault')
    .description('Injects faults around a built service, and checks everything that it left behind.')
    .addArgument(new Argument('<service>').choices(SERVICE_NAMES))
    .option(
      '--seed <n>',
      'draws kills, plans and garbage; a random one by default, which is printed',
      whole(0, 2 ** 32 - 1),
    )
    .option('--short', 'the short form, which is the default')
    .option('--kills <n>', 'this number of kills instead of the short form’s, and longer faults', whole(1, 100_000))
    .option('--minutes <n>', 'additionally a soak of this many minutes at load', whole(1, 10_000), 0)
    .option('--only <text>', 'only scenarios whose name contains this')
    .option('--counts <file>', 'the numbers passed, failed and skipped as JSON')
    .option('--apps <folder>', 'folder of the built apps')
    .addOption(
      new Option('--inject <fault>', 'an injected fault next to the governors, to be found').choices(
        Object.keys(INJECTED_FAULTS),
      ),
    )
    .allowExcessArguments(false)
    .action((service: ServiceName, options: Omit<Options, 'service'>) =>
      run({ ...options, service, seed: (options as { seed?: number }).seed ?? Math.floor(Math.random() * 2 ** 32) }),
    );
}
