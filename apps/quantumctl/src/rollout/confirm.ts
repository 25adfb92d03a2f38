import { createInterface } from 'node:readline/promises';
import { CannotRun } from '@quantum/service-kit';

/** Where a question goes, and its answer comes from. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Asks a person; anything but `y` or `yes` means no. @throws CannotRun where no person can answer */
export async function confirmed(question: string, { input, output }: Terminal): Promise<boolean> {
  if (input.isTTY !== true) throw new CannotRun('this raises risk and asks first. Without a terminal it needs --yes');
  const lines = createInterface({ input, output });
  try {
    // The end of the input is no answer either.
    const ended = new Promise<string>((resolve) => lines.once('close', () => { resolve(''); })); // prettier-ignore
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
