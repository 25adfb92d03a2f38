import { parentPort, Worker, workerData } from 'node:worker_threads';
import {
  ParameterSets,
  RecordingError,
  replayPart,
  type RecordedParameters,
  type PolicyLine,
  type ReplayedPart,
} from '@quantum/shadow-evidence';
import { linesOf } from '../file/chunks.js';
import { policyOf, type PolicyTexts } from '../policy.js';

/** A chunk of a recording, and the policy lines before it that this worker does not have. */
interface Request {
  chunk: Uint8Array;
  policies: readonly PolicyLine[];
}

/** Undefined where the chunk must be taken line by line. */
type Answer = ReplayedPart | undefined;

interface Held {
  worker: Worker;
  policies: number;
  /** In the order of the requests. */
  waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[];
  failed?: Error;
}

/** Threads that decide chunks again. They share nothing; the program is their code as well. */
export class ReplayWorkers {
  readonly #workers: Held[];

  constructor(policy: PolicyTexts, count: number) {
    this.#workers = Array.from({ length: count }, () => start(policy));
  }

  /**
   * Gives a chunk to the worker with the least to do. @param policies all policy lines before it, as far as they are
   * known
   */
  replay(chunk: Uint8Array, policies: readonly PolicyLine[]): Promise<Answer> {
    const held = this.#workers.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a));
    return new Promise((resolve, reject) => {
      if (held.failed) {
        reject(held.failed);
        return;
      }
      held.waiting.push({ resolve, reject });
      held.worker.postMessage({ chunk, policies: policies.slice(held.policies) } satisfies Request);
      held.policies = policies.length;
    });
  }

  /** Chunks that are not answered yet. */
  get waiting(): number {
    return this.#workers.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }
}

function start(policy: PolicyTexts): Held {
  const worker = new Worker(__filename, { workerData: policy });
  const held: Held = { worker, policies: 0, waiting: [] };
  worker.on('message', (answer: Answer) => held.waiting.shift()?.resolve(answer));
  worker.on('error', (error) => {
    held.failed = error;
    for (const { reject } of held.waiting.splice(0)) reject(error);
  });
  return held;
}

/**
 * What a worker does: answers chunks in the order in which they come. An unexpected error ends it, and the program with
 * it.
 */
export function serveReplay(): void {
  const policy = policyOf(workerData as PolicyTexts);
  const sets = new ParameterSets(policy);
  parentPort?.on('message', ({ chunk, policies }: Request) => {
    for (const line of policies) sets.take(line);
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    parentPort?.postMessage(partOf(text, policy, sets));
  });
}

/**
 * What a chunk comes to by itself. Undefined where it must be taken line by line, in its order; as one must that is no
 * JSON.
 */
export function partOf(chunk: Buffer, policy: RecordedParameters, sets: ParameterSets): Answer {
  try {
    return replayPart(linesOf(chunk), policy, sets);
  } catch (error) {
    if (error instanceof RecordingError) return undefined;
    throw error;
  }
}
