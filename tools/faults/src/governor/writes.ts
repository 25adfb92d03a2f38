import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@quantum/testbed';
import type { Proxy } from '../harness/proxy.js';

/** A governor's writes for a batch, in this order. */
export type WriteName = 'state read' | 'reserve' | 'record' | 'effects';

/** Maximum time until a governor sends the awaited write, ms. */
const SEEN_TIMEOUT_MS = 10_000;
/** Time for Redis to execute what has reached it, ms. */
const SETTLE_MS = 200;

const DECIDED = 'quantum:governor:decided:{';
const WINDOW = 'quantum:governor:window:{';
const BLOCK = 'quantum:governor:block:';

/** Recognises the write that a chunk begins, by the keys of the contract. */
const IS_WRITE: Readonly<Record<WriteName, (text: string, isScript: boolean) => boolean>> = {
  'state read': (text, isScript) => text.includes(DECIDED) && !isScript,
  reserve: (text, isScript) => text.includes(WINDOW) && isScript && !text.includes(BLOCK),
  record: (text, isScript) => text.includes(DECIDED) && isScript,
  effects: (text) => text.includes(BLOCK),
};

function isWrite(chunk: Buffer, write: WriteName): boolean {
  const text = chunk.toString('latin1');
  return IS_WRITE[write](text, /\r\nevalsha\r\n/i.test(text));
}

export interface AwaitedWrite {
  /** Resolves when it was sent; false if it was not sent in time. */
  sent: () => Promise<boolean>;
  /** Resolves when it has reached Redis and was executed. */
  arrived: () => Promise<void>;
}

/** Holds the first of these writes, and all behind it, for `holdMs`. `onSight` is called before it passes. */
export function awaitWrite(proxy: Proxy, write: WriteName, holdMs: number, onSight?: () => void): AwaitedWrite {
  let sentMs: number | undefined;
  proxy.trouble = {
    holdMs: (chunk) => {
      if (sentMs !== undefined || !isWrite(chunk, write)) return 0;
      sentMs = performance.now();
      onSight?.();
      return holdMs;
    },
  };
  return {
    sent: () => until(() => sentMs !== undefined, SEEN_TIMEOUT_MS),
    arrived: async () => {
      const leftMs = (sentMs ?? 0) + holdMs - performance.now();
      await delay(Math.max(0, leftMs) + SETTLE_MS);
    },
  };
}
