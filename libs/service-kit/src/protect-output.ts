import { failureText } from './errors.js';
import { redact, registerSecrets } from './redact.js';

/** Passwords in URLs among the arguments, whatever option they were meant for, and whatever characters they have. */
export const passwordsIn = (args: readonly string[]): string[] =>
  args.flatMap((arg) => /:\/\/[^:]*:(.*)@/s.exec(arg)?.[1] ?? []);

/**
 * For a command: from now on nothing that this process writes to stdout or stderr as text shows a known secret, from
 * any writer. What is not caught is reported without the properties of its error, which node would print, and ends the
 * process with `exitCode`.
 */
export function protectOutput(exitCode: number): void {
  registerSecrets(passwordsIn(process.argv.slice(2)));
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === 'string' ? redact(chunk) : chunk, ...rest);
  }
  // Unhandled rejections come here too.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${failureText(error)}\n`);
    process.exit(exitCode);
  });
}
