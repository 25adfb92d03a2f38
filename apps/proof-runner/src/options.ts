import { Command, Option } from 'commander';
import { parseMetricsUrl, parseNumberIn, parseRun, parseStep, parseSymbol, redisUrl } from './parse-arguments.js';
import { settingsHelp } from './settings.js';

export interface RunOptions {
  redis: string;
  allocationMetrics: string[];
  governorMetrics: string[];
  spawn: boolean;
  /** Folder of the built services; undefined: next to this program. */
  apps?: string;
  /** Undefined: both. */
  step?: 1 | 2;
  json: boolean;
  junit?: string;
  counts?: string;
  live: boolean;
  allowKillSwitch: boolean;
}

export interface InjectEfficiencyOptions {
  redis: string;
  score: number;
  confidence: number;
  age: number;
  ttl: number;
  live: boolean;
}

export interface InjectPlanOptions {
  redis: string;
  action: string;
  side: string;
  qty: number;
  price: number;
  killScore: number;
  reduceOnly: boolean;
  live: boolean;
}

export interface Actions {
  run: (options: RunOptions) => Promise<void>;
  injectEfficiency: (symbol: string, options: InjectEfficiencyOptions) => Promise<void>;
  injectPlan: (symbol: string, options: InjectPlanOptions) => Promise<void>;
  remove: (run: string, options: { redis: string }) => Promise<void>;
}

/** A given list replaces the default one; commander would append to it. */
type Lists = 'allocationMetrics' | 'governorMetrics';
type GivenRunOptions = Omit<RunOptions, Lists> & Partial<Pick<RunOptions, Lists>>;

const DEFAULT_ALLOCATION = 'http://127.0.0.1:8065';
const DEFAULT_GOVERNOR = 'http://127.0.0.1:8044';

const redisOption = (env: Readonly<Record<string, string | undefined>>): Option =>
  new Option(
    '--redis <url>',
    'as REDIS_URL, which is the default; user and certificates also from REDIS_USERNAME and so on',
  )
    .argParser(redisUrl)
    .default(env['REDIS_URL'] || 'redis://127.0.0.1:6379', env['REDIS_URL'] ? 'REDIS_URL' : 'redis://127.0.0.1:6379');

export function program(actions: Actions, env: Readonly<Record<string, string | undefined>>): Command {
  const command = new Command('proof-runner')
    .description(
      'Proves end to end what both services promise: twelve proofs of what they do, five of what they never do; and, of ' +
        'services that it starts itself (--spawn), three of policy by symbol, smoothing and budgets.',
    )
    .helpOption('-h, --help', 'show this')
    .helpCommand(false);
  command.addCommand(runCommand(actions, env), { isDefault: true });
  const inject = command.command('inject').description('put one input before the services, by hand').helpCommand(false);
  inject.addCommand(injectEfficiencyCommand(actions, env));
  inject.addCommand(injectPlanCommand(actions, env));
  command.addCommand(removeCommand(actions, env));
  return command;
}

function runCommand({ run }: Actions, env: Readonly<Record<string, string | undefined>>): Command {
  return new Command('run')
    .description('run the proofs (the default)')
    .addOption(redisOption(env))
    .option('--allocation-metrics <url...>', `of the proposer (default: ${DEFAULT_ALLOCATION})`, parseMetricsUrl)
    .option('--governor-metrics <url...>', `of each governor (default: ${DEFAULT_GOVERNOR})`, parseMetricsUrl)
    .addOption(
      new Option('--spawn', 'start private Redis servers and the built services, and end them afterwards')
        .default(false)
        .conflicts(['redis', 'allocationMetrics', 'governorMetrics']),
    )
    .option('--apps <dir>', 'where the built services are (default: next to this program)')
    .option('--step <1|2>', 'only the proofs about one step', parseStep)
    .option('--json', 'the outcome as one JSON document on standard output', false)
    .option('--junit <file>', 'the outcome as JUnit XML too')
    .option('--counts <file>', 'the numbers passed, failed and skipped as JSON too')
    .option('--live', 'submit plans although others read the plan stream', false)
    .option('--allow-kill-switch', 'throw the kill switch for a moment, if it is off', false)
    .addHelpText('after', RUN_HELP)
    .action(({ allocationMetrics, governorMetrics, ...options }: GivenRunOptions) =>
      run({
        ...options,
        allocationMetrics: allocationMetrics ?? [DEFAULT_ALLOCATION],
        governorMetrics: governorMetrics ?? [DEFAULT_GOVERNOR],
      }),
    );
}

