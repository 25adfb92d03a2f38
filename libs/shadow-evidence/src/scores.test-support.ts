import { createHash } from 'node:crypto';
import { decideScore, scoreEntry } from '@quantum/decisions';
import { createRules, DEFAULT_PARAMETERS, parametersText, policyOf, type SymbolState } from '@quantum/efficiency-score';
import { policyLineOf, type PolicyLine } from './parameter-sets.js';
import type { RecordingLine } from './recording.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const rules = createRules(DEFAULT_PARAMETERS);

export type ScoreLine = Extract<RecordingLine, { kind: 'score' }>;
/** Hash of the brain's default parameters, and the line that says what it means. */
export const SCORE_POLICY = policyOf(DEFAULT_PARAMETERS, sha256);
export const SCORE_POLICY_LINE = policyLineOf(SCORE_POLICY, parametersText(DEFAULT_PARAMETERS), sha256) as PolicyLine;

/** Scores of a symbol: in each period one that closes the one before, and one that closes none. */
export function scoresOf(symbol: string, periods: number): ScoreLine[] {
  const lines: ScoreLine[] = [];
  let state: SymbolState | undefined;
  for (let i = 0; i < periods; i += 1) {
    for (const isClosing of [true, false]) {
      const nowSec = 60_000 + 60 * i + (isClosing ? 2 : 32);
      const inputs = { reservedUsd: 1000, performance: undefined, lastExecutionSec: undefined };
      const closing = {
        ...inputs,
        period: 999 + i,
        end: { positionQty: 2, priceUsd: 100 + Math.sin(i) },
        ...{ fills: [], feesUsd: 0, fundingUsd: 0, reportedGainUsd: undefined, oldestInputSec: nowSec - 1 },
      };
      const given = { symbol, before: state, closing: isClosing ? closing : undefined, cycle: { ...inputs, nowSec } };
      const decision = decideScore(given, rules);
      state = decision.after;
      const flags = { missing: [], stale: [], carriesState: false };
      const published = { decision, mode: 'shadow', policy: SCORE_POLICY, ...flags } as const;
      lines.push({ kind: 'score', id: `${nowSec}000-${lines.length}`, fields: scoreEntry(published, rules) });
    }
  }
  return lines;
}

/** A score line with another value in a field. */
export function withField(line: ScoreLine, name: string, value: string): ScoreLine {
  const fields = [...line.fields];
  fields[fields.indexOf(name) + 1] = value;
  return { ...line, fields };
}
