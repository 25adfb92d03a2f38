/** A server-sent event as bytes: one buffer serves every client. `data` is JSON, which has no line break. */
export const eventBytes = (event: string, id: string, data: string): Buffer =>
  Buffer.from(`event: ${event}\nid: ${id}\ndata: ${data}\n\n`);

/** A comment: it shows that the connection lives, and changes nothing. */
export const BEAT = Buffer.from(': beat\n\n');