const RUN_HELP = `
Safe on production: symbols of its own (PROOF_...), plans with source=proof-runner and qty 0, and nothing is left behind.
Consumer groups other than the governor's are seen and named; a reader of the plan stream without a group cannot be.

Exit: 0 all passed, 1 something failed, 2 could not run, 128 + signal interrupted.

Expected values are those of a service with these variables (defaults); set those in which yours differs:
${settingsHelp()}
A policy file must not change them for symbols PROOF_...; P31_BUDGET leaves these symbols out.
Confidences of 0.3 and 0.5 must be too low for P31_MIN_CONF, 0.9 not; 700 s must be too old for P31_STALE_SEC.`;

function removeCommand({ remove }: Actions, env: Readonly<Record<string, string | undefined>>): Command {
  return new Command('remove')
    .description('remove what a run left after kill -9; a run that ends in any other way removes it itself')
    .argument('<run>', 'its name, which it prints at its start', parseRun)
    .addOption(redisOption(env))
    .addHelpText('after', REMOVE_HELP)
    .action((run: string, options: { redis: string }) => remove(run, options));
}

const REMOVE_HELP = `
The names of the last two days' runs are the eight letters and digits after PROOF_ in what this lists:
  redis-cli --scan --pattern 'quantum:*PROOF_*'
It waits for a cycle of the proposer (LOOP_INTERVAL_SEC). Do not remove a run that is still going: its proofs would fail.`;

function injectEfficiencyCommand({ injectEfficiency }: Actions, env: Readonly<Record<string, string | undefined>>) {
  return new Command('efficiency')
    .description('write an efficiency reading, as P3.1 does')
    .argument('<symbol>', 'whose', parseSymbol)
    .addOption(redisOption(env))
    .requiredOption('--score <0..1>', 'efficiency_score', parseNumberIn(0, 1))
    .requiredOption('--confidence <0..1>', 'confidence', parseNumberIn(0, 1))
    .option('--age <sec>', 'how long ago it was computed', parseNumberIn(0, 1e9), 0)
    .option('--ttl <sec>', 'how long it stays', parseNumberIn(1, 86_400), 600)
    .option('--live', 'also for a symbol that others have written about', false)
    .action((symbol: string, options: InjectEfficiencyOptions) => injectEfficiency(symbol, options));
}

function injectPlanCommand({ injectPlan }: Actions, env: Readonly<Record<string, string | undefined>>) {
  return new Command('plan')
    .description('submit a plan, as the Apply Layer does, and show what becomes of it')
    .argument('<symbol>', 'whose', parseSymbol)
    .addOption(redisOption(env))
    .option('--action <word>', 'PARTIAL_50, FULL_CLOSE_PROPOSED and the like close, all others open', 'PROOF_OPEN')
    .option('--side <word>', 'BUY or SELL', 'BUY')
    .option('--qty <number>', 'of the asset', parseNumberIn(0, 1e12), 0)
    .option('--price <usd>', 'price', parseNumberIn(0, 1e12), 1)
    .option('--kill-score <0..1>', 'kill_score', parseNumberIn(0, 1), 0)
    .option('--reduce-only', 'it reduces risk', false)
    .option('--live', 'even if others read the plan stream, or have written about the symbol', false)
    .action((symbol: string, options: InjectPlanOptions) => injectPlan(symbol, options));
}
