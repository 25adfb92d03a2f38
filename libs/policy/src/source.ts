import { statSync } from 'node:fs';
import {
  createPolicyBook,
  NO_POLICY_FILE,
  type BookResult,
  type PolicyBook,
  type PolicyStep,
} from '@quantum/efficiency-policy';
import type { PolicyMetrics } from '@quantum/metrics';
import { ConfigError, type Logger } from '@quantum/service-kit';
import { readPolicyFile } from './file.js';

/** Interval at which the file is polled, ms. */
const POLL_MS = 2000;

/** Maximum length of the text of a violation, characters: it quotes what the file says. */
const MAX_VIOLATION_CHARS = 300;

/** The result of reading the file again: the new policy is in force as a whole, or the one before it. */
export type Reload = { readonly accepted: true } | { readonly accepted: false; readonly violations: readonly string[] };

/** The policy in force. */
export interface PolicySource<P> {
  /** The current policy. A caller that decides about several symbols takes it once, as it may change at any time. */
  current: () => PolicyBook<P>;
  /** Reads the file again. A refused file is logged and counted, and changes nothing. */
  reload: () => Reload;
  /** Subscribes to later books that come into force. */
  onReload: (listener: (book: PolicyBook<P>) => void) => void;
  /** Ends the polling and the signal handler. */
  stop: () => void;
}

export interface PolicySourceOptions<P> {
  /** P31_POLICY_FILE; undefined: only the environment. */
  file: string | undefined;
  step: PolicyStep<P>;
  logger: Pick<Logger, 'info' | 'error'>;
  metrics: PolicyMetrics;
  /** Interval at which the file is polled, ms; default 2000. */
  pollMs?: number;
}

/** Identifies the state of a file, to detect an edit, a replacement or a removal. */
function stampOf(file = ''): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join();
  } catch (error) {
    return (error as Error).message;
  }
}

function readBook<P extends object>(file: string | undefined, step: PolicyStep<P>): BookResult<P> {
  if (file === undefined) return createPolicyBook(NO_POLICY_FILE, step);
  const read = readPolicyFile(file);
  const made = read.file ? createPolicyBook(read.file, step) : { violations: read.violations };
  return made.book ? made : { violations: made.violations.map((line) => `P31_POLICY_FILE ${file}: ${cut(line)}`) };
}

const cut = (line: string): string =>
  line.length > MAX_VIOLATION_CHARS ? `${line.slice(0, MAX_VIOLATION_CHARS)}...` : line;

/** The policy of an environment and its file. @throws ConfigError that lists the violations of the file. */
export function loadPolicy<P extends object>(file: string | undefined, step: PolicyStep<P>): PolicyBook<P> {
  const { book, violations } = readBook(file, step);
  if (!book) throw new ConfigError(violations);
  return book;
}

/**
 * Reads the policy, and reads it again on SIGHUP and after the file was edited, replaced or restored. A removed file
 * counts as refused. Does not keep a process alive.
 * @throws ConfigError that lists the violations of the file at the start.
 */
export function createPolicySource<P extends object>(options: PolicySourceOptions<P>): PolicySource<P> {
  const { file, step, logger, metrics, pollMs = POLL_MS } = options;
  // Taken before the file is read, so that the next poll sees a change during the read.
  let stamp = stampOf(file);
  let book = loadPolicy(file, step);
  const listeners: ((book: PolicyBook<P>) => void)[] = [];

  const reload = (): Reload => {
    stamp = stampOf(file);
    const { book: read, violations } = readBook(file, step);
    metrics.policyReload.inc({ result: read ? 'accepted' : 'refused' });
    metrics.policyFileOk.set(read ? 1 : 0);
    if (!read) {
      logger.error({ file, violations }, 'the policy file is refused: the policy before it stays in force');
      return { accepted: false, violations };
    }
    book = read;
    logger.info({ file, policies: book.all().length }, 'the policy file was read again');
    for (const listener of listeners) listener(book);
    return { accepted: true };
  };

  const onSignal = (): void => {
    if (file === undefined) logger.info('SIGHUP: there is no P31_POLICY_FILE to read again');
    else reload();
  };
  process.on('SIGHUP', onSignal);
  const poll = (): void => {
    if (stampOf(file) !== stamp) reload();
  };
  const polling = file === undefined ? undefined : setInterval(poll, pollMs).unref();

  return {
    current: () => book,
    reload,
    onReload: (listener) => {
      listeners.push(listener);
    },
    stop: () => {
      process.off('SIGHUP', onSignal);
      clearInterval(polling);
    },
  };
}

/** What `make` makes of the policy in force: made now, and again of each book that comes into force. */
export function inForce<P, T>(
  source: Pick<PolicySource<P>, 'current' | 'onReload'>,
  make: (book: PolicyBook<P>) => T,
): () => T {
  let made = make(source.current());
  source.onReload((book) => {
    made = make(book);
  });
  return () => made;
}
