import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { systemClock } from '@quantum/clock';
import { WhatIf } from '@quantum/shadow-evidence';
import { readRecording, type ReadRecording } from '../file/open.js';
import { policyOf } from '../policy.js';
import { otherPolicy, type OtherPolicyOptions } from './other-policy.js';
import { replayRecording } from './replay.js';
import { replayText, whatIfText } from './text.js';

/** With any but `workers`: what another policy would have changed. */
export interface ReplayArguments extends OtherPolicyOptions {
  /** Threads beside this one. */
  workers?: number;
}

/** From this size of a file on, a thread saves more than its start costs: a second of replay, tens of milliseconds. */
const WORKER_FILE_BYTES = 8 * 2 ** 20;

/**
 * One thread beside this one where there is a core for it and enough to do; more take more memory than they save time.
 */
export function defaultWorkers(path: string, cores = availableParallelism()): number {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return cores >= 2 && bytes >= WORKER_FILE_BYTES ? 1 : 0;
}

/** Exit code of a replay that did not give every recorded output again. */
export const EXIT_DIFFERENT = 1;

/** Decides all of a recording again and prints what came of it. @returns the exit code. @throws CannotRun */
export async function replayCommand(
  path: string,
  { workers = defaultWorkers(path), ...options }: ReplayArguments,
  print: (text: string) => void,
): Promise<number> {
  const startMs = systemClock.steadyMs();
  const seconds = () => (systemClock.steadyMs() - startMs) / 1000;
  if (Object.keys(options).length > 0) {
    let answer: (file: ReadRecording) => string = () => '';
    const read = readRecording(path, (header) => {
      const other = otherPolicy(header.policy, options);
      const whatIf = new WhatIf(policyOf(header.policy), other);
      answer = (file) => whatIfText(whatIf, other.unmet([...whatIf.bySymbol.keys()]), file, seconds());
      return (line) => {
        whatIf.take(line);
      };
    });
    print(answer(read));
    return 0;
  }
  const { replayer, tornBytes, damage } = await replayRecording(path, workers);
  print(replayText(replayer, { tornBytes, damage }, seconds()));
  return replayer.different + replayer.notCompared > 0 ? EXIT_DIFFERENT : 0;
}
