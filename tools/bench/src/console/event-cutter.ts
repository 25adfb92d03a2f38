const END = Buffer.from('\n\n');

/** Cuts a stream of server-sent events into blocks, each with the empty line that ends it. Looks at each byte once. */
export class EventCutter {
  readonly #take: (block: Buffer) => void;
  #parts: Buffer[] = [];

  constructor(take: (block: Buffer) => void) {
    this.#take = take;
  }

  add(chunk: Buffer): void {
    // The end may be cut in two: the last byte of the part before is looked at again.
    const before = this.#parts.pop();
    let rest = before ? Buffer.concat([before, chunk]) : chunk;
    let from = Math.max(0, (before?.length ?? 0) - 1);
    for (let end = rest.indexOf(END, from); end !== -1; end = rest.indexOf(END)) {
      this.#take(Buffer.concat([...this.#parts, rest.subarray(0, end + END.length)]));
      this.#parts = [];
      rest = rest.subarray(end + END.length);
      from = 0;
    }
    if (rest.length === 0) return;
    // All but the last byte is done with.
    if (rest.length > 1) this.#parts.push(rest.subarray(0, -1));
    this.#parts.push(rest.subarray(-1));
  }
}
