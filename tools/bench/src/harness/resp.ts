const CR = 13;
const LF = 10;

/** A command in its wire format. */
export const encode = (...command: readonly (string | number)[]): string =>
  `*${command.length}\r\n` +
  command.map((part) => `$${Buffer.byteLength(String(part))}\r\n${String(part)}\r\n`).join('');

/** Counts whole replies (RESP2) in a stream of bytes and keeps none of them: the minimum work of a reader. */
export class ReplyCounter {
  /** The first error reply. */
  firstError: string | undefined;
  #missing = 1;
  #skip = 0;
  #line = '';

  /** Takes the next bytes; returns how many replies they completed. */
  feed(chunk: Buffer): number {
    let replies = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
        if (this.#skip > 0) break;
      } else {
        const end = chunk.indexOf(LF, at);
        if (end < 0) {
          this.#line += chunk.toString('latin1', at);
          break;
        }
        this.#header(this.#line + chunk.toString('latin1', at, end));
        this.#line = '';
        at = end + 1;
      }
      if (this.#missing === 0 && this.#skip === 0) {
        replies += 1;
        this.#missing = 1;
      }
    }
    return replies;
  }

  #header(line: string): void {
    this.#missing -= 1;
    const kind = line[0];
    if (kind === '-') this.firstError ??= line.slice(1).trim();
    if (kind !== '$' && kind !== '*') return;
    const length = Number(line.slice(1, -1));
    if (length < 0) return;
    if (kind === '*') this.#missing += length;
    else this.#skip = length + 2;
  }
}

/** A recorded command. */
export interface SeenCommand {
  /** Its name, in lower case. */
  name: string;
  bytes: Buffer;
}

/** Finds the commands in the bytes of a client. */
export class CommandSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes the next bytes; returns the commands that they completed. */
  feed(chunk: Buffer): SeenCommand[] {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const commands: SeenCommand[] = [];
    let at = 0;
    for (let next = commandAt(data, at); next; next = commandAt(data, at)) {
      commands.push({ name: next.name, bytes: data.subarray(at, next.end) });
      at = next.end;
    }
    this.#rest = data.subarray(at);
    return commands;
  }
}

/** The command that begins there; undefined while it is incomplete. */
function commandAt(data: Buffer, start: number): { name: string; end: number } | undefined {
  const count = numberAt(data, start);
  if (!count) return undefined;
  let name = '';
  let at = count.end;
  for (let i = 0; i < count.value; i += 1) {
    const length = numberAt(data, at);
    if (!length) return undefined;
    at = length.end + length.value + 2;
    if (at > data.length) return undefined;
    if (i === 0) name = data.toString('latin1', length.end, at - 2).toLowerCase();
  }
  return { name, end: at };
}

/** The number in a header such as `*3` or `$12`, and where the header ends. */
function numberAt(data: Buffer, start: number): { value: number; end: number } | undefined {
  const end = data.indexOf(CR, start);
  if (end < 0 || end + 1 >= data.length) return undefined;
  return { value: Number(data.toString('latin1', start + 1, end)), end: end + 2 };
}
