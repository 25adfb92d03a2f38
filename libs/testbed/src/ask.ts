const ANSWER_TIMEOUT_MS = 1500;

/** A service's HTTP response. Without a response there is no status, and the text gives the reason. */
export interface Answer {
  status: number | undefined;
  text: string;
}

/** Asks a service at its metrics address: /healthz, /readyz or /metrics. Never rejects. */
export async function ask(url: string, path: string, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Answer> {
  try {
    const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: undefined, text: causeOf(error) };
  }
}

/** `fetch` reports "fetch failed" and keeps the reason as its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
