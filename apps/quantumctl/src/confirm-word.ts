import { createInterface } from 'node:readline/promises';
import { CannotRun } from '@quantum/service-kit';

/** Where a question goes, and its answer comes from. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks a person to type a word, or takes it from `--yes`. Anything else means no. @throws CannotRun where `--yes` has
 * another word, or no person can answer
 */
export async function confirmedByWord(
  question: string,
  word: string,
  given: string | undefined,
  { input, output }: Terminal,
): Promise<boolean> {
  if (given !== undefined) {
    if (given === word) return true;
    throw new CannotRun(`--yes is ${JSON.stringify(given)}, and must be ${word}`);
  }
  if (input.isTTY !== true) throw new CannotRun(`this raises risk and asks first. Without a terminal it needs --yes ${word}`);
  const lines = createInterface({ input, output });
  try {
    // The end of the input is no answer either.
    const ended = new Promise<string>((resolve) => lines.once('close', () => { resolve(''); })); // prettier-ignore
    const answer = await Promise.race([lines.question(`${question}\nType ${word} to go on: `), ended]);
    return answer.trim() === word;
  } finally {
    lines.close();
  }
} // prettier-ignore
