import type { Finding } from '../scenario.js';
import type { Quote } from './market.js';

export type ProposerFindingKind = 'half_cycle' | 'wrong_value' | 'bad_shape' | 'unknown_symbol';
export type ProposerFinding = Finding<ProposerFindingKind>;
type ProposalFields = Readonly<Record<string, string>>;

// The default parameters, which all scenarios use.
const MIN_CONFIDENCE = 0.65;
const MAX_FUTURE_SEC = 60;
const MAX_AGE_SEC = 600;
const MIN_MULTIPLIER = 0.5;
const MAX_MULTIPLIER = 1.5;

const FULL = String.raw`\d+(\.\d+)?(e[+-]\d+)?`;
const SHAPES: Readonly<Record<string, RegExp>> = {
  ts_epoch: /^\d+$/,
  symbol: /^[^]+$/,
  base_target: new RegExp(`^${FULL}$`),
  proposed_target: new RegExp(`^${FULL}$`),
  multiplier: /^\d+\.\d{4}$/,
  eff_score: new RegExp(`^(${FULL})?$`),
  eff_confidence: new RegExp(`^(${FULL})?$`),
  eff_ts: /^[-+\d.eE\s]*$/,
  base_ts: /^[-+\d.eE\s]*$/,
  eff_stale: /^[01]$/,
  reason: /^(redis_error|missing_eff|invalid_eff|stale_eff|low_conf|ok)$/,
  mode: /^shadow$/,
  raw_multiplier: /^\d+\.\d{4}$/,
  policy: /^[0-9a-f]{12}$/,
  budget_scale: /^1$/,
  smoothing_from: /^$/,
  smoothing_from_ts: /^$/,
};

/** Checks the shape of one entry of the proposal stream, and recomputes it from the inputs that it carries. */
export function checkProposal(fields: ProposalFields): ProposerFinding[] {
  const names = Object.keys(fields);
  const misshapen =
    names.length !== Object.keys(SHAPES).length ||
    names.some((name) => SHAPES[name]?.test(fields[name] ?? '') !== true);
  if (misshapen) return [{ kind: 'bad_shape', text: JSON.stringify(fields) }];
  const at = (name: string): string => fields[name] ?? '';
  const score = at('eff_score') === '' ? NaN : Number(at('eff_score'));
  const confidence = at('eff_confidence') === '' ? NaN : Number(at('eff_confidence'));
  const ts = at('eff_ts') === '' ? NaN : Number(at('eff_ts'));
  const ageSec = Number(at('ts_epoch')) - ts;
  const incomplete = [score, confidence, ts].some(Number.isNaN) || -ageSec > MAX_FUTURE_SEC;
  const reasons =
    incomplete ? ['redis_error', 'missing_eff', 'invalid_eff']
    : ageSec > MAX_AGE_SEC ? ['stale_eff']
    : confidence < MIN_CONFIDENCE ? ['low_conf']
    : ['ok']; // prettier-ignore
  const raw = 1 + (score - 0.5);
  const multiplier = at('reason') === 'ok' ? Math.min(Math.max(raw, MIN_MULTIPLIER), MAX_MULTIPLIER) : 1;
  const right =
    reasons.includes(at('reason')) &&
    (score >= 0 || Number.isNaN(score)) &&
    !(score > 1) &&
    at('multiplier') === multiplier.toFixed(4) &&
    at('raw_multiplier') === multiplier.toFixed(4) &&
    at('proposed_target') === String(Number(at('base_target')) * multiplier) &&
    at('eff_stale') === (at('reason') === 'stale_eff' ? '1' : '0');
  return right ? [] : [{ kind: 'wrong_value', text: JSON.stringify(fields) }];
}

/** Whether an entry follows from its symbol's quote. Quotes do not change, so neither may proposals. */
export function checkAgainstQuote(fields: ProposalFields, quotes: ReadonlyMap<string, Quote>): ProposerFinding[] {
  const quote = quotes.get(fields['symbol'] ?? '');
  if (!quote) return [{ kind: 'unknown_symbol', text: JSON.stringify(fields) }];
  const { efficiency } = quote;
  const readable = (text: string | undefined): string =>
    text === undefined || text === 'NaN' ? '' : String(Number(text));
  const right =
    Number(fields['base_target']) === Number(quote.targetUsd) &&
    fields['eff_score'] === readable(efficiency?.efficiency_score) &&
    fields['eff_confidence'] === readable(efficiency?.confidence) &&
    fields['eff_ts'] === (efficiency?.ts ?? '');
  return right ? [] : [{ kind: 'wrong_value', text: `${JSON.stringify(fields)} of ${JSON.stringify(quote)}` }];
}

/** The state of Redis at the moment at which a summary of a whole cycle was seen. */
interface SeenCycle {
  summary: Readonly<Record<string, string>>;
  /** Symbols that have an entry of that cycle in the stream. */
  inStream: ReadonlySet<string>;
  /** `ts_epoch` of each symbol's shadow hash. */
  hashTimes: ReadonlyMap<string, number>;
}

/**
 * A whole cycle has an entry and a hash of every symbol: `last_cycle` must not report half of one. Without `symbols`
 * the market is being written: a cycle may list symbols whose targets are gone, but reports what it published.
 */
export function checkCycle(
  { summary, inStream, hashTimes }: SeenCycle,
  symbols: readonly string[] | undefined,
): ProposerFinding[] {
  const ts = Number(summary['ts_epoch']);
  const expected = symbols ?? [...inStream];
  const missing = expected.filter((symbol) => !inStream.has(symbol) || !((hashTimes.get(symbol) ?? 0) >= ts));
  const counted =
    Number(summary['proposed']) === expected.length && (!symbols || Number(summary['symbols']) === symbols.length);
  if (missing.length === 0 && counted) return [];
  const what = `${missing.length} of ${expected.length} symbols are missing, such as ${missing.slice(0, 3).join(' ')}`;
  return [{ kind: 'half_cycle', text: `last_cycle ${JSON.stringify(summary)}: ${what}` }];
}
