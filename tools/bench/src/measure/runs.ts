/** Values by contestant. */
export class Runs {
  readonly byName: Record<string, number[]> = {};

  add(name: string, value: number): void {
    (this.byName[name] ??= []).push(value);
  }
}
