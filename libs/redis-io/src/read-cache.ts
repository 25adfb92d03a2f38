import type { Reply } from './reply.js';

/** How long an answer is given again, ms. */
const KEPT_MS = 500;
/** How old an answer may be when it is used, ms, should the notice of a change be lost, or a key expire unnoticed. */
const MAX_AGE_MS = 1000;

/** One answer, or the place of one that has been asked for. */
export interface CachedRead {
  /** What was asked: command and fields. */
  readonly shape: string;
  readonly askedMs: number;
  /** Undefined until it is there. */
  reply: Reply | undefined;
  /** False once the key was written, or is asked for anew, or changes are no longer told of. */
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

  /** The answer to this very question, if there is one to be given again. */
  find(key: string, shape: string): CachedRead | undefined {
    const read = this.#reads.get(key);
    if (read?.reply === undefined || read.shape !== shape) return undefined;
    return this.#nowMs() - read.askedMs < KEPT_MS ? read : undefined;
  }

  /** Whether an answer that was found a while ago still counts. */
  counts({ isCurrent, askedMs }: CachedRead): boolean {
    return isCurrent && this.#nowMs() - askedMs < MAX_AGE_MS;
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
    this.forget(key); // of a change, only the newest is told
    this.#reads.set(key, read);
    return read;
  }
}
