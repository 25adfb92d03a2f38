/** Why nothing could be done: a file or a Redis that cannot be used. Told without a stack. */
export class CannotRun extends Error {
  override name = 'CannotRun';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
