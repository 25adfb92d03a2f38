import { Replayer, WhatIf } from '@quantum/shadow-evidence';
import { readRecording } from '../file/open.js';
import { changedPolicy, policyOf } from '../policy.js';
import { replayText, whatIfText } from './text.js';

export interface ReplayArguments {
  /** A JSON file of variables and values: what this policy would have changed. */
  policy?: string;
}

/** Exit code of a replay that gave other outputs than the recorded ones. */
export const EXIT_DIFFERENT = 1;

/** Decides all of a recording again and prints what came of it. @returns the exit code. @throws CannotRun */
export function replayCommand(path: string, { policy }: ReplayArguments, print: (text: string) => void): number {
  const startMs = performance.now();
  const seconds = () => (performance.now() - startMs) / 1000;
  if (policy !== undefined) {
    let whatIf: WhatIf | undefined;
    readRecording(path, (header) => {
      const changed = new WhatIf(policyOf(changedPolicy(header.policy, policy)));
      whatIf = changed;
      return (line) => {
        changed.take(line);
      };
    });
    if (whatIf) print(whatIfText(whatIf, seconds()));
    return 0;
  }
  let replayer: Replayer | undefined;
  const { tornBytes } = readRecording(path, (header) => {
    const same = new Replayer(policyOf(header.policy));
    replayer = same;
    return (line) => {
      same.take(line);
    };
  });
  if (!replayer) return 0;
  print(replayText(replayer, tornBytes, seconds()));
  return replayer.different > 0 ? EXIT_DIFFERENT : 0;
}
