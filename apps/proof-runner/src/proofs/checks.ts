import { BASE_TARGET_USD } from '../fixture.js';
import type { Settings } from '../settings.js';
import type { Evidence } from './evidence.js';
import type { EfficiencyInput } from './arrangement.js';
import type { Check } from './proof.js';

/** A text that must be equal; an absent one is shown as absent. */
export function is(what: string, expected: string, got: unknown): Check {
  const text = got === undefined ? '(absent)' : typeof got === 'string' ? got : JSON.stringify(got);
  return { what, expected, got: text, ok: got !== undefined && text === expected };
}

/** A condition, with the words for both results. */
export const holds = (what: string, expected: string, ok: boolean, got: string): Check => ({ what, expected, got, ok });

/** A key that Redis must drop by itself; -2: it is gone already. */
export const expires = (what: string, ttlMs: number, atMostSec: number): Check =>
  holds(
    `${what}, time to live`,
    atMostSec === Infinity ? 'some' : `${atMostSec} s at most`,
    ttlMs === -2 || (ttlMs >= 0 && ttlMs <= 1000 * atMostSec),
    ttlMs === -1 ? 'none: it stays for ever' : `${ttlMs} ms`,
  );

/** The contract's multiplier, not computed by the services' library: a proof does not trust the code that it proves. */
export const multiplierFor = (score: number, s: Settings): number =>
  Math.min(s.maxMultiplier, Math.max(s.minMultiplier, s.base + s.scale * (score - 0.5)));

/** The multiplier of a symbol's first proposal: with smoothing it begins at 1, whatever the formula gives. */
export const firstMultiplier = (raw: number, s: Settings): number =>
  s.smoothingHalflifeSec > 0 ? Math.min(s.maxMultiplier, Math.max(s.minMultiplier, 1)) : raw;

/** The contract's hint for an opening plan with reason ok. */
export function hintFor(score: number, s: Settings): { action: string; factor: string; cooldownSec: string } {
  if (score >= s.downsizeThreshold) return NO_HINT;
  return {
    action: 'DOWNSIZE',
    factor: Math.max(s.minFactor, score / s.downsizeThreshold).toFixed(4),
    cooldownSec: String(Math.round((1 - score) * s.maxExtraCooldownSec)),
  };
}

export const NO_HINT = { action: 'NONE', factor: '1.0000', cooldownSec: '0' } as const;

/** The reading of the proof's own case, if it is readable. */
function readingOf(seen: Evidence): (EfficiencyInput & { tsSec: number }) | undefined {
  const { efficiency } = seen.own.arrange;
  if (typeof efficiency === 'string') return undefined;
  return { ...efficiency, tsSec: seen.all.fixture.nowSec - (efficiency.ageSec ?? 0) };
}

/**
 * The expected first proposal of a symbol with this reason, in the stream and in the shadow key. `raw` is the
 * multiplier by the formula. With smoothing the shadow key may be a later cycle's: then its multiplier is left to the
 * proofs of policy depth.
 */
export function proposalChecks(seen: Evidence, raw: number, reason: string): Check[] {
  const { entry, shadow, ttlMs } = seen.proposal();
  const multiplier = reason === 'ok' ? firstMultiplier(raw, seen.settings) : raw;
  const isSettled = multiplier === raw;
  const reading = readingOf(seen);
  const proposed = BASE_TARGET_USD * multiplier;
  const stale = reason === 'stale_eff' ? '1' : '0';
  const text = (value: number | undefined) => (value === undefined ? '' : String(value));
  return [
    is('multiplier', multiplier.toFixed(4), entry['multiplier']),
    is('reason', reason, entry['reason']),
    is('raw_multiplier', raw.toFixed(4), entry['raw_multiplier']),
    is('proposed_target', String(proposed), entry['proposed_target']),
    is('base_target', String(BASE_TARGET_USD), entry['base_target']),
    is('eff_score', text(reading?.score), entry['eff_score']),
    is('eff_confidence', text(reading?.confidence), entry['eff_confidence']),
    is('eff_ts', text(reading?.tsSec), entry['eff_ts']),
    is('base_ts', String(seen.all.fixture.nowSec), entry['base_ts']),
    is('eff_stale', stale, entry['eff_stale']),
    is('budget_scale, which leaves proofs out', '1', entry['budget_scale']),
    is('mode', 'shadow', entry['mode']),
    is('shadow key raw_multiplier', raw.toFixed(4), shadow['raw_multiplier']),
    ...(isSettled ? [is('shadow key multiplier', multiplier.toFixed(4), shadow['multiplier'])] : []),
    is('shadow key reason', reason, shadow['reason']),
    is('shadow key symbol', seen.own.symbol, shadow['symbol']),
    is('shadow key base_target', BASE_TARGET_USD.toFixed(2), shadow['base_target']),
    ...(isSettled ? [is('shadow key proposed_target', proposed.toFixed(2), shadow['proposed_target'])] : []),
    is('shadow key eff_score', reading?.score.toFixed(4) ?? '', shadow['eff_score']),
    is('shadow key eff_confidence', reading?.confidence.toFixed(3) ?? '', shadow['eff_confidence']),
    is('shadow key eff_stale', stale, shadow['eff_stale']),
    is('shadow key budget_scale', '1', shadow['budget_scale']),
    is('shadow key mode', 'shadow', shadow['mode']),
    is('shadow key last_update_ts_epoch', shadow['ts_epoch'] ?? '', shadow['last_update_ts_epoch']),
    expires('shadow key', ttlMs, Infinity),
  ];
}

/** The expected permit with this hint and reason. */
export function permitChecks(seen: Evidence, hint: ReturnType<typeof hintFor>, reason: string): Check[] {
  const permit = seen.permit();
  const reading = readingOf(seen);
  return [
    is('eff_action', hint.action, permit['eff_action']),
    is('eff_factor', hint.factor, permit['eff_factor']),
    is('eff_reason', reason, permit['eff_reason']),
    is('extra_cooldown_sec', hint.cooldownSec, permit['extra_cooldown_sec']),
    is('downsize_factor', hint.factor, permit['downsize_factor']),
    is('eff_score', reading?.score.toFixed(4) ?? '', permit['eff_score']),
    is('eff_confidence', reading?.confidence.toFixed(3) ?? '', permit['eff_confidence']),
    is('eff_stale', reason === 'stale_eff' ? '1' : '0', permit['eff_stale']),
    is('granted', 'true', permit['granted']),
    is('symbol', seen.own.symbol, permit['symbol']),
  ];
}
