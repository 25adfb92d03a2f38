/** Why proofs could not run at all, in a sentence for whoever asked for them: nothing was proven, nor disproven. */
export class CannotRun extends Error {
  override name = 'CannotRun';
}

/** A signal ended the run before its time. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly exitCode: number;

  /** `exitCode`: 128 + the signal's number. */
  constructor(signal: string, exitCode: number) {
    super(`interrupted by ${signal}`);
    this.exitCode = exitCode;
  }
}

/** An error's message, and where it only wraps another (fetch does), that one's. */
export function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
