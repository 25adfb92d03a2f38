import { parseJson, parseNumber, type HintAction } from '@quantum/redis-schemas';

/** The advice of a permit. */
export interface PermitHint {
  action: HintAction;
  /** Fraction of the planned size, 0.0001..1; 1 unless `action` is DOWNSIZE. */
  factor: number;
  /** Addition to the symbol's cooldown, whole seconds, 0..86400; 0 unless `action` is DOWNSIZE. */
  extraCooldownSec: number;
}

/** The parsed text of a permit. */
export interface PermitReading {
  /** Whether it is a JSON object with `granted` true. This alone decides execution, never the hint. */
  granted: boolean;
  /** `hinted`: it has fields of the hint. `plain`: the original permit. `unreadable`: not a JSON object. */
  shape: 'hinted' | 'plain' | 'unreadable';
  hint: PermitHint;
  /** Hash of the parameters that decided the hint, for logs; undefined if the permit lacks it. */
  policy?: string;
  /** Hint fields that are missing or invalid, for a counter. Each of them changes nothing. */
  oddFields: readonly HintField[];
}

const HINT_FIELDS = ['eff_action', 'downsize_factor', 'extra_cooldown_sec'] as const;
export type HintField = (typeof HINT_FIELDS)[number];

/** The minimum factor that a governor can be configured to suggest. */
const MIN_FACTOR = 0.0001;
/** The maximum extra cooldown that a governor can be configured to suggest: a day. */
const MAX_EXTRA_COOLDOWN_SEC = 86_400;

const POLICY = /^[0-9a-f]{12}$/;

const NO_HINT: PermitHint = { action: 'NONE', factor: 1, extraCooldownSec: 0 };

/** Whether a number is a size factor: it neither enlarges an order nor reduces it to nothing. */
export const isFactor = (value: number): boolean => value >= MIN_FACTOR && value <= 1;
/** Whether a number is an extra cooldown: whole seconds, at most a day. */
export const isExtraCooldown = (value: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= MAX_EXTRA_COOLDOWN_SEC;

/**
 * Parses the text of a permit key; null if the key is absent. Total: any text gives a reading. A hint field that is
 * missing or invalid changes nothing (factor 1, 0 s), whatever the others hold.
 */
export function readPermit(text: string | null): PermitReading {
  const permit = jsonObject(text);
  if (!permit) return { granted: false, shape: 'unreadable', hint: NO_HINT, oddFields: [] };
  const granted = permit['granted'] === true;
  const shape = HINT_FIELDS.some((name) => name in permit) ? 'hinted' : 'plain';
  if (shape === 'plain') return { granted, shape, hint: NO_HINT, oddFields: [] };

  const action = permit['eff_action'];
  const factor = numberIn(permit['downsize_factor'], isFactor);
  const extraCooldownSec = numberIn(permit['extra_cooldown_sec'], isExtraCooldown);
  const policy = permit['policy'];
  const odd = [action !== 'NONE' && action !== 'DOWNSIZE', factor === undefined, extraCooldownSec === undefined];
  return {
    granted,
    shape,
    hint: action === 'DOWNSIZE' ? { action, factor: factor ?? 1, extraCooldownSec: extraCooldownSec ?? 0 } : NO_HINT,
    ...(typeof policy === 'string' && POLICY.test(policy) && { policy }),
    oddFields: HINT_FIELDS.filter((_, i) => odd[i]),
  };
}

/** A number as the contract writes it, as text, within its range. */
function numberIn(value: unknown, isInRange: (value: number) => boolean): number | undefined {
  const number = typeof value === 'string' ? parseNumber(value) : undefined;
  return number !== undefined && isInRange(number) ? number : undefined;
}

function jsonObject(text: string | null): Record<string, unknown> | undefined {
  const value = text === null ? undefined : parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
