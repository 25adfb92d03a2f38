import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_STREAMS, type RecordArguments } from './record/command.js';
import type { ReplayArguments } from './replay/command.js';
import { parseRedisUrl, REDIS_URL_FORMS } from '@quantum/service-kit';

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration: `90`, `60s`, `2m`, `1h`, `7d`. @throws InvalidArgumentError */
export function parseDuration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * (SECONDS_PER_UNIT[unit] ?? NaN);
  // What a timer of node can wait for.
  if (!(seconds > 0 && seconds < 2_147_483))
    throw new InvalidArgumentError('like 90, 60s, 2m, 1h, 7d; 24 days at most');
  return seconds;
}

function redisUrl(text: string): string {
  if (parseRedisUrl(text)) return text;
  throw new InvalidArgumentError(`${REDIS_URL_FORMS}.`);
}

export interface Actions {
  record: (file: string, options: RecordArguments) => Promise<void>;
  replay: (file: string, options: ReplayArguments) => void;
}

/** The whole command line. */
export function program(actions: Actions, env: Readonly<Record<string, string | undefined>>): Command {
  const command = new Command('shadow-report').description(
    'Evidence from the shadow run: records what both services read and wrote, replays every decision, reports.',
  );
  command
    .command('record')
    .argument('<file>', 'new file, or an interrupted recording to go on with')
    .description('record what both services read and wrote, reading along only; Ctrl-C ends it')
    .option(
      '--redis <url>',
      'as REDIS_URL, which is the default',
      redisUrl,
      env['REDIS_URL'] || 'redis://127.0.0.1:6379',
    )
    .option('--for <duration>', 'stop after 90, 60s, 2m, 1h, 7d', parseDuration)
    .option(
      '--proposer-env <file>',
      "the proposer's env file: its policy stands in the recording (default: environment)",
    )
    .option('--governor-env <file>', "the governor's env file (default: environment)")
    .option('--proposals-stream <name>', 'PROPOSE_STREAM_NAME of the proposer', DEFAULT_STREAMS.proposals)
    .option('--plans-stream <name>', 'STREAM_PLANS of the governor', DEFAULT_STREAMS.plans)
    .allowExcessArguments(false)
    .action(actions.record);
  command
    .command('replay')
    .argument('<file>', 'a recording')
    .description('decide everything again: exit 0 if every output is the recorded one to the byte, 1 if not')
    .option('--policy <file>', 'what these variables would have changed: JSON like {"P31_SCALE": 0.8}')
    .allowExcessArguments(false)
    .action(actions.replay);
  return command;
}
