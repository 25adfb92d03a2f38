import { full, parseViolation } from '@quantum/redis-schemas';
import type { Case, Vectors } from './file.js';
import { NOW_SEC } from './readings.js';

interface Given {
  /** The field `json` of an entry of P2.8's stream. */
  json: string;
}

const json = (overBudget: string, timestamp = String(NOW_SEC), more = ''): string =>
  `{"symbol": "BTCUSDT", "over_budget": ${overBudget}, "timestamp": ${timestamp}${more}}`;

const TEXTS: readonly string[] = [
  ...['true', 'false', '0', '0.0', '-0', '1', '-1', '120.5', 'null', '""', '"false"', '{}', '[]', 'NaN', 'Infinity', '-Infinity'].map((over) => json(over)),
  ...[`${NOW_SEC}.5`, `"${NOW_SEC}.5"`, '" 1e9 "', '"soon"', 'null', 'true', '1e999', 'NaN', '-Infinity', '"NaN"'].map((time) => json('true', time)),
  json('true', '1', ', "score": NaN, "worst": -Infinity, "best": [Infinity, {"x": NaN}]'),
  json('false', '1', ', "score": NaN'),
  '{"note": "NaN \\" Infinity", "symbol": "NaN", "over_budget": true, "timestamp": 7}',
  '{"symbol": NaN, "over_budget": true, "timestamp": 1}', '{"symbol": 7, "over_budget": true, "timestamp": 1}',
  '{"symbol": "X", "timestamp": 1}', '{"over_budget": true, "timestamp": 1}', '{"over_budget": true, "over_budget": false}',
  '', '{', 'null', '7', 'NaN', '"x"', '[]', '{"a": NaNs}', '{"a": 1NaN}', '{"a": --Infinity}', '{NaN: 1}', '{"a": nan}', "{'a': 1}",
]; // prettier-ignore

/** The meaning of an entry of P2.8's violation stream. */
export const violations: Vectors<Given> = {
  about:
    'What an entry of the violation stream says: a violation of a symbol at a time, none, or not the agreed JSON (invalid). ' +
    'See docs/integration.md, P2.8.',
  config: {},
  cases: TEXTS.map((text): Case<Given> => ({ name: `json ${text}`, given: { json: text } })),
  answer: ({ json: text }) => {
    const violation = parseViolation(text);
    return typeof violation === 'string'
      ? { result: violation }
      : { result: 'violation', symbol: violation.symbol, timestamp: full(violation.tsSec) };
  },
};
