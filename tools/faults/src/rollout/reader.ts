import type { KeySeen } from './sample.js';

// The reader of docs/rollout.md, written from it alone. No code of libs/effective-target.

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The multiplier that a reader takes; undefined: it does not count, and the reader takes exactly 1. */
export function counted({ fields }: Pick<KeySeen, 'fields'>, epoch: string | null, atSec: number): number | undefined {
  const number = (name: string): number => (NUMBER.test(fields[name] ?? '') ? Number(fields[name]) : NaN);
  const [value, endsSec] = [number('multiplier'), number('expires_at')];
  const isValid = Number.isFinite(value) && value >= 0 && endsSec > atSec;
  if (!isValid || epoch === null || fields['epoch'] !== epoch) return undefined;
  return fields['direction'] === 'both' || (fields['direction'] === 'down_only' && value <= 1) ? value : undefined;
}
