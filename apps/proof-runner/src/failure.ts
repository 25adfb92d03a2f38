export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly exitCode: number;

  /** `exitCode`: 128 + the signal's number. */
  constructor(signal: string, exitCode: number) {
    super(`interrupted by ${signal}`);
    this.exitCode = exitCode;
  }
}
