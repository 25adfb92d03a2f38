import { parseRedisUrl as parseUrl, registerSecrets, secretsOfRedisUrl } from '@quantum/service-kit';
import { Command, InvalidArgumentError, Option } from 'commander';

export interface DemoOptions {
  prices?: string;
  /** Duration in seconds; undefined: run until stopped. */
  for?: number;
  /** Minutes of prices per second. */
  speed: number;
  seed: number;
  redis?: string;
  /** Whether to feed the existing Redis too. */
  feed: boolean;
  /** File for the prices as they are played. */
  played?: string;
  /** Plays a rollout at speed instead, on a private Redis. */
  rollout: boolean;
  /** Plays an incident instead, on a private Redis, and compares what page, CLI and audit say. */
  incident: boolean;
  /** Whether the console is served too. */
  console: boolean;
  /** False: lines instead of a screen, also on a terminal. */
  tty: boolean;
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Seconds of a duration: `90`, `60s`, `2m`, `1h`.
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)\s*([smh])?$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * (SECONDS_PER_UNIT[unit] ?? NaN);
  if (!(seconds > 0)) throw new InvalidArgumentError('a duration is a number of seconds, or like 60s, 2m, 1h');
  return seconds;
}

/** A whole number in a range. @throws InvalidArgumentError */
export const parseWhole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return value;
  };

/** A Redis URL as the services take it. @throws InvalidArgumentError */
export function parseRedisUrl(text: string): string {
  registerSecrets(secretsOfRedisUrl(text)); // commander itself quotes the refused value
  const kind = parseUrl(text)?.kind;
  if (kind !== 'single' && kind !== 'unix') {
    throw new InvalidArgumentError('a URL like redis://host:6379/0, rediss://... or unix:///path/to/socket');
  }
  return text;
}

export function demoCommand(run: (options: DemoOptions) => Promise<void>): Command {
  return new Command('npm start --')
    .description('All services at work: a Redis, a market feed that plays the teams around them, and a live view.')
    .option('--prices <file>', 'real one-minute closes (CSV: ts_epoch, then a price per symbol); simulated without')
    .option('--for <duration>', 'stop after 60s, 90, 2m ... with a summary', parseDuration)
    .option('--speed <n>', 'minutes of prices a second', parseWhole(1, 600), 1)
    .option('--seed <n>', 'seed of simulated prices and of all that goes wrong', parseWhole(0, 4_294_967_295), 42)
    .option(
      '--redis <url>',
      'your own Redis instead of a private one: the feed is off, permits are issued there, and what is written stays',
      parseRedisUrl,
    )
    .option('--feed', 'feed your own Redis too, if no P2.9 is at work there', false)
    .option('--played <file>', 'keep the prices as they are played, with the times of the run')
    .addOption(
      new Option('--rollout', 'a rollout at speed instead: stages, an incident, the rollback; a minute')
        .default(false)
        .conflicts(['prices', 'for', 'speed', 'seed', 'redis', 'feed', 'played']),
    )
    .addOption(
      new Option('--incident', 'an incident instead: a breach, a disarm, a kill; compares page, CLI and audit')
        .default(false)
        .conflicts(['prices', 'for', 'speed', 'seed', 'redis', 'feed', 'played', 'rollout']),
    )
    .option('--no-console', 'without the page in a browser')
    .option('--no-tty', 'lines instead of a screen')
    .allowExcessArguments(false)
    .action(run);
}
