import type { IncomingMessage } from 'node:http';

/** A form with one field needs no more. */
const MAX_BODY_BYTES = 4096;

/** The text of a request's body; undefined: it is too long. Rejects where the request breaks off. */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
