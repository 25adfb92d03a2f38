import { WhatIf } from '@quantum/shadow-evidence';
import { readRecording } from '../file/open.js';
import { policyOf } from '../policy.js';
import { otherPolicy, type OtherPolicyOptions } from './other-policy.js';
import { replayRecording } from './replay.js';
import { replayText, whatIfText } from './text.js';

/** With any but `workers`: what another policy would have changed. */
export interface ReplayArguments extends OtherPolicyOptions {
  /** Threads beside this one, each 55 MB. */
  workers?: number;
}

/** Exit code of a replay that did not give every recorded output again. */
export const EXIT_DIFFERENT = 1;

/** Decides all of a recording again and prints what came of it. @returns the exit code. @throws CannotRun */
export async function replayCommand(
  path: string,
  { workers = 0, ...options }: ReplayArguments,
  print: (text: string) => void,
): Promise<number> {
  const startMs = performance.now();
  const seconds = () => (performance.now() - startMs) / 1000;
  if (Object.keys(options).length > 0) {
    let whatIf: WhatIf | undefined;
    readRecording(path, (header) => {
      const changed = new WhatIf(policyOf(header.policy), otherPolicy(header.policy, options));
      whatIf = changed;
      return (line) => {
        changed.take(line);
      };
    });
    if (whatIf) print(whatIfText(whatIf, seconds()));
    return 0;
  }
  const { replayer, tornBytes, damage } = await replayRecording(path, workers);
  print(replayText(replayer, { tornBytes, damage }, seconds()));
  return replayer.different + replayer.undecided + replayer.unreadableRecords > 0 ? EXIT_DIFFERENT : 0;
}
