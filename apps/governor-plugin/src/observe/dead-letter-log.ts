import type { DeadletterReason } from '@quantum/metrics';
import type { Logger } from '@quantum/service-kit';

/**
 * Sums dead letters by reason for the log: garbage may come by thousands a second. Each is on the stream and counted.
 */
export class DeadLetterLog {
  readonly #byReason = new Map<DeadletterReason, { count: number; entryId: string; error: string }>();

  add(reason: DeadletterReason, entryId: string, error: string): void {
    const count = (this.#byReason.get(reason)?.count ?? 0) + 1;
    this.#byReason.set(reason, { count, entryId, error });
  }

  /** Logs a line a reason, with the newest entry as the example, and starts anew. */
  write(logger: Logger): void {
    for (const [reason, { count, entryId, error }] of this.#byReason) {
      logger.warn({ reason, count, entryId, error }, 'entries dead-lettered');
    }
    this.#byReason.clear();
  }
}
