import { Replayer, WhatIf } from '@quantum/shadow-evidence';
import { readRecording } from '../file/open.js';
import { policyOf } from '../policy.js';
import { otherPolicy, type OtherPolicyOptions } from './other-policy.js';
import { replayText, whatIfText } from './text.js';

/** With any of them: what another policy would have changed. */
export type ReplayArguments = OtherPolicyOptions;

/** Exit code of a replay that did not give every recorded output again. */
export const EXIT_DIFFERENT = 1;

/** Decides all of a recording again and prints what came of it. @returns the exit code. @throws CannotRun */
export function replayCommand(path: string, options: ReplayArguments, print: (text: string) => void): number {
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
  let replayer: Replayer | undefined;
  const { tornBytes, damage } = readRecording(path, (header) => {
    const same = new Replayer(policyOf(header.policy));
    replayer = same;
    return (line) => {
      same.take(line);
    };
  });
  if (!replayer) return 0;
  print(replayText(replayer, { tornBytes, damage }, seconds()));
  return replayer.different + replayer.undecided + replayer.unreadableRecords > 0 ? EXIT_DIFFERENT : 0;
}
