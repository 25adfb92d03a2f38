/** What a command came to: lines for a person, values for a machine. */
export interface Done {
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}
