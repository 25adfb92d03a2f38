import type { Reply } from './reply.js';

/** How long an answer counts, should the notice of a change be lost, or a key expire unnoticed, ms. */
const MAX_AGE_MS = 1000;

/** One answer, or the place of one that has been asked for. */
export interface CachedRead {
  /** What was asked: command and fields. */
  readonly shape: string;
  readonly askedMs: number;
  /** Undefined until it is there. */
  reply: Reply | undefined;
  /** False once the key was written, or changes are no longer told of. */
  isCurrent: boolean;
}

/**
 * Answers to reads of keys that are asked for again and again and seldom written. One counts until the server says that the
 * key was written, and for a second at most. Holds nothing while it is off; `followChanges` turns it on and off.
 */
export class ReadCache {
  #isOn = false;
  /** The oldest first. */
  readonly #reads = new Map<string, CachedRead>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** From here on what is asked for may be kept: the server tells of changes. */
  start(): void {
    this.#isOn = true;
  }

  /** Changes may go untold: forgets everything, and keeps nothing more. */
  stop(): void {
    this.#isOn = false;
    this.forgetAll();
  }

  /** Forgets everything, as when all of Redis was emptied. */
  forgetAll(): void {
    for (const read of this.#reads.values()) read.isCurrent = false;
    this.#reads.clear();
  }

  /** Forgets a key that was written. */
  forget(key: string): void {
    const read = this.#reads.get(key);
    if (!read) return;
    read.isCurrent = false;
    this.#reads.delete(key);
  }

  /** The answer to this very question, if it counts. */
  find(key: string, shape: string): CachedRead | undefined {
    const read = this.#reads.get(key);
    if (read?.reply === undefined || read.shape !== shape) return undefined;
    return this.#nowMs() - read.askedMs < MAX_AGE_MS ? read : undefined;
  }

  /** To be called before the key is asked for, so that a change is noticed that comes before the answer. */
  asking(key: string, shape: string): CachedRead {
    const nowMs = this.#nowMs();
    for (const [oldest, { askedMs }] of this.#reads) {
      if (nowMs - askedMs < MAX_AGE_MS) break;
      this.forget(oldest);
    }
    const read: CachedRead = { shape, askedMs: nowMs, reply: undefined, isCurrent: this.#isOn };
    if (!this.#isOn) return read;
    this.#reads.delete(key); // or it would keep its old place
    this.#reads.set(key, read);
    return read;
  }
}
