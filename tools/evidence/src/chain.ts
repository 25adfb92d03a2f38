import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { startPrivateRedis } from '@quantum/private-redis';
import { startRollout } from './rollout.js';
import { startProcess, type Output, type Process } from '@quantum/testbed';

export interface ChainOptions {
  /** One-minute closes: `ts_epoch`, then a price per symbol. */
  prices: string;
  /** Duration of the services, in the demo's format. */
  for: string;
  /** Folder for the recording, the prices as played, and the reports. */
  out: string;
  /** Minutes of prices per second. */
  speed: string;
}

/** Exit codes of a completed report, for any verdict. */
const REPORTED: ReadonlySet<number | null> = new Set([0, 1, 3]);

/**
 * Plays real prices to the three built services on a private Redis, one cycle of proposals per second, and a rollout of
 * their proposals. It records inputs and outputs, replays both recordings and makes the report.
 * @returns 0 if every output was replayed to the byte and the report was made, else the exit code of what failed
 */
export async function runChain(options: ChainOptions, distFolder: string): Promise<number> {
  const recorded = await record(options, distFolder);
  if (recorded !== 0) return recorded;
  const main = join(distFolder, 'apps/shadow-report/main.js');
  const { recording, rollout, played, reportJson, html } = filesOf(options);
  const replays = [
    startProgram(main, ['replay', recording]),
    startProgram(quantumctl(distFolder), ['rollout', 'replay', rollout]),
  ];
  for (const replay of replays) {
    const replayed = await codeOf(replay);
    if (replayed !== 0) return replayed ?? 1;
  }
  const args = [
    'report', recording, '--prices', played, '--price-delay', '0', '--time-scale', String(60 * Number(options.speed)),
  ]; // prettier-ignore
  const shown = await codeOf(startProgram(main, [...args, '--html', html]));
  const json = openSync(reportJson, 'w');
  const kept = await codeOf(startProgram(main, [...args, '--json'], {}, { stdout: json }));
  closeSync(json);
  return REPORTED.has(shown) && shown === kept ? 0 : (shown ?? 1);
}

const quantumctl = (distFolder: string): string => join(distFolder, 'apps/quantumctl/main.js');

type FileName = 'recording' | 'rollout' | 'played' | 'reportJson' | 'html';
const filesOf = ({ out }: ChainOptions): Record<FileName, string> => ({
  recording: join(out, 'recording.qrec'),
  rollout: join(out, 'rollout.jsonl'),
  played: join(out, 'prices-as-played.csv'),
  reportJson: join(out, 'report.json'),
  html: join(out, 'report.html'),
});

async function record(options: ChainOptions, distFolder: string): Promise<number> {
  mkdirSync(options.out, { recursive: true });
  const app = (name: string): string => join(distFolder, name, 'main.js');
  const { recording, rollout, played } = filesOf(options);
  const server = await startPrivateRedis({ tcp: true });
  try {
    const services = { LOOP_INTERVAL_SEC: '1' };
    const recorder = startProgram(app('apps/shadow-report'), ['record', recording, '--redis', server.url], services);
    const market = ['--feed', '--prices', options.prices, '--speed', options.speed, '--played', played];
    const demo = startProgram(
      app('tools/demo'),
      ['--redis', server.url, ...market, '--for', options.for, '--no-tty'],
      services,
    );
    const enforcing = await startRollout(server.url, distFolder, options.out);
    const demoCode = await codeOf(demo);
    recorder.signal('SIGTERM'); // it may take as long as it needs to close its file
    await enforcing.end();
    const keeper = startProgram(quantumctl(distFolder), ['rollout', 'record', rollout, '--redis', server.url]);
    const codes = [demoCode, await codeOf(recorder), await codeOf(keeper)];
    return codes.every((code) => code === 0) ? 0 : (codes.find((code) => (code ?? 0) > 0) ?? 1);
  } finally {
    await server.stop();
  }
}

/** Runs a built program with our environment and these variables. */
const startProgram = (
  mainFile: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  output: Output = 'inherit',
): Process => startProcess({ mainFile, args, env: { ...process.env, ...env }, output });

/** The exit code of a program that ends by itself; null if a signal ended it. */
const codeOf = async (program: Process): Promise<number | null> => (await program.exited).code;
