import { BatchError } from './reply.js';

/** Waits for `work` up to a limit. @throws BatchError when the time is over, after `onTimeout`. */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number, onTimeout: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new BatchError(`Redis did not answer within ${timeoutMs} ms`));
      onTimeout();
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // the disconnect rejects the loser of the race later
  }
}
