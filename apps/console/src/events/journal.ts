import { deltaOf, encodeSnapshot, type Snapshot } from '@quantum/read-model';
import { eventBytes } from './wire.js';

/** Deltas behind this are forgotten: a page that was away for longer gets the snapshot. */
const MAX_DELTAS = 120;
const MAX_BYTES = 4 * 2 ** 20;

interface Kept {
  readonly from: number;
  readonly bytes: Buffer;
}

/** The snapshot that is shown, and the deltas that led to it. Each is encoded once, however many pages are open. */
export class Journal {
  #snapshot: Snapshot;
  readonly #process: string;
  readonly #deltas: Kept[] = [];
  #bytes = 0;
  #whole: Buffer | undefined;

  /** `process`: sets the ids of this process apart from those of an earlier one, whose numbers began at 0 too. */
  constructor(snapshot: Snapshot, process: string) {
    this.#snapshot = snapshot;
    this.#process = process;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  #id(number: number): string {
    return `${this.#process}-${number}`;
  }

  /** Takes a later snapshot. Returns the event for pages that show the one before; undefined: nothing changed. */
  take(after: Snapshot): Buffer | undefined {
    const delta = deltaOf(this.#snapshot, after);
    this.#snapshot = after;
    if (delta === undefined) return undefined;
    this.#whole = undefined;
    const bytes = eventBytes('delta', this.#id(delta.to), JSON.stringify(delta));
    this.#deltas.push({ from: delta.from, bytes });
    this.#bytes += bytes.length;
    while (this.#deltas.length > MAX_DELTAS || this.#bytes > MAX_BYTES) this.#bytes -= this.#deltas.shift()?.bytes.length ?? this.#bytes;
    return bytes;
  } // prettier-ignore

  /** What brings a page up to date that has last seen this event; the whole snapshot where that is unknown. */
  since(lastId: string | undefined): readonly Buffer[] {
    if (lastId === this.#id(this.#snapshot.number)) return [];
    const at = this.#deltas.findIndex(({ from }) => this.#id(from) === lastId);
    if (at !== -1) return this.#deltas.slice(at).map(({ bytes }) => bytes);
    this.#whole ??= eventBytes('snapshot', this.#id(this.#snapshot.number), encodeSnapshot(this.#snapshot));
    return [this.#whole];
  }
}
