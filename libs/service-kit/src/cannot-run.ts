/** Why a program could not do its work at all, in a sentence for the user who started it: reported without a stack. */
export class CannotRun extends Error {
  override name = 'CannotRun';
}

/** An error's message, and where it only wraps another (fetch does), that one's. */
export function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
