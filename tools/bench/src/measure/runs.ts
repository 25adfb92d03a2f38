/** Values by the name of whom they belong to. */
export class Runs {
  readonly byName: Record<string, number[]> = {};

  add(name: string, value: number): void {
    (this.byName[name] ??= []).push(value);
  }
}
