import { isKillOn } from '@quantum/redis-schemas';
import type { SwitchReading } from '../readings.js';
import type { SwitchRow } from '../snapshot/snapshot.js';

/** Times to live are read in milliseconds and jitter: a change below this, seconds, is none. */
const JITTER_SEC = 2;

/** Switches as views show them. The disarm latch is on wherever it exists. */
export function switchRows(before: readonly SwitchRow[], readings: readonly SwitchReading[], nowSec: number): SwitchRow[] {
  return readings.map(({ key, value, leftMs }) => {
    const isLatch = key.includes(':disarm:');
    const isOn = value !== undefined && (isLatch ? value !== null : isKillOn(value));
    const untilSec = leftMs > 0 && Number.isFinite(leftMs) ? Math.round(nowSec + leftMs / 1000) : null;
    const earlier = before.find((one) => one.key === key)?.untilSec ?? null;
    const isJitter = untilSec !== null && earlier !== null && Math.abs(untilSec - earlier) < JITTER_SEC;
    return {
      key,
      state: value === undefined ? 'unreadable' : isOn ? 'on' : 'off',
      value: (value ?? '').slice(0, 200),
      untilSec: isJitter ? earlier : untilSec,
    };
  });
} // prettier-ignore
