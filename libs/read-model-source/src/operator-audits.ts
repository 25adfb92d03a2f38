import { scanKeys, type Redis } from '@quantum/redis-io';
import { OPERATOR_AUDIT_PREFIX, symbolAfter } from '@quantum/redis-schemas';

/** Keys that the server looks at in one call; it serves others in between. */
const SCAN_COUNT = 1000;
const SCAN_EVERY_MS = 10_000;
/** A first scan is waited for no longer: beside millions of keys, what is known without it matters more. */
const MAX_WAIT_MS = 2000;
/** More operators than any desk has: a stream costs a command a cycle. */
const MAX_USERS = 100;

/**
 * Finds the users who have an audit stream: each has one of their own, which only a scan finds. It runs beside the
 * cycles.
 */
export class OperatorAudits {
  readonly #users = new Set<string>();
  #scan: Promise<void> | undefined;
  #scannedMs = -Infinity;

  /** Users that are known by now. */
  get users(): readonly string[] {
    return [...this.#users];
  }

  /** Begins a scan where one is due. `isFirstAwaited`: waits for it where none has ended yet. Never rejects. */
  async poll(redis: Redis, steadyMs: number, isFirstAwaited: boolean): Promise<void> {
    const isFirst = this.#scannedMs === -Infinity;
    if (!this.#scan && steadyMs - this.#scannedMs >= SCAN_EVERY_MS) {
      this.#scan = this.#run(redis, steadyMs).finally(() => {
        this.#scan = undefined;
      });
    }
    if (isFirst && isFirstAwaited) await inTime(this.#scan, MAX_WAIT_MS);
  }

  /**
   * What a scan has found counts, also where it fails: by an outage, or because the user may not scan. The next one is
   * due as usual.
   */
  async #run(redis: Redis, steadyMs: number): Promise<void> {
    try {
      for await (const key of scanKeys(redis, `${OPERATOR_AUDIT_PREFIX}*`, SCAN_COUNT)) {
        const user = symbolAfter(OPERATOR_AUDIT_PREFIX, key);
        if (user !== undefined && this.#users.size < MAX_USERS) this.#users.add(user);
      }
    } catch {
      // The cycle itself says that Redis is away.
    }
    this.#scannedMs = steadyMs;
  }
}

/** Resolves with the work, or after this long. */
async function inTime(work: Promise<void> | undefined, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
