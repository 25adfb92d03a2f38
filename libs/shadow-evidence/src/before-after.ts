/** A sum as it was, and as it would have been. */
export class BeforeAfter {
  before = 0;
  after = 0;

  add(before: number, after: number): void {
    this.before += before;
    this.after += after;
  }
}
