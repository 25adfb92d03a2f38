import type { ProbeReading } from '@quantum/read-model';

/** Where a service answers to `/readyz`. */
export interface ProbeAddress {
  /** Its folder in apps/. */
  readonly app: string;
  /** `http://host:port` */
  readonly url: string;
}

const ANSWER_TIMEOUT_MS = 1500;
const MAX_CHARS = 1000;

/** Asks services whether they are ready. Never rejects. */
export const probe = (addresses: readonly ProbeAddress[]): Promise<ProbeReading[]> =>
  Promise.all(
    addresses.map(async ({ app, url }) => {
      try {
        const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
        return { app, status: response.status, text: (await response.text()).slice(0, MAX_CHARS) };
      } catch (error) {
        return { app, status: null, text: causeOf(error) };
      }
    }),
  );

/** `fetch` reports "fetch failed" and keeps the reason as its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
