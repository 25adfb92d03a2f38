/** An event of a stream of server-sent events. */
export interface ServerEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Takes a stream apart. Text may come cut anywhere. */
export class EventParser {
  #rest = '';
  /**
   * Comments so far. The console sends one behind all that a page lacked when it connected, and then one a heartbeat.
   */
  comments = 0;

  /** The events that this text completes. Comments are none, and counted. */
  take(text: string): ServerEvent[] {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    this.comments += blocks.filter((block) => block.startsWith(':')).length;
    return blocks.flatMap((block) => {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])); // prettier-ignore
      const [event, id, data] = [fields.get('event'), fields.get('id'), fields.get('data')];
      return event !== undefined && id !== undefined && data !== undefined ? [{ event, id, data }] : [];
    });
  }
}
