const ANSWER_TIMEOUT_MS = 1500;

/** What a service answered over HTTP. Without an answer there is no status, and the text says why. */
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
    return { status: undefined, text: error instanceof Error ? error.message : String(error) };
  }
}
