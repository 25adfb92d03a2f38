import { setImmediate as immediate } from 'node:timers/promises';
import { CannotRun } from '@quantum/service-kit';
import {
  isScore,
  ParameterSets,
  parseHeader,
  replayedLines,
  Replayer,
  type RecordedParameters,
  type PolicyLine,
  type RecordingHeader,
  type ReplayedPart,
} from '@quantum/shadow-evidence';
import { ChunkBuffers, linesOf, readChunks } from '../file/chunks.js';
import { countDamage, readFailure, type Damage, type ReadRecording } from '../file/open.js';
import type { FileEnd } from '../file/reader.js';
import { policyOf } from '../policy.js';
import { partOf, ReplayWorkers } from './workers.js';

/** Chunks that a worker is given at a time: one to work on, others that wait for it. */
const CHUNKS_A_WORKER = 3;
/** Chunks that wait to be put together at most, for each that a worker has. */
const MOST_CHUNKS = 4;

export interface Replayed extends ReadRecording {
  replayer: Replayer;
}

/**
 * Decides all of a recording again, in this thread and in this many others. What comes of it is the same for any
 * number: parts are put together in the order of the file, and where a part depends on what was before it, this thread
 * takes it line by line.
 * @throws CannotRun when it cannot be read, or is none
 */
export async function replayRecording(path: string, workers: number): Promise<Replayed> {
  try {
    const end: FileEnd = { wholeBytes: 0, tornBytes: 0 };
    const buffers = new ChunkBuffers();
    const chunks = readChunks(path, end, buffers);
    const first = chunks.next();
    if (first.done) throw new CannotRun(`${path} is no recording`);
    const [headerText = '', ...texts] = linesOf(first.value);
    const header = parseHeader(headerText);
    const replay = new ChunkReplay(header, workers, buffers);
    try {
      replay.takeLines(texts);
      for (const chunk of chunks) await replay.takeChunk(chunk);
      await replay.finish();
    } finally {
      await replay.end();
    }
    const { replayer, damage } = replay;
    return { header, tornBytes: end.tornBytes, damage, replayer };
  } catch (error) {
    throw readFailure(path, error);
  }
}

interface Job {
  chunk: Buffer;
  /** Policy lines that were known when it was decided. */
  policies: number;
  part: Promise<ReplayedPart | undefined>;
  isDone: boolean;
}

class ChunkReplay {
  readonly replayer: Replayer;
  readonly damage: Damage = { places: 0, bytes: 0 };
  readonly #policy: RecordedParameters;
  readonly #sets: ParameterSets;
  readonly #workers: ReplayWorkers | undefined;
  readonly #policies: PolicyLine[] = [];
  /** In the order of the file. */
  readonly #jobs: Job[] = [];
  readonly #most: number;
  readonly #buffers: ChunkBuffers;

  constructor({ policy }: RecordingHeader, workers: number, buffers: ChunkBuffers) {
    this.#buffers = buffers;
    this.#policy = policyOf(policy);
    this.#sets = new ParameterSets(this.#policy);
    this.replayer = new Replayer(this.#policy, this.#sets);
    this.#most = CHUNKS_A_WORKER * workers;
    if (workers > 0) this.#workers = new ReplayWorkers(policy, workers);
  }

  takeLines(texts: Iterable<string>, isTaken?: (text: string) => boolean): void {
    for (const line of replayedLines(texts, this.replayer, isTaken)) {
      if (line.kind === 'policy') this.#policies.push(line);
      if (line.kind === 'damage') countDamage(this.damage, line);
      this.replayer.take(line);
    }
  }

  /** Has a chunk decided by a worker or, where all have enough to do, here. */
  async takeChunk(chunk: Buffer): Promise<void> {
    if (!this.#workers) {
      this.takeLines(linesOf(chunk));
      this.#buffers.give(chunk);
      return;
    }
    const busy = this.#workers.waiting >= this.#most;
    const part = busy
      ? Promise.resolve(partOf(chunk, this.#policy, this.#sets))
      : this.#workers.replay(chunk, this.#policies);
    const job: Job = { chunk, policies: this.#policies.length, part, isDone: busy };
    const done = (): void => void (job.isDone = true);
    part.then(done, done); // what fails is awaited in its order
    this.#jobs.push(job);
    await immediate(); // answers come in between
    while (this.#jobs[0]?.isDone || this.#jobs.length > MOST_CHUNKS * this.#most) await this.#takeFirst();
  }

  async finish(): Promise<void> {
    while (this.#jobs.length > 0) await this.#takeFirst();
  }

  async end(): Promise<void> {
    await this.#workers?.end();
  }

  async #takeFirst(): Promise<void> {
    const job = this.#jobs.shift();
    const part = await job?.part;
    if (!job) return;
    const absorbed = part && job.policies === this.#policies.length && this.replayer.absorb(part);
    this.takeLines(linesOf(job.chunk), absorbed ? isScore : undefined);
    this.#buffers.give(job.chunk);
  }
}
