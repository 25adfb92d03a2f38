/** Why the demonstration cannot run at all, in a sentence for whoever asked for it. */
export class CannotRun extends Error {
  override name = 'CannotRun';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
