import { Command, Option } from 'commander';
import { assignment, numberFrom, parseDuration, policyHash, redisUrl, wholeFrom } from './arguments.js';
import { DEFAULT_STREAMS, type RecordArguments } from './record/command.js';
import type { CompareScoresArguments } from './compare-scores/command.js';
import type { ExplainArguments } from './explain/command.js';
import type { HoursArguments } from './hours/command.js';
import type { ReportArguments } from './report/command.js';
import type { ReplayArguments } from './replay/command.js';

const DEFAULT_REDIS = 'redis://127.0.0.1:6379';

const priceDelayOption = (): Option =>
  new Option('--price-delay <seconds>', 'how long after its ts_epoch a price is known')
    .argParser(numberFrom(0, 86_400))
    .default(60);

export interface Actions {
  record: (file: string, options: RecordArguments) => Promise<void>;
  replay: (file: string, options: ReplayArguments) => Promise<void>;
  report: (file: string, options: ReportArguments) => void;
  explain: (hash: string | undefined, options: ExplainArguments) => Promise<void>;
  compareScores: (file: string, options: CompareScoresArguments) => void;
  hours: (file: string, options: HoursArguments) => void;
}

type Env = Readonly<Record<string, string | undefined>>;

const redisOption = (env: Env): Option =>
  new Option('--redis <url>', 'as REDIS_URL, which is the default')
    .argParser(redisUrl)
    .default(env['REDIS_URL'] || DEFAULT_REDIS, env['REDIS_URL'] ? 'REDIS_URL' : DEFAULT_REDIS);

function addRecord(command: Command, actions: Actions, env: Env): void {
  command
    .command('record')
    .argument('<file>', 'new file, or an interrupted recording to go on with')
    .description('record what the services read and wrote, reading along only; Ctrl-C ends it')
    .addOption(redisOption(env))
    .option('--for <duration>', 'stop after 90, 60s, 2m, 1h, 7d', parseDuration)
    .option('--from-now', 'leave out what Redis still has of the time before', false)
    .option(
      '--proposer-env <file>',
      "the proposer's env file: its policy is kept in the recording (default: environment)",
    )
    .option('--governor-env <file>', "the governor's env file (default: environment)")
    .option('--proposals-stream <name>', 'PROPOSE_STREAM_NAME of the proposer', DEFAULT_STREAMS.proposals)
    .option('--plans-stream <name>', 'one stream of STREAM_PLANS of the governor', DEFAULT_STREAMS.plans)
    .option('--scores-stream <name>', 'decision stream of the efficiency brain', DEFAULT_STREAMS.scores)
    .option('--no-scores-stream', 'do not record scores')
    .allowExcessArguments(false)
    .action(actions.record);
}

function addReplay(command: Command, actions: Actions): void {
  command
    .command('replay')
    .argument('<file>', 'a recording')
    .description('decide everything again: exit 0 if every output is the recorded one to the byte, 1 if not')
    .option('--policy <file>', 'what these variables would have changed: JSON like {"P31_SCALE": 0.8}')
    .option(
      '--policy-file <file>',
      'what this policy by symbol would have changed: a file as P31_POLICY_FILE names one',
    )
    .option(
      '--limit <name=value>',
      'what another limit of a gate would have changed, like GOV_MAX_EXEC_PER_HOUR=5; may be repeated',
      assignment,
    )
    .option(
      '--gate <name=mode>',
      'what another mode in force of a gate would have changed, like burst_rate=shadow; may be repeated',
      assignment,
    )
    .option(
      '--workers <n>',
      'threads that decide beside this one (default: 1 for files of 8 MB or more on 2 cores or more, else 0)',
      wholeFrom(0, 64),
    )
    .allowExcessArguments(false)
    .action(actions.replay);
}

function addReport(command: Command, actions: Actions): void {
  command
    .command('report')
    .argument('<file>', 'a recording')
    .description('measure a recording and hold it to thresholds: exit 0 READY, 1 NOT_READY, 3 INSUFFICIENT_DATA')
    .option('--prices <csv>', 'ts_epoch, then a price per symbol: what bases and proposals would have earned')
    .addOption(priceDelayOption())
    .option('--cost-bps <n>', 'cost of a changed allocation, basis points of the change', numberFrom(0, 10_000), 10)
    .option('--block <rows>', 'rows of prices a bootstrap block (default: n^(1/3))', wholeFrom(1, 1_000_000))
    .option('--time-scale <n>', 'prices were played this many times as fast as in life', numberFrom(1, 100_000), 1)
    .option(
      '--interval <seconds>',
      "LOOP_INTERVAL_SEC of the proposer (default: as the recording's beginning shows)",
      numberFrom(0.001, 86_400),
    )
    .option('--seed <n>', 'seed of the bootstrap', wholeFrom(1, 4_294_967_295), 1)
    .option('--thresholds <file>', 'JSON of limits instead of the default ones, see docs/evidence.md')
    .option('--json', 'for machines')
    .option('--html <file>', 'also one page with charts, that loads nothing')
    .allowExcessArguments(false)
    .action(actions.report);
}

function addCompareScores(command: Command, actions: Actions): void {
  command
    .command('compare-scores')
    .argument('<file>', 'a recording')
    .description("show by symbol the scores of the efficiency brain and those of the platform's own P3.1")
    .option('--min-confidence <n>', 'P31_MIN_CONF of proposer and governor', numberFrom(0, 1), 0.65)
    .option('--json', 'for machines')
    .allowExcessArguments(false)
    .action(actions.compareScores);
}

function addHours(command: Command, actions: Actions): void {
  command
    .command('hours')
    .argument('<file>', 'a recording')
    .description(
      'what the stages of a plan would have gained and moved in each hour: the record of `quantumctl rollout lint`',
    )
    .requiredOption('--plan <file>', 'plan of a rollout')
    .requiredOption('--prices <csv>', 'ts_epoch, then a price per symbol')
    .addOption(priceDelayOption())
    .allowExcessArguments(false)
    .action(actions.hours);
}

function addExplain(command: Command, actions: Actions, env: Env): void {
  command
    .command('explain')
    .argument('[hash]', 'what outputs carry as `policy` or `limits`: 12 hexadecimal digits', policyHash)
    .description(
      'say what the hash of a policy or of limits means, by these files, else by Redis: exit 0 found, 1 not found; or ' +
        'what decides for a symbol, before it has a plan',
    )
    .option('--symbol <symbol>', 'instead of a hash: what these files, else the environment, decide for this symbol')
    .addOption(redisOption(env))
    .option('--policy-file <file>', 'policy by symbol (default: the one that an env file names)')
    .option('--proposer-env <file>', "the proposer's env file (default: environment)")
    .option('--governor-env <file>', "the governor's env file (default: environment)")
    .option('--json', 'for machines')
    .allowExcessArguments(false)
    .action(actions.explain);
}

export function program(actions: Actions, env: Env): Command {
  const command = new Command('shadow-report').description(
    'Evidence from the shadow run: records what the services read and wrote, replays every decision, reports.',
  );
  addRecord(command, actions, env);
  addReplay(command, actions);
  addReport(command, actions);
  addCompareScores(command, actions);
  addHours(command, actions);
  addExplain(command, actions, env);
  return command;
}
