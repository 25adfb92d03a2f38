import type { CycleReadings, KnownService, Model } from '@quantum/read-model';
import type { Redis } from '@quantum/redis-io';

/** Where a service answers to `/readyz`. */
export interface ProbeAddress {
  /** Its folder in apps/. */
  readonly app: string;
  /** `http://host:port` */
  readonly url: string;
}

export interface SourceOptions {
  readonly redis: Redis;
  /** Streams are read from here on, seconds before the first cycle; default: an hour, so that scores have their history. */
  readonly backSec?: number;
  /** Services to ask over HTTP, at every call; without it their signs of life in Redis are all. */
  readonly probes?: () => readonly ProbeAddress[];
}

/** Reads what a cycle folds. It only reads, and needs no permission to write. */
export interface ModelSource {
  /** Reads once. Never rejects: where Redis does not answer, the readings say so. */
  read(model: Model): Promise<CycleReadings>;
}

/** The services of this project, for `newModel`. */
export function knownServices(): readonly KnownService[] {
  throw new Error('not built yet');
}

/** A source that reads from now on, and `backSec` before. */
export function openSource(options: SourceOptions): ModelSource {
  throw new Error(`not built yet: ${options.backSec ?? ''}`);
}
